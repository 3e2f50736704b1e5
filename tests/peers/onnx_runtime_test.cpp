// The program's own use of ONNX Runtime, against the real library.
#include "core/export/onnx_runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "core/base/error.h"
#include "core/export/exporter.h"
#include "core/export/onnx_writer.h"
#include "tests/unit/core/export_models.h"

namespace warmstart::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* kLibrary = WARMSTART_ONNXRUNTIME_FOLDER
    "/node_modules/onnxruntime-node/bin/napi-v3/linux/x64/libonnxruntime.so.1.14.0";

class OnnxRuntimeReader : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/warmstart-onnxruntime-XXXXXX";
    folder_ = mkdtemp(pattern);
    setenv("WARMSTART_ONNXRUNTIME", kLibrary, 1);
  }
  void TearDown() override {
    unsetenv("WARMSTART_ONNXRUNTIME");
    std::filesystem::remove_all(folder_);
  }
  static std::shared_ptr<Model> make(const std::string& type, const Json& settings) {
    std::shared_ptr<Model> model =
        create<Model>(ComponentSpec{type, Value::from_json(settings), {}});
    randomise(*model, 3);
    return model;
  }
  void expect_both_agree(Model& model, const at::Tensor& input) {
    expect_both_agree(model, watched(model, input));
  }
  void expect_both_agree(Model& model, const Batch& samples) {
    const ExportReport report = export_model(model, "onnx", folder_ / "model.onnx", {}, samples);
    ASSERT_EQ(report.readings.size(), 2U);
    for (const Reading& reading : report.readings) {
      ASSERT_EQ(reading.verification.batches.size(), model.free_axes().size() > 1 ? 4U : 2U)
          << reading.text();
      EXPECT_TRUE(reading.verification.holds()) << reading.text();
    }
    EXPECT_EQ(report.readings[1].reader, "ONNX Runtime");
    EXPECT_EQ(report.readings[1].version, "1.14.0");
    // Another engine sums in another order: equal to the last bit would mean that it was not asked.
    EXPECT_GT(report.readings[1].largest(), 0);
  }
  Path folder_;
};

TEST_F(OnnxRuntimeReader, AgreesOnA2dUnet) {
  const auto model = make("unet", {{"dims", 2}, {"widths", {4, 8}}, {"classes", 3}});
  expect_both_agree(*model, torch::randn({3, 1, 16, 24}));
}

TEST_F(OnnxRuntimeReader, AgreesOnA3dUnet) {
  const auto model = make("unet", {{"dims", 3}, {"widths", {4, 8, 12}}, {"classes", 4}});
  expect_both_agree(*model, torch::randn({2, 1, 16, 16, 8}));
}

TEST_F(OnnxRuntimeReader, AgreesOnAVit) {
  const auto model = make("vit", {{"dims", 2},
                                  {"in_channels", 1},
                                  {"classes", 5},
                                  {"image_size", {16}},
                                  {"patch", 4},
                                  {"width", 16},
                                  {"depth", 2},
                                  {"heads", 2}});
  expect_both_agree(*model, torch::randn({1, 1, 16, 16}));
}

TEST_F(OnnxRuntimeReader, AgreesOnAModelThatReadsTokens) {
  const auto model =
      make("gpt_decoder",
           {{"vocabulary", 11}, {"width", 16}, {"depth", 2}, {"heads", 2}, {"max_length", 12}});
  expect_both_agree(*model, torch::randint(0, 11, {2, 12}, torch::kLong));
}

TEST_F(OnnxRuntimeReader, AgreesOnPairsWithTheirSegments) {
  const auto model = make("bert_encoder", {{"vocabulary", 11},
                                           {"width", 16},
                                           {"depth", 2},
                                           {"heads", 2},
                                           {"max_length", 12},
                                           {"output", "sequence"}});
  Batch pairs = watched(*model, torch::randint(1, 11, {2, 12}, torch::kLong));
  pairs.set("segments", torch::arange(24).view({2, 12}).remainder(2));
  expect_both_agree(*model, pairs);
}

TEST_F(OnnxRuntimeReader, RefusesDamagedFilesWithItsOwnWords) {
  ImageNet model;
  randomise(model, 5);
  const Path file = folder_ / "model.onnx";
  write_onnx(trace_model(model, watched(model, torch::randn({1, 3, 16, 16}))), {}, file);
  const std::string whole = read_file(file);
  const OnnxRuntime runtime = OnnxRuntime::find();
  ASSERT_TRUE(runtime.usable()) << runtime.problem();
  for (const std::string& damaged :
       {whole.substr(0, whole.size() / 2), std::string("not ONNX"), std::string()}) {
    write_atomically(file, damaged);
    try {
      const OnnxRuntimeModel read(runtime, file);
      FAIL() << "a file of " << damaged.size() << " bytes was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kVerification);
      EXPECT_THAT(error.what(), HasSubstr("ONNX Runtime 1.14.0 refuses the model: "));
    }
  }
}

TEST_F(OnnxRuntimeReader, NoticesAWeightThatChanged) {
  ImageNet model;
  randomise(model, 5);
  const Batch inputs = watched(model, torch::randn({3, 3, 16, 16}));
  const Path file = folder_ / "model.onnx";
  onnx::ModelProto proto = to_onnx(trace_model(model, inputs), {});
  auto* weight = proto.mutable_graph()->mutable_initializer(0);
  std::string* raw = weight->mutable_raw_data();
  ASSERT_GE(raw->size(), 4U);
  (*raw)[3] = static_cast<char>((*raw)[3] ^ 0x01);  // one bit of a float's exponent
  write_atomically(file, proto.SerializeAsString());
  const OnnxRuntimeModel read(OnnxRuntime::find(), file);
  const Verification verification = compare_outputs(
      model, [&](const Batch& x) { return read.run(file_names(x), tensors_of(x)); }, inputs);
  EXPECT_FALSE(verification.holds());
  EXPECT_THROW(read_back(model, "onnx", file, inputs), Error);
}

TEST_F(OnnxRuntimeReader, AnInputOfAnotherShapeIsAnErrorNotACrash) {
  ImageNet model;
  const Path file = folder_ / "model.onnx";
  write_onnx(trace_model(model, watched(model, torch::randn({1, 3, 16, 16}))), {}, file);
  const OnnxRuntimeModel read(OnnxRuntime::find(), file);
  EXPECT_THROW(read.run({kExportInput}, torch::randn({1, 3, 8, 16})), Error);
  EXPECT_THROW(read.run({kExportInput}, torch::randn({3})), Error);
  EXPECT_EQ(read.run({kExportInput}, torch::randn({7, 3, 16, 16})).sizes(),
            (at::IntArrayRef{7, 5}));
}

}  // namespace
}  // namespace warmstart::test
