#include "plugins/medical/io/volume_source.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <tuple>

#include "core/base/error.h"
#include "plugins/medical/io/dicom_files.h"
#include "plugins/medical/io/itk_image.h"

namespace warmstart::medical {
namespace {

const char* nifti_type_name(int type) {
  switch (type) {
    case 2:
      return "uint8";
    case 4:
      return "int16";
    case 8:
      return "int32";
    case 16:
      return "float32";
    case 64:
      return "float64";
    case 256:
      return "int8";
    case 512:
      return "uint16";
    case 768:
      return "uint32";
    case 1024:
      return "int64";
    default:  // 1280: the check lets nothing else through
      return "uint64";
  }
}

void swap_numbers(std::span<std::byte> bytes, std::size_t size) {
  for (std::size_t at = 0; at + size <= bytes.size(); at += size)
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                 bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
}

class NiftiSource final : public VolumeSource {
 public:
  NiftiSource(const Path& path, VolumeHeader header) : path_(path), header_(std::move(header)) {
    facts_.grid = header_.grid;
    facts_.steps = header_.steps, facts_.step_seconds = header_.step_seconds;
    facts_.type = nifti_type_name(header_.nifti_type);
    facts_.voxel_bytes = header_.voxel_bytes;
    if (header_.slope != 0) facts_.slope = header_.slope, facts_.intercept = header_.intercept;
    facts_.description = header_.description;
  }
  void read(std::span<std::byte> voxels, const Progress& progress) override {
    std::size_t place = 0;
    stream_data(header_, path_, [&](std::string_view bytes) {
      std::memcpy(voxels.data() + place, bytes.data(), bytes.size());
      place += bytes.size();
      progress(static_cast<double>(place) / static_cast<double>(voxels.size()));
    });
    if (header_.swapped) swap_numbers(voxels, header_.voxel_bytes);
  }

 private:
  Path path_;
  VolumeHeader header_;
};

/// NRRD and MetaImage.
class ItkSource final : public VolumeSource {
 public:
  ItkSource(const Path& path, VolumeHeader header) : path_(path), header_(std::move(header)) {
    io_ = open_image(path, header_);
    facts_.grid = grid_of(*io_);
    facts_.type = number_type(*io_, path.string());
    facts_.voxel_bytes = io_->GetComponentSize();
  }
  void read(std::span<std::byte> voxels, const Progress&) override {
    check_length(header_, path_);
    read_numbers(*io_, voxels, path_.string());
  }

 private:
  Path path_;
  VolumeHeader header_;
  itk::ImageIOBase::Pointer io_;
};

std::unique_ptr<VolumeSource> open_format(const Path& path, const std::string& series) {
  std::error_code code;
  const bool plain = std::filesystem::is_regular_file(path, code);
  if (plain && !has_volume_ending(path.filename().string()) && is_dicom_file(path))
    return open_dicom(path, series);
  VolumeHeader header = check_header(path, TimeSteps::kMany);
  if (header.format == Format::kDicomSeries) return open_dicom(path, series);
  if (header.format == Format::kNifti)
    return std::make_unique<NiftiSource>(path, std::move(header));
  return std::make_unique<ItkSource>(path, std::move(header));
}

template <class T>
ValueFacts facts_of(const VolumeFacts& volume, std::span<const std::byte> bytes) {
  ValueFacts facts;
  const std::span numbers(reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T));
  const bool scaled = volume.slope != 1 || volume.intercept != 0;
  const auto value = [&](T number) {
    return static_cast<double>(number) * volume.slope + volume.intercept;
  };
  T low = std::numeric_limits<T>::max(), high = std::numeric_limits<T>::lowest();
  for (const T number : numbers) {
    if constexpr (std::is_floating_point_v<T>) {
      if (!std::isfinite(number)) {
        ++facts.not_finite;
        continue;
      }
    }
    if (std::is_floating_point_v<T> || scaled)
      facts.whole = facts.whole && value(number) == std::floor(value(number));
    low = std::min(low, number), high = std::max(high, number);
  }
  if (low > high) low = high = 0;
  std::tie(facts.low, facts.high) = std::minmax({value(low), value(high)});
  return facts;
}

}  // namespace

std::unique_ptr<VolumeSource> open_volume(const Path& path, const std::string& series) {
  return rephrased(path, [&] { return open_format(path, series); });
}

ValueFacts value_facts(const VolumeFacts& facts, std::span<const std::byte> voxels) {
  if (facts.type == "uint8") return facts_of<std::uint8_t>(facts, voxels);
  if (facts.type == "int8") return facts_of<std::int8_t>(facts, voxels);
  if (facts.type == "uint16") return facts_of<std::uint16_t>(facts, voxels);
  if (facts.type == "int16") return facts_of<std::int16_t>(facts, voxels);
  if (facts.type == "uint32") return facts_of<std::uint32_t>(facts, voxels);
  if (facts.type == "int32") return facts_of<std::int32_t>(facts, voxels);
  if (facts.type == "uint64") return facts_of<std::uint64_t>(facts, voxels);
  if (facts.type == "int64") return facts_of<std::int64_t>(facts, voxels);
  if (facts.type == "float32") return facts_of<float>(facts, voxels);
  return facts_of<double>(facts, voxels);
}

}  // namespace warmstart::medical
