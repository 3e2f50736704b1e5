#include "core/run/tensorboard.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <ostream>

#include "core/base/error.h"

namespace warmstart {
namespace {

/// What all series recorded at one step.
struct ScalarRow {
  std::int64_t step = 0;
  double time = 0;
  std::vector<std::pair<const std::string*, double>> values;  ///< in the order of the names
};

/// Walks the series side by side, by step.
class RowWalk {
 public:
  explicit RowWalk(const RunHistory& history) {
    for (const auto& [name, series] : history.scalars) cursors_.push_back({&name, &series, 0});
  }

  bool next(ScalarRow& row) {
    row.values.clear();
    row.step = std::numeric_limits<std::int64_t>::max();
    bool any = false;
    for (const Cursor& c : cursors_) {
      if (c.at == c.series->size()) continue;
      row.step = std::min(row.step, step_of(c));
      any = true;
    }
    if (!any) return false;
    for (Cursor& c : cursors_) {
      if (c.at == c.series->size() || step_of(c) != row.step) continue;
      if (row.values.empty()) row.time = c.series->time[c.at];
      row.values.emplace_back(c.name, c.series->value[c.at++]);
    }
    return true;
  }

 private:
  struct Cursor {
    const std::string* name;
    const ScalarSeries* series;
    std::size_t at;
  };
  static std::int64_t step_of(const Cursor& cursor) {
    return static_cast<std::int64_t>(cursor.series->step[cursor.at]);
  }
  std::vector<Cursor> cursors_;
};

// --- protobuf wire format: a key is field << 3 | type, with type 0 varint, 1 eight bytes, 2 length
// + bytes, 5 four bytes

template <typename Unsigned>
void put_fixed(std::string& out, Unsigned value) {
  for (std::size_t i = 0; i < sizeof value; ++i)
    out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void put_bytes(std::string& out, unsigned field, std::string_view bytes) {
  put_varint(out, field << 3 | 2);
  put_varint(out, bytes.size());
  out.append(bytes);
}

/// Event{wall_time = 1, step = 2}: the start that every record shares.
std::string event_head(double time, std::int64_t step) {
  std::string event;
  put_varint(event, 1 << 3 | 1);
  put_fixed(event, std::bit_cast<std::uint64_t>(time));
  put_varint(event, 2 << 3 | 0);
  put_varint(event, static_cast<std::uint64_t>(step));
  return event;
}

/// Event with summary = 5 {value = 1 {tag = 1, simple_value = 2}...}.
std::string scalar_event(const ScalarRow& row) {
  std::string summary;
  for (const auto& [name, number] : row.values) {
    std::string value;
    put_bytes(value, 1, *name);
    put_varint(value, 2 << 3 | 5);
    put_fixed(value, std::bit_cast<std::uint32_t>(static_cast<float>(number)));
    put_bytes(summary, 1, value);
  }
  std::string event = event_head(row.time, row.step);
  put_bytes(event, 5, summary);
  return event;
}

// --- TFRecord framing

/// CRC-32C (Castagnoli polynomial, reflected), rotated and shifted as the format asks, so that a
/// checksum over data that holds checksums stays useful.
std::uint32_t masked_crc32c(std::string_view data) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> entries{};
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      entries[i] = i;
      for (int bit = 0; bit < 8; ++bit)
        entries[i] = (entries[i] >> 1) ^ (entries[i] & 1 ? 0x82f63b78U : 0U);
    }
    return entries;
  }();
  std::uint32_t crc = ~0U;
  for (const unsigned char byte : data) crc = table[(crc ^ byte) & 0xff] ^ (crc >> 8);
  return std::rotr(~crc, 15) + 0xa282ead8U;
}

/// length, its checksum, the data, its checksum.
void put_record(std::string& out, std::string_view data) {
  std::string length;
  put_fixed(length, static_cast<std::uint64_t>(data.size()));
  out += length;
  put_fixed(out, masked_crc32c(length));
  out += data;
  put_fixed(out, masked_crc32c(data));
}

std::string event_file(const RunHistory& history) {
  std::string file;
  RowWalk walk(history);
  ScalarRow row;
  bool more = walk.next(row);
  std::string version = event_head(more ? row.time : 0, 0);
  put_bytes(version, 3, "brain.Event:2");
  put_record(file, version);
  for (; more; more = walk.next(row)) put_record(file, scalar_event(row));
  return file;
}

/// The stage that step `step` belongs to: steps are counted when done, so stage k owns first_k <
/// step <= first_(k+1).
std::string stage_at(const RunHistory& history, std::int64_t step) {
  std::string name;
  for (const Json& stage : history.stages) {
    if (stage.value("global_step", std::int64_t{0}) < step) name = stage.value("stage", "");
  }
  return name;
}

/// Quoted where it must be (RFC 4180).
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

/// The shortest text that reads back as the same number, whatever the locale.
std::string csv_number(double value) {
  if (std::isnan(value)) return "nan";
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

}  // namespace

Path write_tensorboard(const RunHistory& history, const Path& folder, const std::string& run) {
  if (run.empty() || run == "." || run == ".." || run.find('/') != std::string::npos) {
    throw Error("'" + run + "' is no name for a folder", folder.string(), "give the run's id");
  }
  const Path target = folder / run;
  create_folders(target);
  const Path file = target / "events.out.tfevents.warmstart";
  write_atomically(file, event_file(history));
  return file;
}

void write_csv(const RunHistory& history, std::ostream& out) {
  out << "step,stage,time";
  for (const auto& [name, series] : history.scalars) out << "," << csv_cell(name);
  out << "\n";
  RowWalk walk(history);
  ScalarRow row;
  while (walk.next(row)) {
    out << row.step << "," << csv_cell(stage_at(history, row.step)) << "," << csv_number(row.time);
    std::size_t at = 0;
    for (const auto& [name, series] : history.scalars) {
      out << ",";
      if (at < row.values.size() && row.values[at].first == &name)
        out << csv_number(row.values[at++].second);
    }
    out << "\n";
  }
}

}  // namespace warmstart
