// Commands on a trained model: predict on new files, export, import weights.
#include <ATen/ATen.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "app/worker/commands.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/prompts.h"
#include "core/data/tensor_arrays.h"
#include "core/export/exporter.h"
#include "core/export/file_inputs.h"
#include "core/export/model_card.h"
#include "core/export/weights.h"
#include "core/models/generation.h"
#include "core/run/run_history.h"
#include "core/run/workspace.h"
#include "core/train/evaluate.h"
#include "core/train/machine.h"
#include "core/train/session.h"
#include "core/train/stage_builder.h"

namespace warmstart {
namespace {

RunFolder find_run_folder(const CommonOptions& options, const std::string& run) {
  Workspace workspace = Workspace::open(workspace_path(options));
  return workspace.run_folder(workspace.find_run(run).info.run);
}

TrainedModel load_model_of(const RunFolder& folder, const std::string& device,
                           const std::string& checkpoint = "last") {
  load_plugins_of_run(folder.recipe());
  set_threads(all_cores());
  return load_trained_model(folder, parse_device(device), checkpoint);
}

/// Writes on from every prompt.
Json write_texts(const PredictCommand& options, const Prompts& prompts, Model& model) {
  GenerationSettings settings;
  settings.tokens = options.tokens.value_or(settings.tokens);
  settings.temperature = options.temperature.value_or(settings.temperature);
  settings.top_k = options.top_k.value_or(settings.top_k);
  settings.top_p = options.top_p.value_or(settings.top_p);
  settings.end = prompts.end_token();
  Json written = Json::array();
  for (std::int64_t i = 0; i < prompts.prompts(); ++i) {
    settings.seed = mix_seed(static_cast<std::uint64_t>(options.seed.value_or(0)), "predict",
                             static_cast<std::uint64_t>(i));
    const std::vector<std::int64_t> tokens = generate(model, prompts.prompt(i), settings);
    for (const Path& file : prompts.save_continuation(i, tokens, options.out))
      written.push_back(file.string());
  }
  return written;
}

/// A setting that would be ignored is an error.
void refuse_writing_options(const PredictCommand& options) {
  const std::pair<const char*, bool> given[] = {{"--tokens", options.tokens.has_value()},
                                                {"--temperature", options.temperature.has_value()},
                                                {"--top-k", options.top_k.has_value()},
                                                {"--top-p", options.top_p.has_value()},
                                                {"--seed", options.seed.has_value()}};
  for (const auto& [name, there] : given) {
    if (there) throw Error("the run's model writes no text", name, "leave the option out");
  }
}

}  // namespace

namespace {

/// Samples in order, and what the data set makes of them; files are told as they are written.
Json write_predictions(const PredictCommand& options, const PredictionInput& input,
                       const TrainedModel& trained) {
  const std::shared_ptr<Inference> inference =
      trained.measure != nullptr && trained.measure->inference
          ? create<Inference>(*trained.measure->inference)
          : nullptr;
  Json written = Json::array();
  for (std::int64_t i = 0; i < input.source->size(); ++i) {
    const Sample sample = input.source->draw(i, 0);
    Batch outputs =
        infer_sample(*trained.model, sample, inference.get(), parse_device(options.device));
    // The grid that the transforms left, so that the prediction finds its way back to the file's.
    for (const char* grid : {"spacing", "geotransform"})
      if (sample.fields.has(grid)) outputs.set(grid, sample.fields.get(grid));
    for (const Path& file : input.files->save_prediction(i, outputs, options.out)) {
      written.push_back(file.string());
      if (!options.json) std::cout << file.string() << "\n";
    }
  }
  return written;
}

/// Inputs that were left out: one line each, on standard error where a program reads the other.
void tell_skipped(const Json& skipped) {
  for (const Json& one : skipped)
    std::cerr << "warning: left out: " << one.get<std::string>() << "\n";
}

}  // namespace

int predict(const PredictCommand& options) {
  const TrainedModel trained =
      load_model_of(find_run_folder(options, options.run), options.device, options.checkpoint);
  PredictionRequest request{{}, options.tile, options.confidence};
  for (const std::string& input : options.inputs)
    request.paths.push_back(std::filesystem::absolute(input).string());
  const PredictionInput input = prediction_input(*trained.source, *trained.model, request);
  std::filesystem::create_directories(options.out);
  Json written;
  if (const auto* prompts = dynamic_cast<const Prompts*>(input.files.get())) {
    written = write_texts(options, *prompts, *trained.model);
    if (!options.json) {
      for (const Json& file : written) std::cout << file.get<std::string>() << "\n";
    }
  } else {
    refuse_writing_options(options);
    written = write_predictions(options, input, trained);
  }
  const Json skipped = input.files->facts().value("skipped", Json::array());
  tell_skipped(skipped);
  if (options.json) std::cout << Json{{"files", written}, {"skipped", skipped}}.dump(2) << "\n";
  return 0;
}

namespace {

/// What the model was trained on: the first samples of its stage's data.
Batch watched_samples(const TrainedModel& trained) {
  const DataSpec* data = trained.plan.recipe.find_data(trained.stage->data);
  const std::shared_ptr<Source> source = Source::from_spec(*data);
  std::vector<Sample> samples;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(3, source->size()); ++i)
    samples.push_back(source->draw(i, 0));
  return collate(samples);
}

Json described(const ComponentSpec& component) {
  Json json{{"type", component.type}};
  json.update(component.settings.to_json());
  return json;
}

/// Where the short-time spectrum of a model of sounds is made; empty for other data.
std::string spectrum_note(const TrainedModel& trained) {
  if (trained.source->size() == 0) return "";
  const Batch fields = trained.source->draw(0, 0).fields;
  if (!fields.has("wave")) return "";
  if (trained.model->input() == "wave")
    return "inside the graph: it takes the waveform, mono, in [-1, 1]";
  if (!fields.has("stft")) return "outside the graph: make the features by the preprocessing";
  const at::Tensor stft = fields.get("stft").to(at::kCPU);
  const auto setting = [&](std::int64_t i) { return std::to_string(stft[i].item<std::int64_t>()); };
  return "outside the graph: it takes the spectrogram, made of the waveform by the preprocessing "
         "(window " +
         setting(0) + ", FFT " + setting(stft[1].item<std::int64_t>() > 0 ? 1 : 0) + ", hop " +
         setting(2) + " samples at " + std::to_string(fields.get("rate").item<std::int64_t>()) +
         " Hz)";
}

/// What the graph's output means. A model that separates gives the logits of its mask.
std::string postprocessing_note(const TrainedModel& trained) {
  const std::string& objective = trained.stage->objective.type;
  if (dynamic_cast<const SequenceToSequence*>(trained.model.get()) != nullptr ||
      objective == "next_token")
    return "softmax over the last axis gives the probabilities of the token after each token";
  if (objective == "masked_token")
    return "softmax over the last axis gives the probabilities of the token at each place";
  if (objective == "token_class") return "argmax over the last axis gives each token's tag";
  if (objective == "multilabel_bce")
    return "sigmoid gives the probability of each label, a label is given above one half";
  const auto& yields = Catalog::instance().get("model", trained.plan.recipe.model.type).card.yields;
  const bool separates = std::any_of(yields.begin(), yields.end(), [](const std::string& name) {
    return name.ends_with("_estimate");
  });
  if (!separates) return "argmax over the channel axis gives the class";
  return "sigmoid gives the mask of a window of frames: move the window over the clip, keep the "
         "mask around its centre, multiply the mixture's complex spectrum with it, and invert the "
         "transform";
}

std::string input_axes(const TrainedModel& trained) {
  const std::string field = trained.model->input();
  if (field == "tokens") return "batch token";
  if (field == "sequences") return "batch (source, target) token";
  return trained.facts.value("dims", 2) == 3 ? "batch channel depth height width"
                                             : "batch channel height width";
}

/// What the file takes after its first input, and what that means; empty: nothing.
std::string further_inputs(const Batch& inputs) {
  static const std::map<std::string, std::string> meanings{
      {"segments", "(batch token): 0 for what belongs to the first text, 1 for the second"},
      {"samples", "(batch): how many samples of each clip are no padding"},
      {"prefix", "(batch): how many tokens at the start see each other both ways"}};
  std::string text;
  for (std::size_t i = 1; i < inputs.fields().size(); ++i) {
    const std::string& name = inputs.fields()[i].first;
    const auto known = meanings.find(name);
    text += (text.empty() ? "" : "; ") + name;
    if (known != meanings.end()) text += " " + known->second;
  }
  return text;
}

/// What a user of the exported file must do before and after: the transforms of the measured data,
/// class names, patches.
Json usage_metadata(const TrainedModel& trained, const Batch& watched) {
  const Batch inputs = file_inputs(*trained.model, watched);
  const at::IntArrayRef shape = inputs.fields().front().second.sizes();
  const Recipe& recipe = trained.plan.recipe;
  const std::string data = trained.measure != nullptr ? trained.measure->on : trained.stage->data;
  Json preprocessing = Json::array();
  for (const ComponentSpec& transform : recipe.find_data(data)->transforms) {
    preprocessing.push_back(described(transform));
  }
  Json metadata{{"recipe", recipe.id},
                {"arm", trained.plan.arm},
                {"seed", trained.plan.seed},
                {"version", program_version()},
                {"weights",
                 {{"file", trained.checkpoint},
                  {"stage", trained.stage->name},
                  {"global_step", trained.global_step}}},
                {"input_shape", std::vector<std::int64_t>(shape.begin() + 1, shape.end())},
                {"input", trained.model->input()},
                {"input_axes", input_axes(trained)},
                {"preprocessing", preprocessing},
                {"postprocessing", postprocessing_note(trained)}};
  if (const std::string more = further_inputs(inputs); !more.empty())
    metadata["further_inputs"] = more;
  if (const std::string note = spectrum_note(trained); !note.empty()) metadata["spectrum"] = note;
  if (const Value* tokenizer = recipe.find_data(data)->dataset.settings.find("tokenizer"))
    metadata["tokenizer"] = tokenizer->to_json();
  metadata.update(trained.facts);
  for (const char* training_alone : {"replacements", "word_continuations"})
    metadata.erase(training_alone);
  if (trained.measure != nullptr && trained.measure->inference) {
    metadata["inference"] = described(*trained.measure->inference);
  }
  return metadata;
}

/// What the weights are where they are not those that the run ended with and was measured with.
std::string checkpoint_note(const TrainedModel& trained, const std::string& checkpoint) {
  return std::string(checkpoint == "best" ? "the best validation, step " : "step ") +
         std::to_string(trained.global_step) + ", stage " + trained.stage->name +
         "; the run's results belong to its last weights, not to these";
}

/// Measures of every finished run of the same recipe and arm, for the spread over seeds in the
/// card.
std::vector<RunHistory> sibling_histories(Workspace& workspace, const RunRecord& record) {
  std::vector<RunHistory> histories;
  for (const RunRecord& other : workspace.list_runs(
           {.state = "done", .recipe = record.info.recipe, .arm = record.info.arm})) {
    if (other.info.profile != record.info.profile || other.info.smoke != record.info.smoke)
      continue;
    histories.push_back(read_history(workspace.run_folder(other.info.run)));
  }
  return histories;
}

}  // namespace

