// Surfaces of labels against what a ball and an ellipsoid have, and scikit-image's marching cubes;
// closed whatever the label; in millimetres whatever the grid; the conversation with the reader.
#include "plugins/medical/geometry/label_surface.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <map>
#include <numbers>
#include <sstream>

#include "core/base/random.h"
#include "core/base/reader_stream.h"
#include "medical_files.h"

namespace warmstart::medical {
namespace {

using testing::Folder;
using ::testing::HasSubstr;
using Labels = std::vector<std::uint16_t>;

constexpr std::int64_t kPlenty = 10'000'000;

std::vector<LabelSurface> surfaces_of(const Grid& grid, const Labels& labels,
                                      std::int64_t most = kPlenty) {
  return label_surfaces(grid, labels, most, [](double) {});
}

/// `inside(i, j, k)`: whether a voxel has the label.
template <class Inside>
void fill(Labels& labels, const Size3& size, int label, const Inside& inside) {
  std::size_t at = 0;
  for (int k = 0; k < size[2]; ++k) {
    for (int j = 0; j < size[1]; ++j) {
      for (int i = 0; i < size[0]; ++i, ++at)
        if (inside(i, j, k)) labels[at] = static_cast<std::uint16_t>(label);
    }
  }
}

template <class Inside>
Labels filled(const Size3& size, int label, const Inside& inside) {
  Labels labels(static_cast<std::size_t>(size[0] * size[1] * size[2]));
  fill(labels, size, label, inside);
  return labels;
}

/// The voxels whose centres lie within `radius` mm of `centre`.
auto ball(const Grid& grid, const Vector3& centre, double radius) {
  return [=](int i, int j, int k) {
    const Vector3 at = grid.world({double(i), double(j), double(k)});
    return std::hypot(at[0] - centre[0], at[1] - centre[1], at[2] - centre[2]) < radius;
  };
}

Vector3 vector(const std::array<float, 3>& a) { return {a[0], a[1], a[2]}; }

struct Measured {
  double area = 0, volume = 0;  ///< mm^2, mm^3; the volume is below 0 where it is inside out
  Vector3 low{1e9, 1e9, 1e9}, high{-1e9, -1e9, -1e9};
};

Measured measured(const LabelSurface& surface) {
  Measured all;
  for (const auto& [ia, ib, ic] : surface.triangles) {
    const Vector3 a = vector(surface.points[ia].place), b = vector(surface.points[ib].place),
                  c = vector(surface.points[ic].place);
    const Vector3 u{b[0] - a[0], b[1] - a[1], b[2] - a[2]},
        v{c[0] - a[0], c[1] - a[1], c[2] - a[2]};
    const Vector3 n{u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2],
                    u[0] * v[1] - u[1] * v[0]};
    all.area += std::hypot(n[0], n[1], n[2]) / 2;
    all.volume += (a[0] * n[0] + a[1] * n[1] + a[2] * n[2]) / 6;
    for (std::size_t r = 0; r < 3; ++r) {
      all.low[r] = std::min(all.low[r], a[r]);
      all.high[r] = std::max(all.high[r], a[r]);
    }
  }
  return all;
}

/// Edges that do not run as often one way as the other: none of a closed surface whose triangles
/// all look outwards. `most`: how many triangles an edge has at most.
std::size_t open_edges(const LabelSurface& surface, int* most = nullptr) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::array<int, 2>> edges;
  for (const SurfaceTriangle& triangle : surface.triangles) {
    for (std::size_t i = 0; i < 3; ++i) {
      const std::uint32_t from = triangle[i], to = triangle[(i + 1) % 3];
      ++edges[std::minmax(from, to)][from < to ? 0 : 1];
    }
  }
  std::size_t open = 0;
  for (const auto& [edge, ways] : edges) {
    open += ways[0] != ways[1];
    if (most) *most = std::max(*most, ways[0] + ways[1]);
  }
  return open;
}

