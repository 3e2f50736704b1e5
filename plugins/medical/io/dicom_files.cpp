#include "plugins/medical/io/dicom_files.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace warmstart::medical {

namespace {

constexpr std::string_view kPixelData("\xe0\x7f\x10\x00", 4);
constexpr std::string_view kSequenceEnd("\xfe\xff\xdd\xe0\0\0\0\0", 8);
constexpr std::uint32_t kUndefinedLength = 0xffffffff;  // compressed: ends with a mark

std::uint32_t length_at(std::string_view content, std::size_t place) {
  std::uint32_t length = 0;
  for (std::size_t i = 4; i-- > 0;) {
    length = length << 8 | static_cast<unsigned char>(content[place + i]);
  }
  return length;
}

// Whether an element that starts at `place` is the pixel data, whole. The tag's bytes may also
// occur by chance, so the length behind it (explicit value representation: 8 bytes on; implicit: 4)
// must be the expected one.
bool holds_pixels_at(std::string_view content, std::size_t place, std::uint64_t bytes) {
  for (const std::size_t header : {12, 8}) {
    if (place + header > content.size()) continue;
    const std::uint32_t length = length_at(content, place + header - 4);
    if (length == kUndefinedLength) {
      return content.find(kSequenceEnd, place + header) != std::string_view::npos;
    }
    if (length != bytes && length != bytes + bytes % 2) continue;  // padded to even
    return place + header + bytes <= content.size();
  }
  return false;
}

}  // namespace

void check_dicom_pixels(const Path& file, std::uint64_t bytes) {
  const std::string content = read_file(file);
  for (std::size_t place = content.find(kPixelData); place != std::string::npos;
       place = content.find(kPixelData, place + 1)) {
    if (holds_pixels_at(content, place, bytes)) return;
  }
  throw Error("slice " + file.filename().string() + " is cut: its pixels are not there whole",
              file.parent_path().string(), "export or copy the series again");
}

bool is_dicom_file(const Path& file) {
  std::ifstream stream(file, std::ios::binary);
  char start[132] = {};
  stream.read(start, sizeof start);
  return stream.gcount() == sizeof start && std::string_view(start + 128, 4) == "DICM";
}

bool holds_dicom(const Path& folder) {
  const std::filesystem::directory_iterator entries(folder);
  return std::any_of(begin(entries), end(entries), [](const auto& entry) {
    return entry.is_regular_file() && is_dicom_file(entry.path());
  });
}

std::vector<Path> dicom_files(const Path& folder) {
  std::vector<Path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file() && is_dicom_file(entry.path())) files.push_back(entry.path());
    if (files.size() > 5000) {
      throw Error("more than 5000 DICOM files", folder.string(), "give a folder with one series");
    }
  }
  if (files.empty()) {
    throw Error("no DICOM file in this folder", folder.string(),
                "give the folder that holds the series' slices itself");
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace warmstart::medical
