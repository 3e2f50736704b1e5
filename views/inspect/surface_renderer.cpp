#include "views/inspect/surface_renderer.h"

#include <QOffscreenSurface>
#include <QOpenGLBuffer>
#include <QOpenGLContext>
#include <QOpenGLFramebufferObject>
#include <QOpenGLFunctions>
#include <QOpenGLShaderProgram>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace warmstart {
namespace {

constexpr int kSamplesAPixel = 4;  ///< a pixel, against stairs at edges
constexpr int kPlace = 0, kNormal = 1, kColour = 2;

// The light comes from the viewer; both sides of a surface are lit alike.
constexpr const char* kVertexShader = R"(
attribute highp vec3 place;
attribute mediump vec3 normal;
attribute lowp vec4 colour;
uniform highp mat4 to_clip;
uniform mediump vec3 towards_viewer;
varying lowp vec4 lit;
void main() {
  gl_Position = to_clip * vec4(place, 1.0);
  lowp float light = 0.3 + 0.7 * abs(dot(normal, towards_viewer));
  lit = vec4(colour.rgb * light, colour.a);
}
)";
constexpr const char* kPixelShader = R"(
varying lowp vec4 lit;
uniform lowp float opacity;
void main() { gl_FragColor = vec4(lit.rgb, lit.a * opacity); }
)";

struct ColouredPoint {
  std::array<float, 3> place, normal;
  std::array<std::uint8_t, 4> colour;
};

std::array<std::uint8_t, 4> channelsOf(QRgb colour) {
  const auto byte = [](int value) { return static_cast<std::uint8_t>(value); };
  return {byte(qRed(colour)), byte(qGreen(colour)), byte(qBlue(colour)), byte(qAlpha(colour))};
}

template <class T>
void fillBuffer(QOpenGLBuffer& buffer, const std::vector<T>& values) {
  buffer.bind();
  buffer.allocate(values.data(), static_cast<int>(values.size() * sizeof(T)));
}

}  // namespace

struct SurfaceRenderer::Gl {
  QOffscreenSurface surface;
  QOpenGLContext context;
  QOpenGLShaderProgram program;
  QOpenGLBuffer points, colours, lines;
  QOpenGLBuffer order{QOpenGLBuffer::IndexBuffer};
  std::unique_ptr<QOpenGLFramebufferObject> target;

  bool enter() { return context.makeCurrent(&surface); }
  /// Attributes of the bound buffer.
  void attributes(std::initializer_list<int> which, int stride) {
    for (const int each : which) {
      const bool bytes = each == kColour;
      program.enableAttributeArray(each);
      const int offset = which.size() == 1 ? 0 : each * 3 * static_cast<int>(sizeof(float));
      program.setAttributeBuffer(each, bytes ? GL_UNSIGNED_BYTE : GL_FLOAT, offset, bytes ? 4 : 3,
                                 stride);
    }
  }
};

SurfaceRenderer::SurfaceRenderer() : gl_(std::make_unique<Gl>()) { works_ = start(); }

SurfaceRenderer::~SurfaceRenderer() {
  if (!works_ || !gl_->enter()) return;
  gl_->target.reset();
  for (QOpenGLBuffer* buffer : {&gl_->points, &gl_->colours, &gl_->lines, &gl_->order})
    buffer->destroy();
  gl_->program.removeAllShaders();
  gl_->context.doneCurrent();
}

bool SurfaceRenderer::start() {
  QSurfaceFormat format;
  format.setDepthBufferSize(24);
  gl_->context.setFormat(format);
  if (!gl_->context.create()) return false;
  gl_->surface.setFormat(gl_->context.format());
  gl_->surface.create();
  if (!gl_->surface.isValid() || !gl_->enter()) return false;
  QOpenGLShaderProgram& program = gl_->program;
  program.addShaderFromSourceCode(QOpenGLShader::Vertex, kVertexShader);
  program.addShaderFromSourceCode(QOpenGLShader::Fragment, kPixelShader);
  program.bindAttributeLocation("place", kPlace);
  program.bindAttributeLocation("normal", kNormal);
  program.bindAttributeLocation("colour", kColour);
  bool all = program.link() && QOpenGLFramebufferObject::hasOpenGLFramebufferObjects();
  for (QOpenGLBuffer* buffer : {&gl_->points, &gl_->colours, &gl_->lines, &gl_->order})
    all = all && buffer->create();
  gl_->context.doneCurrent();
  return all;
}

void SurfaceRenderer::setMeshes(const std::vector<LabelMesh>& meshes) {
  parts_.clear(), triangles_.clear(), centres_.clear();
  std::vector<SurfacePoint> points;
  for (const LabelMesh& mesh : meshes) {
    parts_.push_back({points.size(), mesh.points.size(), triangles_.size(), mesh.triangles.size()});
    const auto first = static_cast<std::uint32_t>(points.size());
    for (const auto& [a, b, c] : mesh.triangles) {
      triangles_.push_back({a + first, b + first, c + first});
      std::array<float, 3> centre{};
      for (const std::uint32_t point : {a, b, c})
        for (std::size_t r = 0; r < 3; ++r) centre[r] += mesh.points[point].place[r] / 3;
      centres_.push_back(centre);
    }
    points.insert(points.end(), mesh.points.begin(), mesh.points.end());
  }
  if (gl_->enter()) fillBuffer(gl_->points, points);
  gl_->context.doneCurrent();
  setColours(std::vector<QRgb>(meshes.size()));
}

