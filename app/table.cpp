#include "app/table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <utility>

namespace warmstart {
namespace {

/// Characters, not bytes, of UTF-8 text.
std::size_t text_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string formatted(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) {
    cell = cell.substr(0, cell.find('\n'));  // a table has one line a row
  }
  rows_.push_back(std::move(cells));
}

void Table::print(std::ostream& out) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    widths.push_back(text_width(columns_[i].title));
    for (const auto& row : rows_) widths[i] = std::max(widths[i], text_width(row[i]));
  }
  const auto line = [&](const auto& cell_of) {
    std::string text;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string& cell = cell_of(i);
      const std::string gap(widths[i] - text_width(cell), ' ');
      text += columns_[i].number ? gap + cell : cell + gap;
      text += "  ";
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out << text << "\n";
  };
  line([&](std::size_t i) -> const std::string& { return columns_[i].title; });
  for (const auto& row : rows_) line([&](std::size_t i) -> const std::string& { return row[i]; });
}

std::string number_text(double value) { return std::isnan(value) ? "-" : formatted("%.5g", value); }

std::string size_text(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (value >= 1 << 30) return formatted("%.1f GiB", value / (1 << 30));
  if (value >= 1 << 20) return formatted("%.1f MiB", value / (1 << 20));
  return formatted("%.1f KiB", value / 1024);
}

std::string duration_text(double seconds) {
  if (seconds < 100) return formatted("%.0f s", seconds);
  if (seconds < 6000) return formatted("%.0f min", seconds / 60);
  return formatted("%.1f h", seconds / 3600);
}

std::string time_text(double seconds) {
  if (seconds <= 0) return "-";
  const auto whole = static_cast<std::time_t>(seconds);
  std::tm parts{};
  localtime_r(&whole, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &parts);
  return text.data();
}

std::string steps_text(std::int64_t step, std::int64_t total) {
  return total > 0 ? std::to_string(step) + "/" + std::to_string(total) : std::to_string(step);
}

}  // namespace warmstart
