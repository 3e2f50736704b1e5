// What is known of images beside their pixels: a table (CSV or TSV) with a row an image. Columns by
// their names in the first row: name, and any of date (YYYY-MM-DD), latitude and longitude
// (degrees). Others are left alone.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>

#include "core/base/files.h"

namespace warmstart::satellite {

struct ImageNote {
  std::optional<double> year_share;  ///< of the year that has passed at noon of its date, in [0, 1)
  std::optional<std::array<double, 2>> location;  ///< latitude, longitude
};

class ImageTable {
 public:
  /// Errors name the file and the line: no table, no column "name", none that is known, a date that
  /// there is not, a place that is not on the Earth, a name that stands there twice.
  explicit ImageTable(const Path& file);
  bool has_dates() const { return has_dates_; }
  bool has_locations() const { return has_locations_; }
  /// Of the image `image`, a name without ending; the table's may have one. Error when it has none.
  const ImageNote& of(const std::string& image) const;

 private:
  Path file_;
  std::map<std::string, ImageNote> notes_;
  bool has_dates_ = false, has_locations_ = false;
};

/// Share of the year that has passed at noon of a day written YYYY-MM-DD; nothing for another text,
/// or a day that there is not.
std::optional<double> year_share(const std::string& date);

}  // namespace warmstart::satellite
