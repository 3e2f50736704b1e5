#include "views/inspect/image_tiles.h"

#include <algorithm>
#include <cmath>

#include "views/inspect/array_values.h"
#include "views/look/colour_map.h"

namespace warmstart {
namespace {

using PlaneValues = std::vector<double>;

/// PlaneValues of one picture: one or three planes.
struct GridPicture {
  PlaneValues values;
  bool colour = false;
  QString name;
  int place = -1;
};

struct ImageBatch {
  ImageAxes axes;
  PlaneValues values;
  QStringList names;
  std::size_t pixels() const { return static_cast<std::size_t>(axes.height * axes.width); }
  std::span<const double> plane(std::int64_t image, std::int64_t channel) const {
    return std::span(values).subspan(
        static_cast<std::size_t>(image * axes.channels + channel) * pixels(), pixels());
  }
};

ImageBatch imageBatchOf(const ArraySlice& slice) {
  ImageBatch batch{imageAxes(slice), slice.values(), {}};
  const bool has_batch = slice.shape.size() > 2 && slice.axes.first() != QLatin1String("C");
  const QStringList labels = has_batch ? slice.labels(0) : QStringList();
  for (std::int64_t i = 0; i < batch.axes.batch; ++i)
    batch.names += labels.isEmpty() ? QString::number(i) : labels[i];
  if (!has_batch) batch.names = {slice.name};
  return batch;
}

void addMeanImage(ImageBatch& batch) {
  const std::size_t size = batch.pixels() * static_cast<std::size_t>(batch.axes.channels);
  PlaneValues mean(size, 0);
  for (std::size_t i = 0; i < batch.values.size(); ++i) mean[i % size] += batch.values[i];
  for (double& value : mean) value /= static_cast<double>(batch.axes.batch);
  batch.values.insert(batch.values.begin(), mean.begin(), mean.end());
  batch.names.prepend(ArrayView::tr("mean"));
  ++batch.axes.batch;
}

GridPicture channelMean(const ImageBatch& batch, std::int64_t image) {
  GridPicture picture{PlaneValues(batch.pixels(), 0), false, batch.names[image],
                      static_cast<int>(image)};
  for (std::int64_t channel = 0; channel < batch.axes.channels; ++channel) {
    const auto plane = batch.plane(image, channel);
    for (std::size_t i = 0; i < plane.size(); ++i)
      picture.values[i] += plane[i] / static_cast<double>(batch.axes.channels);
  }
  return picture;
}

GridPicture onePlane(const ImageBatch& batch, std::int64_t image, std::int64_t channel) {
  const auto plane = batch.plane(image, channel);
  QString name = batch.names[image];
  if (batch.axes.channels > 1) name = ArrayView::tr("%1, channel %2").arg(name).arg(channel);
  return {PlaneValues(plane.begin(), plane.end()), false, name, static_cast<int>(image)};
}

std::vector<GridPicture> picturesOf(const ImageBatch& batch, int channel) {
  std::vector<GridPicture> pictures;
  const auto room = [&] { return static_cast<std::int64_t>(pictures.size()) < kMostTiles; };
  for (std::int64_t image = 0; image < batch.axes.batch && room(); ++image) {
    if (channel == -1 && batch.axes.channels == 3) {
      const auto first = batch.plane(image, 0);
      pictures.push_back({PlaneValues(first.begin(), first.begin() + 3 * std::ssize(first)), true,
                          batch.names[image], static_cast<int>(image)});
    } else if (channel == -3) {
      for (std::int64_t each = 0; each < batch.axes.channels && room(); ++each)
        pictures.push_back(onePlane(batch, image, each));
    } else if (channel >= 0) {
      pictures.push_back(
          onePlane(batch, image, std::min<std::int64_t>(channel, batch.axes.channels - 1)));
    } else {
      pictures.push_back(channelMean(batch, image));
    }
  }
  return pictures;
}

/// The range that a contrast asks for, of finite values.
std::pair<double, double> rangeOf(std::span<const double> values, Contrast contrast) {
  PlaneValues finite;
  const std::size_t step = std::max<std::size_t>(1, values.size() / 200000);
  const bool percentile = contrast == Contrast::kPercentile;
  double low = INFINITY, high = -INFINITY;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    if (percentile && i % step == 0) finite.push_back(values[i]);
    low = std::min(low, values[i]), high = std::max(high, values[i]);
  }
  if (!(low <= high)) return {0, 1};
  if (percentile && !finite.empty()) {
    const auto rank = [&](double share) {
      const auto place =
          static_cast<std::ptrdiff_t>(share * static_cast<double>(finite.size() - 1));
      std::nth_element(finite.begin(), finite.begin() + place, finite.end());
      return finite[static_cast<std::size_t>(place)];
    };
    low = rank(0.01), high = rank(0.99);
  }
  return {low, high > low ? high : low + 1};
}

QImage drawn(const GridPicture& picture, const ImageAxes& axes, double low, double high) {
  const int width = static_cast<int>(axes.width), height = static_cast<int>(axes.height);
  QImage image(width, height, QImage::Format_RGB32);
  const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  const auto level = [&](std::size_t i) {
    const double share = (picture.values[i] - low) / (high - low);
    return std::isnan(share) ? 0 : static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * 255));
  };
  for (int y = 0; y < height; ++y) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < width; ++x) {
      const std::size_t at = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                             static_cast<std::size_t>(x);
      const int first = level(at);
      line[x] = picture.colour ? qRgb(first, level(at + pixels), level(at + 2 * pixels))
                               : qRgb(first, first, first);
    }
  }
  return image;
}

