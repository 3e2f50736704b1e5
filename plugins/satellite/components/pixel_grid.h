// Where the pixels of a sample lie on the ground, through transforms that cut, turn or resample it.
#pragma once
#include <array>

#include "core/data/dataset.h"

namespace warmstart::satellite {

/// column' = a0 + column a1 + row a2, row' = a3 + column a4 + row a5 of a point in pixels.
using PixelMove = std::array<double, 6>;

/// The sample's field `geotransform`, where it has one, follows a transform of its image: `to_old`
/// leads from a point of the new image to the same ground in the old one.
void follow_pixels(Sample& sample, const PixelMove& to_old);

PixelMove old_of_crop(std::int64_t left, std::int64_t top);
/// Of flip({-1}) of an image `width` pixels wide.
PixelMove old_of_mirror(std::int64_t width);
/// Of one at::rot90(image, 1, {-2, -1}) of an image `width` pixels wide.
PixelMove old_of_quarter_turn(std::int64_t width);
/// From `width` x `height` pixels to a square of `size`.
PixelMove old_of_resize(std::int64_t width, std::int64_t height, std::int64_t size);

}  // namespace warmstart::satellite
