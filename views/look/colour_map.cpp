#include "views/look/colour_map.h"

#include <QCoreApplication>
#include <cmath>

namespace warmstart::look {
namespace {

// Every eighth colour of the published maps; between them a straight line stays within one step of
// 255. viridis: Smith and van der Walt (2015); cividis: Nunez, Anderton and Renslow (2018). Both
// are CC0.
using Anchors = std::array<QRgb, 33>;
// clang-format off
constexpr Anchors kViridisAnchors{
    0x440154, 0x470d60, 0x48186a, 0x482374, 0x472d7b, 0x453781, 0x424086, 0x3e4989,
    0x3b528b, 0x375b8d, 0x33638d, 0x2f6b8e, 0x2c728e, 0x297a8e, 0x26828e, 0x23898e,
    0x21918c, 0x1f988b, 0x1fa088, 0x22a785, 0x28ae80, 0x32b67a, 0x3fbc73, 0x4ec36b,
    0x5ec962, 0x70cf57, 0x84d44b, 0x98d83e, 0xaddc30, 0xc2df23, 0xd8e219, 0xece51b,
    0xfde725,
};
constexpr Anchors kCividisAnchors{
    0x00224e, 0x00285b, 0x002e6a, 0x053371, 0x1a386f, 0x273e6e, 0x32436d, 0x3b496c,
    0x434e6c, 0x4b546c, 0x535a6d, 0x5a5f6e, 0x61656f, 0x686a71, 0x6f7073, 0x767676,
    0x7d7c78, 0x848279, 0x8c8878, 0x938e78, 0x9b9476, 0xa39a74, 0xaba072, 0xb4a76f,
    0xbcae6c, 0xc4b468, 0xcdbb63, 0xd5c25e, 0xdec958, 0xe7d150, 0xf0d846, 0xf9e03a,
    0xfee838,
};
// clang-format on

int between(int low, int high, double share) {
  return static_cast<int>(std::lround(low + (high - low) * share));
}

QRgb between(QRgb low, QRgb high, double share) {
  return qRgb(between(qRed(low), qRed(high), share), between(qGreen(low), qGreen(high), share),
              between(qBlue(low), qBlue(high), share));
}

std::array<QRgb, 256> spread(const Anchors& anchors) {
  std::array<QRgb, 256> colours{};
  for (std::size_t i = 0; i < colours.size(); ++i) {
    const double at = static_cast<double>(i) / 255 * 32;
    const auto low = std::min<std::size_t>(static_cast<std::size_t>(at), 31);
    colours[i] = between(anchors[low], anchors[low + 1], at - static_cast<double>(low));
  }
  return colours;
}

std::array<QRgb, 256> grey() {
  std::array<QRgb, 256> colours{};
  for (int i = 0; i < 256; ++i) colours[static_cast<std::size_t>(i)] = qRgb(i, i, i);
  return colours;
}

/// Blue below, red above, nearly white at the centre: ends and centre are the Okabe-Ito blue and
/// vermilion.
std::array<QRgb, 256> diverging() {
  std::array<QRgb, 256> colours{};
  constexpr QRgb kLow = 0xff0072b2, kCentre = 0xfff5f5f5, kHigh = 0xffd55e00;
  for (std::size_t i = 0; i < 256; ++i) {
    const double at = (static_cast<double>(i) - 127.5) / 127.5;
    colours[i] = between(kCentre, at < 0 ? kLow : kHigh, std::abs(at));
  }
  return colours;
}

}  // namespace

const std::array<QRgb, 256>& colours(Map map) {
  static const std::array<std::array<QRgb, 256>, 4> kMaps{grey(), spread(kViridisAnchors),
                                                          spread(kCividisAnchors), diverging()};
  return kMaps.at(static_cast<std::size_t>(map));
}

QString mapName(Map map) {
  switch (map) {
    case Map::kGrey:
      return QCoreApplication::translate("ColourMap", "Grey");
    case Map::kViridis:
      return QStringLiteral("Viridis");
    case Map::kCividis:
      return QStringLiteral("Cividis");
    case Map::kDiverging:
      return QCoreApplication::translate("ColourMap", "Diverging");
  }
  return {};
}

}  // namespace warmstart::look