int export_run(const ExportCommand& options) {
  Workspace workspace = Workspace::open(workspace_path(options));
  const RunRecord record = workspace.find_run(options.run);
  const RunFolder folder = workspace.run_folder(record.info.run);
  TrainedModel trained = load_model_of(folder, "cpu", options.checkpoint);
  const Batch watched = watched_samples(trained);
  Json metadata = usage_metadata(trained, watched);
  if (!trained.last) metadata["checkpoint"] = checkpoint_note(trained, options.checkpoint);
  const ExportReport report =
      export_model(*trained.model, {options.format, options.names},
                   std::filesystem::absolute(options.out), metadata, watched);
  const Path card = report.file.string() + ".md";
  write_atomically(
      card, model_card(card_facts(
                trained.plan.recipe, trained.plan.arm, metadata, report.to_json(),
                trained.last ? sibling_histories(workspace, record) : std::vector<RunHistory>())));
  for (const Reading& reading : report.readings) {
    if (reading.fault) std::cerr << "warning: " << reading.text() << "\n";
  }
  if (options.json) {
    Json json = report.to_json();
    json["card"] = card.string();
    std::cout << json.dump(2) << "\n";
    return 0;
  }
  std::cout << report.file.string() << "  " << report.bytes << " bytes\n";
  for (const Reading& reading : report.readings) {
    std::cout << (reading.checked() ? "  verified with " : "  ") << reading.text() << "\n";
  }
  std::cout << report.report.string() << "\n" << card.string() << "\n";
  return 0;
}

