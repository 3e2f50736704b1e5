#include "plugins/medical/io/header_check.h"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>
#include <memory>
#include <vector>

#include "core/base/error.h"

namespace warmstart::medical {
namespace {

constexpr const char* kEndings[] = {".nii.gz", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd"};
constexpr std::uint64_t kSlack = 1 << 20;  // bytes a file may hold beyond what it declares

std::string header_lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string ending_of(const std::string& name) {
  const std::string low = header_lower(name);
  for (const char* ending : kEndings) {
    if (low.ends_with(ending)) return ending;
  }
  return "";
}

// Inflates a gzip or zlib stream (several gzip members one after the other count as one).
class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, 15 + 32) != Z_OK) {
      throw Error("zlib could not start", "", "free some memory", ErrorKind::kMachine);
    }
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Feeds `size` bytes; false once the stream is damaged. `limit`: stop after so many bytes out.
  bool feed(const char* data, std::size_t size, std::uint64_t limit, const TakeBytes& take) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data));
    stream_.avail_in = static_cast<uInt>(size);
    while (stream_.avail_in > 0 && count_ < limit) {
      if (complete_) {  // another member
        if (inflateReset(&stream_) != Z_OK) return false;
        complete_ = false;
      }
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_);
      stream_.avail_out = sizeof buffer_;
      const int code = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t made = sizeof buffer_ - stream_.avail_out;
      if (take) take({buffer_, made});
      count_ += made;
      if (code == Z_STREAM_END) {
        complete_ = true;
      } else if (code != Z_OK) {
        return false;
      }
    }
    return true;
  }
  std::uint64_t count() const { return count_; }
  bool complete() const { return complete_; }

 private:
  z_stream stream_{};
  char buffer_[1 << 16];
  std::uint64_t count_ = 0;
  bool complete_ = false;
};

struct Inflated {
  std::uint64_t bytes = 0;
  bool sound = true, complete = false;
};

Inflated inflate_file(const Path& path, std::uint64_t start, std::uint64_t limit,
                      const TakeBytes& take) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(start));
  const auto inflater = std::make_unique<Inflater>();
  std::vector<char> chunk(1 << 16);
  Inflated result;
  while (file && result.sound && inflater->count() < limit) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    result.sound =
        inflater->feed(chunk.data(), static_cast<std::size_t>(file.gcount()), limit, take);
  }
  result.bytes = inflater->count();
  result.complete = inflater->complete();
  return result;
}

std::uint64_t size_on_disk(const Path& path) {
  std::error_code code;
  const auto size = std::filesystem::file_size(path, code);
  if (code) throw Error("cannot read the file", path.string(), code.message());
  return size;
}

[[noreturn]] void cut_short(std::uint64_t have, std::uint64_t want, const Path& path) {
  throw Error("the file is cut: " + std::to_string(have) + " of " + std::to_string(want) +
                  " bytes of voxels are there",
              path.string(), "copy or download it again");
}

void check_raw_length(const VolumeHeader& header, const Path& path) {
  const std::uint64_t want = header.data_bytes();
  const std::uint64_t size = size_on_disk(header.data_file);
  const std::uint64_t have = size > header.data_offset ? size - header.data_offset : 0;
  if (have < want) cut_short(have, want, path);
  if (have > want + kSlack) {
    throw Error("the file holds " + std::to_string(have) + " bytes of voxels but declares " +
                    std::to_string(want),
                path.string(), "the header does not belong to this data; write the file again");
  }
}

// To the end of the stream, so that its checksums count. `take` may be empty.
void inflate_data(const VolumeHeader& header, const Path& path, const TakeBytes& take) {
  const std::uint64_t start = header.format == Format::kNifti ? header.data_offset : 0;
  const std::uint64_t end = header.data_bytes() + start;
  std::uint64_t place = 0;
  const auto within = [&](std::string_view bytes) {
    const std::uint64_t from = std::clamp(place, start, end);
    const std::uint64_t to = std::clamp(place + bytes.size(), start, end);
    if (to > from) take(bytes.substr(from - place, to - from));
    place += bytes.size();
  };
  const Inflated inflated = inflate_file(header.data_file, header.deflate_start, end + kSlack,
                                         take ? TakeBytes(within) : TakeBytes());
  if (!inflated.sound) {
    throw Error("the compressed data is damaged", path.string(), "copy or download it again");
  }
  if (inflated.bytes >= end + kSlack) {
    throw Error("the file unpacks to more than the " + std::to_string(end) + " bytes it declares",
                path.string(), "the header does not belong to this data; write the file again");
  }
  if (!inflated.complete || inflated.bytes < end) cut_short(inflated.bytes, end, path);
}

}  // namespace

bool has_volume_ending(const std::string& name) { return !ending_of(name).empty(); }

std::string volume_stem(const Path& path) {
  const std::string name = path.filename().string();
  return name.substr(0, name.size() - ending_of(name).size());
}

Format format_of(const Path& path) {
  if (std::filesystem::is_directory(path)) return Format::kDicomSeries;
  const std::string ending = ending_of(path.filename().string());
  if (ending == ".nii" || ending == ".nii.gz") return Format::kNifti;
  if (ending == ".nrrd" || ending == ".nhdr") return Format::kNrrd;
  if (ending == ".mha" || ending == ".mhd") return Format::kMeta;
  throw Error("not a volume file", path.string(),
              "give a file ending in .nii, .nii.gz, .nrrd, .nhdr, .mha or .mhd, or a folder with "
              "one DICOM series");
}

