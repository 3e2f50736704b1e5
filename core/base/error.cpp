#include "core/base/error.h"

#include <utility>

namespace warmstart {

Error::Error(std::string what, std::string where, std::string hint, ErrorKind kind)
    : problem_(std::move(what)), where_(std::move(where)), hint_(std::move(hint)), kind_(kind) {
  line_ = problem_;
  for (const std::string* part : {&where_, &hint_}) {
    if (!part->empty()) line_ += "; " + *part;
  }
}

}  // namespace warmstart
