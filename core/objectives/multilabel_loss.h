// Binary cross-entropy of every class: what objectives for samples with several labels share.
#pragma once
#include <string>

#include "core/objectives/mixup.h"

namespace warmstart {

/// Batch with `target` (B,K) -> mean over samples and classes; terms: labels_right, the share of
/// right decisions at a probability of one half. `where`: the objective, for errors.
Loss multilabel_loss(const Batch& batch, const MixupOptions& mixup, Context& context,
                     const std::string& where);

}  // namespace warmstart
