// The schema of workspace.db as numbered steps. Opening a workspace brings an older file up to
// date: a backup copy first, then every missing step in one transaction, so that a kill leaves the
// old schema or the new one, never one between.
#pragma once
#include <span>

#include "core/run/database.h"

namespace warmstart {

struct Migration {
  int version;      ///< 1, 2, 3, ... without gaps
  const char* sql;  ///< script that takes version - 1 to version
};

std::span<const Migration> workspace_migrations();

/// The version that a database file says it has; 0 for a new or missing file. Does not change the
/// file.
int schema_version(const Path& file);

/// Error (kInput) when `file` was written by a newer program: it is not touched.
void check_schema(const Path& file, std::span<const Migration> migrations);

/// Brings an open database to the last version. An existing older one is first copied to
/// `<file>.v<old>.backup`. Safe when several processes open the same workspace at once.
void migrate(Database& database, std::span<const Migration> migrations);

}  // namespace warmstart
