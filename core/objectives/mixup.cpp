#include "core/objectives/mixup.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"

namespace warmstart {
namespace {

/// Gamma with scale 1 (Marsaglia and Tsang 2000; below 1 through gamma(shape + 1)).
double draw_gamma(double shape, Random& random) {
  if (shape < 1) {
    const double larger = draw_gamma(shape + 1, random);
    return larger * std::pow(1 - random.uniform(), 1 / shape);
  }
  const double d = shape - 1.0 / 3.0, c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = random.normal(), v = std::pow(1 + c * x, 3);
    if (v <= 0) continue;
    const double u = 1 - random.uniform();
    if (std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

}  // namespace

void MixupOptions::describe(Fields& fields) {
  fields
      .field("mixup", alpha,
             "mix each two samples of a batch with shares from Beta(mixup, mixup), their classes "
             "too; 0 = off")
      .within(0, 100);
}

at::Tensor draw_mixup(std::int64_t pairs, double alpha, std::uint64_t seed) {
  at::Tensor share_P = at::empty({pairs}, at::kFloat);
  Random random(mix_seed(seed, "mixup"));
  for (std::int64_t i = 0; i < pairs; ++i) {
    const double first = draw_gamma(alpha, random), second = draw_gamma(alpha, random);
    const double sum = first + second;
    share_P.data_ptr<float>()[i] = static_cast<float>(sum > 0 ? first / sum : 1.0);
  }
  return share_P;
}

at::Tensor mix_pairs(const at::Tensor& x, const at::Tensor& share_P) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
  shape[0] = share_P.size(0);
  const at::Tensor share = share_P.to(x.options()).view(shape);
  const at::Tensor pairs = x.unflatten(0, {-1, 2});
  return pairs.select(1, 0) * share + pairs.select(1, 1) * (1 - share);
}

MixedBatch mix_batch(const Batch& batch, const at::Tensor& target, const MixupOptions& options,
                     const Context& context) {
  const at::Tensor& input = batch.get(context.model.input());
  if (!input.is_floating_point()) {
    throw Error("mixup blends sounds and images, the model takes " + context.model.input(),
                "objective.mixup", "set mixup: 0");
  }
  if (input.size(0) % 2 != 0) {
    throw Error("mixup takes pairs, the batch has " + std::to_string(input.size(0)) + " samples",
                "objective.mixup", "set trainer.batch_size to an even number");
  }
  const at::Tensor share_P = draw_mixup(input.size(0) / 2, options.alpha, context.seed);
  MixedBatch mixed;
  mixed.batch.set(context.model.input(), mix_pairs(input, share_P));
  mixed.target_P = mix_pairs(target, share_P);
  return mixed;
}

}  // namespace warmstart
