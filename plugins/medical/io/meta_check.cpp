// The MetaImage part of check_header (.mha with its data inside, .mhd with a data file beside it).
#include <cmath>
#include <sstream>

#include "core/base/error.h"
#include "plugins/medical/io/header_check.h"
#include "plugins/medical/io/text_fields.h"

namespace warmstart::medical {
namespace {

constexpr std::size_t kMetaHeaderLimit = 1 << 16;

struct MetaText {
  TextFields fields;
  std::uint64_t length = 0;
};

// The header ends with the line that names the data.
MetaText split_meta(const Path& path) {
  const std::string start = read_start(path, kMetaHeaderLimit, false);
  MetaText text;
  std::istringstream lines(start);
  std::string line;
  while (std::getline(lines, line)) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) break;
    add_text_field(text.fields, line.substr(0, equals), line.substr(equals + 1), path);
    if (text.fields.contains("elementdatafile")) {
      text.length = lines.eof() ? start.size() : static_cast<std::uint64_t>(lines.tellg());
      return text;
    }
  }
  throw Error("not a MetaImage file, or its header is cut", path.string(),
              "check what the file holds");
}

std::uint64_t meta_voxel_bytes(const std::string& type, const Path& path) {
  static const std::map<std::string, std::uint64_t> kBytes{
      {"met_char", 1}, {"met_uchar", 1}, {"met_short", 2}, {"met_ushort", 2},
      {"met_int", 4},  {"met_uint", 4},  {"met_float", 4}, {"met_double", 8}};
  const auto found = kBytes.find(type);
  if (found != kBytes.end()) return found->second;
  throw Error("voxel type '" + type + "' is not supported", path.string(),
              "convert to an integer up to 32 bits, float or double");
}

// MetaImage knows several names for one thing; the reader takes any of them, so all are checked.
void check_meta_geometry(const TextFields& fields, const Path& path) {
  bool any_spacing = false;
  for (const char* key : {"elementspacing", "elementsize"}) {
    if (!fields.contains(key)) continue;
    any_spacing = true;
    for (const double spacing : text_numbers(text_field(fields, key), 3, key, path)) {
      check_spacing(spacing, path);
    }
  }
  if (!any_spacing) {
    throw Error("the header gives no spacing", path.string(), "add 'ElementSpacing' to it");
  }
  for (const char* key : {"transformmatrix", "rotation", "orientation"}) {
    if (!fields.contains(key)) continue;
    const auto d = text_numbers(text_field(fields, key), 9, key, path);
    check_direction({d[0], d[3], d[6], d[1], d[4], d[7], d[2], d[5], d[8]}, path);
  }
  for (const char* key : {"offset", "position", "origin", "centerofrotation"}) {
    if (!fields.contains(key)) continue;
    for (const double number : text_numbers(text_field(fields, key), 3, key, path)) {
      if (!(std::abs(number) <= 1e6)) {
        throw Error("the origin is out of bounds", path.string(), "repair 'Offset'");
      }
    }
  }
}

void refuse_meta(const TextFields& fields, const std::string& key,
                 std::initializer_list<const char*> allowed, const Path& path) {
  if (!fields.contains(key)) return;
  const std::string value = lower_case(text_field(fields, key));
  for (const char* good : allowed) {
    if (value == good) return;
  }
  throw Error("the header's '" + key + " = " + value + "' is not supported", path.string(),
              "write the file as one binary block of single values");
}

void find_meta_data(const MetaText& text, const Path& path, VolumeHeader& header) {
  const std::string file = text_field(text.fields, "elementdatafile");
  const bool local = lower_case(file) == "local";
  header.data_file = local ? path : detached_file(path, file);
  if (lower_case(file) == "list" || file.find('%') != std::string::npos) {
    throw Error("the data is spread over several files", path.string(), "write it as one file");
  }
  header.data_offset = local ? text.length : 0;
  header.deflate_start = header.data_offset;
  const bool packed = lower_case(text_field(text.fields, "compresseddata", "false")) == "true";
  header.packing = packed ? Packing::kDeflated : Packing::kRaw;
}

}  // namespace

VolumeHeader check_meta_header(const Path& path) {
  const MetaText text = split_meta(path);
  refuse_meta(text.fields, "objecttype", {"image"}, path);
  refuse_meta(text.fields, "ndims", {"3"}, path);
  refuse_meta(text.fields, "binarydata", {"true"}, path);
  refuse_meta(text.fields, "compresseddata", {"true", "false"}, path);
  refuse_meta(text.fields, "elementnumberofchannels", {"1"}, path);
  refuse_meta(text.fields, "headersize", {"0", "-1"}, path);
  if (!text.fields.contains("ndims")) {
    throw Error("the header gives no number of axes", path.string(), "add 'NDims = 3' to it");
  }
  VolumeHeader header;
  header.format = Format::kMeta;
  const auto sizes = text_numbers(text_field(text.fields, "dimsize"), 3, "dimsize", path);
  for (int c = 0; c < 3; ++c) {
    const bool sane = sizes[c] >= 0 && sizes[c] <= 1e9;  // what is not sane is refused as 0
    header.grid.size[c] = sane ? static_cast<std::int64_t>(sizes[c]) : 0;
  }
  check_size(header.grid.size, path);
  header.voxel_bytes = meta_voxel_bytes(lower_case(text_field(text.fields, "elementtype")), path);
  check_meta_geometry(text.fields, path);
  find_meta_data(text, path, header);
  return header;
}

}  // namespace warmstart::medical
