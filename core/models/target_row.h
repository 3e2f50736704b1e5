// An input and its target in one row, as a decoder with a prefix mask reads them: the input's
// tokens see each other both ways, the target's see all before them. The decoder and those who look
// inside it use it.
#pragma once
#include "core/data/batch.h"
#include "core/models/model.h"

namespace warmstart {

/// Of a batch with S input and T target tokens; L the longest row.
struct TargetRow {
  at::Tensor tokens_BL;   ///< the input without its padding, then the target but its last token
  at::Tensor prefix_B;    ///< tokens of the input
  at::Tensor place_BT;    ///< where in the row each target token is predicted
  at::Tensor visible_BL;  ///< 1 = input or target, 0 = padding
};

/// Needs tokens, attention_mask and decoder_tokens, padded at the end; `target` tells the target's
/// padding. The decoder's first token (the start) is not needed: the input's last one stands there.
/// Error where a sample has no input at all.
TargetRow target_row(const Batch& batch);

/// Whether the model reads the batch in such rows.
bool reads_rows(const Model& model, const Batch& batch);

/// (B,T) 1 where a token of the batch's targets is no padding.
at::Tensor visible_targets(const Batch& batch);

}  // namespace warmstart
