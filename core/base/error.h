// The one exception type of the project. A message has three parts: what went wrong, where, and
// what the user can do. It is caught at three places only: worker main, queue, command handlers.
#pragma once
#include <exception>
#include <string>

namespace warmstart {

/// What the process exits with when the error reaches main (see the command line's exit codes).
enum class ErrorKind { kVerification = 1, kInput = 2, kInterrupted = 3, kMachine = 4 };

class Error : public std::exception {
 public:
  /// `what`: one clause without a final stop; `where`: file, line or key, may be empty; `hint`:
  /// what to do.
  Error(std::string what, std::string where, std::string hint, ErrorKind kind = ErrorKind::kInput);

  const std::string& problem() const { return problem_; }
  const std::string& where() const { return where_; }
  const std::string& hint() const { return hint_; }
  ErrorKind kind() const { return kind_; }
  /// "what; where; what to do", empty parts left out.
  const char* what() const noexcept override { return line_.c_str(); }

 private:
  std::string problem_, where_, hint_, line_;
  ErrorKind kind_;
};

}  // namespace warmstart
