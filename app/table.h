// Tables for people: columns as wide as their widest cell, numbers to the right. Used by every
// listing command, of both programs.
#pragma once
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace warmstart {

class Table {
 public:
  struct Column {
    std::string title;  ///< with its unit: "time [min]"
    bool number = false;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  void print(std::ostream& out) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Five significant digits, "-" for none: 0.91234, 1.2e-05.
std::string number_text(double value);
/// "3.2 GiB", "512 KiB".
std::string size_text(std::uint64_t bytes);
/// "45 s", "12 min", "3.5 h".
std::string duration_text(double seconds);
/// "2026-01-02 15:04" in local time, "-" for 0.
std::string time_text(double seconds);
/// "120/700", or "120" where the total is unknown.
std::string steps_text(std::int64_t step, std::int64_t total);

}  // namespace warmstart