namespace {

std::string weight_file_type(const Path& path) {
  const std::string end = path.extension().string();
  return end == ".pt" || end == ".pth" || end == ".bin" ? "pytorch" : "safetensors";
}

/// A line for each kind of tensor that has some; those that matched are only counted.
void print_report(const Json& report) {
  for (const auto& [kind, list] : report.items()) {
    if (list.empty()) continue;
    std::cout << kind << ": ";
    if (list.is_string()) {
      std::cout << list.get<std::string>();
    } else {
      std::cout << list.size();
    }
    std::string gap = list.is_array() && kind != "matched" ? "  " : "";
    for (const Json& one : list) {
      if (gap.empty()) break;
      std::cout << gap << (one.is_string() ? one.get<std::string>() : one.dump());
      gap = ", ";
    }
    std::cout << "\n";
  }
}

void check_import(const ImportCommand& options) {
  if (options.recipe.empty() != options.stage.empty()) {
    throw Error("--recipe and --stage go together", "import",
                "give both, for a report of what the stage would take");
  }
  if (!options.recipe.empty() && !(options.into.empty() && options.out.empty())) {
    throw Error("--recipe only reports", "import", "leave out --into and --out");
  }
  if (options.into.empty() && options.out.empty() && options.recipe.empty()) {
    throw Error("nothing to do with the weights", "import",
                "give --into RUN, or --recipe RECIPE --stage STAGE, for a report of what fits, or "
                "--out FILE");
  }
  if (!options.names.empty() && (options.into.empty() || options.out.empty())) {
    throw Error("--names goes with --into and --out", "--names " + options.names,
                "name the run whose model the weights are for, and the file to write");
  }
}

/// What the stage would take of the weights if it got them: with its own surgery.
Json stage_report(const ImportCommand& options, const StateDict& weights) {
  const Recipe recipe = load_named_recipe(options);
  const StageSpec& stage = recipe.stage(options.stage);
  const Json facts = Sources(recipe).get(stage.data)->dataset().facts();
  const std::shared_ptr<Model> model = build_model(recipe, stage, facts, 0, 0);
  return take_weights(stage, &weights, *model).to_json();
}

}  // namespace

