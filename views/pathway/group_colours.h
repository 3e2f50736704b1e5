// One colour for each group of samples, the same in every part of the Pathway view. Few groups get
// colours that are told apart, many get the steps of a map.
#pragma once
#include <QColor>
#include <algorithm>
#include <cstdint>
#include <vector>

#include "views/look/colour_map.h"
#include "views/look/theme.h"

namespace warmstart {

/// `names`: all groups, rising.
inline QColor groupColour(const std::vector<std::int64_t>& names, std::int64_t group) {
  const auto place = std::lower_bound(names.begin(), names.end(), group) - names.begin();
  if (names.size() <= 8) return look::category(static_cast<int>(place));
  const auto& colours = look::colours(look::Map::kViridis);
  // The map's dark and bright ends vanish on a dark or bright ground.
  const std::size_t low = look::dark() ? 60 : 20, high = look::dark() ? 250 : 225;
  const double share = static_cast<double>(place) / static_cast<double>(names.size() - 1);
  return QColor(colours[low + static_cast<std::size_t>(share * static_cast<double>(high - low))]);
}

}  // namespace warmstart