double ball_area(double radius) { return 4 * std::numbers::pi * radius * radius; }
double ball_volume(double radius) { return ball_area(radius) * radius / 3; }

TEST(LabelSurface, OfABallHasItsAreaAndVolume) {
  const Size3 size{48, 48, 48};
  const Grid grid = testing::box_grid(size);
  for (const double radius : {6.0, 12.0, 21.0}) {
    const auto found = surfaces_of(grid, filled(size, 1, ball(grid, {23.3, 23.6, 23.5}, radius)));
    ASSERT_EQ(found.size(), 1U);
    const Measured all = measured(found[0]);
    EXPECT_NEAR(all.area / ball_area(radius), 1, 0.02) << radius;
    EXPECT_NEAR(all.volume / ball_volume(radius), 1, 0.02) << radius;
    EXPECT_NEAR(all.low[0], 23.3 - radius, 0.5);
    EXPECT_NEAR(all.high[2], 23.5 + radius, 0.5);
    int triangles = 0;
    EXPECT_EQ(open_edges(found[0], &triangles), 0U);
    EXPECT_EQ(triangles, 2) << "of every edge";
  }
}

TEST(LabelSurface, OfVoxelsThatAreNoCubesIsNotSquashed) {
  const Size3 size{64, 64, 24};
  const Grid grid = testing::box_grid(size, {0.8, 0.8, 2.4});
  const auto found = surfaces_of(grid, filled(size, 1, ball(grid, {25.3, 25.1, 27.9}, 20)));
  ASSERT_EQ(found.size(), 1U);
  const Measured all = measured(found[0]);
  EXPECT_NEAR(all.area / ball_area(20), 1, 0.06) << "slices of three voxels leave stairs";
  EXPECT_NEAR(all.volume / ball_volume(20), 1, 0.02);
  for (std::size_t r = 0; r < 3; ++r) EXPECT_NEAR(all.high[r] - all.low[r], 40, 1.6) << r;
}

TEST(LabelSurface, IsThatOfScikitImage) {
  const Folder folder;
  const Path file = folder / "labels.bin";
  std::istringstream expected(testing::python_says("label_surface.py", "'" + file.string() + "'"));
  const std::string bytes = read_file(file);
  const Size3 size{60, 64, 28};
  Labels labels(60 * 64 * 28);
  ASSERT_EQ(bytes.size(), 2 * labels.size());
  std::memcpy(labels.data(), bytes.data(), bytes.size());
  const auto found = surfaces_of(testing::box_grid(size, {0.8, 0.9, 1.7}), labels);
  ASSERT_EQ(found.size(), 3U);
  for (const LabelSurface& surface : found) {
    int label = 0;
    double area = 0, volume = 0;
    ASSERT_TRUE(expected >> label >> area >> volume);
    EXPECT_EQ(surface.label, label);
    const Measured all = measured(surface);
    EXPECT_NEAR(all.area / area, 1, 0.06) << label << ": hard masks leave stairs";
    EXPECT_NEAR(all.volume / volume, 1, 0.03) << label;
    EXPECT_EQ(open_edges(surface), 0U);
  }
}

/// Turned by 30 degrees about z, then by 40 about x; `i` runs the other way when `mirrored`.
Grid turned_grid(const Size3& size, const Vector3& spacing, bool mirrored) {
  const double a = std::numbers::pi / 6, b = std::numbers::pi * 2 / 9, s = mirrored ? -1 : 1;
  Grid grid;
  grid.size = size;
  grid.affine = {s * std::cos(a) * spacing[0],
                 -std::sin(a) * spacing[1],
                 0,
                 11,
                 s * std::cos(b) * std::sin(a) * spacing[0],
                 std::cos(b) * std::cos(a) * spacing[1],
                 -std::sin(b) * spacing[2],
                 -70,
                 s * std::sin(b) * std::sin(a) * spacing[0],
                 std::sin(b) * std::cos(a) * spacing[1],
                 std::cos(b) * spacing[2],
                 130};
  return grid;
}

