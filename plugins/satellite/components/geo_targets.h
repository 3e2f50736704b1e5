// The terms of the geo-aware objective that are formulas of tensors alone (seed card 15).
#pragma once
#include <ATen/core/Tensor.h>

namespace warmstart::satellite {

/// location (B,2) degrees -> (B,4) in [0, 1]: sine and cosine of 2 pi (latitude + 90) / 180, which
/// folds both poles together, then of 2 pi (longitude + 180) / 360, each as (v + 1) / 2.
at::Tensor encoded_location(const at::Tensor& location_B2);

/// location (B,2) degrees -> (B,3) in [0, 1]: the point on the unit sphere, each as (v + 1) / 2;
/// near points stay near at the poles and at the date line.
at::Tensor on_unit_sphere(const at::Tensor& location_B2);

/// Shares of the year (B) -> (B,2): sine and cosine of 2 pi share, each as (v + 1) / 2.
at::Tensor encoded_date(const at::Tensor& date_B);

/// Mean over the batch of -sum_k share_k log softmax(scores)_k.
at::Tensor soft_cross_entropy(const at::Tensor& scores_BK, const at::Tensor& shares_BK);

/// Mean of 1.5 (1 - cos(e, f)) + 0.5 max(0, cos(e of another sample, f)) + |e - f|; the other
/// sample is the batch in reverse.
at::Tensor view_similarity(const at::Tensor& e_BF, const at::Tensor& f_BF);

}  // namespace warmstart::satellite
