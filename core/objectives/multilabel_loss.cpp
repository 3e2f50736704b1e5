#include "core/objectives/multilabel_loss.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"

namespace warmstart {

Loss multilabel_loss(const Batch& batch, const MixupOptions& mixup, Context& context,
                     const std::string& where) {
  MixedBatch seen{batch, batch.get("target")};
  if (mixup.alpha > 0 && context.training)
    seen = mix_batch(batch, batch.get("target"), mixup, context);
  const at::Tensor logits_BK = context.model.run(seen.batch).get("logits");
  if (logits_BK.sizes() != seen.target_P.sizes()) {
    throw Error("the model's logits are " + sizes_text(logits_BK.sizes()) + ", the targets " +
                    sizes_text(seen.target_P.sizes()),
                where, "set model.classes to ${data.classes}");
  }
  Loss loss;
  loss.total = at::binary_cross_entropy_with_logits(logits_BK, seen.target_P);
  const at::Tensor right = logits_BK.detach().gt(0).eq(seen.target_P.gt(0.5));
  loss.terms.emplace_back("labels_right", right.to(at::kFloat).mean());
  loss.outputs.set("logits", logits_BK.detach());
  return loss;
}

}  // namespace warmstart
