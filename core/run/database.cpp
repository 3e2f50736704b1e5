#include "core/run/database.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstdlib>
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

/// A database beside its write-ahead log in a folder of its own, as SQLite needs them: it cannot
/// read what stands in the log where it may not write beside it.
class CopiedFile {
 public:
  explicit CopiedFile(const Path& file) {
    std::string pattern = (std::filesystem::temp_directory_path() / "warmstart-XXXXXX").string();
    std::error_code problem;
    if (mkdtemp(pattern.data()) != nullptr) {
      folder_ = pattern;
      std::filesystem::copy_file(file, this->file(), problem);
      const Path log = file.string() + "-wal";
      if (!problem && std::filesystem::exists(log))
        std::filesystem::copy_file(log, this->file().string() + "-wal", problem);
    } else {
      problem = {errno, std::generic_category()};
    }
    if (!problem) return;
    remove();
    throw Error("the database cannot be copied: " + problem.message(), file.string(),
                "free some space in " + std::filesystem::temp_directory_path().string(),
                ErrorKind::kMachine);
  }
  ~CopiedFile() { remove(); }
  CopiedFile(const CopiedFile&) = delete;
  CopiedFile& operator=(const CopiedFile&) = delete;
  Path file() const { return folder_ / "copy.db"; }

 private:
  void remove() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  Path folder_;
};

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

std::unique_ptr<Database> Database::snapshot(const Path& file,
                                             const std::function<void(Database&)>& prepare) {
  const CopiedFile copied(file);
  Database copy(copied.file());
  prepare(copy);
  std::unique_ptr<Database> memory(new Database);
  memory->file_ = file;
  int code = sqlite3_open(":memory:", &memory->handle_);
  if (code != SQLITE_OK) fail(memory->handle_, code, file);
  sqlite3_backup* backup = sqlite3_backup_init(memory->handle_, "main", copy.handle_, "main");
  if (backup != nullptr) sqlite3_backup_step(backup, -1);
  code = sqlite3_backup_finish(backup);
  if (code != SQLITE_OK) fail(memory->handle_, code, file);
  memory->script("PRAGMA query_only = ON");
  return memory;
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
