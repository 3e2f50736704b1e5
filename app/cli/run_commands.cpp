// runs, show, tag, note, claims.
#include <optional>
#include <set>

#include "app/cli/commands.h"
#include "app/table.h"
#include "core/run/event_tail.h"
#include "core/run/run_history.h"

namespace warmstart {
namespace {

Json run_json(Workspace& workspace, const RunRecord& run) {
  Json json = to_json(run.info);
  json["state"] = run.state;
  json["error"] = run.error;
  json["note"] = run.note;
  json["tags"] = run.tags;
  json["job"] = run.job;
  json["step"] = run.step;
  json["total_steps"] = run.total_steps;
  json["started"] = run.started;
  json["ended"] = run.ended;
  json["folder"] = (workspace.runs_dir() / run.info.run).string();
  json["measures"] = Json::array();
  for (const MeasureRecord& measure : workspace.measures(run.info.run)) {
    json["measures"].push_back({{"on", measure.data},
                                {"stage", measure.stage},
                                {"metric", measure.metric},
                                {"value", measure.value ? Json(*measure.value) : Json()}});
  }
  return json;
}

/// Whether one of `names` with more after a dot: "dice.2" of "dice", but not "audio.cer".
bool is_part(const std::string& name, const std::set<std::string>& names) {
  for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
    if (names.count(name.substr(0, dot)) > 0) return true;
  }
  return false;
}

/// "test.dice 0.8123, test.hd95 4.2"; parts (one class of a metric) are left to `show`.
std::string result_text(Workspace& workspace, const std::string& run) {
  const std::vector<MeasureRecord> measures = workspace.measures(run);
  std::set<std::string> names;
  for (const MeasureRecord& measure : measures) names.insert(measure.metric);
  std::string text;
  for (const MeasureRecord& measure : measures) {
    if (!measure.value || is_part(measure.metric, names)) continue;
    text += (text.empty() ? "" : ", ") + measure.data + "." + measure.metric + " " +
            number_text(*measure.value);
  }
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

struct RunsOptions : CommonOptions {
  RunFilter filter;
};

void declare_runs(CLI::App& app, RunsOptions& o) {
  declare_common(app, o);
  app.add_option("--recipe", o.filter.recipe, "part of the recipe's id")->type_name("TEXT");
  app.add_option("--arm", o.filter.arm, "one arm only")->type_name("ARM");
  app.add_option("--state", o.filter.state, "queued, running, done, failed, ...")
      ->type_name("STATE");
  app.add_option("--tag", o.filter.tag, "runs with this tag")->type_name("TAG");
  app.add_option("--experiment", o.filter.experiment, "runs of one submission only")
      ->type_name("N");
  app.add_option("--limit", o.filter.limit, "the newest so many")->type_name("N");
}

int list_all_runs(const RunsOptions& options) {
  Workspace workspace = open_workspace(options);
  for (const std::string& problem : workspace.adopt_folders().problems) {
    std::cerr << "warning: a run folder is left out: " << problem << "\n";
  }
  const std::vector<RunRecord> runs = workspace.list_runs(options.filter);
  Json json = Json::array();
  Table table({{"run"}, {"state"}, {"created"}, {"step", true}, {"results"}, {"tags"}});
  for (const RunRecord& run : runs) {
    if (options.json) json.push_back(run_json(workspace, run));
    table.add(
        {run.info.run, run.state, time_text(run.created), steps_text(run.step, run.total_steps),
         run.error.empty() ? result_text(workspace, run.info.run) : run.error, joined(run.tags)});
  }
  if (options.json) {
    print_json(json);
  } else if (table.empty()) {
    std::cout << "no runs; start one with: warmstart run RECIPE\n";
  } else {
    table.print(std::cout);
  }
  return 0;
}

struct RunOptions : CommonOptions {
  std::string run;
};

void declare_run(CLI::App& app, RunOptions& o) {
  declare_common(app, o);
  app.add_option("run", o.run, "run id, or a part of it that no other run has")
      ->required()
      ->type_name("RUN");
}

void print_run(Workspace& workspace, const RunRecord& run) {
  const auto line = [](const char* name, const std::string& value) {
    if (!value.empty())
      std::cout << name << std::string(14 - std::string(name).size(), ' ') << value << "\n";
  };
  line("run", run.info.run);
  line("title", run.info.title);
  line("recipe", run.info.recipe + " (" + run.info.profile + (run.info.smoke ? ", smoke)" : ")"));
  line("arm", run.info.arm);
  line("seed", std::to_string(run.info.seed));
  line("state", run.state);
  line("error", run.error);
  line("job", run.job > 0 ? std::to_string(run.job) : "");
  line("step", steps_text(run.step, run.total_steps));
  line("device", run.info.device);
  line("host", run.info.host);
  line("version", run.info.version);
  line("created", time_text(run.created));
  if (run.ended > run.started && run.started > 0)
    line("time", duration_text(run.ended - run.started));
  line("tags", joined(run.tags));
  line("note", run.note);
  line("folder", (workspace.runs_dir() / run.info.run).string());
}

void print_results(Workspace& workspace, const RunRecord& run) {
  Table table({{"measured on"}, {"after stage"}, {"metric"}, {"value", true}});
  for (const MeasureRecord& measure : workspace.measures(run.info.run)) {
    table.add({measure.data, measure.stage, measure.metric,
               measure.value ? number_text(*measure.value) : "undefined"});
  }
  if (table.empty()) return;
  std::cout << "\n";
  table.print(std::cout);
}

int show_run(const RunOptions& options) {
  Workspace workspace = open_workspace(options);
  workspace.index_run(workspace.find_run(options.run).info.run);
  const RunRecord run = workspace.find_run(options.run);
  if (options.json) {
    print_json(run_json(workspace, run));
    return 0;
  }
  print_run(workspace, run);
  print_results(workspace, run);
  for (const Json& warning : read_history(workspace.run_folder(run.info.run)).warnings) {
    std::cout << "warning: " << warning.value("text", "") << "\n";
  }
  const std::string log = last_log_lines(workspace.run_folder(run.info.run), 10);
  if (run.state == "failed" && !log.empty())
    std::cout << "\nlast lines of the log:\n" << log << "\n";
  return 0;
}

struct TagOptions : CommonOptions {
  std::string run;
  std::vector<std::string> tags;
  bool remove = false;
};

void declare_tag(CLI::App& app, TagOptions& o) {
  declare_common(app, o);
  app.add_option("run", o.run, "run id, or a part of it that no other run has")
      ->required()
      ->type_name("RUN");
  app.add_option("tags", o.tags, "words to find the run by")->required()->type_name("TAG");
  app.add_flag("--remove", o.remove, "take the tags away");
}

int tag_run(const TagOptions& options) {
  Workspace workspace = open_workspace(options);
  const std::string run = workspace.find_run(options.run).info.run;
  for (const std::string& tag : options.tags) {
    options.remove ? workspace.remove_tag(run, tag) : workspace.add_tag(run, tag);
  }
  const std::vector<std::string> tags = workspace.find_run(run).tags;
  if (options.json) {
    print_json({{"run", run}, {"tags", tags}});
  } else {
    std::cout << run << "  " << joined(tags) << "\n";
  }
  return 0;
}

struct NoteOptions : CommonOptions {
  std::string run, text;
};

void declare_note(CLI::App& app, NoteOptions& o) {
  declare_common(app, o);
  app.add_option("run", o.run, "run id, or a part of it that no other run has")
      ->required()
      ->type_name("RUN");
  app.add_option("text", o.text, "the note, in place of an earlier one")
      ->required()
      ->type_name("TEXT");
}

int note_run(const NoteOptions& options) {
  Workspace workspace = open_workspace(options);
  const std::string run = workspace.find_run(options.run).info.run;
  workspace.set_note(run, options.text);
  if (options.json) print_json({{"run", run}, {"note", options.text}});
  return 0;
}

struct ClaimsOptions : CommonOptions {
  std::string recipe;
};

void declare_claims(CLI::App& app, ClaimsOptions& o) {
  declare_common(app, o);
  app.add_option("--recipe", o.recipe, "claims of one recipe")->type_name("ID");
}

int list_all_claims(const ClaimsOptions& options) {
  Workspace workspace = open_workspace(options);
  Json json = Json::array();
  Table table({{"recipe"}, {"profile"}, {"state"}, {"claim"}, {"checked"}});
  for (const ClaimRecord& claim : workspace.list_claims(options.recipe)) {
    json.push_back({{"recipe", claim.recipe},
                    {"profile", claim.profile},
                    {"experiment", claim.experiment},
                    {"text", claim.text},
                    {"state", claim.state},
                    {"detail", claim.detail},
                    {"time", claim.time}});
    table.add({claim.recipe, claim.profile, claim.state, claim.text, time_text(claim.time)});
  }
  if (options.json) {
    print_json(json);
  } else if (table.empty()) {
    std::cout << "no claims were checked; check one with: warmstart check RECIPE\n";
  } else {
    table.print(std::cout);
  }
  return 0;
}

}  // namespace

void add_run_commands(CLI::App& app, Invocation& invocation) {
  add_command<RunsOptions>(app, invocation, "runs", "everything that ran, with results",
                           declare_runs, list_all_runs);
  add_command<RunOptions>(app, invocation, "show", "one run: state, results, warnings", declare_run,
                          show_run);
  add_command<TagOptions>(app, invocation, "tag", "give a run tags", declare_tag, tag_run);
  add_command<NoteOptions>(app, invocation, "note", "write a note to a run", declare_note,
                           note_run);
  add_command<ClaimsOptions>(app, invocation, "claims", "claims that were checked, newest last",
                             declare_claims, list_all_claims);
}

}  // namespace warmstart
