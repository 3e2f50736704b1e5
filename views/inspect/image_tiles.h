// Pictures out of a batch of images: any number of channels, one grey or colour picture a tile.
// Computed on any thread; drawn by the image grid view.
#pragma once
#include <QImage>
#include <vector>

#include "views/inspect/array_view.h"

namespace warmstart {

enum class Contrast {
  kCommon,
  kEach,
  kPercentile
};  ///< range of all, of each, 1st to 99th percent

struct ImageStyle {
  int channel = -1;  ///< -1 = colours where there are three, else the mean; -2 = mean; -3 = each
  Contrast contrast = Contrast::kCommon;
  bool mean_image = false;  ///< the mean over all images comes first
  double heat = 0;          ///< how strongly the capture's heat lies over its images, 0 to 1
  bool operator==(const ImageStyle&) const = default;
};

struct ImageTile {
  QImage image;
  QString name;
  int place = -1;  ///< in the batch; -1 = the mean image
  double low = 0, high = 1, mean = 0, deviation = 0;
};
using ImageTiles = std::vector<ImageTile>;

/// Axes of a slice as images: [batch] [channels] height width.
struct ImageAxes {
  std::int64_t batch = 1, channels = 1, height = 0, width = 0;
};
/// How many of an array's last axes make a batch of images; 0 = it is none.
std::size_t imageAxisCount(const QStringList& axes, const std::vector<std::int64_t>& shape);
ImageAxes imageAxes(const ArraySlice& slice);

/// Whether the capture says how much each pixel of these images counts: an array "heat" with the
/// axes sample, row, column, from 0 to 1.
bool hasHeat(const ArraySlice& slice);

constexpr std::int64_t kMostTiles = 256;
/// The first kMostTiles pictures.
ImageTiles imageTiles(const ArraySlice& slice, const ImageStyle& style);

}  // namespace warmstart
