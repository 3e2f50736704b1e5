#include "core/export/onnx_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn.h>

#include <filesystem>

#include "core/export/onnx_reader.h"
#include "core/export/verify.h"
#include "tests/unit/core/export_models.h"

namespace warmstart::test {
namespace {

using ::testing::HasSubstr;

Path onnx_file(const std::string& name) {
  const Path folder = std::filesystem::temp_directory_path() / "warmstart_onnx_writer_test";
  std::filesystem::create_directories(folder);
  return folder / (name + ".onnx");
}

/// Exports, reads the file back with the own reader and compares at batch 1 and 3.
Verification round_trip(Model& model, const at::Tensor& example, const std::string& name) {
  const Path path = onnx_file(name);
  write_onnx(trace_model(model, watched(model, example)), {{"classes", {"a", "b"}}}, path);
  const OnnxModel read = OnnxModel::read(path);
  return compare_outputs(
      model, [&](const Batch& x) { return read.run(tensors_of(x)); }, watched(model, example));
}

TEST(OnnxWriter, ExportsAVolumeNetwork) {
  VolumeNet model;
  randomise(model, 1);
  const Verification result = round_trip(model, torch::randn({2, 1, 8, 8, 8}), "volume");
  EXPECT_TRUE(result.holds()) << result.to_json();
}

TEST(OnnxWriter, ExportsAnImageClassifier) {
  ImageNet model;
  randomise(model, 2);
  const Verification result = round_trip(model, torch::randn({4, 3, 16, 16}), "image");
  EXPECT_TRUE(result.holds()) << result.to_json();
}

TEST(OnnxWriter, ExportsATransformer) {
  PatchTransformer model;
  randomise(model, 3);
  const Verification result = round_trip(model, torch::randn({1, 1, 16, 16}), "transformer");
  EXPECT_TRUE(result.holds()) << result.to_json();
}

TEST(OnnxWriter, KeepsTheNamesOfTheWeightsAndOneFreeAxis) {
  PatchTransformer model;
  const onnx::ModelProto proto =
      to_onnx(trace_model(model, watched(model, torch::randn({1, 1, 16, 16}))),
              {{"spacing", {1.0, 1.0}}, {"title", "small"}});
  std::vector<std::string> names;
  for (const auto& weight : proto.graph().initializer()) names.push_back(weight.name());
  EXPECT_THAT(names, ::testing::IsSupersetOf(
                         {"patch.weight", "patch.bias", "position", "norm1.weight", "head.bias"}));
  EXPECT_EQ(proto.graph().input(0).type().tensor_type().shape().dim(0).dim_param(), "batch");
  EXPECT_EQ(proto.graph().output(0).type().tensor_type().shape().dim(0).dim_param(), "batch");
  EXPECT_EQ(proto.metadata_props(0).value(), "[1.0,1.0]");
  EXPECT_EQ(proto.metadata_props(1).value(), "small");
  EXPECT_GE(proto.opset_import(0).version(), 13);
}

TEST(OnnxWriter, NamesAnOperationThatItCannotConvertAndWhereItStands) {
  struct Odd final : Model {
    Odd() { layer = register_module("encoder", torch::nn::Linear(4, 4)); }
    at::Tensor forward(const at::Tensor& x) override { return at::erfinv(layer->forward(x)); }
    torch::nn::Linear layer{nullptr};
  } model;
  try {
    to_onnx(trace_model(model, watched(model, torch::randn({1, 4}))), {});
    FAIL() << "erfinv was converted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("aten::erfinv"));
    EXPECT_THAT(error.where(), HasSubstr("encoder."));
    EXPECT_THAT(error.hint(), HasSubstr("torchscript"));
  }
}

TEST(OnnxWriter, RefusesABatchSizeThatIsWrittenIntoTheModel) {
  struct Fixed final : Model {
    Fixed() { layer = register_module("embed", torch::nn::Linear(6, 6)); }
    at::Tensor forward(const at::Tensor& x) override {
      return layer->forward(x).view({x.size(0), 2, 3});
    }
    torch::nn::Linear layer{nullptr};
  } model;
  try {
    trace_model(model, watched(model, torch::randn({1, 6})));
    FAIL() << "a fixed batch was accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("a free size (batch or length) is fixed"));
    EXPECT_THAT(error.where(), HasSubstr("aten::view after 'embed."));
    EXPECT_THAT(error.hint(), HasSubstr("-1"));
  }
}

TEST(OnnxWriter, LeavesTheModelsModesAndWeightsAlone) {
  ImageNet model;
  model.train();
  model.named_children()["block"]->eval();
  const at::Tensor before = model.named_parameters()["head.weight"].clone();
  to_onnx(trace_model(model, watched(model, torch::randn({1, 3, 16, 16}))), {});
  EXPECT_TRUE(model.is_training());
  EXPECT_TRUE(model.named_children()["stem"]->is_training());
  EXPECT_FALSE(model.named_children()["block"]->is_training());
  EXPECT_TRUE(torch::equal(before, model.named_parameters()["head.weight"]));
}

}  // namespace
}  // namespace warmstart::test
