// DICOM for a look: which series a folder holds, and the slices of one of them.
#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "plugins/medical/io/dicom_files.h"
#include "plugins/medical/io/dicom_slices.h"
#include "plugins/medical/io/itk_image.h"
#include "plugins/medical/io/volume_source.h"

namespace warmstart::medical {
namespace {

using SeriesSlices = std::map<std::string, std::vector<DicomSlice>>;

std::string series_name(const itk::ImageIOBase& io) {
  const std::string number = dicom_text(io, "0020|0011"), text = dicom_text(io, "0008|103e"),
                    modality = dicom_text(io, "0008|0060");
  std::string name = number + (number.empty() || text.empty() ? "" : " ") + text;
  if (name.empty()) name = "series without a name";
  return modality.empty() ? name : name + ", " + modality;
}

/// The folder's slices; those of its subfolders where it has none itself (a study).
std::vector<Path> study_files(const Path& folder) {
  if (holds_dicom(folder)) return dicom_files(folder);
  std::vector<Path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_symlink() || !entry.is_directory() || !holds_dicom(entry.path())) continue;
    const std::vector<Path> own = dicom_files(entry.path());
    files.insert(files.end(), own.begin(), own.end());
  }
  return files.empty() ? dicom_files(folder) : files;  // which says that there are none
}

class DicomSource final : public VolumeSource {
 public:
  DicomSource(const Path& path, const std::string& series) {
    const bool file = std::filesystem::is_regular_file(path);
    folder_ = file ? path.parent_path() : path;
    SeriesSlices found = sort_by_series(file ? dicom_files(folder_) : study_files(folder_));
    list_series(found);
    facts_.chosen = file ? open_slice(path).series : series;
    if (facts_.chosen.empty() && !file) facts_.chosen = facts_.series.front().id;
    const auto chosen = found.find(facts_.chosen);
    if (chosen == found.end()) {
      throw Error("the series is not there any more", folder_.string(), "open the folder again");
    }
    take(std::move(chosen->second));
  }
  void read(std::span<std::byte> voxels, const Progress& progress) override {
    const std::size_t plane = voxels.size() / slices_.size();
    for (std::size_t i = 0; i < slices_.size(); ++i) {
      require_whole_pixels(slices_[i]);
      const std::span<std::byte> place = voxels.subspan(i * plane, plane);
      const std::string where = slices_[i].file.string();
      if (mixed_types_) {
        const std::vector<float> values = voxels_of(*slices_[i].io, where);
        std::ranges::copy(std::as_bytes(std::span(values)), place.begin());
      } else {
        read_numbers(*slices_[i].io, place, where);
      }
      progress(static_cast<double>(i + 1) / static_cast<double>(slices_.size()));
    }
  }

 private:
  SeriesSlices sort_by_series(const std::vector<Path>& files) {
    SeriesSlices found;
    for (const Path& file : files) {
      try {
        DicomSlice slice = open_slice(file);
        found[slice.series].push_back(std::move(slice));
      } catch (const itk::ExceptionObject&) {  // a report, a directory
        facts_.left_out.push_back(file.filename().string());
      }
    }
    if (!found.empty()) return found;
    throw Error("none of the " + std::to_string(files.size()) + " DICOM files holds an image",
                folder_.string(), "give the folder of a series of images");
  }

  void list_series(const SeriesSlices& found) {
    for (const auto& [id, slices] : found) {
      facts_.series.push_back(
          {id, series_name(*slices.front().io), static_cast<std::int64_t>(slices.size())});
    }
    std::stable_sort(
        facts_.series.begin(), facts_.series.end(),
        [](const SeriesFacts& a, const SeriesFacts& b) { return a.slices > b.slices; });
  }

  void take(std::vector<DicomSlice> slices) {
    facts_.description = series_name(*slices.front().io);
    if (slices.size() > 1) {
      DicomStack stack = stack_slices(std::move(slices), folder_);
      facts_.grid = stack.grid;
      slices_ = std::move(stack.slices);
    } else {
      facts_.grid = slices.front().grid;
      const auto& a = facts_.grid.affine;
      check_direction({a[0], a[1], a[2], a[4], a[5], a[6], a[8], a[9], a[10]}, folder_);
      slices_ = std::move(slices);
    }
    // Slices that are rescaled each in its own way come as numbers of different types.
    const itk::ImageIOBase& first = *slices_.front().io;
    mixed_types_ = std::ranges::any_of(slices_, [&](const DicomSlice& slice) {
      return slice.io->GetComponentType() != first.GetComponentType();
    });
    facts_.type = mixed_types_ ? "float32" : number_type(first, slices_.front().file.string());
    facts_.voxel_bytes = mixed_types_ ? sizeof(float) : first.GetComponentSize();
  }

  Path folder_;
  std::vector<DicomSlice> slices_;
  bool mixed_types_ = false;
};

}  // namespace

std::unique_ptr<VolumeSource> open_dicom(const Path& path, const std::string& series) {
  return std::make_unique<DicomSource>(path, series);
}

}  // namespace warmstart::medical
