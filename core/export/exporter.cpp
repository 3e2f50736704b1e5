#include "core/export/exporter.h"

#include <ATen/ATen.h>
#include <fcntl.h>
#include <torch/version.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <span>

#include "core/base/error.h"
#include "core/export/file_inputs.h"
#include "core/export/onnx_writer.h"
#include "core/export/torchscript.h"
#include "core/recipe/value.h"

namespace warmstart {
namespace {

/// The file before it is verified: same folder, so that giving it its name is one rename. Removed
/// unless kept; a killed process's is removed by the next export of the same file.
class UnverifiedFile {
 public:
  explicit UnverifiedFile(const Path& wanted) : wanted_(wanted), path_(temporary_name(wanted)) {
    remove_stale_temporaries_of(wanted);
  }
  ~UnverifiedFile() {
    if (!kept_) file_system().unlink(path_.c_str());
  }
  UnverifiedFile(const UnverifiedFile&) = delete;
  UnverifiedFile& operator=(const UnverifiedFile&) = delete;
  const Path& path() const { return path_; }
  void keep() {
    if (file_system().rename(path_.c_str(), wanted_.c_str()) != 0) {
      throw Error(std::string("cannot rename the exported file: ") + std::strerror(errno),
                  wanted_.string(), "check that the folder can be written to", ErrorKind::kMachine);
    }
    kept_ = true;
  }

 private:
  Path wanted_, path_;
  bool kept_ = false;
};

bool is_bare_weights(const std::string& type) { return type == "safetensors" || type == "pytorch"; }

void write_model(Model& model, const ExportFormat& format, const Path& path, const Json& metadata,
                 const Batch& watched) {
  if (is_bare_weights(format.type)) {
    save_weights(model, metadata, format, path);
    return;
  }
  const TracedModel traced = trace_model(model, file_inputs(model, watched));
  if (format.type == "onnx") {
    write_onnx(traced, metadata, path);
  } else {
    write_torchscript(traced, metadata, path);
  }
}

std::string checksum_text(const std::string& bytes) {
  char text[16];
  std::snprintf(text, sizeof text, "%08x", crc32(std::as_bytes(std::span(bytes))));
  return text;
}

/// The file's inputs as its users must know them.
Json described_inputs(const Model& model, const Batch& watched) {
  const Batch inputs = file_inputs(model, watched);
  const std::vector<std::string> names = file_names(inputs);
  Json list = Json::array();
  for (const auto& [field, tensor] : inputs.fields()) {
    Json axes = Json::array();
    for (const std::int64_t axis : model.free_axes()) {
      if (axis < tensor.dim()) axes.push_back(axis);
    }
    list.push_back({{"name", names[list.size()]},
                    {"field", field},
                    {"shape", tensor.sizes().vec()},
                    {"free_axes", axes}});
  }
  return list;
}

void check_format(const ExportFormat& wanted) {
  const std::string& format = wanted.type;
  if (!wanted.names.empty() && !is_bare_weights(format)) {
    throw Error("names " + wanted.names + " for a file that is more than weights", "",
                "choose safetensors or pytorch");
  }
  std::string names;
  for (const std::string& known : export_formats()) {
    if (known == format) return;
    names += (names.empty() ? "" : ", ") + known;
  }
  const std::string near = nearest_name(format, export_formats());
  throw Error("unknown export format '" + format + "'", "",
              near.empty() ? "use one of: " + names : "did you mean '" + near + "'?");
}

}  // namespace

const std::vector<std::string>& export_formats() {
  static const std::vector<std::string> formats{"torchscript", "onnx", "safetensors", "pytorch"};
  return formats;
}

Json ExportReport::to_json() const {
  Json readers = Json::array();
  for (const Reading& reading : readings) readers.push_back(reading.to_json());
  return {{"format", format},  {"names", names}, {"file", file.filename().string()},
          {"bytes", bytes},    {"crc32", crc32}, {"verification", verification.to_json()},
          {"readers", readers}};
}

ExportReport export_model(Model& model, const ExportFormat& format, const Path& path,
                          const Json& metadata, const Batch& watched, double tolerance) {
  check_format(format);
  if (watched.size() < 1) {
    throw Error("no watch samples to check the export with", path.string(),
                "give at least one sample");
  }
  UnverifiedFile file(path);
  ExportReport report;
  report.format = format.type;
  report.names = format.names;
  report.file = path;
  report.report = Path(path.string() + ".report.json");
  write_model(model, format, file.path(), metadata, watched);
  report.readings = read_back(model, format.type, file.path(), watched, tolerance);
  report.verification = worst_of(report.readings);
  const std::string bytes = read_file(file.path());
  report.bytes = bytes.size();
  report.crc32 = checksum_text(bytes);
  file.keep();
  Json record = report.to_json();
  if (!is_bare_weights(format.type)) record["inputs"] = described_inputs(model, watched);
  if (format.type == "onnx") record["opset"] = kOnnxOpset;
  record["libtorch"] = TORCH_VERSION;
  record["metadata"] = metadata;
  write_atomically(report.report, record.dump(2) + "\n");
  return report;
}

}  // namespace warmstart
