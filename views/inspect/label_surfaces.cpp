#include "views/inspect/label_surfaces.h"

#include <cmath>

#include "core/base/error.h"
#include "views/inspect/voxel_reader.h"

namespace warmstart {
namespace {

/// What an untuned software renderer still turns smoothly (tests/bench/README.md).
constexpr std::int64_t kMostTriangles = 200'000;
constexpr int kHighestLabel = 65535;
/// The labels in memory, and what the reader needs beside them for a label that fills the volume.
constexpr std::uint64_t kBytesAVoxel = 8;

bool sameVolume(const Volume& a, const Volume& b) {
  return a.data == b.data && a.size == b.size && a.stride == b.stride && a.type == b.type &&
         a.slope == b.slope && a.intercept == b.intercept && placementOf(a) == placementOf(b);
}

std::uint16_t asLabel(double value) {
  return value >= 1 && value <= kHighestLabel ? static_cast<std::uint16_t>(value) : 0;
}

/// An axial slice of labels, x fastest.
std::vector<std::uint16_t> labelSlice(const Volume& volume, int z) {
  std::vector<std::uint16_t> labels;
  labels.reserve(static_cast<std::size_t>(volume.size[0]) *
                 static_cast<std::size_t>(volume.size[1]));
  withVoxels(volume, [&](auto read) {
    for (int y = 0; y < volume.size[1]; ++y) {
      std::int64_t place = z * volume.stride[2] + y * volume.stride[1];
      for (int x = 0; x < volume.size[0]; ++x, place += volume.stride[0])
        labels.push_back(asLabel(volume.valueOf(static_cast<double>(read[place]))));
    }
  });
  return labels;
}

/// `labels` becomes where and how it differs from `reference`, as the error map of the planes.
void keepDifferences(std::vector<std::uint16_t>& labels,
                     const std::vector<std::uint16_t>& reference, const QSet<int>& hidden) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    std::uint16_t& label = labels[i];
    const std::uint16_t right = reference[i];
    if (label == right || (hidden.contains(label) && hidden.contains(right))) {
      label = 0;
    } else {
      const Difference kind = right == 0   ? Difference::kFalsePositive
                              : label == 0 ? Difference::kFalseNegative
                                           : Difference::kConfusion;
      label = static_cast<std::uint16_t>(kind);
    }
  }
}

void handOver(const SurfaceWish& wish, SharedMemory& memory, const Loading& loading) {
  const std::uint64_t bytes = 2 * static_cast<std::uint64_t>(wish.labels.voxels());
  requireMemory(kBytesAVoxel / 2 * bytes, 0,
                {"the surfaces need", "", "close other programs, or crop the volume"});
  memory.resize(bytes);
  std::uint64_t at = 0;
  for (int z = 0; z < wish.labels.size[2]; ++z) {
    if (loading.stop) throw LoadingStopped();
    std::vector<std::uint16_t> slice = labelSlice(wish.labels, z);
    if (wish.reference.valid()) keepDifferences(slice, labelSlice(wish.reference, z), wish.hidden);
    memory.write(at, std::as_bytes(std::span(slice)));
    at += 2 * slice.size();
  }
}

/// What the program says is not trusted either.
bool soundMesh(const LabelMesh& mesh) {
  const auto finite = [](const std::array<float, 3>& a) {
    return std::isfinite(a[0]) && std::isfinite(a[1]) && std::isfinite(a[2]);
  };
  return std::ranges::all_of(mesh.points,
                             [&](const SurfacePoint& point) {
                               return finite(point.place) && finite(point.normal);
                             }) &&
         std::ranges::all_of(mesh.triangles, [&](const SurfaceTriangle& triangle) {
           return std::ranges::max(triangle) < mesh.points.size();
         });
}

std::vector<LabelMesh> received(VolumeReader& reader, const Json& answer) {
  std::vector<LabelMesh> meshes;
  std::int64_t triangles = 0;
  for (const Json& each : answer.at("surfaces")) {
    LabelMesh mesh;
    mesh.label = each.at("label").get<int>();
    const auto points = each.at("points").get<std::int64_t>();
    const auto more = each.at("triangles").get<std::int64_t>();
    triangles += more;
    const bool possible =
        points >= 0 && more >= 0 && points <= 2 * kMostTriangles && triangles <= 2 * kMostTriangles;
    if (!possible) answerNotUnderstood("");
    mesh.points.resize(static_cast<std::size_t>(points));
    mesh.triangles.resize(static_cast<std::size_t>(more));
    reader.receive(mesh.points.data(), mesh.points.size() * sizeof(SurfacePoint));
    reader.receive(mesh.triangles.data(), mesh.triangles.size() * sizeof(SurfaceTriangle));
    if (!soundMesh(mesh)) answerNotUnderstood("");
    meshes.push_back(std::move(mesh));
  }
  return meshes;
}

std::vector<LabelMesh> askedMeshes(const SurfaceWish& wish, Loading& loading) {
  try {
    VolumeReader reader({.service = "--surface",
                         .work = "making the surfaces",
                         .where = "",
                         .when_gone = "try a smaller volume"},
                        loading);
    handOver(wish, reader.memory(), loading);
    reader.ask({{"size", wish.labels.size},
                {"affine", placementOf(wish.labels)},
                {"most_triangles", kMostTriangles}});
    return received(reader, reader.answer());
  } catch (const Json::exception&) {
    answerNotUnderstood("");
  }
}

}  // namespace

bool SurfaceWish::operator==(const SurfaceWish& other) const {
  return sameVolume(labels, other.labels) && sameVolume(reference, other.reference) &&
         (!reference.valid() || hidden == other.hidden);
}

bool SurfaceWish::sameSpace(const SurfaceWish& other) const {
  return labels.size == other.labels.size && placementOf(labels) == placementOf(other.labels);
}

SurfaceWish surfaceWish(const VolumeScene& scene) {
  switch (scene.overlay()) {
    case OverlayKind::kReference:
      return {.labels = scene.reference(), .reference = {}, .hidden = {}};
    case OverlayKind::kError:
      if (!scene.has(OverlayKind::kError)) return {};
      return {.labels = scene.prediction(),
              .reference = scene.reference(),
              .hidden = scene.hiddenClasses()};
    default:
      return {.labels = scene.prediction(), .reference = {}, .hidden = {}};
  }
}

LabelSurfaces makeSurfaces(const SurfaceWish& wish, Loading& loading) {
  LabelSurfaces surfaces;
  surfaces.wish = wish;
  try {
    surfaces.meshes = askedMeshes(wish, loading);
  } catch (const LoadingStopped&) {
    surfaces.stopped = true;
  } catch (const Error& error) {
    surfaces.problem = QString::fromUtf8(error.what());
  }
  return surfaces;
}

std::array<double, 12> placementOf(const Volume& volume) {
  std::array<double, 12> affine{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    std::array<double, 3> along{};
    along.at(axis) = axis > 0 && !volume.upward ? -1 : 1;
    if (volume.direction) along = (*volume.direction)[axis];
    for (std::size_t r = 0; r < 3; ++r) affine[4 * r + axis] = along[r] * volume.spacing[axis];
  }
  return affine;
}

}  // namespace warmstart
