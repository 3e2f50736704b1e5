#include "plugins/medical/io/decode.h"

#include <itkMetaImageIO.h>
#include <itkNrrdImageIO.h>

#include <cmath>

#include "core/base/error.h"
#include "plugins/medical/io/itk_image.h"

namespace warmstart::medical {
namespace {

using ComponentEnum = itk::IOComponentEnum;

template <class T>
void append_as_float(const std::vector<char>& bytes, std::vector<float>& voxels) {
  const T* values = reinterpret_cast<const T*>(bytes.data());
  const std::size_t count = bytes.size() / sizeof(T);
  for (std::size_t i = 0; i < count; ++i) voxels[i] = static_cast<float>(values[i]);
}

void convert(ComponentEnum type, const std::vector<char>& bytes, std::vector<float>& voxels,
             const std::string& where) {
  switch (type) {
    case ComponentEnum::UCHAR:
      return append_as_float<unsigned char>(bytes, voxels);
    case ComponentEnum::CHAR:
      return append_as_float<signed char>(bytes, voxels);
    case ComponentEnum::USHORT:
      return append_as_float<unsigned short>(bytes, voxels);
    case ComponentEnum::SHORT:
      return append_as_float<short>(bytes, voxels);
    case ComponentEnum::UINT:
      return append_as_float<unsigned int>(bytes, voxels);
    case ComponentEnum::INT:
      return append_as_float<int>(bytes, voxels);
    case ComponentEnum::ULONG:
      return append_as_float<unsigned long>(bytes, voxels);
    case ComponentEnum::LONG:
      return append_as_float<long>(bytes, voxels);
    case ComponentEnum::ULONGLONG:
      return append_as_float<unsigned long long>(bytes, voxels);
    case ComponentEnum::LONGLONG:
      return append_as_float<long long>(bytes, voxels);
    case ComponentEnum::FLOAT:
      return append_as_float<float>(bytes, voxels);
    case ComponentEnum::DOUBLE:
      return append_as_float<double>(bytes, voxels);
    default:
      throw Error("the voxels' type is not supported", where, "convert to an integer or real type");
  }
}

void require_finite(const std::vector<float>& voxels, const std::string& where) {
  std::size_t bad = 0;
  for (const float value : voxels) bad += !std::isfinite(value);
  if (bad == 0) return;
  throw Error(std::to_string(bad) + " voxels are NaN or infinite", where,
              "replace them, for example by zero");
}

itk::ImageIOBase::Pointer image_io(Format format) {
  if (format == Format::kNrrd) return itk::NrrdImageIO::New().GetPointer();
  return itk::MetaImageIO::New().GetPointer();
}

Volume decode_single_file(const Path& path, const VolumeHeader& header) {
  const itk::ImageIOBase::Pointer io = image_io(header.format);
  io->SetFileName(path.string());
  io->ReadImageInformation();
  Volume volume;
  volume.name = volume_stem(path);
  volume.grid = grid_of(*io);
  if (volume.grid.size != header.grid.size) {
    throw Error("the decoder sees size " + by_x(volume.grid.size) + ", the header says " +
                    by_x(header.grid.size),
                path.string(), "the header is ambiguous; write the file again");
  }
  const auto& a = volume.grid.affine;
  check_direction({a[0], a[1], a[2], a[4], a[5], a[6], a[8], a[9], a[10]}, path);
  volume.voxels = voxels_of(*io, path.string());
  return volume;
}

}  // namespace

Grid grid_of(const itk::ImageIOBase& io) {
  Grid grid;
  for (unsigned c = 0; c < 3; ++c) {
    const bool there = c < io.GetNumberOfDimensions();
    grid.size[c] = there ? static_cast<std::int64_t>(io.GetDimensions(c)) : 1;
    if (!there) continue;
    const std::vector<double> direction = io.GetDirection(c);
    for (unsigned r = 0; r < 3; ++r) {
      const double sign = r < 2 ? -1 : 1;
      const double cosine = r < direction.size() ? direction[r] : 0;
      grid.affine[4 * r + c] = sign * cosine * io.GetSpacing(c);
    }
    grid.affine[4 * c + 3] = (c < 2 ? -1 : 1) * io.GetOrigin(c);
  }
  return grid;
}

std::vector<float> voxels_of(itk::ImageIOBase& io, const std::string& where) {
  if (io.GetNumberOfComponents() != 1) {
    throw Error("the file has " + std::to_string(io.GetNumberOfComponents()) + " values a voxel",
                where, "give a volume with one value a voxel");
  }
  itk::ImageIORegion region(io.GetNumberOfDimensions());
  std::size_t count = 1;
  for (unsigned c = 0; c < io.GetNumberOfDimensions(); ++c) {
    region.SetIndex(c, 0);
    region.SetSize(c, io.GetDimensions(c));
    count *= io.GetDimensions(c);
  }
  io.SetIORegion(region);
  std::vector<char> bytes(count * io.GetComponentSize());
  io.Read(bytes.data());
  std::vector<float> voxels(count);
  convert(io.GetComponentType(), bytes, voxels, where);
  return voxels;
}

Volume decode_volume(const Path& path) {
  const VolumeHeader header = check_header(path);
  try {
    Volume volume = header.format == Format::kDicomSeries ? decode_dicom_series(path)
                    : header.format == Format::kNifti     ? decode_nifti(path, header)
                                                          : decode_single_file(path, header);
    require_finite(volume.voxels, path.string());
    return volume;
  } catch (const itk::ExceptionObject& exception) {
    std::string reason = exception.GetDescription();
    for (char& c : reason) {
      if (c == '\n') c = ' ';
    }
    throw Error("the decoder refused the file: " + reason.substr(0, 200), path.string(),
                "check that it opens elsewhere, or write it again");
  } catch (const std::bad_alloc&) {
    throw Error("decoding needs more memory than there is", path.string(), "crop the volume");
  }
}

}  // namespace warmstart::medical
