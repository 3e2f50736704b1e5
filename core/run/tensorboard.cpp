#include "core/run/tensorboard.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "core/base/error.h"

namespace warmstart {
namespace {

/// One step with everything logged at it; names borrow from the history's keys.
struct ScalarRow {
  double time = 0;
  std::map<std::string, double> values;
};
using ScalarTable = std::map<std::int64_t, ScalarRow>;

ScalarTable scalar_table(const RunHistory& history) {
  ScalarTable table;
  for (const auto& [name, series] : history.scalars) {
    for (std::size_t i = 0; i < series.step.size(); ++i) {
      ScalarRow& row = table[series.step[i]];
      row.time = series.time[i];
      row.values[name] = series.value[i];
    }
  }
  return table;
}

void add_validations(const RunHistory& history, ScalarTable& table) {
  for (const Json& event : history.validations) {
    if (!event.contains("metrics") || !event["metrics"].is_object()) continue;
    ScalarRow& row = table[event.value("global_step", std::int64_t{0})];
    if (row.time == 0) row.time = event.value("time", 0.0);
    for (const auto& [name, value] : event["metrics"].items()) {
      if (value.is_number()) row.values["validation." + name] = value.get<double>();
    }
  }
}

// CRC-32C (Castagnoli), the checksum of the TFRecord framing; zlib has only the IEEE polynomial.
constexpr std::array<std::uint32_t, 256> crc32c_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0x82f63b78U : 0U);
    table[i] = value;
  }
  return table;
}

std::uint32_t masked_crc32c(const std::string& bytes) {
  static constexpr auto kTable = crc32c_table();
  std::uint32_t crc = 0xffffffffU;
  for (const unsigned char byte : bytes) crc = crc >> 8 ^ kTable[(crc ^ byte) & 0xff];
  return std::rotr(crc ^ 0xffffffffU, 15) + 0xa282ead8U;
}

template <typename Integer>
std::string little_endian(Integer value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof value; ++i) bytes.push_back(static_cast<char>(value >> 8 * i & 0xff));
  return bytes;
}

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

/// Protocol buffer fields: the number and wire type in one byte, then the value.
std::string bytes_field(int number, const std::string& bytes) {
  return static_cast<char>(number << 3 | 2) + varint(bytes.size()) + bytes;
}
std::string double_field(int number, double value) {
  return static_cast<char>(number << 3 | 1) + little_endian(std::bit_cast<std::uint64_t>(value));
}
std::string float_field(int number, double value) {
  return static_cast<char>(number << 3 | 5) +
         little_endian(std::bit_cast<std::uint32_t>(static_cast<float>(value)));
}
std::string integer_field(int number, std::int64_t value) {
  return static_cast<char>(number << 3) + varint(static_cast<std::uint64_t>(value));
}

// Event: 1 wall_time, 2 step, 3 file_version, 5 summary; Summary: 1 value; Value: 1 tag, 2 simple_value.
std::string step_event(std::int64_t step, const ScalarRow& row) {
  std::string summary;
  for (const auto& [tag, value] : row.values) {
    summary += bytes_field(1, bytes_field(1, tag) + float_field(2, value));
  }
  return double_field(1, row.time) + integer_field(2, step) + bytes_field(5, summary);
}

void add_record(std::string& file, const std::string& payload) {
  const std::string length = little_endian(std::uint64_t{payload.size()});
  file += length + little_endian(masked_crc32c(length)) + payload +
          little_endian(masked_crc32c(payload));
}

std::string csv_number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return std::string(text.data(), end.ptr);
}

std::string csv_name(const std::string& name) {
  if (name.find_first_of(",\"\n\r") == std::string::npos) return name;
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

Path write_tensorboard(const RunHistory& history, const Path& folder, const std::string& run) {
  if (run.empty() || Path(run).filename() != Path(run) || run == "." || run == "..") {
    throw Error("'" + run + "' cannot name a folder", folder.string(), "use a plain run name");
  }
  ScalarTable table = scalar_table(history);
  add_validations(history, table);
  std::string file;
  const double begin = table.empty() ? 0.0 : table.begin()->second.time;
  add_record(file, double_field(1, begin) + bytes_field(3, "brain.Event:2"));
  for (const auto& [step, row] : table) add_record(file, step_event(step, row));
  create_folders(folder / run);
  const Path path = folder / run / "events.out.tfevents.warmstart";
  write_atomically(path, file);
  return path;
}

void write_csv(const RunHistory& history, std::ostream& out) {
  out << "step,time";
  for (const auto& [name, series] : history.scalars) out << "," << csv_name(name);
  out << "\n";
  for (const auto& [step, row] : scalar_table(history)) {
    out << step << "," << csv_number(row.time);
    for (const auto& [name, series] : history.scalars) {
      const auto value = row.values.find(name);
      out << "," << (value == row.values.end() ? "" : csv_number(value->second));
    }
    out << "\n";
  }
}

}  // namespace warmstart
