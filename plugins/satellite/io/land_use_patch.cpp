#include "plugins/satellite/io/land_use_patch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "plugins/satellite/io/terrain_noise.h"

namespace warmstart::satellite {
namespace {

using Colour = std::array<double, 3>;  // red, green, blue reflectance

constexpr double kPi = 3.14159265358979323846;
constexpr double kMeanReflectance = 0.2;  // of texture_only patches

constexpr Colour kGrass{0.11, 0.15, 0.08}, kWoods{0.06, 0.09, 0.05}, kWater{0.05, 0.07, 0.10},
    kAsphalt{0.16, 0.16, 0.17}, kSoil{0.24, 0.18, 0.13}, kGround{0.20, 0.19, 0.18};

/// A patch while it is drawn.
struct Canvas {
  std::int64_t size = 0;
  std::vector<Colour> pixels;
  Random& random;

  Colour& at(std::int64_t row, std::int64_t column) {
    return pixels[static_cast<std::size_t>(row * size + column)];
  }
  /// Calls `paint(colour, across, down)` for each pixel; its place counted from the centre.
  template <class Paint>
  void each(const Paint& paint) {
    const double middle = static_cast<double>(size - 1) / 2;
    for (std::int64_t row = 0; row < size; ++row)
      for (std::int64_t column = 0; column < size; ++column)
        paint(at(row, column), static_cast<double>(column) - middle,
              static_cast<double>(row) - middle);
  }
  void fill(const Colour& colour) {
    each([&](Colour& pixel, double, double) { pixel = colour; });
  }
  /// Lightens and darkens by smooth noise of that many hills a pixel.
  void grain(double share, double frequency, int octaves = 2) {
    const std::uint64_t own = random.bits();
    each([&](Colour& pixel, double x, double y) {
      const double factor =
          1 + share * fractal_noise({x + 1000.3, y + 1000.7, 0.5}, own, octaves, frequency);
      for (double& value : pixel) value *= factor;
    });
  }
};

Colour mixed(const Colour& a, const Colour& b, double share) {
  Colour colour{};
  for (std::size_t i = 0; i < 3; ++i) colour[i] = a[i] + share * (b[i] - a[i]);
  return colour;
}

Colour varied(const Colour& colour, double share, Random& random) {
  Colour other{};
  const double light = 1 + share * random.uniform(-1, 1);
  for (std::size_t i = 0; i < 3; ++i)
    other[i] = colour[i] * light * (1 + 0.4 * share * random.uniform(-1, 1));
  return other;
}

Colour crop_colour(Random& random) {
  constexpr std::array<Colour, 5> kCrops{{{0.10, 0.17, 0.06},
                                          {0.24, 0.22, 0.11},
                                          {0.26, 0.19, 0.13},
                                          {0.15, 0.19, 0.09},
                                          {0.19, 0.14, 0.10}}};
  return varied(kCrops[static_cast<std::size_t>(random.integer(0, 4))], 0.15, random);
}

/// A line through the patch: distance of a place from it, in pixels; bends by `wave`.
struct LineShape {
  double angle, offset, wave, period, phase;
  LineShape(std::int64_t size, double bend, Random& random)
      : angle(random.uniform(0, kPi)),
        offset(random.uniform(-0.25, 0.25) * static_cast<double>(size)),
        wave(bend * static_cast<double>(size)),
        period(random.uniform(0.5, 1.0) * static_cast<double>(size)),
        phase(random.uniform(0, 2 * kPi)) {}
  double away(double x, double y) const {
    const double along = x * std::cos(angle) + y * std::sin(angle),
                 across = -x * std::sin(angle) + y * std::cos(angle);
    return std::abs(across - offset - wave * std::sin(2 * kPi * along / period + phase));
  }
};

void draw_line(Canvas& canvas, const LineShape& line, double half_width, const Colour& colour) {
  canvas.each([&](Colour& pixel, double x, double y) {
    const double share = std::clamp(half_width + 0.5 - line.away(x, y), 0.0, 1.0);
    pixel = mixed(pixel, colour, share);
  });
}

/// Land on both sides of a line: fields or meadow.
void draw_countryside(Canvas& canvas) {
  const LineShape border(canvas.size, 0, canvas.random);
  const Colour left = crop_colour(canvas.random), right = varied(kGrass, 0.2, canvas.random);
  canvas.each([&](Colour& pixel, double x, double y) {
    const double across = -x * std::sin(border.angle) + y * std::cos(border.angle) - border.offset;
    pixel = across > 0 ? left : right;
  });
  canvas.grain(0.15, 0.2);
}

void draw_fields(Canvas& canvas) {
  const double angle = canvas.random.uniform(0, kPi);
  const double width = canvas.random.uniform(0.3, 0.6) * static_cast<double>(canvas.size),
               length = canvas.random.uniform(0.4, 0.8) * static_cast<double>(canvas.size);
  std::vector<Colour> colours;
  for (int i = 0; i < 64; ++i) colours.push_back(crop_colour(canvas.random));
  canvas.each([&](Colour& pixel, double x, double y) {
    const double u = x * std::cos(angle) + y * std::sin(angle) + 500 * width,
                 v = -x * std::sin(angle) + y * std::cos(angle) + 500 * length;
    const auto i = static_cast<std::size_t>(u / width), k = static_cast<std::size_t>(v / length);
    pixel = colours[(i * 7 + k * 3) % 64];
  });
  canvas.grain(0.06, 0.3);
}

void draw_forest(Canvas& canvas) {
  canvas.fill(varied(kWoods, 0.15, canvas.random));
  canvas.grain(0.45, 0.45, 2);
}

void draw_meadow(Canvas& canvas) {
  canvas.fill(varied({0.15, 0.16, 0.09}, 0.2, canvas.random));
  canvas.grain(0.35, 0.08, 3);
}

void draw_highway(Canvas& canvas) {
  draw_countryside(canvas);
  draw_line(canvas, LineShape(canvas.size, 0.02, canvas.random), canvas.random.uniform(0.7, 1.3),
            varied(kAsphalt, 0.15, canvas.random));
}

/// Rectangles of `edge` pixels on streets of `street`.
void draw_roofs(Canvas& canvas, double edge, double street, double built, const Colour& between,
                const std::array<Colour, 3>& roofs) {
  canvas.fill(between);
  canvas.grain(0.2, 0.4);
  const double angle = canvas.random.uniform(0, kPi / 2), pitch = edge + street;
  const std::uint64_t own = canvas.random.bits();
  canvas.each([&](Colour& pixel, double x, double y) {
    const double u = (x * std::cos(angle) + y * std::sin(angle)) / pitch + 100,
                 v = (-x * std::sin(angle) + y * std::cos(angle)) / pitch + 100;
    const double inner = edge / pitch;
    if (u - std::floor(u) > inner || v - std::floor(v) > inner) return;
    Random block(own ^ (static_cast<std::uint64_t>(u) * 8191 + static_cast<std::uint64_t>(v)));
    if (!block.chance(built)) return;
    pixel = varied(roofs[static_cast<std::size_t>(block.integer(0, 2))], 0.2, block);
  });
}

void draw_industry(Canvas& canvas) {
  draw_roofs(canvas, canvas.random.uniform(6, 9), canvas.random.uniform(2, 3.5), 0.8, kGround,
             {{{0.42, 0.42, 0.43}, {0.30, 0.31, 0.33}, {0.50, 0.47, 0.44}}});
}

void draw_pasture(Canvas& canvas) {
  canvas.fill(varied(kGrass, 0.2, canvas.random));
  canvas.grain(0.08, 0.1);
  for (std::int64_t hedge = canvas.random.integer(1, 2); hedge > 0; --hedge)
    draw_line(canvas, LineShape(canvas.size, 0.01, canvas.random), 0.4, kWoods);
}

void draw_orchard(Canvas& canvas) {
  const double angle = canvas.random.uniform(0, kPi), period = canvas.random.uniform(2.6, 4.2);
  const Colour soil = varied(kSoil, 0.15, canvas.random),
               trees = varied(kWoods, 0.2, canvas.random);
  canvas.each([&](Colour& pixel, double x, double y) {
    const double across = -x * std::sin(angle) + y * std::cos(angle);
    pixel = mixed(soil, trees, 0.5 + 0.5 * std::sin(2 * kPi * across / period));
  });
  canvas.grain(0.12, 0.4);
}

void draw_homes(Canvas& canvas) {
  draw_roofs(canvas, canvas.random.uniform(1.8, 2.6), canvas.random.uniform(1.4, 2.4), 0.75,
             varied(kGrass, 0.2, canvas.random),
             {{{0.28, 0.20, 0.17}, {0.24, 0.23, 0.23}, {0.33, 0.28, 0.24}}});
}

void draw_river(Canvas& canvas) {
  draw_countryside(canvas);
  draw_line(canvas, LineShape(canvas.size, canvas.random.uniform(0.06, 0.14), canvas.random),
            canvas.random.uniform(0.8, 2.0), varied({0.07, 0.09, 0.10}, 0.15, canvas.random));
}

void draw_lake(Canvas& canvas) {
  canvas.fill(varied(kWater, 0.2, canvas.random));
  canvas.grain(0.06, 0.15);
}

constexpr std::array kDraw{draw_fields,  draw_forest,  draw_meadow, draw_highway, draw_industry,
                           draw_pasture, draw_orchard, draw_homes,  draw_river,   draw_lake};

/// Haze, light and the sensor's noise.
void look_through_air(Canvas& canvas, double noise) {
  const double light = canvas.random.uniform(0.7, 1.3), haze = canvas.random.uniform(0, 0.03);
  canvas.each([&](Colour& pixel, double, double) {
    for (double& value : pixel) value = value * light + haze + noise * canvas.random.normal();
  });
}

void equalise_means(Canvas& canvas) {
  Colour mean{};
  for (const Colour& pixel : canvas.pixels)
    for (std::size_t i = 0; i < 3; ++i)
      mean[i] += pixel[i] / static_cast<double>(canvas.pixels.size());
  for (Colour& pixel : canvas.pixels)
    for (std::size_t i = 0; i < 3; ++i) pixel[i] += kMeanReflectance - mean[i];
}

}  // namespace

const std::vector<std::string>& land_use_classes() {
  static const std::vector<std::string> names{
      "annual_crop", "forest",         "herbaceous",  "highway", "industrial",
      "pasture",     "permanent_crop", "residential", "river",   "sea_lake"};
  return names;
}

std::vector<float> draw_land_use(std::size_t land_use, const LandUseWish& wish, Random& random) {
  const auto plane = static_cast<std::size_t>(wish.size * wish.size);
  Canvas canvas{wish.size, std::vector<Colour>(plane), random};
  kDraw.at(land_use)(canvas);
  look_through_air(canvas, wish.noise);
  if (wish.texture_only) equalise_means(canvas);
  std::vector<float> stored(3 * plane);
  for (std::size_t band = 0; band < 3; ++band)
    for (std::size_t i = 0; i < plane; ++i)
      stored[band * plane + i] =
          static_cast<float>(std::round(10000 * std::clamp(canvas.pixels[i][band], 0.0001, 1.0)));
  return stored;
}

}  // namespace warmstart::satellite
