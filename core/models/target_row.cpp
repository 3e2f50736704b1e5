#include "core/models/target_row.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/language_model.h"

namespace warmstart {

at::Tensor visible_targets(const Batch& batch) {
  return batch.has("target") ? batch.get("target").ge(0).to(at::kLong)
                             : at::ones_like(batch.get("decoder_tokens"));
}

TargetRow target_row(const Batch& batch) {
  const at::Tensor &tokens_BS = batch.get("tokens"), &decoder_BT = batch.get("decoder_tokens");
  TargetRow row;
  row.prefix_B = batch.get("attention_mask").to(at::kLong).sum(1);
  if (row.prefix_B.min().item<std::int64_t>() < 1)
    throw Error("an input has no tokens", "model gpt_decoder", "give every sample an input");
  // Place of target t's predecessor: prefix - 1 + t.
  const at::Tensor target_T = at::arange(decoder_BT.size(1), row.prefix_B.options());
  row.place_BT = (row.prefix_B - 1).unsqueeze(1) + target_T.unsqueeze(0);
  const std::int64_t length = row.place_BT.max().item<std::int64_t>() + 1;
  row.tokens_BL = at::constant_pad_nd(tokens_BS, {0, length - tokens_BS.size(1)})
                      .scatter(1, row.place_BT.slice(1, 1), decoder_BT.slice(1, 1));
  const at::Tensor used_B =
      row.prefix_B - 1 + visible_targets(batch).sum(1).clamp_min(1);  // the last is not read
  row.visible_BL = at::arange(length, used_B.options()).unsqueeze(0).lt(used_B.unsqueeze(1));
  return row;
}

bool reads_rows(const Model& model, const Batch& batch) {
  const auto* language = dynamic_cast<const LanguageModel*>(&model);
  return language != nullptr && language->takes_prefix() && !batch.has("prefix");
}

}  // namespace warmstart
