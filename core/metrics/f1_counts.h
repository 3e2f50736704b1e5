// Precision, recall and F1 from counts: what metrics over a data set's decisions share.
#pragma once
#include <cstdint>

namespace warmstart {

/// Decisions that are right, should be there, and were said.
struct F1Counts {
  std::int64_t right = 0, there = 0, said = 0;
  void add(const F1Counts& more) { right += more.right, there += more.there, said += more.said; }
  /// 0 where nothing was said or nothing is there (as scikit-learn and seqeval).
  double precision() const { return share(right, said); }
  double recall() const { return share(right, there); }
  double f1() const { return share(2 * right, there + said); }

 private:
  static double share(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
  }
};

}  // namespace warmstart
