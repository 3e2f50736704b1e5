#include "core/run/workspace.h"

#include <sys/statfs.h>

#include <cstdlib>
#include <utility>

#include "core/base/error.h"
#include "core/run/migrations.h"
#include "core/run/process.h"
#include "core/run/run_id.h"

namespace warmstart {
namespace {

constexpr const char* kRunColumns =
    "SELECT r.id, r.recipe, r.title, r.arm, r.seed, r.profile, r.smoke, r.created, r.host, "
    "r.device,"
    " r.version, r.extra_steps, coalesce(r.experiment, 0), r.state, r.error, coalesce(n.text, ''),"
    " r.step, r.total_steps, r.started, r.ended, coalesce(j.id, 0), r.lease,"
    " coalesce((SELECT group_concat(tag, char(10)) FROM (SELECT tag FROM tags t WHERE t.run = r.id"
    " ORDER BY tag)), '')"
    " FROM runs r LEFT JOIN notes n ON n.run = r.id LEFT JOIN jobs j ON j.run = r.id ";

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

RunInfo info_from_row(const Statement& row) {
  RunInfo info;
  info.run = row.text(0);
  info.recipe = row.text(1);
  info.title = row.text(2);
  info.arm = row.text(3);
  info.seed = row.integer(4);
  info.profile = row.text(5);
  info.smoke = row.integer(6) != 0;
  info.created = utc_text(row.real(7));
  info.host = row.text(8);
  info.device = row.text(9);
  info.version = row.text(10);
  info.extra_steps = row.integer(11);
  info.experiment = row.integer(12);
  return info;
}

RunRecord record_from_row(const Statement& row) {
  RunRecord record;
  record.info = info_from_row(row);
  record.state = row.text(13);
  record.error = row.text(14);
  record.note = row.text(15);
  record.step = row.integer(16);
  record.total_steps = row.integer(17);
  record.created = row.real(7);
  record.started = row.real(18);
  record.ended = row.real(19);
  record.job = row.integer(20);
  record.tags = split_lines(row.text(22));
  if (record.job == 0 && record.state == "running") {
    const std::optional<Lease> holder = Lease::parse(row.text(21));
    if (!holder || !holder->alive()) {
      record.state = "interrupted";
      record.error = "its process ended without a word";
    }
  }
  return record;
}

void refuse_network_disk(const Path& root) {
  struct statfs disk {};
  if (statfs(root.c_str(), &disk) != 0) return;
  switch (static_cast<std::uint32_t>(disk.f_type)) {
    case 0x6969:      // NFS
    case 0x517B:      // SMB
    case 0xFF534D42:  // CIFS
    case 0xFE534D42:  // SMB2
      throw Error(
          "the workspace lies on a network file system, where its database is not safe",
          root.string(),
          "choose a local folder with --workspace; its runs/ may be a link to the network disk");
    default:
      return;
  }
}

void make_folders(const Path& root) {
  std::error_code problem;
  for (const char* name : {"runs", "cache"}) {
    std::filesystem::create_directories(root / name, problem);
    if (problem) {
      throw Error("cannot make the workspace: " + problem.message(), (root / name).string(),
                  "choose a folder that you may write with --workspace", ErrorKind::kMachine);
    }
  }
}

}  // namespace

Path default_workspace() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && *data == '/') return Path(data) / "warmstart";
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    throw Error("no home folder for the default workspace", "$HOME", "name one with --workspace");
  }
  return Path(home) / ".local" / "share" / "warmstart";
}

std::string program_version() { return WARMSTART_VERSION; }

Workspace::Workspace(Path root, std::unique_ptr<Database> database)
    : root_(std::move(root)), database_(std::move(database)) {}

Workspace Workspace::open(const Path& root) {
  const Path absolute = std::filesystem::absolute(root).lexically_normal();
  make_folders(absolute);
  refuse_network_disk(absolute);
  const Path file = absolute / "workspace.db";
  check_schema(file, workspace_migrations());
  auto database = std::make_unique<Database>(file);
  migrate(*database, workspace_migrations());
  return Workspace(absolute, std::move(database));
}

Workspace Workspace::open_to_read(const Path& root) {
  const Path absolute = std::filesystem::absolute(root).lexically_normal();
  const Path file = absolute / "workspace.db";
  check_schema(file, workspace_migrations());
  return Workspace(absolute, Database::snapshot(file, [](Database& copy) {
                     migrate(copy, workspace_migrations());
                   }));
}

std::int64_t Workspace::create_experiment(const std::string& kind, const std::string& recipe,
                                          const std::string& title, const std::string& profile) {
  database_->run(
      "INSERT INTO experiments (kind, recipe, title, profile, created) VALUES (?,?,?,?,?)", kind,
      recipe, title, profile, now_seconds());
  return database_->last_id();
}

RunFolder Workspace::create_run(RunInfo info, const std::string& recipe_text) {
  info = complete(std::move(info));
  const RunFolder folder = RunFolder::create(runs_dir(), info.run);
  write_atomically(folder.recipe(), recipe_text);
  write_run_info(folder, info);
  insert_run(info, "created");
  return folder;
}

