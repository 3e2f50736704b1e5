#include "core/run/run_trash.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/run/process.h"

namespace warmstart {
namespace {

/// Tables with rows of a run and the column that names it, the run's own first: rows come back in
/// this order and go in the other.
constexpr std::array<std::pair<const char*, const char*>, 6> kRunTables{{{"runs", "id"},
                                                                         {"jobs", "run"},
                                                                         {"stages", "run"},
                                                                         {"measures", "run"},
                                                                         {"tags", "run"},
                                                                         {"notes", "run"}}};

Path trash_of(const Workspace& workspace, const std::string& holder) {
  return workspace.runs_dir() / ".trash" / holder;
}
Path rows_file(const Path& trash, const std::string& run) { return trash / (run + ".rows.json"); }

std::vector<std::string> columns_of(Database& database, const std::string& table) {
  Statement rows = database.query("SELECT name FROM pragma_table_info(?)", table);
  std::vector<std::string> columns;
  while (rows.next()) columns.push_back(rows.text(0));
  return columns;
}

/// {"runs": [{column: value}], "jobs": [...], ...}
Json rows_of_run(Database& database, const std::string& run) {
  Json all = Json::object();
  for (const auto& [table, key] : kRunTables) {
    std::string pairs;
    for (const std::string& column : columns_of(database, table))
      pairs += (pairs.empty() ? "'" : ", '") + column + "', \"" + column + "\"";
    Statement row = database.query("SELECT json_group_array(json_object(" + pairs + ")) FROM " +
                                       table + " WHERE " + key + " = ?",
                                   run);
    row.next();
    all[table] = Json::parse(row.text(0));
  }
  return all;
}

void insert_rows(Database& database, const Json& rows) {
  for (const auto& [table, key] : kRunTables) {
    for (const Json& row : rows.value(table, Json::array())) {
      std::string columns, values;
      for (const auto& [column, value] : row.items()) {
        columns += (columns.empty() ? "\"" : ", \"") + column + "\"";
        values += std::string(values.empty() ? "" : ", ") + "json_extract(?1, '$." + column + "')";
      }
      database.run(
          std::string("INSERT INTO ") + table + " (" + columns + ") VALUES (" + values + ")",
          row.dump());
    }
  }
}

void delete_rows(Database& database, const std::string& run) {
  for (auto table = kRunTables.rbegin(); table != kRunTables.rend(); ++table)
    database.run(std::string("DELETE FROM ") + table->first + " WHERE " + table->second + " = ?",
                 run);
}

void move_folder(const Path& from, const Path& to) {
  std::error_code problem;
  std::filesystem::rename(from, to, problem);
  if (problem && problem != std::errc::no_such_file_or_directory)
    throw Error("cannot move the run's folder: " + problem.message(), from.string(),
                "make the workspace writable", ErrorKind::kMachine);
}

std::vector<Path> entries_of(const Path& folder) {
  std::vector<Path> entries;
  std::error_code problem;
  for (std::filesystem::directory_iterator entry(folder, problem), end; !problem && entry != end;
       entry.increment(problem))
    entries.push_back(entry->path());
  if (problem && problem != std::errc::no_such_file_or_directory)
    throw Error("cannot read the trash: " + problem.message(), folder.string(),
                "look at that place; it should be a folder", ErrorKind::kMachine);
  return entries;
}

/// What the trash keeps of a run's rows.
Json read_rows(const Path& file) {
  if (!std::filesystem::exists(file))
    throw Error("the run is not in the trash any more", file.string(),
                "another program has emptied it");
  const Json rows = Json::parse(read_file(file), nullptr, /*allow_exceptions=*/false);
  if (!rows.is_object())
    throw Error("the trash's note on the run is damaged", file.string(),
                "move the run's folder from beside it back to runs/", ErrorKind::kMachine);
  return rows;
}

void refuse_at_work(Workspace& workspace, const std::string& run) {
  const std::string state = workspace.find_run(run).state;
  if (state == "running" || state == "starting")
    throw Error("run " + run + " is " + state + "; it cannot be deleted", "",
                "cancel it first, then delete it");
}

void refuse_needed(Database& database, const std::vector<std::string>& runs) {
  for (const std::string& run : runs) {
    Statement rows = database.query(
        "SELECT w.id, w.run FROM jobs w JOIN jobs j ON w.depends_on = j.id WHERE j.run = ?"
        " AND w.state IN ('queued', 'paused', 'starting')",
        run);
    while (rows.next()) {
      if (std::find(runs.begin(), runs.end(), rows.text(1)) != runs.end()) continue;
      throw Error("job " + rows.text(0) + " waits for run " + run, "",
                  "cancel that job, or delete both");
    }
  }
}

}  // namespace

void trash_runs(Workspace& workspace, const std::vector<std::string>& runs) {
  Database& database = workspace.database();
  const Path trash = trash_of(workspace, Lease::mine().text());
  std::error_code problem;
  std::filesystem::create_directories(trash, problem);
  if (problem)
    throw Error("cannot make the trash: " + problem.message(), trash.string(),
                "make the workspace writable", ErrorKind::kMachine);
  std::vector<std::string> moved;
  try {
    Transaction transaction(database);
    refuse_needed(database, runs);
    for (const std::string& run : runs) {
      refuse_at_work(workspace, run);
      write_atomically(rows_file(trash, run), rows_of_run(database, run).dump());
      delete_rows(database, run);
      move_folder(workspace.runs_dir() / run, trash / run);
      moved.push_back(run);
    }
    transaction.commit();
  } catch (...) {
    for (const std::string& run : moved) move_folder(trash / run, workspace.runs_dir() / run);
    throw;
  }
}

void restore_runs(Workspace& workspace, const std::vector<std::string>& runs) {
  const Path trash = trash_of(workspace, Lease::mine().text());
  for (const std::string& run : runs) {
    const Json rows = read_rows(rows_file(trash, run));
    Transaction transaction(workspace.database());
    insert_rows(workspace.database(), rows);
    move_folder(trash / run, workspace.runs_dir() / run);
    transaction.commit();
    std::error_code unneeded;
    std::filesystem::remove(rows_file(trash, run), unneeded);
  }
}

void empty_trash(Workspace& workspace) {
  const Path all = workspace.runs_dir() / ".trash";
  for (const Path& holder : entries_of(all)) {
    const std::optional<Lease> lease = Lease::parse(holder.filename().string());
    if (!lease || lease->alive()) continue;
    for (const Path& entry : entries_of(holder)) {
      const std::string run = entry.filename().string();
      const bool stands = workspace.database().query("SELECT 1 FROM runs WHERE id = ?", run).next();
      if (stands) move_folder(entry, workspace.runs_dir() / run);
    }
    std::error_code problem;
    std::filesystem::remove_all(holder, problem);
    if (problem)
      throw Error("cannot empty the trash: " + problem.message(), holder.string(),
                  "delete that folder by hand", ErrorKind::kMachine);
  }
}

}  // namespace warmstart
