#include "plugins/medical/geometry/label_surface.h"

#include <itkBinaryMask3DMeshSource.h>
#include <itkImage.h>
#include <itkMesh.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace warmstart::medical {
namespace {

using MaskImage = itk::Image<unsigned char, 3>;
using MeshSource = itk::BinaryMask3DMeshSource<MaskImage, itk::Mesh<double, 3>>;

/// Measured on balls of 3 to 50 voxels: 2.0 to 2.8.
constexpr double kTrianglesAFace = 3;
constexpr double kCoarser = 1.15;  ///< from one grid that is tried to the next
/// Taubin 1995: a pass that shrinks and one that grows leave the volume as it is. Measured on balls
/// of 6 to 50 voxels: the area comes from 9 % above the true one to 1 %, the volume stays within 1
/// %.
constexpr int kSmoothings = 20;
constexpr double kShrink = 0.5, kGrow = -0.53;

/// Where a label lies, and how many faces of its voxels it does not share with itself.
struct LabelExtent {
  int label = 0;
  std::int64_t faces = 0;
  Size3 low{}, high{-1, -1, -1};  ///< `high` belongs to it
};

std::vector<LabelExtent> extents_of(const Size3& size, std::span<const std::uint16_t> labels) {
  std::vector<LabelExtent> all(65536);
  const Size3 along{1, size[0], size[0] * size[1]};
  const std::uint16_t* at = labels.data();
  for (Size3 voxel{}; voxel[2] < size[2]; ++voxel[2]) {
    for (voxel[1] = 0; voxel[1] < size[1]; ++voxel[1]) {
      for (voxel[0] = 0; voxel[0] < size[0]; ++voxel[0], ++at) {
        if (*at == 0) continue;
        LabelExtent& extent = all[*at];
        if (extent.label == 0) extent.low = voxel;
        extent.label = *at;
        for (std::size_t a = 0; a < 3; ++a) {
          extent.low[a] = std::min(extent.low[a], voxel[a]);
          extent.high[a] = std::max(extent.high[a], voxel[a]);
          extent.faces += voxel[a] == 0 || at[-along[a]] != *at;
          extent.faces += voxel[a] + 1 == size[a] || at[along[a]] != *at;
        }
      }
    }
  }
  std::erase_if(all, [](const LabelExtent& extent) { return extent.label == 0; });
  return all;
}

/// How many faces each may have: what it needs, or an equal part of what the smaller ones leave.
std::vector<double> face_shares(const std::vector<LabelExtent>& extents, double most_faces) {
  std::vector<std::size_t> order(extents.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::size_t i) { return extents[i].faces; });
  std::vector<double> shares(extents.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double part = most_faces / static_cast<double>(order.size() - i);
    shares[order[i]] = std::min(part, static_cast<double>(extents[order[i]].faces));
    most_faces -= shares[order[i]];
  }
  return shares;
}

/// A label on a grid whose cells are `step` voxels wide, with one empty cell around it.
struct CoarseMask {
  Size3 size{}, step{};
  std::vector<std::uint8_t> inside;
};

CoarseMask coarse_mask(const Grid& grid, std::span<const std::uint16_t> labels,
                       const LabelExtent& extent, const Size3& step) {
  CoarseMask mask;
  mask.step = step;
  for (std::size_t a = 0; a < 3; ++a) mask.size[a] = (extent.high[a] - extent.low[a]) / step[a] + 3;
  const auto cells = static_cast<std::size_t>(mask.size[0] * mask.size[1] * mask.size[2]);
  std::vector<std::uint32_t> filled(cells);
  for (std::int64_t z = extent.low[2]; z <= extent.high[2]; ++z) {
    for (std::int64_t y = extent.low[1]; y <= extent.high[1]; ++y) {
      const std::uint16_t* row = labels.data() + (z * grid.size[1] + y) * grid.size[0];
      const std::int64_t first =
          (((z - extent.low[2]) / step[2] + 1) * mask.size[1] + (y - extent.low[1]) / step[1] + 1) *
              mask.size[0] +
          1;
      std::int64_t cell = first, left = step[0];
      for (std::int64_t x = extent.low[0]; x <= extent.high[0]; ++x) {
        filled[static_cast<std::size_t>(cell)] += row[x] == extent.label;
        if (--left == 0) left = step[0], ++cell;
      }
    }
  }
  // A label so thin that it fills no cell by half is drawn too thick rather than not at all.
  const auto half = static_cast<std::uint32_t>((step[0] * step[1] * step[2] + 1) / 2);
  const std::uint32_t least = *std::ranges::max_element(filled) < half ? 1 : half;
  mask.inside.resize(cells);
  std::ranges::transform(filled, mask.inside.begin(),
                         [&](std::uint32_t count) { return count >= least; });
  return mask;
}

