#include "plugins/medical/io/surface_stream.h"

#include <cmath>
#include <cstdio>

#include "core/base/error.h"
#include "core/base/guarded_reader.h"
#include "plugins/medical/geometry/label_surface.h"
#include "plugins/medical/io/window_service.h"

namespace warmstart::medical {
namespace {

constexpr std::int64_t kMostAlong = 65535;

Grid asked_grid(const Json& request) {
  Grid grid;
  grid.size = request.at("size").get<Size3>();
  grid.affine = request.at("affine").get<std::array<double, 12>>();
  for (const std::int64_t size : grid.size) {
    if (size < 1 || size > kMostAlong)
      throw Error("the size " + by_x(grid.size) + " is not possible", "", "give a whole volume");
  }
  for (const double spacing : grid.spacing()) {
    if (!(spacing > 0) || !std::isfinite(spacing))
      throw Error("the spacing " + by_x(grid.spacing()) + " mm is not possible", "",
                  "give a volume with a spacing above zero");
  }
  return grid;
}

template <class T>
void send(const std::vector<T>& values) {
  std::fwrite(values.data(), sizeof(T), values.size(), stdout);
}

}  // namespace

int stream_surfaces(int memory, int cpu_seconds) {
  return serve_window(cpu_seconds, [memory] {
    const Json request = asked();
    const Grid grid = asked_grid(request);
    const std::uint64_t bytes = 2 * static_cast<std::uint64_t>(grid.voxels());
    // The voxels, and a label that fills the volume: its mask twice, and what its cells hold.
    limit_memory(8 * bytes + kHeadRoom);
    const MappedMemory place(memory, bytes);
    const std::span labels(reinterpret_cast<const std::uint16_t*>(place.bytes().data()), bytes / 2);
    const std::vector<LabelSurface> surfaces = label_surfaces(
        grid, labels, request.at("most_triangles").get<std::int64_t>(), told_now_and_then());
    Json counts = Json::array();
    for (const LabelSurface& each : surfaces)
      counts.push_back({{"label", each.label},
                        {"points", each.points.size()},
                        {"triangles", each.triangles.size()}});
    say({{"good", true}, {"surfaces", counts}});
    for (const LabelSurface& each : surfaces) send(each.points), send(each.triangles);
    std::fflush(stdout);
  });
}

}  // namespace warmstart::medical