VolumeHeader check_header(const Path& path, TimeSteps steps) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) {
    throw Error("there is no such file", path.string(), "check the path");
  }
  if (!std::filesystem::is_regular_file(status) && !std::filesystem::is_directory(status)) {
    throw Error("not a plain file", path.string(), "give a volume file or a DICOM folder");
  }
  switch (format_of(path)) {
    case Format::kNifti:
      return check_nifti_header(path, steps);
    case Format::kNrrd:
      return check_nrrd_header(path);
    case Format::kMeta:
      return check_meta_header(path);
    case Format::kDicomSeries:
      break;
  }
  VolumeHeader header;
  header.format = Format::kDicomSeries;
  return header;
}

void check_length(const VolumeHeader& header, const Path& path) {
  if (header.format == Format::kDicomSeries) return;
  if (header.packing == Packing::kRaw) {
    check_raw_length(header, path);
  } else {
    inflate_data(header, path, {});
  }
}

void stream_data(const VolumeHeader& header, const Path& path, const TakeBytes& take) {
  if (header.packing == Packing::kDeflated) return inflate_data(header, path, take);
  check_raw_length(header, path);
  const std::uint64_t want = header.data_bytes();
  std::ifstream file(header.data_file, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(header.data_offset));
  std::vector<char> chunk(1 << 20);
  for (std::uint64_t have = 0; have < want;) {
    const std::uint64_t next = std::min<std::uint64_t>(chunk.size(), want - have);
    file.read(chunk.data(), static_cast<std::streamsize>(next));
    if (file.gcount() <= 0) cut_short(have, want, path);
    take({chunk.data(), static_cast<std::size_t>(file.gcount())});
    have += static_cast<std::uint64_t>(file.gcount());
  }
}

std::string read_data(const VolumeHeader& header, const Path& path) {
  std::string data;
  data.reserve(header.data_bytes());
  stream_data(header, path, [&](std::string_view bytes) { data.append(bytes); });
  return data;
}

void check_size(const Size3& size, const Path& where) {
  std::int64_t voxels = 1;
  for (const std::int64_t length : size) {
    if (length < 1 || length > 65535) {
      throw Error("size " + by_x(size) + " is not that of a volume", where.string(),
                  "each axis needs 1 to 65535 voxels");
    }
    voxels *= length;  // at most 2^48
  }
  if (voxels > kMaxVoxels) {
    throw Error(
        "size " + by_x(size) + " is over the budget of " + std::to_string(kMaxVoxels) + " voxels",
        where.string(), "resample or crop the volume");
  }
}

void check_spacing(double spacing, const Path& where) {
  if (std::isfinite(spacing) && spacing >= 1e-6 && spacing <= 1e5) return;
  char text[64];
  std::snprintf(text, sizeof text, "spacing %g mm is not usable", spacing);
  throw Error(text, where.string(), "spacings must be finite and above zero; repair the header");
}

void check_direction(const std::array<double, 9>& columns, const Path& where) {
  double norm[3], sum = 0;
  for (int c = 0; c < 3; ++c) {
    norm[c] = std::hypot(columns[c], columns[3 + c], columns[6 + c]);
    sum += norm[c];
  }
  const auto m = [&](int r, int c) { return columns[3 * r + c] / norm[c]; };
  const double determinant = m(0, 0) * (m(1, 1) * m(2, 2) - m(1, 2) * m(2, 1)) -
                             m(0, 1) * (m(1, 0) * m(2, 2) - m(1, 2) * m(2, 0)) +
                             m(0, 2) * (m(1, 0) * m(2, 1) - m(1, 1) * m(2, 0));
  // Written so that NaN fails.
  if (sum <= 1e6 && norm[0] >= 1e-6 && norm[1] >= 1e-6 && norm[2] >= 1e-6 &&
      std::abs(determinant) >= 1e-3) {
    return;
  }
  throw Error("the direction of the axes is not usable", where.string(),
              "it must be finite and invertible; repair the header's orientation");
}

Path detached_file(const Path& header, std::string_view name) {
  const Path part{std::string(name)};
  const bool plain = !name.empty() && name.find('\0') == std::string_view::npos &&
                     part.filename() == part && name != "." && name != "..";
  if (!plain) {
    throw Error("the header names data outside its own folder: '" + std::string(name) + "'",
                header.string(), "put header and data into one folder and name the file alone");
  }
  const Path file = header.parent_path() / part;
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(file))) {
    throw Error("the data file '" + std::string(name) + "' is missing or no plain file",
                header.string(), "put it beside the header");
  }
  return file;
}

std::string read_start(const Path& path, std::size_t count, bool inflate) {
  if (inflate) {
    std::string start;
    const Inflated inflated =
        inflate_file(path, 0, count, [&](std::string_view bytes) { start.append(bytes); });
    if (!inflated.sound) {
      throw Error("not a gzip file, or a damaged one", path.string(), "copy or download it again");
    }
    start.resize(std::min(start.size(), count));
    return start;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error("cannot read the file", path.string(), "check its permissions");
  std::string start(count, '\0');
  file.read(start.data(), static_cast<std::streamsize>(count));
  start.resize(static_cast<std::size_t>(file.gcount()));
  return start;
}

}  // namespace warmstart::medical
