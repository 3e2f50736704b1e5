// A state dict as `torch.save` writes it: Python's torch.load opens the file, with weights_only
// too.
#pragma once
#include "core/base/files.h"
#include "core/data/tensor_arrays.h"

namespace warmstart {

/// Writes atomically. Tensors are written contiguous and from the CPU.
void write_pytorch_file(const NamedTensors& tensors, const Path& path);

}  // namespace warmstart
