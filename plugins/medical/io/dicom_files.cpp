#include "plugins/medical/io/dicom_files.h"

#include <algorithm>
#include <fstream>
#include <string_view>

#include "core/base/error.h"

namespace warmstart::medical {

bool is_dicom_file(const Path& file) {
  std::ifstream stream(file, std::ios::binary);
  char start[132] = {};
  stream.read(start, sizeof start);
  return stream.gcount() == sizeof start && std::string_view(start + 128, 4) == "DICM";
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
