#include "plugins/satellite/io/raster_gate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/base/reader_stream.h"
#include "core/base/sha256.h"
#include "plugins/satellite/io/raster_file.h"

namespace warmstart::satellite {
namespace {

constexpr int kRasterReaderVersion = 1;
constexpr std::int64_t kJudgedAtOnce = std::int64_t{1} << 24;  // values

GuardSettings raster_guard(const Path& reader, const Path& cache, VrtSources sources) {
  GuardSettings settings;
  settings.reader = !reader.empty() ? reader
                                    : find_reader("warmstart-raster-reader", "satellite",
                                                  reinterpret_cast<const void*>(&raster_guard));
  settings.cache = cache;
  settings.verdicts = "raster-verdicts.jsonl";
  settings.version = kRasterReaderVersion;
  settings.cpu_seconds = 240;  // scenes of gigabytes
  settings.wall_seconds = 600;
  if (sources == VrtSources::kAnywhere) settings.arguments = {kAnywhereArgument};
  return settings;
}

/// A VRT's sources count by name and content.
std::string raster_key(const std::vector<Path>& files) {
  Sha256 hash;
  for (const Path& file : files) {
    if (file != files.front()) hash.update(file.filename().string() + "/");
    hash_guarded(hash, file);
  }
  return hash.hex();
}

RasterVerdict raster_verdict(const Json& json) {
  RasterVerdict verdict;
  verdict.good = json.at("good").get<bool>();
  if (verdict.good) {
    verdict.info = raster_info_from_json(json.at("info"));
  } else {
    verdict.reason = json.value("reason", "");
    verdict.hint = json.value("hint", "");
  }
  return verdict;
}

/// Ranges and counts of the bands, over windows of whole rows of blocks.
void measure_bands(const RasterFile& file, RasterInfo& info) {
  const std::vector<std::size_t> all = pick_bands(info.bands, {}, "");
  const auto bands = static_cast<std::int64_t>(all.size());
  for (RasterBand& band : info.bands) {
    band.low = std::numeric_limits<double>::infinity();
    band.high = -band.low;
  }
  const auto [block_width, block_height] = file.block();
  const std::int64_t fit = std::max<std::int64_t>(1, kJudgedAtOnce / (bands * block_height));
  const std::int64_t width =
      std::min(info.width, std::max(block_width, fit / block_width * block_width));
  const std::int64_t rows =
      std::min(block_height, std::max<std::int64_t>(1, kJudgedAtOnce / (bands * width)));
  for (std::int64_t row = 0; row < info.height; row += rows) {
    for (std::int64_t column = 0; column < info.width; column += width) {
      const Window window{column, row, std::min(width, info.width - column),
                          std::min(rows, info.height - row)};
      const std::vector<float> values = file.read(all, window);
      const std::size_t plane = values.size() / all.size();
      for (std::size_t b = 0; b < all.size(); ++b) {
        RasterBand& band = info.bands[b];
        for (std::size_t i = b * plane; i < (b + 1) * plane; ++i) {
          if (!std::isfinite(values[i])) continue;
          band.low = std::min(band.low, static_cast<double>(values[i]));
          band.high = std::max(band.high, static_cast<double>(values[i]));
          ++band.valid;
        }
      }
    }
  }
}

}  // namespace

Json to_json(const RasterVerdict& verdict) {
  if (!verdict.good) return bad_verdict_line(verdict.reason, verdict.hint);
  return {{"good", true}, {"info", to_json(verdict.info)}};
}

RasterVerdict judge_raster(const Path& path, VrtSources sources) {
  check_raster(path, sources);
  const RasterFile file(path);
  RasterVerdict verdict;
  verdict.info = file.info();
  measure_bands(file, verdict.info);
  verdict.good = true;
  return verdict;
}

RasterGate::RasterGate(const Path& reader, const Path& cache, VrtSources sources)
    : sources_(sources), guard_(raster_guard(reader, cache, sources)) {}

std::vector<RasterAdmission> RasterGate::admit(const std::vector<Path>& files) {
  std::vector<RasterAdmission> admissions(files.size());
  std::vector<std::size_t> sound;
  std::vector<Path> sound_files;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < files.size(); ++i) {
    admissions[i] = {files[i], {}, guarded_bytes(files[i]), guarded_change(files[i])};
    try {
      keys.push_back(raster_key(check_raster(files[i], sources_)));
    } catch (const Error& error) {
      admissions[i].verdict.reason = error.problem();
      admissions[i].verdict.hint = error.hint();
      continue;
    }
    sound.push_back(i);
    sound_files.push_back(files[i]);
  }
  const std::vector<Json> verdicts = guard_.judge(sound_files, keys);
  for (std::size_t s = 0; s < sound.size(); ++s)
    admissions[sound[s]].verdict = raster_verdict(verdicts[s]);
  return admissions;
}

void require_good(const RasterAdmission& admission) {
  const RasterVerdict& verdict = admission.verdict;
  if (!verdict.good) throw Error(verdict.reason, admission.file.string(), verdict.hint);
}

void require_unchanged(const RasterAdmission& admission) {
  require_good(admission);
  if (guarded_bytes(admission.file) == admission.bytes &&
      guarded_change(admission.file) == admission.changed)
    return;
  throw Error("the file changed while it was in use", admission.file.string(),
              "start again when nothing writes to it");
}

}  // namespace warmstart::satellite
