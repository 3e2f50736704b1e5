// captures, capture.
#include <algorithm>
#include <charconv>

#include "app/cli/commands.h"
#include "app/table.h"
#include "core/base/error.h"
#include "core/base/tensor_file.h"

namespace warmstart {
namespace {

struct CaptureEntry {
  std::int64_t step = 0;
  std::string name;
  Path file;
  std::uintmax_t bytes = 0;
};

/// captures/<step>/<name>.safetensors, by step.
std::vector<CaptureEntry> find_captures(const RunFolder& folder) {
  std::vector<CaptureEntry> entries;
  std::error_code missing;
  for (const auto& step : std::filesystem::directory_iterator(folder.captures(), missing)) {
    const std::string number = step.path().filename().string();
    const char* last = number.data() + number.size();
    CaptureEntry entry;
    const auto [end, problem] = std::from_chars(number.data(), last, entry.step);
    if (problem != std::errc() || end != last || !step.is_directory()) continue;
    for (const auto& file : std::filesystem::directory_iterator(step.path())) {
      if (file.path().extension() != ".safetensors") continue;
      entry.name = file.path().stem().string();
      entry.file = file.path();
      entry.bytes = file.file_size();
      entries.push_back(entry);
    }
  }
  std::sort(entries.begin(), entries.end(), [](const CaptureEntry& a, const CaptureEntry& b) {
    return std::tie(a.step, a.name) < std::tie(b.step, b.name);
  });
  return entries;
}

std::string kib_text(std::uintmax_t bytes) {
  return number_text(static_cast<double>(bytes) / 1024);
}

struct CapturesOptions : CommonOptions {
  std::string run;
};

void declare_captures(CLI::App& app, CapturesOptions& o) {
  declare_common(app, o);
  app.add_option("run", o.run, "run id, or a part of it that no other run has")
      ->required()
      ->type_name("RUN");
}

int list_captures(const CapturesOptions& options) {
  Workspace workspace = open_workspace(options);
  const RunFolder folder = workspace.run_folder(workspace.find_run(options.run).info.run);
  Json json = Json::array();
  Table table({{"step", true}, {"name"}, {"size [KiB]", true}, {"file"}});
  for (const CaptureEntry& entry : find_captures(folder)) {
    const std::string relative = entry.file.lexically_relative(folder.root).string();
    json.push_back({{"step", entry.step},
                    {"name", entry.name},
                    {"bytes", entry.bytes},
                    {"file", entry.file.string()}});
    table.add({std::to_string(entry.step), entry.name, kib_text(entry.bytes), relative});
  }
  if (options.json) {
    print_json(json);
  } else if (table.empty()) {
    std::cout << "no captures; a recipe asks for them with `capture:`\n";
  } else {
    table.print(std::cout);
  }
  return 0;
}

struct CaptureOptions : CommonOptions {
  std::string run, name, out;
  std::int64_t step = 0;
};

void declare_capture(CLI::App& app, CaptureOptions& o) {
  declare_common(app, o);
  app.add_option("run", o.run, "run id, or a part of it that no other run has")
      ->required()
      ->type_name("RUN");
  app.add_option("step", o.step, "step of the capture")->required()->type_name("STEP");
  app.add_option("name", o.name, "name of the capture: the recipe's, else its inspector")
      ->required()
      ->type_name("NAME");
  app.add_option("--out", o.out, "copy the arrays, verified, to this safetensors file")
      ->type_name("FILE");
}

CaptureEntry choose_capture(const RunFolder& folder, const CaptureOptions& options) {
  const std::vector<CaptureEntry> entries = find_captures(folder);
  for (const CaptureEntry& entry : entries) {
    if (entry.step == options.step && entry.name == options.name) return entry;
  }
  throw Error("no capture of '" + options.name + "' at step " + std::to_string(options.step),
              folder.id(), "list them with: warmstart captures " + folder.id());
}

Json shape_json(const Array& array) {
  return {{"name", array.name}, {"dtype", dtype_name(array.dtype)}, {"shape", array.shape}};
}

void print_capture(const TensorFile& file) {
  for (const auto& [key, value] : file.metadata()) {
    if (!key.starts_with("crc32.")) std::cout << key << "  " << value << "\n";
  }
  Table table({{"array"}, {"type"}, {"shape"}, {"size [KiB]", true}});
  for (const Array& array : file.arrays()) {
    table.add({array.name, dtype_name(array.dtype), Json(array.shape).dump(),
               kib_text(array.data.size())});
  }
  table.print(std::cout);
}

int show_capture(const CaptureOptions& options) {
  Workspace workspace = open_workspace(options);
  const RunFolder folder = workspace.run_folder(workspace.find_run(options.run).info.run);
  const CaptureEntry entry = choose_capture(folder, options);
  const TensorFile file = TensorFile::open(entry.file, true);
  if (!options.out.empty()) write_atomically(options.out, read_file(entry.file));
  if (options.json) {
    Json json{{"step", entry.step},
              {"name", entry.name},
              {"file", options.out.empty() ? entry.file.string() : options.out},
              {"metadata", Json::object()},
              {"arrays", Json::array()}};
    for (const auto& [key, value] : file.metadata()) json["metadata"][key] = value;
    for (const Array& array : file.arrays()) json["arrays"].push_back(shape_json(array));
    print_json(json);
  } else if (options.out.empty()) {
    print_capture(file);
  } else {
    std::cout << options.out << "\n";
  }
  return 0;
}

}  // namespace

void add_capture_commands(CLI::App& app, Invocation& invocation) {
  add_command<CapturesOptions>(app, invocation, "captures", "what inspectors recorded in a run",
                               declare_captures, list_captures);
  add_command<CaptureOptions>(app, invocation, "capture",
                              "one capture: its arrays, or a verified copy", declare_capture,
                              show_capture);
}

}  // namespace warmstart
