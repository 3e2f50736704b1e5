#include "core/run/migrations.h"

#include <unistd.h>

#include <array>
#include <fstream>
#include <string>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr const char* kFirstSchema = R"sql(
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL, recipe TEXT NOT NULL, title TEXT NOT NULL, profile TEXT NOT NULL,
  created REAL NOT NULL);
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  experiment INTEGER REFERENCES experiments(id),
  recipe TEXT NOT NULL, title TEXT NOT NULL, arm TEXT NOT NULL, seed INTEGER NOT NULL,
  profile TEXT NOT NULL, smoke INTEGER NOT NULL, host TEXT NOT NULL, device TEXT NOT NULL,
  version TEXT NOT NULL, extra_steps INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL, error TEXT NOT NULL DEFAULT '', lease TEXT NOT NULL DEFAULT '',
  step INTEGER NOT NULL DEFAULT 0, total_steps INTEGER NOT NULL DEFAULT 0,
  created REAL NOT NULL, started REAL NOT NULL DEFAULT 0, ended REAL NOT NULL DEFAULT 0);
CREATE INDEX runs_by_recipe ON runs(recipe, arm, seed);
CREATE INDEX runs_by_experiment ON runs(experiment);
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run TEXT NOT NULL UNIQUE REFERENCES runs(id),
  state TEXT NOT NULL, request TEXT NOT NULL DEFAULT '',
  priority INTEGER NOT NULL, position INTEGER NOT NULL,
  depends_on INTEGER NOT NULL DEFAULT 0,
  device_wanted TEXT NOT NULL, device TEXT NOT NULL DEFAULT '', threads INTEGER NOT NULL DEFAULT 0,
  lease TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
  restarts INTEGER NOT NULL DEFAULT 0, max_restarts INTEGER NOT NULL, time_limit REAL NOT NULL,
  created REAL NOT NULL, started REAL NOT NULL DEFAULT 0, ended REAL NOT NULL DEFAULT 0);
CREATE INDEX jobs_in_order ON jobs(state, priority DESC, position);
-- A run shows its job's state: one statement changes both.
CREATE TRIGGER job_submitted AFTER INSERT ON jobs BEGIN
  UPDATE runs SET state = NEW.state, lease = '' WHERE id = NEW.run;
END;
CREATE TRIGGER job_changed AFTER UPDATE OF state ON jobs BEGIN
  UPDATE runs SET state = NEW.state, error = NEW.reason, started = NEW.started, ended = NEW.ended,
    device = CASE NEW.device WHEN '' THEN device ELSE NEW.device END WHERE id = NEW.run;
END;
CREATE TABLE stages (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, position INTEGER NOT NULL,
  name TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (run, position));
CREATE TABLE measures (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  data TEXT NOT NULL, stage TEXT NOT NULL, metric TEXT NOT NULL, value REAL,
  PRIMARY KEY (run, data, stage, metric));
CREATE TABLE tags (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, tag TEXT NOT NULL,
  PRIMARY KEY (run, tag));
CREATE TABLE notes (
  run TEXT PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE, text TEXT NOT NULL,
  updated REAL NOT NULL);
CREATE TABLE claims (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  experiment INTEGER REFERENCES experiments(id),
  recipe TEXT NOT NULL, profile TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL,
  detail TEXT NOT NULL, time REAL NOT NULL);
CREATE TABLE devices (
  name TEXT PRIMARY KEY, kind TEXT NOT NULL, slots INTEGER NOT NULL, memory INTEGER NOT NULL,
  description TEXT NOT NULL, seen REAL NOT NULL);
)sql";

constexpr std::array<Migration, 1> kMigrations{{{1, kFirstSchema}}};

[[noreturn]] void refuse_newer(const Path& file, int found, int known) {
  throw Error("workspace has schema " + std::to_string(found) + ", this program knows up to " +
                  std::to_string(known),
              file.string(), "open it with the newer Warmstart that wrote it; nothing was changed");
}

int stored_version(Database& database) {
  Statement statement = database.query("PRAGMA user_version");
  return statement.next() ? static_cast<int>(statement.integer(0)) : 0;
}

/// A consistent copy, whatever still stands in the log beside the file; whole or not at all.
void back_up(Database& database, int version) {
  const std::string target = database.file().string() + ".v" + std::to_string(version) + ".backup";
  const std::string draft = target + "." + std::to_string(getpid());
  std::filesystem::remove(draft);
  database.run("VACUUM INTO ?", draft);
  std::filesystem::rename(draft, target);
}

}  // namespace

std::span<const Migration> workspace_migrations() { return kMigrations; }

int schema_version(const Path& file) {
  // Bytes 60..63 of a database hold user_version, most significant first (SQLite file format, 1.3).
  std::ifstream in(file, std::ios::binary);
  std::array<char, 64> header{};
  if (!in.read(header.data(), header.size())) return 0;
  int version = 0;
  for (std::size_t i = 60; i < 64; ++i) {
    version = version << 8 | static_cast<unsigned char>(header[i]);
  }
  return version;
}

void check_schema(const Path& file, std::span<const Migration> migrations) {
  const int found = schema_version(file);
  const int known = migrations.back().version;
  if (found > known) refuse_newer(file, found, known);
}

void migrate(Database& database, std::span<const Migration> migrations) {
  const int known = migrations.back().version;
  const int before = stored_version(database);
  if (before > known) refuse_newer(database.file(), before, known);
  if (before == known) return;
  if (before > 0) back_up(database, before);
  Transaction transaction(database);
  const int found = stored_version(database);  // another process may have been faster
  if (found > known) refuse_newer(database.file(), found, known);
  for (const Migration& migration : migrations) {
    if (migration.version <= found) continue;
    database.script(migration.sql);
    database.script("PRAGMA user_version = " + std::to_string(migration.version));
  }
  transaction.commit();
  database.script("PRAGMA wal_checkpoint(PASSIVE)");
}

}  // namespace warmstart
