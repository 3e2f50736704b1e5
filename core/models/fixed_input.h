// A model that takes square images of one size alone; asked for with a cast.
#pragma once
#include <cstdint>

namespace warmstart {

class FixedInput {
 public:
  virtual ~FixedInput() = default;
  virtual std::int64_t input_edge() const = 0;  ///< pixels
};

}  // namespace warmstart
