// The bridge between tensors and the arrays of a tensor file (core/base/tensor_file.h).
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "core/base/tensor_file.h"
#include "core/data/batch.h"

namespace warmstart {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// A contiguous CPU copy only where the tensor is not one already; the returned tensors own what
/// the arrays borrow.
struct BorrowedArrays {
  std::vector<at::Tensor> owners;
  std::vector<Array> arrays;
};
BorrowedArrays borrow_arrays(const NamedTensors& tensors);

/// A tensor that owns a copy of the array's data.
at::Tensor to_tensor(const Array& array);

/// Writes tensors atomically with checksums.
void save_tensors(const Path& path, const Metadata& metadata, const NamedTensors& tensors);

}  // namespace warmstart
