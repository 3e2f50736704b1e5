// How lines of one plot are told apart: eight colours, and dashes once the colours repeat. Used for
// runs and for layers.
#pragma once
#include <QPen>
#include <array>

#include "views/look/theme.h"

namespace warmstart::live {

constexpr int kLineColours = 8;

inline QPen linePen(int place, double width) {
  constexpr std::array kDashes{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
  const auto round = static_cast<std::size_t>(place / kLineColours);
  return {look::category(place), width, kDashes[round % kDashes.size()], Qt::FlatCap};
}

}  // namespace warmstart::live
