// How inspectors see inside a layer: `tap("attention.weights", tensor)` hands a tensor to whoever
// listens and costs one thread-local look otherwise.
#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <string>

namespace warmstart {

using TapListener = std::function<void(const std::string& name, const at::Tensor& tensor)>;

/// True when a listener is active on this thread: check it before computing what only a tap needs.
bool tapping();
void tap(const std::string& name, const at::Tensor& tensor);

/// Listens on this thread while alive; scopes may nest (the inner one wins).
class TapScope {
 public:
  explicit TapScope(TapListener listener);
  ~TapScope();
  TapScope(const TapScope&) = delete;
  TapScope& operator=(const TapScope&) = delete;

 private:
  TapListener listener_;
  TapScope* previous_;
  friend bool tapping();
  friend void tap(const std::string&, const at::Tensor&);
};

}  // namespace warmstart