std::int64_t faces_of(const CoarseMask& mask) {
  const std::array<std::ptrdiff_t, 3> along{1, mask.size[0], mask.size[0] * mask.size[1]};
  std::int64_t faces = 0;
  for (const std::ptrdiff_t step : along) {
    for (std::size_t i = static_cast<std::size_t>(step); i < mask.inside.size(); ++i)
      faces += mask.inside[i] != mask.inside[i - static_cast<std::size_t>(step)];
  }
  return faces;
}

/// The finest grid on which the label has no more faces than its share.
CoarseMask mask_within(const Grid& grid, std::span<const std::uint16_t> labels,
                       const LabelExtent& extent, double share) {
  const Vector3 spacing = grid.spacing();
  double edge = *std::ranges::min_element(spacing);
  Size3 before{};
  while (true) {
    Size3 step{};
    for (std::size_t a = 0; a < 3; ++a)
      step[a] = std::max<std::int64_t>(1, std::llround(edge / spacing[a]));
    edge *= kCoarser;
    if (step == before) continue;
    before = step;
    // A grid so much coarser has so many fewer faces; the voxels are looked at near the goal only.
    const auto finer =
        static_cast<double>(std::min({step[0] * step[1], step[1] * step[2], step[0] * step[2]}));
    if (static_cast<double>(extent.faces) > 4 * share * finer) continue;
    CoarseMask mask = coarse_mask(grid, labels, extent, step);
    const bool one_cell = mask.size == Size3{3, 3, 3};
    if (one_cell || static_cast<double>(faces_of(mask)) <= share) return mask;
  }
}

/// In voxels of the grid.
struct IndexMesh {
  std::vector<Vector3> points;
  std::vector<SurfaceTriangle> triangles;
};

IndexMesh mesh_of(const CoarseMask& mask, const LabelExtent& extent) {
  const auto image = MaskImage::New();
  MaskImage::SizeType size;
  MaskImage::SpacingType spacing;
  MaskImage::PointType origin;
  for (unsigned a = 0; a < 3; ++a) {
    size[a] = static_cast<itk::SizeValueType>(mask.size[a]);
    spacing[a] = static_cast<double>(mask.step[a]);
    origin[a] = static_cast<double>(extent.low[a]) - spacing[a] + (spacing[a] - 1) / 2;
  }
  image->SetRegions(MaskImage::RegionType(size));
  image->SetSpacing(spacing);
  image->SetOrigin(origin);
  image->Allocate();
  std::ranges::copy(mask.inside, image->GetBufferPointer());
  const auto source = MeshSource::New();
  source->SetInput(image);
  source->SetObjectValue(1);
  source->Update();
  IndexMesh mesh;
  const auto* points = source->GetOutput()->GetPoints();
  for (auto point = points->Begin(); point != points->End(); ++point)
    mesh.points.push_back({point->Value()[0], point->Value()[1], point->Value()[2]});
  const auto* cells = source->GetOutput()->GetCells();
  for (auto cell = cells->Begin(); cell != cells->End(); ++cell) {
    const auto* ids = cell->Value()->GetPointIds();
    mesh.triangles.push_back({static_cast<std::uint32_t>(ids[0]),
                              static_cast<std::uint32_t>(ids[1]),
                              static_cast<std::uint32_t>(ids[2])});
  }
  return mesh;
}