TEST(LabelSurface, LiesWhereTheDirectionsOfTheGridSay) {
  const Size3 size{50, 44, 30};
  for (const bool mirrored : {false, true}) {
    const Grid grid = turned_grid(size, {0.7, 0.9, 1.5}, mirrored);
    const Vector3 centre = grid.world({25, 21, 14});
    const auto found = surfaces_of(grid, filled(size, 3, ball(grid, centre, 14)));
    ASSERT_EQ(found.size(), 1U);
    const Measured all = measured(found[0]);
    EXPECT_NEAR(all.area / ball_area(14), 1, 0.04) << mirrored;
    EXPECT_NEAR(all.volume / ball_volume(14), 1, 0.02) << mirrored << ": it looks outwards";
    for (const SurfacePoint& point : found[0].points) {
      const Vector3 out{point.place[0] - centre[0], point.place[1] - centre[1],
                        point.place[2] - centre[2]};
      const double length = std::hypot(out[0], out[1], out[2]);
      EXPECT_NEAR(length, 14, 1);
      EXPECT_GT(
          (out[0] * point.normal[0] + out[1] * point.normal[1] + out[2] * point.normal[2]) / length,
          0.7);
    }
  }
}

TEST(LabelSurface, OfNothingIsNothing) {
  EXPECT_TRUE(surfaces_of(testing::box_grid({5, 6, 7}), Labels(210)).empty());
}

TEST(LabelSurface, IsClosedAtTheBorderOfTheVolume) {
  const Size3 size{12, 10, 8};
  const Grid grid = testing::box_grid(size, {1, 1, 2});
  const auto whole = surfaces_of(grid, Labels(960, 5));
  ASSERT_EQ(whole.size(), 1U);
  EXPECT_EQ(whole[0].label, 5);
  EXPECT_EQ(open_edges(whole[0]), 0U);
  EXPECT_NEAR(measured(whole[0]).volume / (12 * 10 * 16), 1, 0.05);
  const auto half = surfaces_of(grid, filled(size, 2, [](int i, int, int) { return i < 4; }));
  EXPECT_EQ(open_edges(half[0]), 0U);
  EXPECT_NEAR(measured(half[0]).volume / (4 * 10 * 16), 1, 0.05);
}

TEST(LabelSurface, IsClosedWhateverTheLabelLooksLike) {
  const Size3 size{20, 20, 20};
  Random random(3);
  for (const double share : {0.05, 0.3, 0.5, 0.9}) {
    const auto found =
        surfaces_of(testing::box_grid(size),
                    filled(size, 1, [&](int, int, int) { return random.chance(share); }));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(open_edges(found[0]), 0U) << share;
  }
}

