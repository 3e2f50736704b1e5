// Commands on a trained model: predict on new files, export, import weights.
#include <ATen/ATen.h>

#include <iostream>

#include "app/worker/commands.h"
#include "core/base/error.h"
#include "core/export/exporter.h"
#include "core/run/workspace.h"
#include "core/train/evaluate.h"
#include "core/train/machine.h"
#include "core/train/session.h"

namespace warmstart {
namespace {

RunFolder find_run_folder(const CommonOptions& options, const std::string& run) {
  Workspace workspace = Workspace::open(workspace_path(options));
  return workspace.run_folder(workspace.find_run(run).info.run);
}

TrainedModel load_model_of(const RunFolder& folder, const std::string& device) {
  load_plugins_of_run(folder.recipe());
  set_threads(all_cores());
  return load_trained_model(folder, parse_device(device));
}

}  // namespace

int predict(const PredictCommand& options) {
  TrainedModel trained = load_model_of(find_run_folder(options, options.run), options.device);
  std::vector<std::string> inputs;
  for (const std::string& input : options.inputs) inputs.push_back(std::filesystem::absolute(input).string());
  const std::shared_ptr<Dataset> files = trained.source->dataset().for_files(inputs);
  const std::shared_ptr<Source> source = trained.source->with_dataset(files);
  const std::shared_ptr<Inference> inference = trained.measure != nullptr && trained.measure->inference
                                                   ? create<Inference>(*trained.measure->inference)
                                                   : nullptr;
  std::filesystem::create_directories(options.out);
  Json written = Json::array();
  for (std::int64_t i = 0; i < source->size(); ++i) {
    const Batch outputs = infer_sample(*trained.model, source->draw(i, 0), inference.get(), parse_device(options.device));
    for (const Path& file : files->save_prediction(i, outputs, options.out)) {
      written.push_back(file.string());
      if (!options.json) std::cout << file.string() << "\n";
    }
  }
  if (options.json) std::cout << Json{{"files", written}}.dump(2) << "\n";
  return 0;
}

}  // namespace warmstart
