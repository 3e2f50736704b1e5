#include "plugins/medical/io/volume_stream.h"

#include <iostream>

#include "core/base/error.h"
#include "core/base/guarded_reader.h"
#include "plugins/medical/io/window_service.h"

namespace warmstart::medical {
namespace {

constexpr double kGridTolerance = 0.1;  ///< mm, in the corners: labels of an image

// Both may store their axes in another order.
void require_grid(const Json& wanted, const Grid& own, const Path& path) {
  if (wanted.is_null()) return;
  Grid image;
  image.size = wanted.at("size").get<Size3>();
  image.affine = wanted.at("affine").get<std::array<double, 12>>();
  const std::string difference = grid_difference(canonical(image), canonical(own), kGridTolerance);
  if (difference.empty()) return;
  throw Error("the labels do not lie on the image: " + difference, path.string(),
              "give labels drawn on this image, or resample them to it");
}

Json decoded(VolumeSource& source, int memory) {
  const VolumeFacts& facts = source.facts();
  limit_memory(facts.bytes() + kHeadRoom);
  const MappedMemory place(memory, facts.bytes());
  source.read(place.bytes(), told_now_and_then());
  const ValueFacts values = value_facts(facts, place.bytes());
  return {{"good", true},
          {"low", values.low},
          {"high", values.high},
          {"whole", values.whole},
          {"not_finite", values.not_finite}};
}

void serve(int memory) {
  const Json request = asked();
  const Path path = request.at("path").get<std::string>();
  const auto source = open_volume(path, request.value("series", ""));
  require_grid(request.value("grid", Json()), source->facts().grid, path);
  say(facts_line(source->facts()));
  std::string go;
  if (std::getline(std::cin, go)) say(decoded(*source, memory));
}

}  // namespace

Json facts_line(const VolumeFacts& facts) {
  const Orientation orientation = closest_orientation(facts.grid);
  Json series = Json::array();
  for (const SeriesFacts& each : facts.series)
    series.push_back({{"id", each.id}, {"name", each.name}, {"slices", each.slices}});
  return {{"good", true},
          {"size", facts.grid.size},
          {"affine", facts.grid.affine},
          {"axis", orientation.axis},
          {"flip", orientation.flip},
          {"steps", facts.steps},
          {"step_seconds", facts.step_seconds},
          {"type", facts.type},
          {"bytes", facts.bytes()},
          {"slope", facts.slope},
          {"intercept", facts.intercept},
          {"description", facts.description},
          {"series", series},
          {"chosen", facts.chosen},
          {"left_out", facts.left_out}};
}

int stream_volume(int memory, int cpu_seconds) {
  return serve_window(cpu_seconds, [memory] { serve(memory); });
}

}  // namespace warmstart::medical
