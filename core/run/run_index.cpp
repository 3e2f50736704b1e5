// The part of Workspace that repeats in the index what run folders say.
#include <cmath>
#include <string>

#include "core/base/error.h"
#include "core/run/run_history.h"
#include "core/run/workspace.h"

namespace warmstart {
namespace {

void index_stages(Database& database, const std::string& run, const RunHistory& history) {
  database.run("DELETE FROM stages WHERE run = ?", run);
  std::int64_t position = 0;
  for (const Json& stage : history.stages) {
    database.run("INSERT INTO stages (run, position, name, detail) VALUES (?,?,?,?)", run,
                 position++, stage.value("stage", ""), stage.dump());
  }
}

/// A metric's entry is a number or {"mean": number, ...}; one that is undefined is kept as NULL.
double mean_of(const Json& entry) {
  if (entry.is_number()) return entry.get<double>();
  if (entry.is_object() && entry.contains("mean") && entry["mean"].is_number()) {
    return entry["mean"].get<double>();
  }
  return std::nan("");  // SQLite stores it as NULL
}

void index_measures(Database& database, const std::string& run, const RunHistory& history) {
  database.run("DELETE FROM measures WHERE run = ?", run);
  for (const Json& measure : history.measures) {
    if (!measure.contains("metrics") || !measure["metrics"].is_object()) continue;
    for (const auto& [name, entry] : measure["metrics"].items()) {
      database.run(
          "INSERT OR REPLACE INTO measures (run, data, stage, metric, value)"
          " VALUES (?,?,?,?,?)",
          run, measure.value("on", ""), measure.value("stage", ""), name, mean_of(entry));
    }
  }
}

/// The index's word for the state that a folder's log ends with.
std::string settled_state(const RunHistory& history) {
  if (history.state == "done" || history.state == "failed") return history.state;
  return history.state == "created" ? "created" : "interrupted";
}

}  // namespace

void Workspace::index_run(const std::string& run) {
  const RunHistory history = read_history(run_folder(run));
  Transaction transaction(*database_);
  const int changed = database_->run("UPDATE runs SET step = ?, total_steps = ? WHERE id = ?",
                                     history.step, history.total_steps, run);
  if (changed == 0) throw Error("no such run", run, "list them with: warmstart runs");
  index_stages(*database_, run, history);
  index_measures(*database_, run, history);
  transaction.commit();
}

AdoptedFolders Workspace::adopt_folders() {
  AdoptedFolders adopted;
  for (const auto& entry : std::filesystem::directory_iterator(runs_dir())) {
    const std::string id = entry.path().filename().string();
    if (!std::filesystem::exists(entry.path() / "run.json")) continue;
    if (database_->query("SELECT 1 FROM runs WHERE id = ?", id).next()) continue;
    try {
      const RunFolder folder = RunFolder::open(entry.path());
      RunInfo info = read_run_info(folder);
      info.run = id;
      info.experiment = 0;  // a number of the workspace that it came from
      insert_run(info, settled_state(read_history(folder)));
      index_run(id);
      ++adopted.count;
    } catch (const Error& error) {
      adopted.problems.emplace_back(error.what());
    }
  }
  return adopted;
}

std::vector<MeasureRecord> Workspace::measures(const std::string& run) {
  Statement rows = database_->query(
      "SELECT data, stage, metric, value FROM measures WHERE run = ? ORDER BY rowid", run);
  std::vector<MeasureRecord> result;
  while (rows.next()) {
    MeasureRecord record{rows.text(0), rows.text(1), rows.text(2), std::nullopt};
    if (!rows.is_null(3)) record.value = rows.real(3);
    result.push_back(std::move(record));
  }
  return result;
}

}  // namespace warmstart
