#include "core/models/token_batch.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"

namespace warmstart {

void check_tokens(const at::Tensor& tokens_BT, std::int64_t vocabulary, const std::string& model) {
  if (tokens_BT.dim() != 2 || tokens_BT.scalar_type() != at::kLong) {
    throw Error("tokens have shape " + sizes_text(tokens_BT.sizes()) +
                    ", the model takes whole numbers (batch, length)",
                "model " + model, "use a text data set");
  }
  const std::int64_t low = tokens_BT.min().item<std::int64_t>();
  const std::int64_t high = tokens_BT.max().item<std::int64_t>();
  if (low >= 0 && high < vocabulary) return;
  throw Error("token " + std::to_string(low < 0 ? low : high) + " is outside the vocabulary of " +
                  std::to_string(vocabulary),
              "model " + model, "set model.vocabulary: ${data.vocabulary}");
}

Batch token_outputs(const at::Tensor& logits, const at::Tensor& hidden_BTD,
                    const RouterLoss& router) {
  Batch outputs;
  outputs.set("logits", logits);
  outputs.set("features", hidden_BTD);
  if (router.balance.defined()) {
    outputs.set("router_balance", router.balance.expand({hidden_BTD.size(0)}));
    outputs.set("router_z", router.z.expand({hidden_BTD.size(0)}));
  }
  return outputs;
}

}  // namespace warmstart
