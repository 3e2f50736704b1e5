// Draws triangle surfaces with OpenGL into a picture. Used by SurfaceView, which paints that
// picture like any other: the window itself knows no OpenGL, so that a display without it, or with
// a bad driver, costs this pane alone. GUI thread.
#pragma once
#include <QImage>
#include <QMatrix4x4>
#include <QVector3D>
#include <memory>

#include "views/inspect/label_surfaces.h"

namespace warmstart {

struct SurfaceLine {
  QVector3D from, to;  ///< mm
  QRgb colour = 0;
};

/// How a picture is to look.
struct SurfacePicture {
  QSize pixels;
  double line_width = 1;  ///< pixels
  QMatrix4x4 to_clip;
  QVector3D towards_viewer;
  QRgb background = 0;
  double opacity = 1;  ///< of the surfaces
  std::vector<SurfaceLine> lines;
};

class SurfaceRenderer {
 public:
  /// Takes some 0.1 s: the first call of OpenGL loads its driver.
  SurfaceRenderer();
  ~SurfaceRenderer();
  SurfaceRenderer(const SurfaceRenderer&) = delete;
  SurfaceRenderer& operator=(const SurfaceRenderer&) = delete;
  /// Whether there is an OpenGL to draw with. Nothing else may be called where there is none.
  bool works() const { return works_; }
  void setMeshes(const std::vector<LabelMesh>& meshes);
  /// One for each mesh; 0 = not drawn.
  void setColours(const std::vector<QRgb>& colours);
  /// A null image where the system cannot draw one of this size.
  QImage draw(const SurfacePicture& picture);

 private:
  struct Gl;
  bool start();
  void drawLines(const SurfacePicture& picture);
  void drawTriangles(const SurfacePicture& picture);
  void sortBackToFront(const QVector3D& towards_viewer);
  std::unique_ptr<Gl> gl_;
  bool works_ = false;
  struct Part {
    std::size_t first_point, points, first_triangle, triangles;
  };
  std::vector<Part> parts_;  ///< of the meshes, one behind the other
  std::vector<SurfaceTriangle> triangles_;
  std::vector<std::array<float, 3>> centres_;  ///< of the triangles
  std::vector<std::uint32_t> shown_;           ///< triangles with a colour
  std::vector<SurfaceTriangle> order_;         ///< as they are drawn
  QVector3D sorted_for_;                       ///< null: order_ is not sorted
  bool order_sent_ = false;
};

}  // namespace warmstart
