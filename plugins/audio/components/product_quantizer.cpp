#include "plugins/audio/components/product_quantizer.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "core/base/random.h"

namespace warmstart::audio {
namespace {

/// -log(-log u) with u uniform: as many as `like` has entries.
at::Tensor gumbel_like(const at::Tensor& like, std::uint64_t seed) {
  at::Tensor noise = at::empty(like.sizes(), at::kDouble);
  Random random(seed);
  double* values = noise.data_ptr<double>();
  for (std::int64_t i = 0; i < noise.numel(); ++i)
    values[i] = -std::log(-std::log(std::max(random.uniform(), 1e-300)));
  return noise.to(like.options());
}

}  // namespace

ProductQuantizer::ProductQuantizer(const Options& options) : options_(options) {
  if (options.width % options.codebooks != 0) {
    throw Error(std::to_string(options.codebooks) + " codebooks do not divide the width " +
                    std::to_string(options.width),
                "model.code_width", "choose a multiple of codebooks");
  }
  codevectors = register_parameter("codevectors",
                                   at::empty({1, entries(), options.width / options.codebooks}));
  weight_proj_ = register_module("weight_proj", torch::nn::Linear(options.in, entries()));
  reset_parameters();
  const at::NoGradGuard no_gradients;
  weight_proj_->weight.normal_(0.0, 1.0);
  weight_proj_->bias.zero_();
}

void ProductQuantizer::reset_parameters() {
  const at::NoGradGuard no_gradients;
  codevectors.uniform_(0.0, 1.0);
}

Quantized ProductQuantizer::forward(const at::Tensor& latents_NC,
                                    const std::optional<GumbelDraw>& draw) {
  const at::Tensor scores_NGV =
      weight_proj_->forward(latents_NC).unflatten(1, {options_.codebooks, options_.codes});
  Quantized out;
  at::Tensor soft_NGV, judged = scores_NGV;
  if (draw) {
    judged = (scores_NGV + gumbel_like(scores_NGV, draw->seed)) / draw->temperature;
    soft_NGV = judged.softmax(2);
  }
  out.codes = judged.argmax(2);
  at::Tensor chosen_NGV = at::zeros_like(scores_NGV).scatter(2, out.codes.unsqueeze(2), 1.0);
  if (draw) chosen_NGV = chosen_NGV + soft_NGV - soft_NGV.detach();
  const at::Tensor books_GVd = codevectors[0].unflatten(0, {options_.codebooks, options_.codes});
  out.values = at::einsum("ngv,gvd->ngd", {chosen_NGV, books_GVd}).flatten(1);
  const at::Tensor mean_GV = scores_NGV.softmax(2).mean(0);
  out.perplexity = (-(mean_GV * (mean_GV + 1e-7).log()).sum(1)).exp().sum();
  return out;
}

}  // namespace warmstart::audio
