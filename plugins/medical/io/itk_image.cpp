#include "plugins/medical/io/itk_image.h"

#include <itkMetaImageIO.h>
#include <itkNrrdImageIO.h>

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

void set_whole_region(itk::ImageIOBase& io) {
  itk::ImageIORegion region(io.GetNumberOfDimensions());
  for (unsigned c = 0; c < io.GetNumberOfDimensions(); ++c) {
    region.SetIndex(c, 0);
    region.SetSize(c, io.GetDimensions(c));
  }
  io.SetIORegion(region);
}

void require_single_values(const itk::ImageIOBase& io, const std::string& where) {
  if (io.GetNumberOfComponents() == 1) return;
  throw Error("the file has " + std::to_string(io.GetNumberOfComponents()) + " values a voxel",
              where, "give a volume with one value a voxel");
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

itk::ImageIOBase::Pointer open_image(const Path& path, const VolumeHeader& header) {
  itk::ImageIOBase::Pointer io;
  if (header.format == Format::kNrrd) {
    io = itk::NrrdImageIO::New().GetPointer();
  } else {
    io = itk::MetaImageIO::New().GetPointer();
  }
  io->SetFileName(path.string());
  io->ReadImageInformation();
  const Grid grid = grid_of(*io);
  if (grid.size != header.grid.size) {
    throw Error(
        "the decoder sees size " + by_x(grid.size) + ", the header says " + by_x(header.grid.size),
        path.string(), "the header is ambiguous; write the file again");
  }
  const auto& a = grid.affine;
  check_direction({a[0], a[1], a[2], a[4], a[5], a[6], a[8], a[9], a[10]}, path);
  return io;
}

std::string number_type(const itk::ImageIOBase& io, const std::string& where) {
  require_single_values(io, where);
  const std::string bits = std::to_string(8 * io.GetComponentSize());
  switch (io.GetComponentType()) {
    case ComponentEnum::UCHAR:
    case ComponentEnum::USHORT:
    case ComponentEnum::UINT:
    case ComponentEnum::ULONG:
    case ComponentEnum::ULONGLONG:
      return "uint" + bits;
    case ComponentEnum::CHAR:
    case ComponentEnum::SHORT:
    case ComponentEnum::INT:
    case ComponentEnum::LONG:
    case ComponentEnum::LONGLONG:
      return "int" + bits;
    case ComponentEnum::FLOAT:
    case ComponentEnum::DOUBLE:
      return "float" + bits;
    default:
      throw Error("the voxels' type is not supported", where, "convert to an integer or real type");
  }
}

void read_numbers(itk::ImageIOBase& io, std::span<std::byte> numbers, const std::string& where) {
  require_single_values(io, where);
  set_whole_region(io);
  if (static_cast<std::size_t>(io.GetImageSizeInBytes()) != numbers.size()) {
    throw Error("the decoder sees another size than before", where, "write the file again");
  }
  io.Read(numbers.data());
}

std::vector<float> voxels_of(itk::ImageIOBase& io, const std::string& where) {
  std::vector<char> bytes(static_cast<std::size_t>(io.GetImageSizeInBytes()));
  read_numbers(io, std::as_writable_bytes(std::span(bytes)), where);
  std::vector<float> voxels(bytes.size() / io.GetComponentSize());
  convert(io.GetComponentType(), bytes, voxels, where);
  return voxels;
}

}  // namespace warmstart::medical
