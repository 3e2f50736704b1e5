// The colour of a class, by the number that stands for it in the data's own files: one table for
// the window's views (look::label) and for the colour tables of written maps.
#pragma once
#include <array>
#include <cmath>
#include <cstdint>

namespace warmstart {

using LabelColour = std::array<std::uint8_t, 3>;  ///< red, green, blue

inline constexpr int kLabelHues = 12;
inline constexpr int kLabelColours = 3 * kLabelHues;  ///< after so many they repeat

/// `index` from 1; 0 is background, which has none. After twelve hues the same darker, then
/// lighter.
inline LabelColour label_colour(int index) {
  constexpr std::array<LabelColour, kLabelHues> kHues{{{0xe6, 0x9f, 0x00},
                                                       {0x56, 0xb4, 0xe9},
                                                       {0x00, 0x9e, 0x73},
                                                       {0xcc, 0x79, 0xa7},
                                                       {0xf0, 0xe4, 0x42},
                                                       {0xd5, 0x5e, 0x00},
                                                       {0x00, 0x72, 0xb2},
                                                       {0x9b, 0x7e, 0xde},
                                                       {0x8f, 0xce, 0x3c},
                                                       {0xe3, 0x61, 0x6b},
                                                       {0x4a, 0xd3, 0xc4},
                                                       {0xb9, 0x8a, 0x5b}}};
  const int place = (index - 1) % kLabelColours;
  LabelColour colour = kHues[static_cast<std::size_t>(place % kLabelHues)];
  for (std::uint8_t& part : colour) {
    const double darker = part / 1.4, lighter = part + 0.4 * (255 - part);
    const int round = place / kLabelHues;
    part = static_cast<std::uint8_t>(std::lround(round == 0   ? part
                                                 : round == 1 ? darker
                                                              : lighter));
  }
  return colour;
}

}  // namespace warmstart
