// How long the surfaces of three labels in 256^3 voxels take from the labels in memory to the
// triangles (the reader process and back), and how many pictures a second they turn in a pane of
// 600 x 400 pixels, opaque and faint. Needs an X server: xvfb-run -a volume_surface_bench.
#include <QApplication>
#include <QElapsedTimer>
#include <cmath>
#include <cstdio>

#include "views/inspect/surface_view.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kEdge = 256, kPictures = 90;

/// A body with two organs, each with a wavy surface.
std::shared_ptr<std::vector<std::uint8_t>> threeLabels() {
  auto labels = std::make_shared<std::vector<std::uint8_t>>(std::size_t{kEdge} * kEdge * kEdge);
  auto at = labels->begin();
  for (int z = 0; z < kEdge; ++z) {
    for (int y = 0; y < kEdge; ++y) {
      for (int x = 0; x < kEdge; ++x, ++at) {
        const double wave = 4 * std::sin(x / 9.0) * std::sin(y / 9.0) * std::sin(z / 9.0);
        const auto within = [&](double centre, double radius) {
          return std::hypot(x - centre, y - 128, z - 128) < radius + wave;
        };
        *at = within(90, 30) ? 2 : within(170, 35) ? 3 : within(128, 110) ? 1 : 0;
      }
    }
  }
  return labels;
}

Volume volumeOfLabels() {
  const auto labels = threeLabels();
  Volume volume;
  volume.size = {kEdge, kEdge, kEdge};
  volume.stride = {1, kEdge, std::int64_t{kEdge} * kEdge};
  volume.type = VoxelType::kUint8;
  volume.data = reinterpret_cast<const std::byte*>(labels->data());
  volume.owner = labels;
  return volume;
}

int measureMaking(const Volume& labels) {
  Loading loading;
  QElapsedTimer clock;
  clock.start();
  const LabelSurfaces made =
      makeSurfaces({.labels = labels, .reference = {}, .hidden = {}}, loading);
  const double seconds = static_cast<double>(clock.nsecsElapsed()) * 1e-9;
  std::size_t triangles = 0;
  for (const LabelMesh& mesh : made.meshes) triangles += mesh.triangles.size();
  std::printf("%zu surfaces, %zu triangles after %.2f s%s\n", made.meshes.size(), triangles,
              seconds, qPrintable(made.problem));
  return made.meshes.size() == 3 ? 0 : 1;
}

int measureTurning(VolumeScene& scene, SurfaceView& pane, double opacity) {
  scene.setOpacity(opacity);
  pane.repaint();
  QElapsedTimer clock;
  clock.start();
  for (int i = 0; i < kPictures; ++i) {
    SurfaceCamera camera = pane.camera();
    camera.turn(4, 0);
    pane.setCamera(camera);
    pane.repaint();
  }
  std::printf("opacity %.1f: %.1f pictures/s\n", opacity,
              kPictures * 1e9 / static_cast<double>(clock.nsecsElapsed()));
  return pane.message().isEmpty() ? 0 : 1;
}

int measure() {
  const Volume labels = volumeOfLabels();
  if (const int failed = measureMaking(labels)) return failed;
  VolumeScene scene;
  scene.setVolumes({labels, labels, {}, {}}, {0, 3});
  SurfaceView pane(scene);
  pane.resize(600, 400);
  pane.show();
  while (!pane.settled()) QApplication::processEvents(QEventLoop::WaitForMoreEvents);
  if (!pane.message().isEmpty()) return std::printf("%s\n", qPrintable(pane.message())), 1;
  return measureTurning(scene, pane, 1) + measureTurning(scene, pane, 0.5);
}

}  // namespace
}  // namespace warmstart

int main(int argc, char** argv) {
  QApplication app(argc, argv);
  warmstart::look::apply(app, warmstart::look::Scheme::kLight);
  return warmstart::measure();
}
