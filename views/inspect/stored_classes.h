// What stands for each class in the data's own files: the number that gives a class its colour in
// every view (look::label), so that captures, predicted maps and the files themselves agree.
#pragma once
#include <vector>

#include "core/base/json.h"

namespace warmstart {

class StoredClasses {
 public:
  StoredClasses() = default;  ///< labels stand for themselves
  /// Of a capture's `info`, as it tells; by their places where it names classes alone, or where
  /// their numbers do not fit into the 0 to 254 of a predicted map.
  explicit StoredClasses(const Json& info);
  /// -1 for a label that is no class. 0 is background, and so is not drawn.
  int of(int label) const;
  /// 0 where they are not known.
  std::size_t count() const { return values_.size(); }
  bool operator==(const StoredClasses&) const = default;

 private:
  std::vector<int> values_;
};

}  // namespace warmstart
