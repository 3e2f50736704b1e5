#include "core/export/read_back.h"

#include <torch/version.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/export/file_inputs.h"
#include "core/export/onnx_reader.h"
#include "core/export/onnx_runtime.h"
#include "core/export/torchscript.h"
#include "core/export/weights.h"
#include "core/run/workspace.h"

namespace warmstart {
namespace {

Reading read_onnx_with_runtime(Model& model, const Path& path, const Batch& watched,
                               double tolerance) {
  const OnnxRuntime runtime = OnnxRuntime::find();
  Reading reading{"ONNX Runtime", runtime.version(), runtime.problem(), runtime.broken(), {}};
  reading.verification.tolerance = tolerance;
  if (!runtime.usable()) return reading;
  const OnnxRuntimeModel read(runtime, path);
  reading.verification = compare_outputs(
      model, [&](const Batch& inputs) { return read.run(file_names(inputs), tensors_of(inputs)); },
      watched, tolerance);
  return reading;
}

std::vector<Reading> read_onnx(Model& model, const Path& path, const Batch& watched,
                               double tolerance) {
  const OnnxModel read = OnnxModel::read(path);
  Reading own{"Warmstart's ONNX reader", program_version(), "", false, {}};
  own.verification = compare_outputs(
      model, [&](const Batch& inputs) { return read.run(tensors_of(inputs)); }, watched, tolerance);
  return {std::move(own), read_onnx_with_runtime(model, path, watched, tolerance)};
}

}  // namespace

double Reading::largest() const {
  double largest = 0;
  for (const Difference& difference : verification.batches)
    largest = std::max(largest, difference.absolute);
  return largest;
}

std::string Reading::text() const {
  const std::string name = version.empty() ? reader : reader + " " + version;
  if (!checked()) return name + ": " + note;
  return name + ": largest difference " + short_number(largest());
}

Json Reading::to_json() const {
  Json json{{"reader", reader},
            {"version", version},
            {"checked", checked()},
            {"note", note},
            {"fault", fault}};
  if (!checked()) return json;
  json["largest_absolute"] = largest();
  json.update(verification.to_json());
  return json;
}

std::vector<Reading> read_back(Model& model, const std::string& format, const Path& path,
                               const Batch& watched, double tolerance) {
  std::vector<Reading> readings;
  if (format == "onnx") {
    readings = read_onnx(model, path, watched, tolerance);
  } else if (format == "torchscript") {
    torch::jit::Module read = read_torchscript(path);
    Reading reading{"LibTorch", TORCH_VERSION, "", false, {}};
    const auto run = [&](const Batch& inputs) {
      const std::vector<at::Tensor> given = tensors_of(inputs);
      return read.forward(std::vector<c10::IValue>(given.begin(), given.end())).toTensor();
    };
    reading.verification = compare_outputs(model, run, watched, tolerance);
    readings.push_back(std::move(reading));
  } else {
    readings.push_back(
        {format == "pytorch" ? "Warmstart's PyTorch file reader" : "Warmstart's tensor file reader",
         program_version(), "", false, verify_weights(model, path)});
  }
  for (const Reading& reading : readings) {
    if (reading.checked())
      require(reading.verification, path.string() + ", read by " + reading.reader);
  }
  return readings;
}

Verification worst_of(const std::vector<Reading>& readings) {
  Verification worst = readings.front().verification;
  for (const Reading& reading : readings) {
    const std::vector<Difference>& batches = reading.verification.batches;
    for (std::size_t i = 0; i < batches.size(); ++i) {
      if (batches[i].absolute > worst.batches.at(i).absolute) worst.batches[i] = batches[i];
    }
  }
  return worst;
}

}  // namespace warmstart
