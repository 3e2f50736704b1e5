// A thin owner of one SQLite connection and its statements: WAL, ten seconds of patience with other
// writers, full synchronisation. Used by Workspace and Queue alone. A Database belongs to one
// thread. Every failure is an Error of kind kMachine that names the file (a full disk and a lock
// that lasts are ordinary errors, never a crash).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/base/files.h"

struct sqlite3;
struct sqlite3_stmt;

namespace warmstart {

/// A prepared statement with its arguments bound; reset and finalised with its owner.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  /// Steps to the next row; false at the end.
  bool next();
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;  ///< "" for NULL

 private:
  friend class Database;
  Statement(sqlite3* handle, const Path& file, std::string_view sql);
  template <class T>
  void bind(int index, const T& value) {
    if constexpr (std::is_same_v<T, std::nullptr_t>) {
      bind_null(index);
    } else if constexpr (std::is_floating_point_v<T>) {
      bind_real(index, value);
    } else if constexpr (std::is_integral_v<T>) {
      bind_integer(index, static_cast<std::int64_t>(value));
    } else {
      bind_text(index, std::string_view(value));
    }
  }
  void bind_null(int index);
  void bind_real(int index, double value);
  void bind_integer(int index, std::int64_t value);
  void bind_text(int index, std::string_view value);

  sqlite3* handle_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
  const Path* file_ = nullptr;
};

class Database {
 public:
  enum class Mode { kReadOnly, kReadWrite };
  /// kReadWrite creates the file where it is missing.
  explicit Database(Path file, Mode mode = Mode::kReadWrite);
  /// What a file that cannot be written holds now, as a copy in memory whose changes are refused
  /// with the file's name. `prepare` may bring the copy up to date before that.
  static std::unique_ptr<Database> snapshot(const Path& file,
                                            const std::function<void(Database&)>& prepare);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Binds the arguments in order; step with next(). The statement must not outlive the database.
  template <class... Arguments>
  Statement query(std::string_view sql, const Arguments&... arguments) {
    Statement statement(handle_, file_, sql);
    int index = 0;
    (statement.bind(++index, arguments), ...);
    return statement;
  }
  /// Runs one statement to its end; returns how many rows it changed.
  template <class... Arguments>
  int run(std::string_view sql, const Arguments&... arguments) {
    Statement statement = query(sql, arguments...);
    return finish(statement);
  }
  /// Runs a script of several statements without arguments.
  void script(const std::string& sql);
  std::int64_t last_id() const;
  const Path& file() const { return file_; }

 private:
  Database() = default;
  int finish(Statement& statement);
  Path file_;
  sqlite3* handle_ = nullptr;
};

/// BEGIN IMMEDIATE ... COMMIT; rolls back unless commit() was reached. Not nested.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace warmstart
