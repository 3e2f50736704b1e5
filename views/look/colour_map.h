// Colour maps for magnitudes (viridis, cividis), signed values (a blue-white-red diverging map) and
// plain grey. Used by every view that turns numbers into pixels.
#pragma once
#include <QRgb>
#include <QString>
#include <array>

namespace warmstart::look {

enum class Map { kGrey, kViridis, kCividis, kDiverging };
/// 256 opaque colours from low to high.
const std::array<QRgb, 256>& colours(Map map);
QString mapName(Map map);

}  // namespace warmstart::look
