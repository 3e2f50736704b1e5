#include "core/layers/tap.h"

#include <utility>

namespace warmstart {
namespace {

thread_local TapScope* tap_current = nullptr;

}  // namespace

bool tapping() { return tap_current != nullptr; }

void tap(const std::string& name, const at::Tensor& tensor) {
  if (tap_current != nullptr) tap_current->listener_(name, tensor);
}

TapScope::TapScope(TapListener listener) : listener_(std::move(listener)), previous_(tap_current) {
  tap_current = this;
}

TapScope::~TapScope() { tap_current = previous_; }

}  // namespace warmstart
