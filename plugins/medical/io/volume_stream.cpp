#include "plugins/medical/io/volume_stream.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <cstdio>
#include <iostream>

#include "core/base/error.h"
#include "core/base/file_guard.h"
#include "core/base/guarded_reader.h"

namespace warmstart::medical {
namespace {

constexpr double kGridTolerance = 0.1;  ///< mm, in the corners: labels of an image
constexpr std::uint64_t kHeadRoom = std::uint64_t{1} << 30;  ///< of the decoders, beside the voxels
constexpr double kProgressStep = 1.0 / 64;

void say(const Json& line) {
  std::printf("%s\n", line.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  std::fflush(stdout);
}

Json asked() {
  std::string line;
  std::getline(std::cin, line);
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_object()) return json;
  throw Error("the request is not understood", "", "start the window again", ErrorKind::kMachine);
}

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

/// The memory of the window, mapped as long as this lives.
class MappedMemory {
 public:
  MappedMemory(int file, std::uint64_t bytes) : bytes_(bytes) {
    struct stat found {};
    const bool there =
        fstat(file, &found) == 0 && static_cast<std::uint64_t>(found.st_size) == bytes;
    memory_ =
        there ? mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
    if (memory_ != MAP_FAILED) return;
    throw Error("the memory for the voxels is not there", "", "free some memory",
                ErrorKind::kMachine);
  }
  ~MappedMemory() { munmap(memory_, bytes_); }
  MappedMemory(const MappedMemory&) = delete;
  MappedMemory& operator=(const MappedMemory&) = delete;
  std::span<std::byte> bytes() const { return {static_cast<std::byte*>(memory_), bytes_}; }

 private:
  void* memory_;
  std::uint64_t bytes_;
};

Json decoded(VolumeSource& source, int memory) {
  const VolumeFacts& facts = source.facts();
  limit_memory(facts.bytes() + kHeadRoom);
  const MappedMemory place(memory, facts.bytes());
  double told = 0;
  source.read(place.bytes(), [&](double share) {
    if (share < told + kProgressStep) return;
    told = share;
    say({{"progress", share}});
  });
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
  guard_process();
  limit_cpu(cpu_seconds);
  limit_memory(kHeadRoom);
  try {
    serve(memory);
  } catch (const Error& error) {
    say(bad_verdict_line(error.problem(), error.hint()));
  } catch (const std::exception& exception) {
    say(bad_verdict_line(std::string("the decoder refused the file: ") + exception.what(),
                         "check that it opens elsewhere"));
  }
  return 0;
}

}  // namespace warmstart::medical
