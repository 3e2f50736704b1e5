// A small reader that runs ONNX models with plain ATen operations: a way from file to numbers that
// shares nothing with the tracer or the writer. The verification of exports uses it. Files may come
// from strangers: sizes are checked before memory is taken, external data must lie in the file's
// folder, operations that are not known are refused by name.
#pragma once
#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart {

class OnnxModel {
 public:
  /// Errors: not ONNX, opset outside 13..17, an operation or data type that is not known, weights
  /// that do not fit their declared shape, external data outside the folder.
  static OnnxModel read(const Path& path);

  /// The inputs in their order to the first output; no gradients. Errors: another number of them,
  /// a shape that the graph declares otherwise.
  at::Tensor run(at::TensorList inputs) const;
  const std::map<std::string, std::string>& metadata() const;
  /// Declared shapes of the inputs, -1 for a free axis.
  std::vector<std::vector<std::int64_t>> input_shapes() const;
  std::size_t node_count() const;

 private:
  struct State;
  explicit OnnxModel(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  void run_node(int index, std::map<std::string, at::Tensor>& values) const;
  std::shared_ptr<const State> state_;
};

/// The operations that the reader runs.
std::vector<std::string> onnx_reader_operations();

}  // namespace warmstart
