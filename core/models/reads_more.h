// What a model says of its exported file where that takes more than the field `input()`: BERT's
// segments, a decoder's prefix, the two sequences of an encoder-decoder. The exporter asks for it
// with a cast; every other model's file takes `input()` and gives `forward` of it.
#pragma once
#include "core/data/batch.h"

namespace warmstart {

class ReadsMore {
 public:
  virtual ~ReadsMore() = default;
  /// What the file takes in place of such a batch, `input()` first. Every field that `run` reads
  /// and that changes its logits must be in it. The model's free axes are free in each that has
  /// them.
  virtual Batch file_inputs(const Batch& batch) const = 0;
  /// The file's output of those; what is traced.
  virtual at::Tensor forward_file(const Batch& inputs) = 0;
  /// The part of the file's output that `run` gives as logits for `batch`.
  virtual at::Tensor run_logits(const at::Tensor& output, const Batch& /*batch*/) const {
    return output;
  }
};

}  // namespace warmstart
