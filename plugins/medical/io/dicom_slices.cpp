#include "plugins/medical/io/dicom_slices.h"

#include <itkMetaDataObject.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/base/error.h"
#include "plugins/medical/io/dicom_files.h"
#include "plugins/medical/io/header_check.h"
#include "plugins/medical/io/itk_image.h"

namespace warmstart::medical {
namespace {

double dicom_tag_number(const itk::ImageIOBase& io, const char* tag) {
  return std::strtod(dicom_text(io, tag).c_str(), nullptr);
}

Vector3 normal_of(const Grid& grid) {
  const Vector3 spacing = grid.spacing();
  const auto u = [&](int r) { return grid.affine[4 * r] / spacing[0]; };
  const auto v = [&](int r) { return grid.affine[4 * r + 1] / spacing[1]; };
  return {u(1) * v(2) - u(2) * v(1), u(2) * v(0) - u(0) * v(2), u(0) * v(1) - u(1) * v(0)};
}

void require_equal_planes(const std::vector<DicomSlice>& slices, const Path& folder) {
  const Grid& first = slices.front().grid;
  for (const DicomSlice& slice : slices) {
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

// A hole is a step of about twice the usual one.
void require_even_steps(const std::vector<DicomSlice>& slices, const Path& folder) {
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
}

void sort_slices(std::vector<DicomSlice>& slices) {
  const Vector3 normal = normal_of(slices.front().grid);
  for (DicomSlice& slice : slices) {
    for (int r = 0; r < 3; ++r) slice.place += normal[r] * slice.grid.affine[4 * r + 3];
  }
  std::stable_sort(slices.begin(), slices.end(),
                   [](const DicomSlice& a, const DicomSlice& b) { return a.place < b.place; });
}

}  // namespace

std::string dicom_text(const itk::ImageIOBase& io, const char* tag) {
  std::string text;
  itk::ExposeMetaData<std::string>(io.GetMetaDataDictionary(), tag, text);
  const auto end = text.find_last_not_of(std::string_view(" \0", 2));
  text.resize(end == std::string::npos ? 0 : end + 1);
  return text;
}

DicomSlice open_slice(const Path& file) {
  DicomSlice slice;
  slice.file = file;
  slice.io = itk::GDCMImageIO::New();
  slice.io->SetFileName(file.string());
  slice.io->ReadImageInformation();
  slice.series = dicom_text(*slice.io, "0020|000e");
  slice.grid = grid_of(*slice.io);
  if (slice.grid.size[2] != 1) {
    throw Error("a DICOM file with " + std::to_string(slice.grid.size[2]) + " frames",
                file.string(), "give a series with one slice a file");
  }
  check_size(slice.grid.size, file);
  for (int c = 0; c < 2; ++c) check_spacing(slice.grid.spacing()[c], file);
  return slice;
}

// Bytes as stored: bits allocated, not the type after rescaling.
void require_whole_pixels(const DicomSlice& slice) {
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

DicomStack stack_slices(std::vector<DicomSlice> slices, const Path& folder) {
  require_equal_planes(slices, folder);
  sort_slices(slices);
  require_even_steps(slices, folder);
  DicomStack stack;
  stack.grid = slices.front().grid;
  stack.grid.size[2] = static_cast<std::int64_t>(slices.size());
  check_size(stack.grid.size, folder);
  for (int r = 0; r < 3; ++r) {
    const double whole =
        slices.back().grid.affine[4 * r + 3] - slices.front().grid.affine[4 * r + 3];
    stack.grid.affine[4 * r + 2] = whole / static_cast<double>(slices.size() - 1);
  }
  const auto& a = stack.grid.affine;
  check_direction({a[0], a[1], a[2], a[4], a[5], a[6], a[8], a[9], a[10]}, folder);
  stack.slices = std::move(slices);
  return stack;
}

}  // namespace warmstart::medical