/// A colour for the heat, over the picture as strongly as it is hot.
void addHeat(QImage& image, std::span<const float> heat, double strength) {
  const auto& colours = look::colours(look::Map::kViridis);
  for (int y = 0; y < image.height(); ++y) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < image.width(); ++x) {
      const float value = heat[static_cast<std::size_t>(y * image.width() + x)];
      const double share = std::isnan(value) ? 0 : std::clamp<double>(value, 0, 1);
      const QRgb over = colours[static_cast<std::size_t>(std::lround(share * 255))];
      const double weight = strength * share;
      const auto mix = [&](int below, int above) {
        return static_cast<int>(std::lround(below + weight * (above - below)));
      };
      line[x] = qRgb(mix(qRed(line[x]), qRed(over)), mix(qGreen(line[x]), qGreen(over)),
                     mix(qBlue(line[x]), qBlue(over)));
    }
  }
}

std::vector<float> heatOf(const ArraySlice& slice, std::int64_t image, std::size_t pixels) {
  std::vector<float> heat(pixels);
  readValues(*slice.capture->find("heat"), image * static_cast<std::int64_t>(pixels),
             std::span(heat));
  return heat;
}

void measure(ImageTile& tile, const PlaneValues& values) {
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  tile.mean = sum / static_cast<double>(values.size());
  for (const double value : values) squares += (value - tile.mean) * (value - tile.mean);
  tile.deviation = std::sqrt(squares / static_cast<double>(values.size()));
}

}  // namespace

std::size_t imageAxisCount(const QStringList& axes, const std::vector<std::int64_t>& shape) {
  const auto rank = static_cast<qsizetype>(shape.size());
  if (rank < 2) return 0;
  const bool named = axes[rank - 2] == QLatin1String("H") && axes[rank - 1] == QLatin1String("W");
  if (!named) return 0;
  const bool channels = rank > 2 && axes[rank - 3] == QLatin1String("C");
  const std::size_t image = channels ? 3 : 2;
  return std::min(image + 1, shape.size());
}

ImageAxes imageAxes(const ArraySlice& slice) {
  ImageAxes axes;
  std::vector<std::int64_t> shape = slice.shape;
  QStringList names = slice.axes;
  axes.width = shape.back(), shape.pop_back(), names.removeLast();
  axes.height = shape.back(), shape.pop_back(), names.removeLast();
  if (!names.isEmpty() && names.last() == QLatin1String("C")) {
    axes.channels = shape.back();
    shape.pop_back();
  }
  if (!shape.empty()) axes.batch = shape.back();
  return axes;
}

bool hasHeat(const ArraySlice& slice) {
  const Array* heat = slice.capture->find("heat");
  if (heat == nullptr || slice.name == QLatin1String("heat") || slice.shape.size() != 4)
    return false;
  const ImageAxes axes = imageAxes(slice);
  return heat->shape == std::vector<std::int64_t>{axes.batch, axes.height, axes.width};
}

ImageTiles imageTiles(const ArraySlice& slice, const ImageStyle& style) {
  ImageBatch batch = imageBatchOf(slice);
  if (style.mean_image) addMeanImage(batch);
  const std::vector<GridPicture> pictures = picturesOf(batch, style.channel);
  PlaneValues all;
  for (const GridPicture& picture : pictures)
    all.insert(all.end(), picture.values.begin(), picture.values.end());
  const auto common = rangeOf(all, style.contrast);
  ImageTiles tiles;
  for (const GridPicture& picture : pictures) {
    const auto [low, high] =
        style.contrast == Contrast::kEach ? rangeOf(picture.values, style.contrast) : common;
    ImageTile tile{drawn(picture, batch.axes, low, high), picture.name,
                   picture.place - (style.mean_image ? 1 : 0), low, high};
    measure(tile, picture.values);
    if (style.heat > 0 && tile.place >= 0 && hasHeat(slice))
      addHeat(tile.image, heatOf(slice, tile.place, batch.pixels()), style.heat);
    tiles.push_back(std::move(tile));
  }
  return tiles;
}

}  // namespace warmstart
