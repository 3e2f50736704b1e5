// metrics, compare.
#include <algorithm>
#include <cmath>
#include <limits>

#include "app/cli/commands.h"
#include "app/table.h"
#include "core/base/error.h"
#include "core/recipe/value.h"
#include "core/run/run_history.h"
#include "core/run/tensorboard.h"

namespace warmstart {
namespace {

struct MetricsOptions : CommonOptions {
  std::string run, tensorboard;
  bool csv = false;
};

void declare_metrics(CLI::App& app, MetricsOptions& o) {
  declare_common(app, o);
  app.add_option("run", o.run, "run id, or a part of it that no other run has")
      ->required()
      ->type_name("RUN");
  CLI::Option* csv = app.add_flag("--csv", o.csv, "every value, one line a step");
  app.add_option("--tensorboard", o.tensorboard,
                 "write an event file for TensorBoard into this folder")
      ->type_name("DIR")
      ->excludes(csv);
}

Json history_json(const std::string& run, const RunHistory& history) {
  Json scalars = Json::object();
  for (const auto& [name, series] : history.scalars) {
    scalars[name] = {{"step", std::vector<std::int64_t>(series.step.begin(), series.step.end())},
                     {"value", std::vector<double>(series.value.begin(), series.value.end())},
                     {"time", std::vector<double>(series.time.begin(), series.time.end())}};
  }
  return {{"run", run},
          {"state", history.state},
          {"step", history.step},
          {"scalars", scalars},
          {"total_steps", history.total_steps},
          {"validations", history.validations},
          {"measures", history.measures}};
}

void print_summary(const RunHistory& history) {
  Table table({{"series"},
               {"points", true},
               {"first", true},
               {"last", true},
               {"least", true},
               {"at step", true},
               {"most", true}});
  for (const auto& [name, series] : history.scalars) {
    if (series.value.empty()) continue;
    // An undefined value is neither the least nor the most.
    const auto least =
        std::min_element(series.value.begin(), series.value.end(),
                         [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; });
    const auto most =
        std::max_element(series.value.begin(), series.value.end(),
                         [](double a, double b) { return std::isnan(a) ? !std::isnan(b) : a < b; });
    table.add({name, std::to_string(series.value.size()), number_text(series.value.front()),
               number_text(series.value.back()), number_text(*least),
               std::to_string(series.step[static_cast<std::size_t>(least - series.value.begin())]),
               number_text(*most)});
  }
  if (table.empty()) {
    std::cout << "nothing was recorded yet\n";
  } else {
    table.print(std::cout);
  }
}

int show_metrics(const MetricsOptions& options) {
  Workspace workspace = open_workspace(options);
  const std::string run = workspace.find_run(options.run).info.run;
  const RunHistory history = read_history(workspace.run_folder(run));
  if (!options.tensorboard.empty()) {
    const Path file = write_tensorboard(history, options.tensorboard, run);
    if (options.json) print_json({{"file", file.string()}});
    if (!options.json) std::cout << file.string() << "\n";
  } else if (options.csv) {
    write_csv(history, std::cout);
  } else if (options.json) {
    print_json(history_json(run, history));
  } else {
    print_summary(history);
  }
  return 0;
}

struct CompareOptions : CommonOptions {
  std::vector<std::string> runs;
};

void declare_compare(CLI::App& app, CompareOptions& o) {
  declare_common(app, o);
  app.add_option("runs", o.runs, "two runs or more")
      ->required()
      ->expected(2, std::numeric_limits<int>::max())
      ->type_name("RUN");
}

/// A row of the comparison: one quantity or setting over all runs.
using ComparedRows = std::vector<std::pair<std::string, std::vector<Json>>>;

std::vector<Json>& compared_row(ComparedRows& rows, const std::string& name, std::size_t width) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.first == name; });
  if (found != rows.end()) return found->second;
  return rows.emplace_back(name, std::vector<Json>(width)).second;
}

