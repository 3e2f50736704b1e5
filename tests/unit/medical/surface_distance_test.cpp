#include "plugins/medical/geometry/surface_distance.h"

#include <cmath>
#include <sstream>

#include "core/base/random.h"
#include "medical_files.h"
#include "plugins/medical/geometry/distance_transform.h"

namespace warmstart::medical {
namespace {

using Mask = std::vector<std::uint8_t>;

TEST(DistanceTransform, EqualsExhaustiveSearch) {
  const Size3 size{7, 5, 6};
  const Vector3 spacing{0.5, 2, 3.3};
  Random random(1);
  for (int round = 0; round < 20; ++round) {
    Mask seeds(7 * 5 * 6);
    for (auto& seed : seeds) seed = random.chance(0.04);
    const auto squared = squared_distances(seeds, size, spacing);
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      double least = INFINITY;
      for (std::size_t s = 0; s < seeds.size(); ++s) {
        if (!seeds[s]) continue;
        const auto away = [&](std::size_t step, std::size_t n, int axis) {
          return (static_cast<double>(i / step % n) - static_cast<double>(s / step % n)) *
                 spacing[axis];
        };
        const double x = away(1, 7, 0), y = away(7, 5, 1), z = away(35, 6, 2);
        least = std::min(least, x * x + y * y + z * z);
      }
      if (std::isinf(least)) {
        EXPECT_TRUE(std::isinf(squared[i]));
      } else {
        EXPECT_NEAR(squared[i], least, 1e-4 * (1 + least));
      }
    }
  }
}

TEST(SurfaceDistance, EqualsSciPyOnRandomBlobs) {
  // The script draws the masks, writes them beside its own results, and we measure the same masks.
  const testing::Folder folder;
  const Path file = folder / "masks.bin";
  std::istringstream expected(
      testing::python_says("surface_distance.py", "'" + file.string() + "'"));
  const std::string bytes = read_file(file);
  const std::size_t voxels = 20 * 24 * 28;
  const Vector3 spacing{0.8, 1.5, 3};
  for (int pair = 0; pair < 6; ++pair) {
    double hd95 = 0, asd = 0;
    ASSERT_TRUE(expected >> hd95 >> asd);
    const auto* at = reinterpret_cast<const std::uint8_t*>(bytes.data()) +
                     2 * voxels * static_cast<std::size_t>(pair);
    const auto distances =
        surface_distances({at, voxels}, {at + voxels, voxels}, {20, 24, 28}, spacing);
    EXPECT_NEAR(hausdorff95(distances), hd95, 1e-5);
    EXPECT_NEAR(average_surface_distance(distances), asd, 1e-5);
  }
}

TEST(SurfaceDistance, OfAShiftedCubeIsTheShiftInMillimetres) {
  Mask a(16 * 16 * 16), b(a.size());
  for (int z = 4; z < 8; ++z) {
    for (int y = 4; y < 8; ++y) {
      for (int x = 4; x < 8; ++x) a[z * 256 + y * 16 + x] = b[(z + 2) * 256 + y * 16 + x] = 1;
    }
  }
  EXPECT_DOUBLE_EQ(hausdorff95(surface_distances(a, b, {16, 16, 16}, {1, 1, 2.5})), 5);
  EXPECT_DOUBLE_EQ(hausdorff95(surface_distances(a, a, {16, 16, 16}, {1, 1, 2.5})), 0);
}

TEST(SurfaceDistance, IsUndefinedWhenAMaskIsEmpty) {
  Mask none(8), one(8);
  one[3] = 1;
  for (const auto& [a, b] : {std::pair{none, one}, std::pair{one, none}, std::pair{none, none}}) {
    const auto distances = surface_distances(a, b, {2, 2, 2}, {1, 1, 1});
    EXPECT_TRUE(std::isnan(hausdorff95(distances)));
    EXPECT_TRUE(std::isnan(average_surface_distance(distances)));
  }
}

}  // namespace
}  // namespace warmstart::medical
