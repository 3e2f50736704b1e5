#include "views/inspect/stored_classes.h"

#include <algorithm>
#include <numeric>

namespace warmstart {
namespace {

constexpr int kNoClass = 255;  ///< of a predicted map

}  // namespace

StoredClasses::StoredClasses(const Json& info) {
  const auto names = info.find("class_names"), told = info.find("class_values");
  if (names == info.end() || !names->is_array()) return;
  values_.resize(names->size());
  std::iota(values_.begin(), values_.end(), 0);
  if (told == info.end() || !told->is_array() || told->size() != values_.size()) return;
  const bool fit = std::all_of(told->begin(), told->end(), [](const Json& value) {
    return value.is_number_integer() && value >= 0 && value < kNoClass;
  });
  if (fit) values_ = told->get<std::vector<int>>();
}

int StoredClasses::of(int label) const {
  if (values_.empty()) return label;
  const bool known = label >= 0 && label < static_cast<int>(values_.size());
  return known ? values_[static_cast<std::size_t>(label)] : -1;
}

}  // namespace warmstart
