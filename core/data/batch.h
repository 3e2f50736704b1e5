// A batch (or one sample) is a small map from field name to tensor. Documented names and axes:
// - image (B,C,[D,]H,W) float
// - label (B,[D,]H,W) int64; class (B) int64; target (B,...) float
// - index (B) int64: position in the dataset
// - spacing (B,dims) float64: mm, in the order of the image's spatial axes
// - direction (B,dims,3) float64: unit vector (right, front, top) of the patient along each axis
// - origin (B,3) float64: centre of the first voxel in the patient (right, front, top), mm; NaN =
//   not known
// - geotransform (B,6) float64: a point of the image in pixels lies at x = g0 + column g1 + row g2,
//   y = g3 + column g4 + row g5 (GDAL)
// - tokens (B,T) int64; attention_mask (B,T) int64: 0 = padding; segments (B,T) int64
// - prefix (B) int64: tokens that see each other both ways
// - tags (B,T) int64: -100 = none
// - predicted (N) int64: flat places of tokens that alone get logits (N,V)
// Models add outputs: logits (B,K,[D,]H,W) or (B,K), features, reconstruction (as image), mask.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

namespace warmstart {

class Batch {
 public:
  bool has(const std::string& name) const;
  /// Error "batch has no field 'x'; it has: ..." when missing.
  const at::Tensor& get(const std::string& name) const;
  void set(const std::string& name, at::Tensor tensor);
  void erase(const std::string& name);
  const std::vector<std::pair<std::string, at::Tensor>>& fields() const { return fields_; }
  std::int64_t size() const;  ///< length of the first axis of the first field; 0 when empty
  Batch to(at::Device device) const;

 private:
  std::vector<std::pair<std::string, at::Tensor>> fields_;
};

}  // namespace warmstart
