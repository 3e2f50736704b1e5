// The NRRD part of check_header (format versions 1 to 5, raw or gzip data, in the file or beside
// it).
#include <sstream>

#include "core/base/error.h"
#include "plugins/medical/io/header_check.h"
#include "plugins/medical/io/text_fields.h"

namespace warmstart::medical {
namespace {

constexpr std::size_t kNrrdHeaderLimit = 1 << 18;

struct NrrdText {
  TextFields fields;
  std::uint64_t length = 0;  // of the header with its empty line
};

NrrdText split_nrrd(const Path& path) {
  const std::string start = read_start(path, kNrrdHeaderLimit, false);
  if (!start.starts_with("NRRD000") || start.size() < 9 || start[7] < '1' || start[7] > '5') {
    throw Error("not an NRRD file", path.string(), "check what the file holds");
  }
  NrrdText text;
  std::istringstream lines(start);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const std::string content = trimmed(line);
    if (content.empty()) {
      text.length = lines.eof() ? start.size() : static_cast<std::uint64_t>(lines.tellg());
      return text;
    }
    const auto colon = content.find(':');
    if (content[0] == '#' || colon == std::string::npos) continue;
    if (content.compare(colon, 2, ":=") == 0) continue;  // a free key, not a field
    add_text_field(text.fields, content.substr(0, colon), content.substr(colon + 1), path);
  }
  if (start.size() == kNrrdHeaderLimit) {
    throw Error("the header does not end", path.string(), "check what the file holds");
  }
  text.length = start.size();  // a detached header may end without the empty line
  return text;
}

std::uint64_t nrrd_voxel_bytes(const std::string& type, const Path& path) {
  static const std::map<std::string, std::uint64_t> kBytes{
      {"signed char", 1},   {"int8", 1},           {"int8_t", 1},       {"uchar", 1},
      {"unsigned char", 1}, {"uint8", 1},          {"uint8_t", 1},      {"short", 2},
      {"int16", 2},         {"int16_t", 2},        {"signed short", 2}, {"short int", 2},
      {"ushort", 2},        {"unsigned short", 2}, {"uint16", 2},       {"uint16_t", 2},
      {"int", 4},           {"int32", 4},          {"int32_t", 4},      {"signed int", 4},
      {"uint", 4},          {"unsigned int", 4},   {"uint32", 4},       {"uint32_t", 4},
      {"float", 4},         {"double", 8}};
  const auto found = kBytes.find(type);
  if (found != kBytes.end()) return found->second;
  throw Error("voxel type '" + type + "' is not supported", path.string(),
              "convert to an integer up to 32 bits, float or double");
}

void check_nrrd_geometry(const TextFields& fields, const Path& path) {
  const std::string directions = text_field(fields, "space directions");
  if (!directions.empty()) {
    const auto d = text_numbers(directions, 9, "space directions", path);
    // Written axis by axis: columns of the direction matrix.
    check_direction({d[0], d[3], d[6], d[1], d[4], d[7], d[2], d[5], d[8]}, path);
  }
  const std::string spacings = text_field(fields, "spacings");
  if (!spacings.empty()) {
    for (const double spacing : text_numbers(spacings, 3, "spacings", path)) {
      check_spacing(spacing, path);
    }
  }
  if (directions.empty() && spacings.empty()) {
    throw Error("the header gives no spacing", path.string(),
                "add 'space directions' or 'spacings' to it");
  }
  const std::string origin = text_field(fields, "space origin");
  if (!origin.empty()) {
    for (const double number : text_numbers(origin, 3, "space origin", path)) {
      if (!(std::abs(number) <= 1e6)) {
        throw Error("the origin is out of bounds", path.string(), "repair 'space origin'");
      }
    }
  }
}

void find_nrrd_data(const NrrdText& text, const Path& path, VolumeHeader& header) {
  const std::string encoding = lower_case(text_field(text.fields, "encoding"));
  if (encoding != "raw" && encoding != "gzip" && encoding != "gz") {
    throw Error("encoding '" + encoding + "' is not supported", path.string(),
                "write the file with encoding raw or gzip");
  }
  for (const char* key : {"line skip", "lineskip", "byte skip", "byteskip"}) {
    if (const std::string skip = text_field(text.fields, key, "0"); skip != "0") {
      throw Error(std::string("the header skips data (") + key + ")", path.string(),
                  "write the file again without it");
    }
  }
  std::string file = text_field(text.fields, "data file");
  if (file.empty()) file = text_field(text.fields, "datafile");
  header.data_file = file.empty() ? path : detached_file(path, file);
  header.data_offset = file.empty() ? text.length : 0;
  header.deflate_start = header.data_offset;
  header.packing = encoding == "raw" ? Packing::kRaw : Packing::kDeflated;
}

}  // namespace

VolumeHeader check_nrrd_header(const Path& path) {
  const NrrdText text = split_nrrd(path);
  if (const std::string axes = text_field(text.fields, "dimension"); axes != "3") {
    throw Error("the file has '" + axes + "' axes, a volume has 3", path.string(),
                "give a 3-D volume");
  }
  VolumeHeader header;
  header.format = Format::kNrrd;
  const auto sizes = text_numbers(text_field(text.fields, "sizes"), 3, "sizes", path);
  for (int c = 0; c < 3; ++c) {
    if (!(sizes[c] >= 0 && sizes[c] <= 1e9))
      header.grid.size[c] = 0;  // refused below
    else
      header.grid.size[c] = static_cast<std::int64_t>(sizes[c]);
  }
  check_size(header.grid.size, path);
  header.voxel_bytes = nrrd_voxel_bytes(lower_case(text_field(text.fields, "type")), path);
  check_nrrd_geometry(text.fields, path);
  find_nrrd_data(text, path, header);
  return header;
}

}  // namespace warmstart::medical
