// Debiased exponential moving average over steps: each value weighs
// exp(-distance / constant), and the weights are divided by their sum, so the
// beginning is not pulled towards zero and gaps count with their length. NaN is
// skipped and leaves a gap. The sum is kept, so a growing series is smoothed by
// its new points alone. No Qt.
#pragma once
namespace warmstart::live {

class Smoothing {
 public:
  explicit Smoothing(double constant) : constant_(constant) {}
  double constant() const { return constant_; }  ///< in steps, > 0
  double next(double step, double value);

 private:
  double constant_;
  double sum_ = 0, weight_ = 0, last_step_ = 0;
  double gap_ = -1,
         decay_ = 1;  ///< of the last distance: it hardly ever changes
};

}  // namespace warmstart::live
