// Components of the medical plugin as a recipe would make them, for its tests.
#pragma once
#include <ATen/ATen.h>

#include "core/catalog/catalog.h"
#include "core/data/dataset.h"
#include "medical_files.h"

namespace warmstart::medical::testing {

inline ComponentSpec spec(const std::string& type, const Json& settings) {
  return {type, Value::from_json(settings), {}};
}
inline std::shared_ptr<Dataset> dataset(const std::string& type, const Json& settings) {
  return create<Dataset>(spec(type, settings));
}

/// The sample after one transform, with the randomness `seed`.
inline Sample transformed(const std::string& type, const Json& settings, Sample sample,
                          std::uint64_t seed = 1) {
  Random random(seed);
  create<Transform>(spec(type, settings))->apply(sample, random);
  return sample;
}

/// image (1,D,H,W) 0,1,2,..., label = image mod 3, spacing 3x2x1 mm.
inline Sample counting_sample(std::int64_t d, std::int64_t h, std::int64_t w) {
  Sample sample{"counting", {}};
  const at::Tensor image = at::arange(d * h * w, at::kFloat).view({1, d, h, w});
  sample.fields.set("image", image);
  sample.fields.set("label", image[0].to(at::kLong).remainder(3));
  sample.fields.set("spacing", at::arange(3, 0, -1, at::kDouble));
  return sample;
}

}  // namespace warmstart::medical::testing