TEST(LabelSurface, KeepsWithinTheTrianglesThatAreWanted) {
  const Size3 size{120, 120, 60};
  const Grid grid = testing::box_grid(size, {1, 1, 2});
  Labels labels = filled(size, 1, ball(grid, {60, 60, 60}, 55));
  fill(labels, size, 2, ball(grid, {60, 60, 60}, 30));
  fill(labels, size, 3, ball(grid, {60, 60, 60}, 4));
  const auto fine = surfaces_of(grid, labels), coarse = surfaces_of(grid, labels, 12'000);
  ASSERT_EQ(coarse.size(), 3U);
  std::size_t triangles = 0;
  for (const LabelSurface& surface : coarse) {
    triangles += surface.triangles.size();
    EXPECT_EQ(open_edges(surface), 0U);
  }
  EXPECT_LE(triangles, 12'000U);
  EXPECT_GT(triangles, 4'000U) << "no coarser than it must be";
  EXPECT_EQ(coarse[2].triangles.size(), fine[2].triangles.size()) << "a small label stays whole";
  EXPECT_LT(coarse[0].triangles.size(), fine[0].triangles.size() / 4);
  EXPECT_NEAR(measured(coarse[0]).volume, measured(fine[0]).volume,
              0.02 * measured(fine[0]).volume);
  EXPECT_NEAR(measured(coarse[1]).area, measured(fine[1]).area, 0.04 * measured(fine[1]).area);
}

TEST(LabelSurface, AThinLabelDoesNotVanish) {
  const Size3 size{80, 80, 40};
  const auto found = surfaces_of(testing::box_grid(size),
                                 filled(size, 1, [](int, int, int k) { return k == 20; }), 600);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_GT(measured(found[0]).area, 0.8 * 2 * 80 * 80);
}

/// One conversation with the reader process about labels that the test has put into memory.
class Asking {
 public:
  Asking(const Json& request, const Labels& labels) {
    EXPECT_EQ(write(memory_, labels.data(), 2 * labels.size()),
              static_cast<ssize_t>(2 * labels.size()));
    reader_.send(request.dump() + "\n");
    do {
      const auto line = reader_.next_line(20);
      answer = line ? Json::parse(*line) : Json{{"ended", reader_.how_it_ended()}};
    } while (answer.contains("progress"));
  }
  ~Asking() { close(memory_); }
  template <class T>
  std::vector<T> next(const char* count) {
    std::vector<T> values(answer["surfaces"][0][count].get<std::size_t>());
    EXPECT_TRUE(reader_.receive_all(values.data(), values.size() * sizeof(T), 20));
    return values;
  }
  Json answer;

 private:
  int memory_ = memfd_create("test", MFD_CLOEXEC);
  ReaderStream reader_{WARMSTART_BINARY_DIR "/lib/plugins/medical/warmstart-volume-reader",
                       {"--surface", std::to_string(ReaderStream::kSharedFile), "20"},
                       memory_};
};

Json about(const Grid& grid, std::int64_t most = kPlenty) {
  return {{"size", grid.size}, {"affine", grid.affine}, {"most_triangles", most}};
}

TEST(LabelSurfaceReader, HandsOverTheSurfacesOfTheLabelsInMemory) {
  const Size3 size{30, 20, 10};
  const Grid grid = turned_grid(size, {1, 1, 2}, false);
  const Labels labels = filled(size, 9, ball(grid, grid.world({14, 10, 5}), 7));
  Asking asking(about(grid), labels);
  ASSERT_TRUE(asking.answer.value("good", false)) << asking.answer;
  const auto expected = surfaces_of(grid, labels);
  ASSERT_EQ(asking.answer["surfaces"].size(), 1U);
  EXPECT_EQ(asking.answer["surfaces"][0]["label"], 9);
  const auto points = asking.next<SurfacePoint>("points");
  ASSERT_EQ(points.size(), expected[0].points.size());
  EXPECT_EQ(std::memcmp(points.data(), expected[0].points.data(), points.size() * sizeof points[0]),
            0);
  EXPECT_EQ(asking.next<SurfaceTriangle>("triangles"), expected[0].triangles);
}

TEST(LabelSurfaceReader, AnswersWhatItCannotUse) {
  const Grid grid = testing::box_grid({4, 5, 6});
  EXPECT_THAT(Asking(about(grid), Labels(119)).answer.value("reason", ""),
              HasSubstr("memory for the voxels"));
  Grid flat = grid;
  flat.affine[10] = 0;
  EXPECT_THAT(Asking(about(flat), Labels(120)).answer.value("reason", ""), HasSubstr("spacing"));
  Grid none = grid;
  none.size[1] = 0;
  EXPECT_THAT(Asking(about(none), Labels(0)).answer.value("reason", ""), HasSubstr("size 4x0x6"));
  for (const char* text : {"[1]", "{}", "{\"size\": [4, 5]}"})
    EXPECT_FALSE(Asking(Json::parse(text), Labels(120)).answer.value("good", true)) << text;
}

}  // namespace
}  // namespace warmstart::medical
