// Which frequencies stand where: linear, logarithmic or mel, and the stretch that is shown. A value
// type of the spectrogram views.
#pragma once
#include <vector>

namespace warmstart {

enum class FrequencyScale { kLinear, kLogarithmic, kMel };

class FrequencyAxis {
 public:
  /// All of 0 to `nyquist` Hz is shown (logarithmic: from 20 Hz, or a hundredth of it).
  FrequencyAxis(FrequencyScale scale, double nyquist);
  FrequencyScale scale() const { return scale_; }
  double nyquist() const { return nyquist_; }
  double low() const { return hertzAt(0); }  ///< of what is shown, Hz
  double high() const { return hertzAt(1); }
  /// 0 at the lower edge of what is shown, 1 at the upper one.
  double placeOf(double hertz) const;
  double hertzAt(double place) const;
  /// Zooms around `place` (0 to 1); factor > 1 shows less. `narrowest`: the least stretch in Hz.
  void zoom(double place, double factor, double narrowest);
  void pan(double by);  ///< in shares of what is shown
  void show(double low, double high);
  void reset() { first_ = 0, last_ = 1; }
  /// Round frequencies for about `count` labels.
  std::vector<double> ticks(int count) const;
  bool operator==(const FrequencyAxis&) const = default;

 private:
  double unitOf(double hertz) const;  ///< 0 to 1 over the whole axis
  double hertzOf(double unit) const;
  FrequencyScale scale_;
  double nyquist_, lowest_;
  double first_ = 0, last_ = 1;  ///< units that are shown
};

/// 2595 log10(1 + f / 700) (O'Shaughnessy 1987), as the mel features of the audio plugin have it.
double melOf(double hertz);
double hertzOfMel(double mel);

}  // namespace warmstart