int import_file(const ImportCommand& options) {
  check_import(options);
  const ImportedWeights weights = read_weights(options.file);
  Json json{
      {"file", options.file}, {"format", weights.format}, {"tensors", weights.tensors.size()}};
  const Path out = options.out.empty() ? Path() : std::filesystem::absolute(options.out);
  if (!options.recipe.empty()) {
    json["report"] = stage_report(options, weights.tensors);
  } else if (!options.into.empty()) {
    const TrainedModel trained = load_model_of(find_run_folder(options, options.into), "cpu");
    json["report"] = import_weights(*trained.model, weights.tensors).to_json();
    if (!options.out.empty()) {
      save_weights(*trained.model, {{"imported_from", options.file}},
                   {weight_file_type(out), options.names}, out);
    }
  } else {
    write_weights(weights.tensors, {{"imported_from", options.file}}, weight_file_type(out), out);
  }
  if (!options.out.empty()) json["out"] = options.out;
  if (options.json) {
    std::cout << json.dump(2) << "\n";
    return 0;
  }
  std::cout << options.file << ": " << weights.format << ", " << weights.tensors.size()
            << " tensors\n";
  if (json.contains("report")) print_report(json["report"]);
  if (!options.out.empty()) std::cout << out.string() << "\n";
  return 0;
}

}  // namespace warmstart
