// The second reader of an ONNX export: ONNX Runtime, where the user has it. It is loaded at run
// time and never linked, so that nothing of it has to be there. $WARMSTART_ONNXRUNTIME names the
// library's file ("none": do not look); else the dynamic linker is asked for libonnxruntime. The
// exporter and `warmstart doctor` use it.
#pragma once
#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart {

struct OnnxRuntimeTable;  // the functions that are used, see onnx_runtime.cpp

class OnnxRuntime {
 public:
  /// What was found. Not usable: `problem` says why ("not installed", "switched off", or what
  /// went wrong with the file). Error (kInput) where $WARMSTART_ONNXRUNTIME names a file that
  /// cannot be used. Never unloaded: it has threads of its own.
  static OnnxRuntime find();

  bool usable() const { return table_ != nullptr; }
  /// True where a library is there but cannot be used: worth a warning.
  bool broken() const { return !usable() && !file_.empty(); }
  const std::string& file() const { return file_; }
  const std::string& version() const { return version_; }  ///< "1.14.0"
  const std::string& problem() const { return problem_; }
  /// "1.14.0 (/usr/lib/libonnxruntime.so.1)", or the problem.
  std::string text() const;

 private:
  friend class OnnxRuntimeModel;
  bool load(const std::string& file);
  std::string file_, version_, problem_;
  std::shared_ptr<const OnnxRuntimeTable> table_;
};

/// One model in ONNX Runtime, on the CPU with this process's number of threads.
class OnnxRuntimeModel {
 public:
  /// Error (kVerification) with the runtime's own words where it refuses the file.
  OnnxRuntimeModel(const OnnxRuntime& runtime, const Path& path);
  /// Inputs of those names to the float tensor `output`. Error (kVerification) with the runtime's
  /// own words.
  at::Tensor run(const std::vector<std::string>& names, at::TensorList inputs) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace warmstart
