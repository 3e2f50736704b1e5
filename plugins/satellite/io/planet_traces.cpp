#include "plugins/satellite/io/planet_traces.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace warmstart::satellite {
namespace {

struct GridPlace {
  std::int64_t row = 0, column = 0;
};

std::size_t index_of(const TraceGround& ground, const GridPlace& place) {
  return static_cast<std::size_t>(place.row * ground.size + place.column);
}

bool inside(const TraceGround& ground, const GridPlace& place) {
  return place.row >= 0 && place.column >= 0 && place.row < ground.size &&
         place.column < ground.size;
}

GridPlace random_place(const TraceGround& ground, Random& random) {
  return {random.integer(0, ground.size - 1), random.integer(0, ground.size - 1)};
}

GridPlace random_edge(const TraceGround& ground, Random& random) {
  const std::int64_t along = random.integer(0, ground.size - 1),
                     side = random.integer(0, 1) * (ground.size - 1);
  return random.chance(0.5) ? GridPlace{along, side} : GridPlace{side, along};
}

double mean_suitability(const TraceGround& ground) {
  return std::accumulate(ground.suitability.begin(), ground.suitability.end(), 0.0) /
         static_cast<double>(ground.suitability.size());
}

/// A whole number whose mean is `mean`.
std::int64_t drawn_count(double mean, Random& random) {
  const double whole = std::floor(mean);
  return static_cast<std::int64_t>(whole) + (random.chance(mean - whole) ? 1 : 0);
}

/// The neighbour with the least cost; the place itself when none is inside.
template <class Cost>
GridPlace best_neighbour(const TraceGround& ground, const GridPlace& here, const Cost& cost) {
  GridPlace best = here;
  double least = 1e300;
  for (std::int64_t down = -1; down <= 1; ++down) {
    for (std::int64_t across = -1; across <= 1; ++across) {
      const GridPlace next{here.row + down, here.column + across};
      if ((down == 0 && across == 0) || !inside(ground, next)) continue;
      const double price = cost(next);
      if (price < least) least = price, best = next;
    }
  }
  return best;
}

GridPlace settled_place(const TraceGround& ground, Random& random) {
  GridPlace best = random_place(ground, random);
  for (int attempt = 0; attempt < 8; ++attempt) {
    const GridPlace other = random_place(ground, random);
    if (ground.suitability[index_of(ground, other)] > ground.suitability[index_of(ground, best)])
      best = other;
  }
  return best;
}

void walk_road(const TraceGround& ground, GridPlace from, const GridPlace& to, Random& random,
               std::vector<float>& road) {
  for (std::int64_t step = 0; step < 3 * ground.size; ++step) {
    road[index_of(ground, from)] = 1;
    if (from.row == to.row && from.column == to.column) return;
    const double height = ground.elevation[index_of(ground, from)];
    from = best_neighbour(ground, from, [&](const GridPlace& next) {
      const std::size_t i = index_of(ground, next);
      const double away = std::hypot(static_cast<double>(next.row - to.row),
                                     static_cast<double>(next.column - to.column));
      return away + 25 * std::abs(ground.elevation[i] - height) +
             (ground.suitability[i] == 0 ? 1.0 : 0.0) + random.uniform(0, 0.8);
    });
  }
}

}  // namespace

std::vector<std::size_t> river_pixels(const TraceGround& ground, Random& random) {
  std::vector<std::size_t> pixels;
  for (std::int64_t river = drawn_count(0.8, random); river > 0; --river) {
    GridPlace here = random_place(ground, random);
    for (std::int64_t step = 0; step < 2 * ground.size; ++step) {
      pixels.push_back(index_of(ground, here));
      const GridPlace next = best_neighbour(ground, here, [&](const GridPlace& place) {
        return ground.elevation[index_of(ground, place)];
      });
      if (ground.elevation[index_of(ground, next)] >= ground.elevation[index_of(ground, here)])
        break;
      here = next;
    }
  }
  return pixels;
}

std::vector<float> settlement_pixels(const TraceGround& ground, Random& random) {
  std::vector<float> built(ground.elevation.size(), 0);
  const double mean = mean_suitability(ground);
  for (std::int64_t town = drawn_count(6 * mean, random); town > 0; --town) {
    const GridPlace centre = settled_place(ground, random);
    const double radius = random.uniform(1.5, 4);
    for (std::int64_t row = 0; row < ground.size; ++row) {
      for (std::int64_t column = 0; column < ground.size; ++column) {
        const double away = std::hypot(static_cast<double>(row - centre.row),
                                       static_cast<double>(column - centre.column));
        const std::size_t i = index_of(ground, {row, column});
        if (ground.suitability[i] > 0 &&
            random.chance(0.9 * std::exp(-away * away / radius / radius)))
          built[i] = 1;
      }
    }
  }
  return built;
}

std::vector<float> road_pixels(const TraceGround& ground, const std::vector<float>& built,
                               Random& random) {
  std::vector<float> road(built.size(), 0);
  std::vector<GridPlace> towns;
  for (std::size_t i = 0; i < built.size(); ++i)
    if (built[i] > 0)
      towns.push_back(
          {static_cast<std::int64_t>(i) / ground.size, static_cast<std::int64_t>(i) % ground.size});
  for (std::int64_t n = drawn_count(8 * mean_suitability(ground), random); n > 0; --n) {
    const bool settled = !towns.empty() && random.chance(0.8);
    const GridPlace from = settled ? towns[static_cast<std::size_t>(random.integer(
                                         0, static_cast<std::int64_t>(towns.size()) - 1))]
                                   : random_edge(ground, random);
    walk_road(ground, from, random_edge(ground, random), random, road);
  }
  for (std::size_t i = 0; i < road.size(); ++i)
    if (ground.suitability[i] == 0) road[i] = 0;  // no road on water and ice: tunnels and ferries
  return road;
}

std::vector<float> blurred(const std::vector<float>& plane, std::int64_t size, double sigma) {
  const auto reach = static_cast<std::int64_t>(std::ceil(3 * sigma));
  std::vector<double> kernel;
  for (std::int64_t i = -reach; i <= reach; ++i)
    kernel.push_back(std::exp(-static_cast<double>(i * i) / (2 * sigma * sigma)));
  const double sum = std::accumulate(kernel.begin(), kernel.end(), 0.0);
  const auto pass = [&](const std::vector<float>& from, bool down) {
    std::vector<float> to(from.size());
    for (std::int64_t row = 0; row < size; ++row) {
      for (std::int64_t column = 0; column < size; ++column) {
        double value = 0;
        for (std::int64_t i = -reach; i <= reach; ++i) {
          const std::int64_t r = std::clamp<std::int64_t>(row + (down ? i : 0), 0, size - 1),
                             c = std::clamp<std::int64_t>(column + (down ? 0 : i), 0, size - 1);
          value += kernel[static_cast<std::size_t>(i + reach)] *
                   from[static_cast<std::size_t>(r * size + c)];
        }
        to[static_cast<std::size_t>(row * size + column)] = static_cast<float>(value / sum);
      }
    }
    return to;
  };
  return pass(pass(plane, true), false);
}

}  // namespace warmstart::satellite
