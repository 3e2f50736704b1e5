#include "core/data/tensor_arrays.h"

#include <ATen/ATen.h>

#include <cstring>

#include "core/base/error.h"

namespace warmstart {
namespace {

struct TypePair {
  Dtype dtype;
  at::ScalarType scalar;
};

constexpr TypePair kTypePairs[] = {{Dtype::kBool, at::kBool},     {Dtype::kUint8, at::kByte},
                                   {Dtype::kInt8, at::kChar},     {Dtype::kInt16, at::kShort},
                                   {Dtype::kInt32, at::kInt},     {Dtype::kInt64, at::kLong},
                                   {Dtype::kFloat16, at::kHalf},  {Dtype::kBfloat16, at::kBFloat16},
                                   {Dtype::kFloat32, at::kFloat}, {Dtype::kFloat64, at::kDouble}};

Dtype array_dtype(const std::string& name, at::ScalarType scalar) {
  for (const auto& pair : kTypePairs) {
    if (pair.scalar == scalar) return pair.dtype;
  }
  throw Error("tensor '" + name + "' has type " + std::string(c10::toString(scalar)) +
                  ", which tensor files cannot hold",
              "", "convert it to a float or integer type first");
}

at::ScalarType scalar_type(Dtype dtype) {
  for (const auto& pair : kTypePairs) {
    if (pair.dtype == dtype) return pair.scalar;
  }
  throw Error("unknown array type", "", "update the program");
}

}  // namespace

BorrowedArrays borrow_arrays(const NamedTensors& tensors) {
  BorrowedArrays out;
  for (const auto& [name, tensor] : tensors) {
    at::Tensor owner = tensor.detach().to(at::kCPU).contiguous();
    out.arrays.push_back({name,
                          array_dtype(name, owner.scalar_type()),
                          owner.sizes().vec(),
                          {static_cast<const std::byte*>(owner.data_ptr()), owner.nbytes()}});
    out.owners.push_back(std::move(owner));
  }
  return out;
}

at::Tensor to_tensor(const Array& array) {
  at::Tensor tensor = at::empty(array.shape, at::TensorOptions().dtype(scalar_type(array.dtype)));
  if (!array.data.empty()) std::memcpy(tensor.data_ptr(), array.data.data(), array.data.size());
  return tensor;
}

void save_tensors(const Path& path, const Metadata& metadata, const NamedTensors& tensors) {
  const BorrowedArrays borrowed = borrow_arrays(tensors);
  write_tensor_file(path, metadata, borrowed.arrays);
}

}  // namespace warmstart