/// Moves every point by `weight` towards the mean of its neighbours.
void draw_together(IndexMesh& mesh, double weight) {
  std::vector<Vector3> sums(mesh.points.size());
  std::vector<double> counts(mesh.points.size());
  for (const SurfaceTriangle& triangle : mesh.triangles) {
    // The surface is closed: the edge runs back in the triangle at its other side.
    for (std::size_t i = 0; i < 3; ++i) {
      const std::uint32_t from = triangle[i], to = triangle[(i + 1) % 3];
      for (std::size_t a = 0; a < 3; ++a) sums[from][a] += mesh.points[to][a];
      ++counts[from];
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    for (std::size_t a = 0; counts[i] > 0 && a < 3; ++a)
      mesh.points[i][a] += weight * (sums[i][a] / counts[i] - mesh.points[i][a]);
  }
}

Vector3 cross(const Vector3& a, const Vector3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

Vector3 difference(const Vector3& a, const Vector3& b) {
  return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

bool turns_hand(const std::array<double, 12>& affine) {
  const auto column = [&](std::size_t c) {
    return Vector3{affine[c], affine[4 + c], affine[8 + c]};
  };
  const Vector3 normal = cross(column(0), column(1)), last = column(2);
  return normal[0] * last[0] + normal[1] * last[1] + normal[2] * last[2] < 0;
}

/// The mean of the triangles around each point, the larger ones counting more.
std::vector<Vector3> normals_of(const IndexMesh& mesh) {
  std::vector<Vector3> normals(mesh.points.size());
  for (const auto& [a, b, c] : mesh.triangles) {
    const Vector3 normal = cross(difference(mesh.points[b], mesh.points[a]),
                                 difference(mesh.points[c], mesh.points[a]));
    for (const std::uint32_t point : {a, b, c})
      for (std::size_t r = 0; r < 3; ++r) normals[point][r] += normal[r];
  }
  return normals;
}

LabelSurface placed(IndexMesh mesh, const Grid& grid, int label) {
  for (Vector3& point : mesh.points) point = grid.world(point);
  if (turns_hand(grid.affine)) {
    for (SurfaceTriangle& triangle : mesh.triangles) std::swap(triangle[1], triangle[2]);
  }
  LabelSurface surface;
  surface.label = label;
  const std::vector<Vector3> normals = normals_of(mesh);
  surface.points.resize(mesh.points.size());
  for (std::size_t i = 0; i < mesh.points.size(); ++i) {
    const double length = std::hypot(normals[i][0], normals[i][1], normals[i][2]);
    for (std::size_t r = 0; r < 3; ++r) {
      surface.points[i].place[r] = static_cast<float>(mesh.points[i][r]);
      surface.points[i].normal[r] = length > 0 ? static_cast<float>(normals[i][r] / length) : 0;
    }
  }
  surface.triangles = std::move(mesh.triangles);
  return surface;
}

}  // namespace

std::vector<LabelSurface> label_surfaces(const Grid& grid, std::span<const std::uint16_t> labels,
                                         std::int64_t most_triangles,
                                         const std::function<void(double)>& progress) {
  const std::vector<LabelExtent> extents = extents_of(grid.size, labels);
  const std::vector<double> shares =
      face_shares(extents, static_cast<double>(most_triangles) / kTrianglesAFace);
  std::vector<LabelSurface> surfaces;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    progress(static_cast<double>(i) / static_cast<double>(extents.size()));
    const CoarseMask mask = mask_within(grid, labels, extents[i], shares[i]);
    IndexMesh mesh = mesh_of(mask, extents[i]);
    for (int pass = 0; pass < kSmoothings; ++pass) {
      draw_together(mesh, kShrink);
      draw_together(mesh, kGrow);
    }
    surfaces.push_back(placed(std::move(mesh), grid, extents[i].label));
  }
  return surfaces;
}

}  // namespace warmstart::medical
