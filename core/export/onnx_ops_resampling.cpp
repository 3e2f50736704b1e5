// Interpolation: nearest and (bi-, tri-)linear, with the coordinates that PyTorch uses.
#include <cmath>

#include "core/export/onnx_call.h"

namespace warmstart {
namespace {

/// Target sizes and scales of upsample_*(x, sizes, [align_corners,] scale...) or its ".vec" form,
/// where `first_scale` is the argument after sizes (and align_corners).
struct Resampling {
  std::vector<std::int64_t> sizes;
  std::vector<double> scales;  ///< one a spatial axis; what PyTorch computes coordinates with
  bool given = false;          ///< scales came from the model, not from the sizes
};

Resampling read_resampling(OnnxCall& call, std::size_t first_scale) {
  const OnnxShape source = call.shape(0), target = call.result_shape();
  Resampling result;
  std::vector<double> listed;
  if (!call.none(first_scale) && call.value(first_scale).isList()) {
    listed = call.value(first_scale).toDoubleVector();
  }
  for (std::size_t i = 2; i < source.size(); ++i) {
    if (source[i] < 0 || target[i] < 0) call.refuse("it resizes the batch axis", "");
    const double ratio = static_cast<double>(target[i]) / static_cast<double>(source[i]);
    double scale = ratio;
    if (!listed.empty()) {
      scale = listed.at(i - 2);
    } else if (!call.none(first_scale + i - 2) && call.value(first_scale + i - 2).isDouble()) {
      scale = call.number(first_scale + i - 2);
    }
    result.given = result.given || std::abs(scale - ratio) > 1e-12;
    result.sizes.push_back(target[i]);
    result.scales.push_back(scale);
  }
  return result;
}

/// Scales are exact when they, or their inverse, are whole numbers that float holds; else sizes are
/// the safe way.
bool scales_are_exact(const Resampling& resampling) {
  for (const double scale : resampling.scales) {
    const double inverse = 1 / scale;
    const bool power_of_two = std::exp2(std::round(std::log2(inverse))) == inverse;
    if (scale != std::floor(scale) && !power_of_two) return false;
  }
  return true;
}

void write_resize(OnnxCall& call, const Resampling& resampling, OnnxAttributes attributes) {
  const std::string x = call.tensor(0);
  if (resampling.given || scales_are_exact(resampling)) {
    std::vector<float> scales{1, 1};
    for (const double scale : resampling.scales) scales.push_back(static_cast<float>(scale));
    const std::string name = call.graph().floats(scales);
    return call.result(call.emit("Resize", {x, "", name}, attributes));
  }
  auto& graph = call.graph();
  const std::string kept =
      call.emit("Slice", {call.emit("Shape", {x}), graph.integers({0}), graph.integers({2})});
  const std::string sizes =
      call.emit("Concat", {kept, graph.integers(resampling.sizes)}, {{"axis", std::int64_t{0}}});
  call.result(call.emit("Resize", {x, "", "", sizes}, attributes));
}

// upsample_nearestNd(x, sizes, scale...)
void convert_nearest(OnnxCall& call) {
  write_resize(call, read_resampling(call, 2),
               {{"mode", std::string("nearest")},
                {"coordinate_transformation_mode", std::string("asymmetric")},
                {"nearest_mode", std::string("floor")}});
}

// upsample_linear1d, _bilinear2d, _trilinear3d(x, sizes, align_corners, scale...)
void convert_linear_resampling(OnnxCall& call) {
  write_resize(call, read_resampling(call, 3),
               {{"mode", std::string("linear")},
                {"coordinate_transformation_mode",
                 std::string(call.flag(2) ? "align_corners" : "half_pixel")}});
}

}  // namespace

void add_resampling_conversions(OnnxConversions& table) {
  for (const char* dims : {"1d", "2d", "3d"})
    table[std::string("upsample_nearest") + dims] = convert_nearest;
  for (const char* name : {"upsample_linear1d", "upsample_bilinear2d", "upsample_trilinear3d"}) {
    table[name] = convert_linear_resampling;
  }
}

}  // namespace warmstart
