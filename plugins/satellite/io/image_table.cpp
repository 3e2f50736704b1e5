#include "plugins/satellite/io/image_table.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "core/base/delimited.h"
#include "core/base/error.h"
#include "plugins/satellite/io/format_check.h"

namespace warmstart::satellite {
namespace {

constexpr std::size_t kMissing = static_cast<std::size_t>(-1);

struct TableColumns {
  std::size_t name = kMissing, date = kMissing, latitude = kMissing, longitude = kMissing;
};

TableColumns columns_of(const TableRow& head, const Path& file) {
  const auto find = [&](const char* name) {
    const auto found = std::find(head.fields.begin(), head.fields.end(), name);
    return found == head.fields.end() ? kMissing
                                      : static_cast<std::size_t>(found - head.fields.begin());
  };
  const TableColumns columns{find("name"), find("date"), find("latitude"), find("longitude")};
  const bool place = columns.latitude != kMissing && columns.longitude != kMissing;
  if (columns.name == kMissing || (columns.date == kMissing && !place))
    throw Error("the table's first row lacks the column name, or both date and latitude, longitude",
                file.string(), "begin it with, for example, name,date,latitude,longitude");
  return columns;
}

std::optional<double> number_of(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size() && !text.empty();
  return whole ? std::optional(number) : std::nullopt;
}

std::string without_ending(const std::string& name) {
  return is_raster_name(name) ? Path(name).replace_extension().string() : name;
}

}  // namespace

std::optional<double> year_share(const std::string& date) {
  using namespace std::chrono;
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const auto part = [&](std::size_t first, std::size_t length) {
    const std::string text = date.substr(first, length);
    const bool digits =
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= '0' && c <= '9'; });
    return digits ? std::stoi(text) : 0;
  };
  const year_month_day day{year(part(0, 4)), month(static_cast<unsigned>(part(5, 2))),
                           std::chrono::day(static_cast<unsigned>(part(8, 2)))};
  if (!day.ok()) return std::nullopt;
  const sys_days first = day.year() / January / 1, next = (day.year() + years(1)) / January / 1;
  return (static_cast<double>((sys_days(day) - first).count()) + 0.5) /
         static_cast<double>((next - first).count());
}

ImageTable::ImageTable(const Path& file) : file_(file) {
  const char separator = file.extension() == ".tsv" ? '\t' : ',';
  const std::vector<TableRow> rows = parse_table(read_file(file), separator, file.string());
  if (rows.empty()) throw Error("the table is empty", file.string(), "give it a row an image");
  const TableColumns columns = columns_of(rows.front(), file);
  has_dates_ = columns.date != kMissing;
  has_locations_ = columns.latitude != kMissing && columns.longitude != kMissing;
  for (auto row = std::next(rows.begin()); row != rows.end(); ++row) {
    const std::string where = file.string() + ", line " + std::to_string(row->line);
    ImageNote note;
    if (has_dates_) {
      note.year_share = year_share(row->fields[columns.date]);
      if (!note.year_share)
        throw Error("'" + row->fields[columns.date] + "' is no date", where,
                    "write it as 2021-06-30");
    }
    if (has_locations_) {
      const auto latitude = number_of(row->fields[columns.latitude]),
                 longitude = number_of(row->fields[columns.longitude]);
      if (!latitude || !longitude || !(std::abs(*latitude) <= 90) || !(std::abs(*longitude) <= 180))
        throw Error("'" + row->fields[columns.latitude] + "', '" + row->fields[columns.longitude] +
                        "' is no place",
                    where, "write latitude and longitude in degrees, north and east positive");
      note.location = {*latitude, *longitude};
    }
    if (!notes_.emplace(without_ending(row->fields[columns.name]), note).second)
      throw Error("image " + row->fields[columns.name] + " stands in the table twice", where,
                  "leave one of the rows out");
  }
}

const ImageNote& ImageTable::of(const std::string& image) const {
  const auto found = notes_.find(image);
  if (found != notes_.end()) return found->second;
  throw Error("the table has no row for image " + image, file_.string(),
              "add it, or leave the image out");
}

}  // namespace warmstart::satellite
