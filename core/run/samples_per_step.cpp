#include "core/run/samples_per_step.h"

#include "core/base/error.h"
#include "core/recipe/value.h"
#include "core/run/run_folder.h"

namespace warmstart {

std::map<std::string, double> samples_per_step(const RunFolder& folder) {
  std::map<std::string, double> samples;
  try {
    const Value recipe = parse_yaml(read_file(folder.recipe(), 1 << 20), folder.recipe().string());
    const Value* stages = recipe.find("stages");
    if (!stages) return samples;
    for (const auto& [name, stage] : stages->members) {
      const Value* trainer = stage.find("trainer");
      if (!trainer) continue;
      const Json settings = trainer->to_json();
      const double batch = settings.value("batch_size", 0.0) * settings.value("accumulate", 1.0);
      if (batch > 0) samples[name] = batch;
    }
  } catch (const Error&) {  // a folder that was copied without its recipe
    samples.clear();
  } catch (const Json::exception&) {
    samples.clear();
  }
  return samples;
}

SamplesSeen::SamplesSeen(const RunHistory& history, const std::map<std::string, double>& per_step) {
  double samples = 0;
  for (const Json& stage : history.stages) {
    const auto begin = static_cast<double>(stage["global_step"].get<std::int64_t>());
    const auto found = per_step.find(stage["stage"].get<std::string>());
    if (found == per_step.end()) {
      pieces_.clear();
      return;
    }
    if (!pieces_.empty()) samples += (begin - pieces_.back().step) * pieces_.back().per_step;
    pieces_.push_back({begin, samples, found->second});
  }
}

double SamplesSeen::at(double step) const {
  const Piece* piece = &pieces_.front();
  for (const Piece& each : pieces_) {
    if (each.step < step) piece = &each;
  }
  return piece->samples + (step - piece->step) * piece->per_step;
}

}  // namespace warmstart
