// Commands that look ahead: what a recipe will cost, and what its data look like.
#include <cstdio>
#include <iostream>
#include <set>

#include "app/table.h"
#include "app/worker/commands.h"
#include "core/base/error.h"
#include "core/data/preview.h"
#include "core/run/workspace.h"
#include "core/train/dry_run.h"

namespace warmstart {
namespace {

/// "1.2 M", "34.5 G": a count in steps of a thousand.
std::string count_text(double count) {
  const char* units[] = {"", " k", " M", " G", " T", " P"};
  std::size_t unit = 0;
  for (; count >= 1000 && unit + 1 < std::size(units); ++unit) count /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f%s" : "%.3g%s", count, units[unit]);
  return text;
}

std::string count_text(const Json& count) { return count_text(count.get<double>()); }
std::string bytes_text(const Json& bytes) { return size_text(bytes.get<std::uint64_t>()); }

std::string shape_text(const Json& shape) {
  std::string text;
  for (const Json& size : shape) text += (text.empty() ? "" : "x") + size.dump();
  return text;
}

void print_layers(const Json& stage) {
  Table table({{"layer"},
               {"type"},
               {"output"},
               {"parameters", true},
               {"MACs/sample", true},
               {"output/sample", true}});
  for (const Json& layer : stage.at("layers")) {
    table.add({layer.at("path"), layer.at("type"), shape_text(layer.at("output_shape")),
               count_text(layer.at("parameters")), count_text(layer.at("macs")),
               bytes_text(layer.at("activation_bytes"))});
  }
  table.print(std::cout);
}

void print_stages(const Json& report) {
  Table table({{"arm"},
               {"stage"},
               {"steps", true},
               {"parameters", true},
               {"trainable", true},
               {"MACs/sample", true},
               {"s/step", true},
               {"time", true},
               {"memory", true},
               {"checkpoint", true},
               {"captures", true}});
  for (const Json& arm : report.at("arms")) {
    for (const Json& stage : arm.at("stages")) {
      const Json& parameters = stage.at("parameters");
      const Json& memory = stage.at("memory");
      table.add({arm.at("arm"), stage.at("stage"), stage.at("steps").dump(),
                 count_text(parameters.at("total")), count_text(parameters.at("trainable")),
                 count_text(stage.at("macs")), number_text(stage.at("seconds_per_step")),
                 duration_text(stage.at("seconds").at("total")),
                 bytes_text(memory.at(memory.at("device_bytes").is_null() ? "growth_bytes"
                                                                          : "device_bytes")),
                 bytes_text(stage.at("disk").at("checkpoint_bytes")),
                 bytes_text(stage.at("disk").at("capture_bytes"))});
    }
  }
  table.print(std::cout);
}

/// The layers of each stage once: arms share stages.
void print_dry_run(const Json& report) {
  std::set<std::string> shown;
  for (const Json& arm : report.at("arms")) {
    for (const Json& stage : arm.at("stages")) {
      const std::string name = stage.at("stage");
      if (!shown.insert(name).second) continue;
      std::cout << "stage " << name << ", a batch of " << stage.at("batch_size") << "\n";
      print_layers(stage);
      std::cout << "\n";
    }
  }
  print_stages(report);
  const Json& total = report.at("total");
  const Json& free = report.at("free");
  std::cout << "\n"
            << total.at("runs") << " runs on " << report.at("device").get<std::string>() << ": "
            << duration_text(total.at("seconds")) << ", memory "
            << bytes_text(total.at("memory_bytes")) << " of " << bytes_text(free.at("memory_bytes"))
            << " free, disk " << bytes_text(total.at("disk_bytes")) << " of "
            << bytes_text(free.at("disk_bytes")) << " free\n";
  for (const Json& warning : report.at("warnings"))
    std::cout << "warning: " << warning.get<std::string>() << "\n";
}

}  // namespace

int dryrun(const RecipeCommand& options) {
  const Recipe recipe = load_named_recipe(options);
  DryRunOptions dry;
  dry.arms = options.arms;
  dry.device = options.device;
  dry.threads = options.threads > 0 ? options.threads : all_cores();
  dry.seeds =
      static_cast<std::int64_t>(options.seeds.empty() ? recipe.seeds.size() : options.seeds.size());
  dry.workspace = workspace_path(options);
  dry.say = [](const std::string& text) { std::cerr << "trying " << text << std::endl; };
  const Json report = dry_run(recipe, dry);
  if (options.json) {
    std::cout << report.dump(2) << "\n";
  } else {
    print_dry_run(report);
  }
  return 0;
}

int preview(const PreviewCommand& options) {
  const Recipe recipe = load_named_recipe(options);
  const Json header = save_preview(
      recipe,
      {options.entry, options.first, options.samples, static_cast<std::uint64_t>(options.seed)},
      std::filesystem::absolute(options.out));
  if (options.json) {
    Json json = header;
    json["file"] = options.out;
    std::cout << json.dump(2) << "\n";
    return 0;
  }
  std::cout << options.out << ": " << header.at("samples").size() << " of " << header.at("size")
            << " samples of " << options.entry << "\n";
  for (const Json& id : header.at("samples")) std::cout << "  " << id.get<std::string>() << "\n";
  return 0;
}

}  // namespace warmstart
