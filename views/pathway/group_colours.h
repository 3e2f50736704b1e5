// One colour for each group of samples and for each step of memorization, the same in every part of
// the Pathway view. Few groups get colours that are told apart; many groups, and steps, get those
// of a map.
#pragma once
#include <QColor>
#include <algorithm>
#include <cstdint>
#include <vector>

#include "views/look/colour_map.h"
#include "views/look/theme.h"

namespace warmstart {

/// A colour of the map by the place of `name` among all `names`, rising.
inline QColor placeColour(const std::vector<std::int64_t>& names, std::int64_t name) {
  const auto place = std::lower_bound(names.begin(), names.end(), name) - names.begin();
  const auto& colours = look::colours(look::Map::kViridis);
  // The map's dark and bright ends vanish on a dark or bright ground.
  const std::size_t low = look::dark() ? 60 : 20, high = look::dark() ? 250 : 225;
  const double share =
      static_cast<double>(place) / static_cast<double>(std::max<std::size_t>(2, names.size()) - 1);
  return QColor(colours[low + static_cast<std::size_t>(share * static_cast<double>(high - low))]);
}

/// `steps`: all at which a sample was memorized, rising; `step` -1 = never.
inline QColor memorizedColour(const std::vector<std::int64_t>& steps, std::int64_t step) {
  return step < 0 ? look::faint() : placeColour(steps, step);
}

/// `names`: all groups, rising.
inline QColor groupColour(const std::vector<std::int64_t>& names, std::int64_t group) {
  if (names.size() > 8) return placeColour(names, group);
  const auto place = std::lower_bound(names.begin(), names.end(), group) - names.begin();
  return look::category(static_cast<int>(place));
}

}  // namespace warmstart
