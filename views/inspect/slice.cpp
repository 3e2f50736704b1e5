#include "views/inspect/slice.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "views/inspect/voxel_reader.h"

namespace warmstart {
namespace {

template <class T>
constexpr bool kHasTable = std::is_integral_v<T> && sizeof(T) <= 2;

template <class Out>
std::vector<Out> sliceAs(const Volume& volume, const SliceWalk& walk) {
  std::vector<Out> values(static_cast<std::size_t>(walk.width) *
                          static_cast<std::size_t>(walk.height));
  withVoxels(volume, [&](auto read) {
    Out* out = values.data();
    for (int row = 0; row < walk.height; ++row) {
      std::int64_t place = walk.first + row * walk.down;
      for (int column = 0; column < walk.width; ++column, place += walk.across)
        *out++ = static_cast<Out>(volume.valueOf(static_cast<double>(read[place])));
    }
  });
  return values;
}

}  // namespace

SliceWalk sliceWalk(const Volume& volume, Plane plane, int index, bool mirrored) {
  const auto axis = [](int number) { return static_cast<std::size_t>(number); };
  const std::size_t across = axis(acrossAxis(plane)), down = axis(downAxis(plane));
  SliceWalk walk{volume.size[across], volume.size[down],
                 index * volume.stride[axis(throughAxis(plane))], volume.stride[across],
                 volume.stride[down]};
  if (mirrored && across == 0) {
    walk.first += (walk.width - 1) * walk.across;
    walk.across = -walk.across;
  }
  if (volume.upward) {
    walk.first += (walk.height - 1) * walk.down;
    walk.down = -walk.down;
  }
  return walk;
}

QRgb notANumberColour() { return qRgb(0xff, 0x00, 0xff); }

GreyTable::GreyTable(const Volume& volume, const std::array<double, 2>& window, look::Map map)
    : low_((window[0] - volume.intercept) / volume.slope),
      scale_(255 * volume.slope / (window[1] - window[0])),
      map_(map) {
  withVoxels(volume, [&]<class T>(VoxelReader<T>) {
    if constexpr (kHasTable<T>) {
      for (int stored = std::numeric_limits<T>::min(); stored <= std::numeric_limits<T>::max();
           ++stored)
        table_.push_back(colourOf(stored));
    }
  });
}

QRgb GreyTable::colourOf(double stored) const {
  const double level = (stored - low_) * scale_;
  if (std::isnan(level)) return notANumberColour();
  return look::colours(map_)[static_cast<std::size_t>(std::clamp(level, 0.0, 255.0))];
}

void GreyTable::draw(QImage& picture, const Volume& volume, const SliceWalk& walk) const {
  withVoxels(volume, [&]<class T>(VoxelReader<T> read) {
    for (int row = 0; row < walk.height; ++row) {
      auto* line = reinterpret_cast<QRgb*>(picture.scanLine(row));
      std::int64_t place = walk.first + row * walk.down;
      for (int column = 0; column < walk.width; ++column, place += walk.across) {
        if constexpr (kHasTable<T>) {
          line[column] = table_[static_cast<std::size_t>(int{read[place]} -
                                                         int{std::numeric_limits<T>::min()})];
        } else {
          line[column] = colourOf(static_cast<double>(read[place]));
        }
      }
    }
  });
}

std::vector<int> sliceLabels(const Volume& volume, const SliceWalk& walk) {
  return sliceAs<int>(volume, walk);
}

std::vector<float> sliceValues(const Volume& volume, const SliceWalk& walk) {
  return sliceAs<float>(volume, walk);
}

}  // namespace warmstart
