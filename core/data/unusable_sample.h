// What a transform throws for a sample that it can do nothing with, such as a text shorter than one
// hidden span (seed card 28). Source::draw takes the next sample in its place, counts and says so;
// more than 5 % of them are an error.
#pragma once
#include "core/base/error.h"

namespace warmstart {

class UnusableSample : public Error {
 public:
  using Error::Error;
};

}  // namespace warmstart
