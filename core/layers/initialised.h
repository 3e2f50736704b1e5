// A layer that can draw its parameters anew. Surgery `replace_head` uses it; every layer of ours
// that owns parameters directly implements it, and its constructor calls it.
#pragma once

namespace warmstart {

class Initialised {
 public:
  virtual ~Initialised() = default;
  /// Draws every parameter this layer owns itself (not those of its children) from LibTorch's
  /// default generator.
  virtual void reset_parameters() = 0;
};

}  // namespace warmstart
