// What one training step of a small 3-D U-Net costs: forward, Dice + cross-entropy, backward, SGD.
// unet_step.py runs the same in PyTorch and prints the ratio.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>
#include <c10/core/InferenceMode.h>

#include <cstdlib>

#include "core/base/memory.h"
#include "core/objectives/objective.h"
#include "core/optim/optimizer.h"

namespace warmstart {
namespace {

template <class Kind>
std::shared_ptr<Kind> bench_make(const std::string& type, const std::string& settings) {
  return create<Kind>({type, parse_yaml(settings, "bench"), {}});
}

Batch bench_batch(std::int64_t edge) {
  Batch batch;
  batch.set("image", at::randn({2, 1, edge, edge, edge}));
  batch.set("label", at::randint(3, {2, edge, edge, edge}, at::kLong));
  return batch;
}

std::string bench_widths(std::int64_t width) {
  return "{classes: 3, widths: [" + std::to_string(width) + ", " + std::to_string(2 * width) +
         ", " + std::to_string(4 * width) + "]}";
}

void train_steps(benchmark::State& state, const std::string& objective_type) {
  const auto model = bench_make<Model>("unet", bench_widths(state.range(1)));
  const auto objective = bench_make<Objective>(objective_type, "{}");
  objective->attach(*model, {});
  const auto optimizer =
      bench_make<Optimizer>("sgd", "{momentum: 0.99, nesterov: true, weight_decay: 3.0e-5}");
  std::vector<std::pair<std::string, at::Tensor>> parameters;
  for (auto* module : {static_cast<torch::nn::Module*>(model.get()),
                       static_cast<torch::nn::Module*>(objective.get())}) {
    for (const auto& item : module->named_parameters())
      parameters.emplace_back(item.key(), item.value());
  }
  optimizer->attach(parameters);
  const Batch batch = bench_batch(state.range(0));
  Context context{.model = *model, .seed = 1};
  for (auto _ : state) {
    for (auto& [name, parameter] : parameters) parameter.mutable_grad().reset();
    const Loss loss = objective->evaluate(batch, context);
    loss.total.backward();
    optimizer->step(1.0);
    benchmark::DoNotOptimize(loss.total.item<float>());
  }
}

void supervised_step(benchmark::State& state) { train_steps(state, "segmentation_loss"); }
void masked_sparse_step(benchmark::State& state) { train_steps(state, "masked_sparse"); }

void forward_only(benchmark::State& state) {
  const c10::InferenceMode guard;
  const auto model = bench_make<Model>("unet", bench_widths(state.range(1)));
  model->eval();
  const Batch batch = bench_batch(state.range(0));
  for (auto _ : state)
    benchmark::DoNotOptimize(model->run(batch).get("logits").sum().item<float>());
}

// Edge of the volume, width of the first level.
BENCHMARK(supervised_step)
    ->Args({32, 8})
    ->Args({32, 16})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(masked_sparse_step)
    ->Args({32, 8})
    ->Args({32, 16})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(forward_only)
    ->Args({32, 8})
    ->Args({32, 16})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace warmstart

int main(int argc, char** argv) {
  if (std::getenv("WARMSTART_PLAIN_ALLOCATOR") == nullptr) warmstart::tune_allocator();
  if (const char* threads = std::getenv("WARMSTART_THREADS"))
    at::set_num_threads(std::atoi(threads));
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
