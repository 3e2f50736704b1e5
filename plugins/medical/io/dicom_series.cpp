// A folder of DICOM slices becomes one volume only when it holds one series without holes.
#include <itkGDCMImageIO.h>
#include <itkMetaDataObject.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>

#include "core/base/error.h"
#include "plugins/medical/io/decode.h"
#include "plugins/medical/io/dicom_files.h"
#include "plugins/medical/io/itk_image.h"

namespace warmstart::medical {
namespace {

struct Slice {
  Path file;
  itk::GDCMImageIO::Pointer io;
  std::string series;
  Grid grid;
  double place = 0;  // mm along the stack's normal
};

Slice open_slice(const Path& file) {
  Slice slice;
  slice.file = file;
  slice.io = itk::GDCMImageIO::New();
  slice.io->SetFileName(file.string());
  slice.io->ReadImageInformation();
  itk::ExposeMetaData<std::string>(slice.io->GetMetaDataDictionary(), "0020|000e", slice.series);
  slice.grid = grid_of(*slice.io);
  if (slice.grid.size[2] != 1) {
    throw Error("a DICOM file with " + std::to_string(slice.grid.size[2]) + " frames",
                file.string(), "give a series with one slice a file");
  }
  check_size(slice.grid.size, file);
  for (int c = 0; c < 2; ++c) check_spacing(slice.grid.spacing()[c], file);
  return slice;
}

double dicom_tag_number(const itk::ImageIOBase& io, const char* tag) {
  std::string text;
  itk::ExposeMetaData<std::string>(io.GetMetaDataDictionary(), tag, text);
  return std::strtod(text.c_str(), nullptr);
}

// Bytes as stored: bits allocated, not the type after rescaling.
void require_whole_pixels(const Slice& slice) {
  const double bits = dicom_tag_number(*slice.io, "0028|0100");
  const double values = std::max(1.0, dicom_tag_number(*slice.io, "0028|0002"));
  if (!(bits >= 8 && bits <= 64 && values <= 4)) {
    throw Error("a DICOM slice does not say how many bits a pixel has", slice.file.string(),
                "export the series again");
  }
  const double bytes =
      static_cast<double>(slice.grid.size[0] * slice.grid.size[1]) * values * bits / 8;
  check_dicom_pixels(slice.file, static_cast<std::uint64_t>(bytes));
}

Vector3 normal_of(const Grid& grid) {
  const Vector3 spacing = grid.spacing();
  const auto u = [&](int r) { return grid.affine[4 * r] / spacing[0]; };
  const auto v = [&](int r) { return grid.affine[4 * r + 1] / spacing[1]; };
  return {u(1) * v(2) - u(2) * v(1), u(2) * v(0) - u(0) * v(2), u(0) * v(1) - u(1) * v(0)};
}

void require_one_series(const std::vector<Slice>& slices, const Path& folder) {
  std::map<std::string, int> count;
  for (const Slice& slice : slices) ++count[slice.series];
  if (count.size() == 1) return;
  std::string sizes;
  for (const auto& [series, files] : count) {
    sizes += (sizes.empty() ? "" : ", ") + std::to_string(files);
  }
  throw Error(
      "the folder mixes " + std::to_string(count.size()) + " series (of " + sizes + " slices)",
      folder.string(), "put each series into a folder of its own");
}

void require_equal_planes(const std::vector<Slice>& slices, const Path& folder) {
  const Grid& first = slices.front().grid;
  for (const Slice& slice : slices) {
    bool same = slice.grid.size == first.size;
    for (const int i : {0, 1, 4, 5, 8, 9}) {
      same = same && std::abs(slice.grid.affine[i] - first.affine[i]) < 1e-3;
    }
    if (same) continue;
    throw Error("slice " + slice.file.filename().string() + " is " + by_x(slice.grid.size) +
                    " at " + by_x(slice.grid.spacing()) + " mm, unlike slice " +
                    slices.front().file.filename().string(),
                folder.string(), "give a series with equal size and direction in all slices");
  }
}

std::string dicom_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

// The step between neighbours; a hole is a step of about twice the usual one.
double require_even_steps(const std::vector<Slice>& slices, const Path& folder) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < slices.size(); ++i) {
    steps.push_back(slices[i].place - slices[i - 1].place);
  }
  std::vector<double> sorted = steps;
  std::nth_element(sorted.begin(), sorted.begin() + sorted.size() / 2, sorted.end());
  const double usual = sorted[sorted.size() / 2];
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (std::abs(steps[i] - usual) <= 0.05 * usual && steps[i] > 1e-3) continue;
    const std::string between =
        slices[i].file.filename().string() + " and " + slices[i + 1].file.filename().string();
    if (steps[i] <= 1e-3) {
      throw Error("two slices at one position: " + between, folder.string(),
                  "keep one time point or echo a folder");
    }
    throw Error("slices are missing: " + dicom_number(steps[i]) + " mm between " + between +
                    ", elsewhere " + dicom_number(usual) + " mm",
                folder.string(), "export the series again with all its slices");
  }
  return usual;
}

std::vector<Slice> sorted_slices(const Path& folder) {
  std::vector<Slice> slices;
  for (const Path& file : dicom_files(folder)) slices.push_back(open_slice(file));
  require_one_series(slices, folder);
  require_equal_planes(slices, folder);
  if (slices.size() < 2) {
    throw Error("the series has one slice", folder.string(), "give a series of two slices or more");
  }
  const Vector3 normal = normal_of(slices.front().grid);
  for (Slice& slice : slices) {
    for (int r = 0; r < 3; ++r) slice.place += normal[r] * slice.grid.affine[4 * r + 3];
  }
  std::stable_sort(slices.begin(), slices.end(),
                   [](const Slice& a, const Slice& b) { return a.place < b.place; });
  return slices;
}

}  // namespace

Volume decode_dicom_series(const Path& folder) {
  std::vector<Slice> slices = sorted_slices(folder);
  require_even_steps(slices, folder);
  Volume volume;
  volume.name = folder.filename().string();
  volume.grid = slices.front().grid;
  volume.grid.size[2] = static_cast<std::int64_t>(slices.size());
  check_size(volume.grid.size, folder);
  for (int r = 0; r < 3; ++r) {
    const double whole =
        slices.back().grid.affine[4 * r + 3] - slices.front().grid.affine[4 * r + 3];
    volume.grid.affine[4 * r + 2] = whole / static_cast<double>(slices.size() - 1);
  }
  const auto& a = volume.grid.affine;
  check_direction({a[0], a[1], a[2], a[4], a[5], a[6], a[8], a[9], a[10]}, folder);
  volume.voxels.reserve(static_cast<std::size_t>(volume.grid.voxels()));
  for (Slice& slice : slices) {
    require_whole_pixels(slice);
    const std::vector<float> plane = voxels_of(*slice.io, slice.file.string());
    volume.voxels.insert(volume.voxels.end(), plane.begin(), plane.end());
  }
  return volume;
}

}  // namespace warmstart::medical
