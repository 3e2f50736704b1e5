// Times the log-mel spectrogram of 10 s at 16 kHz (window 400, hop 160, 80 mels); log_mel.py sets
// it against torchaudio on the same sound. Prints milliseconds, the median of 60, on THREADS
// threads.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/data/dataset.h"

int main(int count, char** arguments) {
  using namespace warmstart;
  at::set_num_threads(count > 1 ? std::atoi(arguments[1]) : 1);
  const auto transform =
      create<Transform>({"audio.log_mel", parse_yaml("{rate: 16000, mels: 80}", "bench"), {}});
  Sample sound{"bench", {}};
  sound.fields.set("wave", at::sin(at::arange(160000, at::kFloat) * 0.1) * 0.5);
  sound.fields.set("rate", at::scalar_tensor(16000, at::kLong));
  Random random(0);
  std::vector<double> times;
  for (int run = 0; run < 60; ++run) {
    Sample sample = sound;
    const auto start = std::chrono::steady_clock::now();
    transform->apply(sample, random);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    times.push_back(took.count());
  }
  std::nth_element(times.begin(), times.begin() + 30, times.end());
  std::printf("%.3f\n", times[30]);
}
