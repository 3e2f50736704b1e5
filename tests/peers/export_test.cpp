// Every network is exported as TorchScript and ONNX; python3-torch and ONNX Runtime run the files
// at batch 1 and 3.
#include <gtest/gtest.h>
#include <torch/nn.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/export/exporter.h"
#include "core/export/torchscript.h"
#include "tests/unit/core/export_models.h"

namespace warmstart::test {
namespace {

class ExportPeers : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite() {
    if (!HasFailure()) std::filesystem::remove_all(folder_);
  }
  static int run(const std::string& command) {
    return std::system(("OMP_WAIT_POLICY=passive " + command).c_str());
  }
  static Path folder_;
};
Path ExportPeers::folder_;

void write_floats(const Path& path, const at::Tensor& tensor) {
  const at::Tensor data = tensor.contiguous();
  std::ofstream(path, std::ios::binary)
      .write(static_cast<const char*>(data.data_ptr()),
             static_cast<std::streamsize>(data.nbytes()));
}

void add_case(const Path& folder, Model& model, const std::string& name, const at::Tensor& example,
              Json& cases) {
  randomise(model, 11);
  model.eval();
  const at::NoGradGuard no_gradients;
  const Json metadata{{"model", name}};
  const Batch samples = watched(model, example);
  export_model(model, "onnx", folder / (name + ".onnx"), metadata, samples);
  export_model(model, "torchscript", folder / (name + ".pt"), metadata, samples);
  for (const std::int64_t batch : {1, 3}) {
    const std::string stem = name + "." + std::to_string(batch);
    const at::Tensor x = rows_of(samples, batch).get(model.input()), y = model.forward(x);
    write_floats(folder / (stem + ".input"), x);
    write_floats(folder / (stem + ".output"), y);
    cases.push_back({{"model", name},
                     {"input", stem + ".input"},
                     {"input_shape", x.sizes().vec()},
                     {"output", stem + ".output"},
                     {"output_shape", y.sizes().vec()}});
  }
}

void add_catalog_model(const Path& folder, const std::string& name, const Json& settings,
                       const at::Tensor& example, Json& cases) {
  ComponentSpec spec;
  spec.type = settings.at("type").get<std::string>();
  Json without_type = settings;
  without_type.erase("type");
  spec.settings = Value::from_json(without_type);
  add_case(folder, *create<Model>(spec), name, example, cases);
}

/// Operations that the networks do not use.
at::Tensor odd_operations(const at::Tensor& x) {  // (B,4,6,10)
  namespace F = torch::nn::functional;
  const at::Tensor rolled = x.roll({1, -2}, {2, 3}).flip({1});
  const at::Tensor resized = F::interpolate(x, F::InterpolateFuncOptions()
                                                   .size(std::vector<std::int64_t>{6, 10})
                                                   .mode(torch::kBilinear)
                                                   .align_corners(true));
  const at::Tensor shrunk = F::interpolate(
      F::interpolate(x, F::InterpolateFuncOptions()
                            .size(std::vector<std::int64_t>{7, 13})
                            .mode(torch::kBilinear)
                            .align_corners(false)),
      F::InterpolateFuncOptions().size(std::vector<std::int64_t>{6, 10}).mode(torch::kNearest));
  const at::Tensor normal = at::group_norm(at::hardswish(x) + at::elu(x), 2);
  const at::Tensor padded = at::pad(x, {1, 0, 2, 0}, "reflect").slice(2, 2).slice(3, 1);
  const at::Tensor pooled = at::avg_pool2d(x, 3, 1, 1) + at::max_pool2d(x, 3, 1, 1);
  const at::Tensor choice =
      at::where(x > x.mean(1, true), at::log_softmax(x, 1), at::cumsum(x, 3) / 10);
  return at::cat({rolled + resized, shrunk + normal, padded + pooled,
                  choice - x.std(std::vector<std::int64_t>{3}, true, true)},
                 1);
}

void ExportPeers::SetUpTestSuite() {
  char pattern[] = "/tmp/warmstart-peers-XXXXXX";
  folder_ = mkdtemp(pattern);
  torch::manual_seed(7);
  Json cases = Json::array();
  VolumeNet volume;
  add_case(folder_, volume, "volume", torch::randn({3, 1, 8, 8, 8}), cases);
  ImageNet image;
  add_case(folder_, image, "image", torch::randn({3, 3, 16, 16}), cases);
  PatchTransformer transformer;
  add_case(folder_, transformer, "transformer", torch::randn({3, 1, 16, 16}), cases);
  FunctionModel odd(odd_operations);
  add_case(folder_, odd, "operations", torch::randn({3, 4, 6, 10}), cases);
  add_catalog_model(folder_, "unet3d",
                    {{"type", "unet"}, {"dims", 3}, {"classes", 4}, {"widths", {4, 8, 12}}},
                    torch::randn({3, 1, 16, 16, 8}), cases);
  add_catalog_model(folder_, "unet2d",
                    {{"type", "unet"}, {"dims", 2}, {"norm", "batch"}, {"widths", {4, 8}}},
                    torch::randn({3, 1, 16, 24}), cases);
  add_catalog_model(folder_, "vit2d",
                    {{"type", "vit"},
                     {"in_channels", 1},
                     {"dims", 2},
                     {"classes", 5},
                     {"image_size", {16}},
                     {"patch", 4},
                     {"width", 16},
                     {"depth", 2},
                     {"heads", 2}},
                    torch::randn({3, 1, 16, 16}), cases);
  add_catalog_model(folder_, "vit3d",
                    {{"type", "vit"},
                     {"in_channels", 1},
                     {"dims", 3},
                     {"image_size", {8}},
                     {"patch", 4},
                     {"width", 12},
                     {"depth", 1},
                     {"heads", 2},
                     {"pool", "mean"},
                     {"positions", "sincos"}},
                    torch::randn({3, 1, 8, 8, 8}), cases);
  add_catalog_model(
      folder_, "resnet2d",
      {{"type", "resnet"}, {"dims", 2}, {"in_channels", 3}, {"depths", {1, 1}}, {"width", 8}},
      torch::randn({3, 3, 32, 32}), cases);
  add_catalog_model(folder_, "resnet3d",
                    {{"type", "resnet"},
                     {"dims", 3},
                     {"in_channels", 1},
                     {"depths", {1, 1}},
                     {"width", 8},
                     {"block", "bottleneck"},
                     {"norm", "instance"}},
                    torch::randn({3, 1, 16, 16, 16}), cases);
  write_atomically(folder_ / "cases.json", cases.dump(1));
}

TEST_F(ExportPeers, PythonTorchAgreesWithTorchscript) {
  EXPECT_EQ(run("/usr/bin/python3 " WARMSTART_SOURCE_DIR "/tests/reference/export_torchscript.py " +
                folder_.string()),
            0);
}

TEST_F(ExportPeers, OnnxRuntimeAgreesWithOnnx) {
  EXPECT_EQ(run("node " WARMSTART_SOURCE_DIR "/tests/reference/export_onnx.mjs " +
                folder_.string() + " " WARMSTART_ONNXRUNTIME_FOLDER),
            0);
}

}  // namespace
}  // namespace warmstart::test