void Workspace::insert_run(const RunInfo& info, const std::string& state) {
  database_->run(
      "INSERT INTO runs (id, experiment, recipe, title, arm, seed, profile, smoke, host, device,"
      " version, extra_steps, state, created)"
      " VALUES (?1, nullif(?2, 0), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
      " coalesce(unixepoch(?14), ?15))"
      // Whoever adopts folders may have seen ours before its row stood.
      " ON CONFLICT(id) DO UPDATE SET experiment = excluded.experiment, state = excluded.state",
      info.run, info.experiment, info.recipe, info.title, info.arm, info.seed, info.profile,
      info.smoke, info.host, info.device, info.version, info.extra_steps, state, info.created,
      now_seconds());
}

void Workspace::set_run_state(const std::string& run, const std::string& state,
                              const std::string& error) {
  const bool running = state == "running";
  const std::string lease = running ? Lease::mine().text() : "";
  const int changed = running
                          ? database_->run(
                                "UPDATE runs SET state = ?1, error = ?2, lease = ?3, started = ?4,"
                                " ended = 0 WHERE id = ?5",
                                state, error, lease, now_seconds(), run)
                          : database_->run(
                                "UPDATE runs SET state = ?1, error = ?2, lease = '', ended = ?3"
                                " WHERE id = ?4",
                                state, error, now_seconds(), run);
  if (changed == 0) throw Error("no such run", run, "list them with: warmstart runs");
}

std::vector<RunRecord> Workspace::list_runs(const RunFilter& filter) {
  Statement rows = database_->query(
      std::string(kRunColumns) +
          " WHERE (?1 = '' OR r.recipe LIKE '%' || ?1 || '%') AND (?2 = '' OR r.arm = ?2)"
          " AND (?3 = '' OR EXISTS (SELECT 1 FROM tags t WHERE t.run = r.id AND t.tag = ?3))"
          " AND (?4 = 0 OR r.experiment = ?4) ORDER BY r.created DESC, r.id DESC",
      filter.recipe, filter.arm, filter.tag, filter.experiment);
  std::vector<RunRecord> result;
  while (rows.next() &&
         (filter.limit == 0 || static_cast<std::int64_t>(result.size()) < filter.limit)) {
    RunRecord record = record_from_row(rows);
    // Not in SQL: a foreground run whose process died reads as interrupted.
    if (filter.state.empty() || record.state == filter.state) result.push_back(std::move(record));
  }
  return result;
}

RunRecord Workspace::find_run(const std::string& text) {
  const auto matching = [&](const char* condition) {
    Statement rows =
        database_->query(std::string(kRunColumns) + condition + " ORDER BY r.id LIMIT 5", text);
    std::vector<RunRecord> found;
    while (rows.next()) found.push_back(record_from_row(rows));
    return found;
  };
  for (const char* condition :
       {"WHERE r.id = ?1", "WHERE substr(r.id, 1, length(?1)) = ?1", "WHERE instr(r.id, ?1) > 0"}) {
    std::vector<RunRecord> found = text.empty() ? std::vector<RunRecord>{} : matching(condition);
    if (found.size() == 1) return std::move(found.front());
    if (found.empty()) continue;
    std::string names;
    for (const RunRecord& record : found) names += (names.empty() ? "" : ", ") + record.info.run;
    throw Error("'" + text + "' fits several runs", names, "give more of the id");
  }
  throw Error("no run '" + text + "'", runs_dir().string(), "list them with: warmstart runs");
}

void Workspace::add_tag(const std::string& run, const std::string& tag) {
  if (tag.empty() || tag.find_first_of("\n,") != std::string::npos) {
    throw Error("'" + tag + "' cannot be a tag", run, "use a word without commas");
  }
  database_->run("INSERT OR IGNORE INTO tags (run, tag) VALUES (?,?)", run, tag);
}

void Workspace::remove_tag(const std::string& run, const std::string& tag) {
  if (database_->run("DELETE FROM tags WHERE run = ? AND tag = ?", run, tag) == 0) {
    throw Error("the run has no tag '" + tag + "'", run,
                "see its tags with: warmstart show " + run);
  }
}

void Workspace::set_note(const std::string& run, const std::string& note) {
  database_->run(
      "INSERT INTO notes (run, text, updated) VALUES (?,?,?)"
      " ON CONFLICT(run) DO UPDATE SET text = excluded.text, updated = excluded.updated",
      run, note, now_seconds());
}

bool Workspace::record_claim(const ClaimRecord& claim) {
  return database_->run(
             "INSERT INTO claims (experiment, recipe, profile, text, state, detail, time)"
             " SELECT nullif(?1,0),?2,?3,?4,?5,?6,?7 WHERE ?6 IS NOT"
             " (SELECT detail FROM claims WHERE experiment = ?1 AND text = ?4"
             " ORDER BY time DESC, id DESC LIMIT 1)",
             claim.experiment, claim.recipe, claim.profile, claim.text, claim.state,
             claim.detail.dump(), claim.time > 0 ? claim.time : now_seconds()) > 0;
}

std::vector<ClaimRecord> Workspace::list_claims(const std::string& recipe) {
  Statement rows = database_->query(
      "SELECT coalesce(experiment, 0), recipe, profile, text, state, detail, time FROM claims"
      " WHERE ?1 = '' OR recipe = ?1 ORDER BY time, id",
      recipe);
  std::vector<ClaimRecord> result;
  while (rows.next()) {
    result.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4),
                      Json::parse(rows.text(5)), rows.real(6)});
  }
  return result;
}

}  // namespace warmstart
