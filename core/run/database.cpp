#include "core/run/database.h"

#include <sqlite3.h>

#include <utility>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr int kPatienceMilliseconds = 10000;
constexpr int kRetryMilliseconds = 10;

std::string database_hint(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "the disk is full: free some space and try again";
    case SQLITE_BUSY:
      return "another program has been writing for over 10 s: end it, or try again";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "move the file away and put a backup in its place; the runs themselves are not in it";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "make the folder and the file writable, or name another one with --workspace";
    default:
      return "check the disk";
  }
}

[[noreturn]] void fail(sqlite3* handle, int code, const Path& file) {
  const std::string text = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  throw Error("database: " + text, file.string(), database_hint(code), ErrorKind::kMachine);
}

/// Turns the write-ahead log on. SQLite does not wait for others there, whatever the busy timeout
/// says, so two programs that open a new workspace at once would fail: we wait ourselves.
void use_write_ahead_log(sqlite3* handle, const Path& file) {
  for (int waited = 0;; waited += kRetryMilliseconds) {
    const int code = sqlite3_exec(handle, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return;
    if ((code & 0xff) != SQLITE_BUSY || waited >= kPatienceMilliseconds) fail(handle, code, file);
    sqlite3_sleep(kRetryMilliseconds);
  }
}

}  // namespace

Statement::Statement(sqlite3* handle, const Path& file, std::string_view sql)
    : handle_(handle), file_(&file) {
  const int code =
      sqlite3_prepare_v2(handle, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr);
  if (code != SQLITE_OK) fail(handle, code, file);
}

Statement::Statement(Statement&& other) noexcept
    : handle_(other.handle_),
      statement_(std::exchange(other.statement_, nullptr)),
      file_(other.file_) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

bool Statement::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(handle_, code, *file_);
  return false;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (data == nullptr) return "";
  return std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

void Statement::bind_null(int index) { sqlite3_bind_null(statement_, index); }

void Statement::bind_real(int index, double value) {
  sqlite3_bind_double(statement_, index, value);
}

void Statement::bind_integer(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_, index, value);
}

void Statement::bind_text(int index, std::string_view value) {
  sqlite3_bind_text(statement_, index, value.data(), static_cast<int>(value.size()),
                    SQLITE_TRANSIENT);
}

Database::Database(Path file, Mode mode) : file_(std::move(file)) {
  const int flags =
      mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(file_.c_str(), &handle_, flags, nullptr);
  try {
    if (code != SQLITE_OK) fail(handle_, code, file_);
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, kPatienceMilliseconds);
    if (mode == Mode::kReadWrite) use_write_ahead_log(handle_, file_);
    script("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::script(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(handle_, code, file_);
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(handle_); }

int Database::finish(Statement& statement) {
  while (statement.next()) {
  }
  return sqlite3_changes(handle_);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.script("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.script("ROLLBACK");
  } catch (const std::exception&) {
    // SQLite has rolled back by itself (a full disk); there is nothing left to undo.
  }
}

void Transaction::commit() {
  database_.script("COMMIT");
  open_ = false;
}

}  // namespace warmstart
