#include "core/export/torchscript.h"

#include <gtest/gtest.h>
#include <torch/nn.h>

#include <filesystem>

#include "core/export/verify.h"
#include "tests/unit/core/export_models.h"

namespace warmstart::test {
namespace {

Path script_file(const std::string& name) {
  return std::filesystem::temp_directory_path() / ("warmstart_" + name + ".pt");
}

TEST(Torchscript, FileAgreesWithTheModelAtAnyBatch) {
  VolumeNet model;
  randomise(model, 1);
  const Batch example = watched(model, torch::randn({2, 1, 8, 8, 8}));
  write_torchscript(trace_model(model, example), {{"spacing", {1, 1, 2.5}}}, script_file("volume"));
  Json metadata;
  torch::jit::Module module = read_torchscript(script_file("volume"), &metadata);
  EXPECT_EQ(metadata["spacing"][2], 2.5);
  const auto run = [&](const Batch& x) { return module.forward({x.get("image")}).toTensor(); };
  EXPECT_LE(compare_outputs(model, run, example).batches[1].absolute, 1e-5);
  EXPECT_EQ(run(batch_of(model, example, 7, 1)).size(0), 7);
}

TEST(Torchscript, KeepsParameterNames) {
  PatchTransformer model;
  const TracedModel traced = trace_model(model, watched(model, torch::randn({1, 1, 16, 16})));
  std::vector<std::string> own, exported;
  for (const auto& item : model.named_parameters()) own.push_back(item.key());
  for (const auto& item : traced.module.named_parameters()) exported.push_back(item.name);
  std::sort(own.begin(), own.end());
  std::sort(exported.begin(), exported.end());
  EXPECT_EQ(own, exported);
}

TEST(Torchscript, ChangesOfTheModelAfterwardsDoNotReachTheFile) {
  ImageNet model;
  const at::Tensor x = torch::randn({1, 3, 16, 16});
  write_torchscript(trace_model(model, watched(model, x)), {}, script_file("frozen"));
  model.eval();
  const at::Tensor before = model.forward(x).detach();
  randomise(model, 9);
  EXPECT_TRUE(torch::allclose(read_torchscript(script_file("frozen")).forward({x}).toTensor(),
                              before, 1e-5, 1e-6));
}

TEST(Torchscript, RefusesAFileThatIsNone) {
  write_atomically(script_file("broken"), "PK but not really");
  EXPECT_THROW(read_torchscript(script_file("broken")), Error);
}

}  // namespace
}  // namespace warmstart::test
