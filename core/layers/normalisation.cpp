#include "core/layers/normalisation.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr double kRunningMomentum = 0.1;

/// Every axis but the channel's; instance statistics keep the batch axis apart too.
std::vector<std::int64_t> normalisation_axes(std::int64_t rank, bool with_batch) {
  std::vector<std::int64_t> axes;
  if (with_batch) axes.push_back(0);
  for (std::int64_t axis = 2; axis < rank; ++axis) axes.push_back(axis);
  return axes;
}

/// (C) -> (1,C,1,...), to broadcast against a tensor of that rank.
at::Tensor per_channel(const at::Tensor& values, std::int64_t rank) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(rank), 1);
  shape[1] = -1;
  return values.view(shape);
}

}  // namespace

Normalisation::Normalisation(const std::string& kind, std::int64_t channels, double epsilon)
    : kind_(kind == "instance" ? Kind::kInstance
            : kind == "batch"  ? Kind::kBatch
                               : Kind::kNone),
      epsilon_(epsilon) {
  if (kind_ == Kind::kNone) {
    if (kind != "none")
      throw Error("unknown normalisation '" + kind + "'", "", "use instance, batch or none");
    return;
  }
  weight = register_parameter("weight", at::ones({channels}));
  bias = register_parameter("bias", at::zeros({channels}));
  if (kind_ == Kind::kBatch) {
    running_mean = register_buffer("running_mean", at::zeros({channels}));
    running_var = register_buffer("running_var", at::ones({channels}));
  }
}

void Normalisation::reset_parameters() {
  const c10::AutoGradMode no_grad(false);
  if (kind_ == Kind::kNone) return;
  weight.fill_(1.0);
  bias.zero_();
  if (kind_ == Kind::kBatch) {
    running_mean.zero_();
    running_var.fill_(1.0);
  }
}

at::Tensor Normalisation::forward(const at::Tensor& x) {
  if (kind_ == Kind::kNone) return x;
  if (kind_ == Kind::kInstance)
    return at::instance_norm(x, weight, bias, {}, {}, true, 0.0, epsilon_, false);
  return at::batch_norm(x, weight, bias, running_mean, running_var, is_training(), kRunningMomentum,
                        epsilon_, false);
}

at::Tensor Normalisation::forward(const at::Tensor& x, const at::Tensor& active) {
  return active.defined() && kind_ != Kind::kNone ? masked(x, active) : forward(x);
}

at::Tensor Normalisation::masked(const at::Tensor& x, const at::Tensor& active) {
  at::Tensor centred, variance;
  if (kind_ == Kind::kBatch && !is_training()) {
    centred = (x - per_channel(running_mean, x.dim())) * active;
    variance = per_channel(running_var, x.dim());
  } else {
    const auto axes = normalisation_axes(x.dim(), kind_ == Kind::kBatch);
    const at::Tensor count = active.sum(axes, true).clamp_min(1.0);
    const at::Tensor mean = x.sum(axes, true) / count;
    centred = (x - mean) * active;
    variance = centred.square().sum(axes, true) / count;
    if (kind_ == Kind::kBatch) track(mean, variance, count);
  }
  const at::Tensor scale = at::rsqrt(variance + epsilon_) * per_channel(weight, x.dim());
  return centred * scale + per_channel(bias, x.dim()) * active;
}

void Normalisation::track(const at::Tensor& mean, const at::Tensor& variance,
                          const at::Tensor& count) {
  const c10::AutoGradMode no_grad(false);
  const at::Tensor unbiased = variance * count / (count - 1.0).clamp_min(1.0);
  running_mean.lerp_(mean.flatten().to(running_mean.scalar_type()), kRunningMomentum);
  running_var.lerp_(unbiased.flatten().to(running_var.scalar_type()), kRunningMomentum);
}

}  // namespace warmstart
