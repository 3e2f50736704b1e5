#include "plugins/satellite/components/geo_targets.h"

#include <ATen/ATen.h>

namespace warmstart::satellite {

namespace {

constexpr double kTwoPi = 6.283185307179586;

}  // namespace

at::Tensor encoded_location(const at::Tensor& location_B2) {
  const at::Tensor latitude = (location_B2.select(1, 0) + 90) * (kTwoPi / 180),
                   longitude = (location_B2.select(1, 1) + 180) * (kTwoPi / 360);
  return (at::stack({latitude.sin(), latitude.cos(), longitude.sin(), longitude.cos()}, 1) + 1) / 2;
}

at::Tensor on_unit_sphere(const at::Tensor& location_B2) {
  const at::Tensor latitude = location_B2.select(1, 0) * (kTwoPi / 360),
                   longitude = location_B2.select(1, 1) * (kTwoPi / 360);
  const at::Tensor point = at::stack(
      {latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()}, 1);
  return (point + 1) / 2;
}

at::Tensor encoded_date(const at::Tensor& date_B) {
  const at::Tensor angle = date_B * kTwoPi;
  return (at::stack({angle.sin(), angle.cos()}, 1) + 1) / 2;
}

at::Tensor soft_cross_entropy(const at::Tensor& scores_BK, const at::Tensor& shares_BK) {
  return -(shares_BK * scores_BK.log_softmax(1)).sum(1).mean();
}

at::Tensor view_similarity(const at::Tensor& e_BF, const at::Tensor& f_BF) {
  const at::Tensor alike = at::cosine_similarity(e_BF, f_BF),
                   unlike = at::cosine_similarity(e_BF.flip({0}), f_BF);
  return (1.5 * (1 - alike) + 0.5 * unlike.clamp_min(0) + (e_BF - f_BF).norm(2, 1)).mean();
}

}  // namespace warmstart::satellite
