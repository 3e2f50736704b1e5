#include "views/volume/volume_file.h"

#include <algorithm>
#include <fstream>

#include "core/base/json.h"
#include "views/inspect/voxel_reader.h"

namespace warmstart {
namespace {

constexpr int kMostLooked = 64;  ///< entries of a folder

VoxelType typeOf(const QString& name) {
  static const QHash<QString, VoxelType> kTypes{
      {"uint8", VoxelType::kUint8},     {"int8", VoxelType::kInt8},
      {"uint16", VoxelType::kUint16},   {"int16", VoxelType::kInt16},
      {"uint32", VoxelType::kUint32},   {"int32", VoxelType::kInt32},
      {"uint64", VoxelType::kUint64},   {"int64", VoxelType::kInt64},
      {"float32", VoxelType::kFloat32}, {"float64", VoxelType::kFloat64}};
  return kTypes.value(name);
}

std::uint64_t bytesOf(VoxelType type) {
  const Volume one{.type = type};
  std::uint64_t bytes = 0;
  withVoxels(one, [&]<class T>(VoxelReader<T>) { bytes = sizeof(T); });
  return bytes;
}

VolumeFile fileOf(const VolumeRequest& request, const Json& facts) {
  VolumeFile file;
  file.path = request.path;
  file.description = QString::fromStdString(facts.at("description").get<std::string>());
  file.type = QString::fromStdString(facts.at("type").get<std::string>());
  file.stored_size = facts.at("size").get<std::array<int, 3>>();
  file.affine = facts.at("affine").get<std::array<double, 12>>();
  file.axis = facts.at("axis").get<std::array<int, 3>>();
  file.flip = facts.at("flip").get<std::array<bool, 3>>();
  file.steps = facts.at("steps").get<int>();
  file.step_seconds = facts.at("step_seconds").get<double>();
  file.slope = facts.at("slope").get<double>();
  file.intercept = facts.at("intercept").get<double>();
  for (const Json& each : facts.at("series"))
    file.series.push_back({QString::fromStdString(each.at("id").get<std::string>()),
                           QString::fromStdString(each.at("name").get<std::string>()),
                           each.at("slices").get<int>()});
  file.chosen = QString::fromStdString(facts.at("chosen").get<std::string>());
  for (const Json& each : facts.at("left_out"))
    file.left_out << QString::fromStdString(each.get<std::string>());
  return file;
}

/// What the reader says is not trusted either: strides must stay within the memory.
void requireSound(const VolumeFile& file, std::uint64_t bytes) {
  std::array<int, 3> axes = file.axis;
  std::sort(axes.begin(), axes.end());
  bool sound = axes == std::array<int, 3>{0, 1, 2} && file.steps >= 1 && file.slope != 0;
  auto count = static_cast<std::uint64_t>(file.steps) * bytesOf(typeOf(file.type));
  for (const int size : file.stored_size) {
    sound = sound && size >= 1 && size <= 65535;
    count *= static_cast<std::uint64_t>(size);
  }
  if (sound && count == bytes) return;
  answerNotUnderstood(file.path.string());
}

void addValues(VolumeFile& file, const Json& values) {
  file.low = values.at("low").get<double>(), file.high = values.at("high").get<double>();
  file.whole = values.at("whole").get<bool>();
  file.not_finite = values.at("not_finite").get<std::int64_t>();
}

bool isDicom(const Path& file) {
  std::array<char, 132> start{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(start.data(), start.size());
  return stream.gcount() == 132 && std::string_view(start.data() + 128, 4) == "DICM";
}

/// Looks at a few files of the folder; `depth`: at its subfolders too.
bool holdsDicom(const Path& folder, int depth) {
  int looked = 0;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    if (++looked > kMostLooked) break;
    if (entry.is_regular_file(code) && isDicom(entry.path())) return true;
    if (depth > 0 && entry.is_directory(code) && holdsDicom(entry.path(), depth - 1)) return true;
  }
  return false;
}

}  // namespace

Volume VolumeFile::at(int step) const {
  const std::array<std::int64_t, 3> along{1, stored_size[0],
                                          std::int64_t{stored_size[0]} * stored_size[1]};
  Volume volume;
  volume.type = typeOf(type);
  volume.slope = slope, volume.intercept = intercept;
  volume.millimetres = volume.upward = true;
  volume.direction.emplace();
  std::int64_t first = along[2] * stored_size[2] * step;
  for (std::size_t a = 0; a < 3; ++a) {
    const auto from = static_cast<std::size_t>(axis[a]);
    volume.size[a] = stored_size[from];
    volume.stride[a] = flip[a] ? -along[from] : along[from];
    if (flip[a]) first += along[from] * (stored_size[from] - 1);
    const double sign = flip[a] ? -1 : 1;
    Point3& direction = (*volume.direction)[a];
    for (std::size_t r = 0; r < 3; ++r) direction[r] = sign * affine[4 * r + from];
    volume.spacing[a] = std::hypot(direction[0], direction[1], direction[2]);
    for (double& part : direction) part /= volume.spacing[a];
  }
  volume.data = voxels.get() + first * static_cast<std::int64_t>(bytesOf(volume.type));
  volume.owner = voxels;
  return volume;
}

Voxel VolumeFile::stored(const Voxel& voxel) const {
  Voxel index{};
  for (std::size_t a = 0; a < 3; ++a) {
    const auto to = static_cast<std::size_t>(axis[a]);
    index[to] = flip[a] ? stored_size[to] - 1 - voxel[a] : voxel[a];
  }
  return index;
}

Point3 VolumeFile::place(const Voxel& voxel) const {
  const Voxel index = stored(voxel);
  Point3 place{};
  for (std::size_t r = 0; r < 3; ++r) {
    place[r] = affine[4 * r + 3];
    for (std::size_t c = 0; c < 3; ++c) place[r] += affine[4 * r + c] * index[c];
  }
  return place;
}

VolumeFilePtr readVolume(const VolumeRequest& request, Loading& loading) {
  const std::string path = request.path.string();
  try {
    VolumeReader reader({.service = "--decode",
                         .work = "decoding it",
                         .where = path,
                         .when_gone = "the file is damaged or hostile"},
                        loading);
    Json grid;
    if (const VolumeFilePtr& on = request.grid)
      grid = {{"size", on->stored_size}, {"affine", on->affine}};
    reader.ask({{"path", path}, {"series", request.series}, {"grid", grid}});
    const Json facts = reader.answer();
    VolumeFile file = fileOf(request, facts);
    const auto bytes = facts.at("bytes").get<std::uint64_t>();
    requireSound(file, bytes);
    requireMemory(
        bytes, request.budget,
        {"the volume needs", path, "close other programs, or crop or resample the volume"});
    reader.memory().resize(bytes);
    reader.go();
    addValues(file, reader.answer());
    file.voxels = reader.memory().read();
    return std::make_shared<const VolumeFile>(std::move(file));
  } catch (const LoadingStopped&) {
    return nullptr;
  } catch (const Json::exception&) {
    answerNotUnderstood(path);
  }
}

bool looksLikeVolume(const Path& path) {
  static const QStringList kEndings{".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd", ".dcm"};
  std::error_code code;
  if (std::filesystem::is_directory(path, code)) return holdsDicom(path, 1);
  const QString name = QString::fromStdString(path.filename().string()).toLower();
  if (std::ranges::any_of(kEndings, [&](const QString& each) { return name.endsWith(each); }))
    return true;
  return std::filesystem::is_regular_file(path, code) && isDicom(path);
}

}  // namespace warmstart