void SurfaceRenderer::setColours(const std::vector<QRgb>& colours) {
  std::vector<std::array<std::uint8_t, 4>> by_point;
  shown_.clear();
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    by_point.insert(by_point.end(), parts_[i].points, channelsOf(colours[i]));
    if (colours[i] == 0) continue;
    const std::size_t before = shown_.size();
    shown_.resize(before + parts_[i].triangles);
    std::iota(shown_.begin() + static_cast<std::ptrdiff_t>(before), shown_.end(),
              static_cast<std::uint32_t>(parts_[i].first_triangle));
  }
  order_.resize(shown_.size());
  std::ranges::transform(shown_, order_.begin(), [this](std::uint32_t i) { return triangles_[i]; });
  sorted_for_ = {}, order_sent_ = false;
  if (gl_->enter()) fillBuffer(gl_->colours, by_point);
  gl_->context.doneCurrent();
}

void SurfaceRenderer::sortBackToFront(const QVector3D& towards_viewer) {
  if (sorted_for_ == towards_viewer || shown_.empty()) return;
  sorted_for_ = towards_viewer, order_sent_ = false;
  const auto depth = [&](std::uint32_t triangle) {
    const auto& [x, y, z] = centres_[triangle];
    return x * towards_viewer.x() + y * towards_viewer.y() + z * towards_viewer.z();
  };
  std::vector<float> depths(shown_.size());
  std::ranges::transform(shown_, depths.begin(), depth);
  const auto [low, high] = std::ranges::minmax(depths);
  // By counting: 65536 depths are finer than the triangles are large.
  const float scale = 65535 / std::max(high - low, 1e-6F);
  const auto bin = [&, least = low](float value) {
    return static_cast<std::size_t>((value - least) * scale);
  };
  std::vector<std::uint32_t> starts(65537);
  for (const float each : depths) ++starts[bin(each) + 1];
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  for (std::size_t i = 0; i < shown_.size(); ++i)
    order_[starts[bin(depths[i])]++] = triangles_[shown_[i]];
}

QImage SurfaceRenderer::draw(const SurfacePicture& picture) {
  if (picture.pixels.isEmpty() || !gl_->enter()) return {};
  if (!gl_->target || gl_->target->size() != picture.pixels) {
    QOpenGLFramebufferObjectFormat format;
    format.setAttachment(QOpenGLFramebufferObject::CombinedDepthStencil);
    format.setSamples(kSamplesAPixel);
    gl_->target = std::make_unique<QOpenGLFramebufferObject>(picture.pixels, format);
  }
  if (!gl_->target->isValid() || !gl_->target->bind()) return {};
  QOpenGLFunctions& gl = *gl_->context.functions();
  const QColor ground(picture.background);
  gl.glViewport(0, 0, picture.pixels.width(), picture.pixels.height());
  gl.glClearColor(static_cast<float>(ground.redF()), static_cast<float>(ground.greenF()),
                  static_cast<float>(ground.blueF()), 1);
  gl.glEnable(GL_DEPTH_TEST);
  gl.glDepthMask(GL_TRUE);
  gl.glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
  gl_->program.bind();
  gl_->program.setUniformValue("to_clip", picture.to_clip);
  gl_->program.setUniformValue("towards_viewer", picture.towards_viewer);
  drawLines(picture);
  drawTriangles(picture);
  gl_->program.release();
  gl_->target->release();
  const QImage image = gl_->target->toImage().convertToFormat(QImage::Format_RGB32);
  gl_->context.doneCurrent();
  return image;
}

void SurfaceRenderer::drawLines(const SurfacePicture& picture) {
  std::vector<ColouredPoint> ends;
  const auto& v = picture.towards_viewer;  // as the normal: fully lit
  for (const SurfaceLine& line : picture.lines) {
    for (const QVector3D& end : {line.from, line.to})
      ends.push_back({{end.x(), end.y(), end.z()}, {v.x(), v.y(), v.z()}, channelsOf(line.colour)});
  }
  if (ends.empty()) return;
  fillBuffer(gl_->lines, ends);
  gl_->attributes({kPlace, kNormal, kColour}, sizeof(ColouredPoint));
  gl_->program.setUniformValue("opacity", 1.0F);
  QOpenGLFunctions& gl = *gl_->context.functions();
  gl.glDisable(GL_BLEND);
  gl.glLineWidth(static_cast<float>(picture.line_width));
  gl.glDrawArrays(GL_LINES, 0, static_cast<int>(ends.size()));
}

void SurfaceRenderer::drawTriangles(const SurfacePicture& picture) {
  if (shown_.empty()) return;
  const bool transparent = picture.opacity < 1;
  if (transparent) sortBackToFront(picture.towards_viewer);
  gl_->points.bind();
  gl_->attributes({kPlace, kNormal}, sizeof(SurfacePoint));
  gl_->colours.bind();
  gl_->attributes({kColour}, 4);
  if (!order_sent_) {
    fillBuffer(gl_->order, order_);
    order_sent_ = true;
  }
  gl_->order.bind();
  gl_->program.setUniformValue("opacity", static_cast<float>(picture.opacity));
  QOpenGLFunctions& gl = *gl_->context.functions();
  transparent ? gl.glEnable(GL_BLEND) : gl.glDisable(GL_BLEND);
  // The picture itself stays opaque.
  gl.glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
  gl.glDepthMask(transparent ? GL_FALSE : GL_TRUE);
  gl.glDrawElements(GL_TRIANGLES, static_cast<int>(3 * order_.size()), GL_UNSIGNED_INT, nullptr);
  gl.glDepthMask(GL_TRUE);
  gl_->order.release();
  gl_->colours.release();
}

}  // namespace warmstart
