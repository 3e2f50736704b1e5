#include "plugins/satellite/components/patch_filters.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"

namespace warmstart::satellite {

at::Tensor drawn_patches(const at::Tensor& images_BCHW, std::int64_t count, std::int64_t kernel) {
  const std::int64_t down = images_BCHW.size(2) - kernel, across = images_BCHW.size(3) - kernel;
  if (down < 0 || across < 0)
    throw Error("the images are " + sizes_text(images_BCHW.sizes().slice(2)) +
                    ", smaller than a filter of " + std::to_string(kernel),
                "model rcf", "make the kernel smaller");
  std::vector<at::Tensor> patches;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto below = [](std::int64_t end) {
      return at::randint(end, {}, at::kLong).item<std::int64_t>();
    };
    patches.push_back(images_BCHW[below(images_BCHW.size(0))]
                          .narrow(1, below(down + 1), kernel)
                          .narrow(2, below(across + 1), kernel));
  }
  return at::stack(patches);
}

at::Tensor zca_whitened(const at::Tensor& patches_ND, double epsilon) {
  const at::Tensor patches = patches_ND.to(at::kDouble);
  const at::Tensor own = patches - patches.mean(1, true);
  const at::Tensor x =
      own / own.square().mean(1, true).sqrt().clamp_min(1e-8);  // a flat patch stays flat
  const at::Tensor centred = x - x.mean(0, true);
  const at::Tensor covariance = centred.t().mm(centred) / static_cast<double>(centred.size(0));
  const auto [spread, axes] = at::linalg_eigh(covariance);
  const at::Tensor whiten = axes.mm(at::diag((spread.clamp_min(0) + epsilon).rsqrt())).mm(axes.t());
  return centred.mm(whiten);
}

}  // namespace warmstart::satellite