ComparedRows compare_results(Workspace& workspace, const std::vector<RunRecord>& runs) {
  ComparedRows rows;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const MeasureRecord& measure : workspace.measures(runs[i].info.run)) {
      if (measure.value)
        compared_row(rows, measure.data + "." + measure.metric, runs.size())[i] = *measure.value;
    }
    const RunHistory history = read_history(workspace.run_folder(runs[i].info.run));
    const auto loss = history.scalars.find("loss");
    if (loss == history.scalars.end() || loss->second.value.empty()) continue;
    compared_row(rows, "last loss", runs.size())[i] = loss->second.value.back();
  }
  return rows;
}

void flatten(const Value& value, const std::string& path, ComparedRows& rows, std::size_t run,
             std::size_t width) {
  const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  for (const auto& [key, member] : value.members) flatten(member, below(key), rows, run, width);
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    flatten(value.items[i], below(std::to_string(i)), rows, run, width);
  }
  if (value.is_scalar()) compared_row(rows, path, width)[run] = value.text;
}

/// Settings of the resolved recipes that are not the same everywhere.
ComparedRows compare_settings(Workspace& workspace, const std::vector<RunRecord>& runs) {
  ComparedRows rows;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Path file = workspace.run_folder(runs[i].info.run).recipe();
    compared_row(rows, "arm", runs.size())[i] = runs[i].info.arm;
    compared_row(rows, "seed", runs.size())[i] = runs[i].info.seed;
    flatten(parse_yaml(read_file(file, 1 << 22), file.string()), "", rows, i, runs.size());
  }
  std::erase_if(rows, [](const auto& row) {
    return std::all_of(row.second.begin(), row.second.end(),
                       [&](const Json& v) { return v == row.second.front(); });
  });
  return rows;
}

std::string cell_text(const Json& value) {
  if (value.is_null()) return "-";
  return value.is_number_float() ? number_text(value.get<double>())
         : value.is_string()     ? value.get<std::string>()
                                 : value.dump();
}

void print_compared(const char* title, const ComparedRows& rows,
                    const std::vector<RunRecord>& runs) {
  if (rows.empty()) return;
  std::vector<Table::Column> columns{{title}};
  for (std::size_t i = 0; i < runs.size(); ++i)
    columns.push_back({"run " + std::to_string(i + 1), true});
  Table table(std::move(columns));
  for (const auto& [name, values] : rows) {
    std::vector<std::string> cells{name};
    for (const Json& value : values) cells.push_back(cell_text(value));
    table.add(std::move(cells));
  }
  std::cout << "\n";
  table.print(std::cout);
}

int compare_runs(const CompareOptions& options) {
  Workspace workspace = open_workspace(options);
  std::vector<RunRecord> runs;
  for (const std::string& text : options.runs) {
    runs.push_back(workspace.find_run(text));
    workspace.index_run(runs.back().info.run);
  }
  const ComparedRows results = compare_results(workspace, runs),
                     settings = compare_settings(workspace, runs);
  if (options.json) {
    Json json{{"runs", Json::array()}, {"results", Json::object()}, {"settings", Json::object()}};
    for (const RunRecord& run : runs) json["runs"].push_back(run.info.run);
    for (const auto& [name, values] : results) json["results"][name] = values;
    for (const auto& [name, values] : settings) json["settings"][name] = values;
    print_json(json);
    return 0;
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    std::cout << "run " << i + 1 << "  " << runs[i].info.run << "  " << runs[i].state << "\n";
  }
  print_compared("result", results, runs);
  print_compared("setting that differs", settings, runs);
  return 0;
}

}  // namespace

void add_metrics_commands(CLI::App& app, Invocation& invocation) {
  add_command<MetricsOptions>(app, invocation, "metrics", "what a run recorded", declare_metrics,
                              show_metrics);
  add_command<CompareOptions>(app, invocation, "compare",
                              "results and settings of runs side by side", declare_compare,
                              compare_runs);
}

}  // namespace warmstart
