#include "plugins/audio/components/waveform.h"

#include <ATen/ATen.h>

namespace warmstart::audio {

at::Tensor to_tensor(const std::vector<float>& samples) {
  at::Tensor wave = at::empty({static_cast<std::int64_t>(samples.size())}, at::kFloat);
  std::copy(samples.begin(), samples.end(), wave.data_ptr<float>());
  return wave;
}

std::vector<float> to_samples(const at::Tensor& wave_N) {
  const at::Tensor wave = wave_N.detach().to(at::kCPU, at::kFloat).contiguous();
  return {wave.data_ptr<float>(), wave.data_ptr<float>() + wave.numel()};
}

std::int64_t rate_of(const Batch& fields) { return fields.get("rate").item<std::int64_t>(); }

}  // namespace warmstart::audio
