#include "core/export/exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn.h>
#include <unistd.h>

#include <filesystem>

#include "core/base/error.h"
#include "core/export/onnx_reader.h"
#include "tests/unit/core/export_models.h"

namespace warmstart::test {
namespace {

using ::testing::HasSubstr;

class Exporter : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/warmstart-exporter-XXXXXX";
    folder_ = mkdtemp(pattern);
    randomise(model_, 4);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_), {}));
  }
  Path folder_;
  PatchTransformer model_;
  Batch samples_ = watched(model_, torch::randn({2, 1, 16, 16}));
};

TEST_F(Exporter, WritesEveryFormatWithItsReport) {
  for (const std::string& format : export_formats()) {
    const ExportReport report = export_model(model_, format, folder_ / ("model." + format),
                                             {{"spacing", {1, 1}}}, samples_);
    EXPECT_TRUE(report.verification.holds()) << format;
    EXPECT_EQ(report.bytes, std::filesystem::file_size(report.file));
    const Json read = Json::parse(read_file(report.report));
    EXPECT_EQ(read["format"], format);
    EXPECT_EQ(read["metadata"]["spacing"][1], 1);
    EXPECT_EQ(read["verification"]["holds"], true);
  }
  EXPECT_EQ(files(), 2 * export_formats().size());
}

TEST_F(Exporter, LeavesNothingWhenTheResultDiffers) {
  // A model whose second run differs from its first: whatever is traced, the comparison must
  // notice.
  int calls = 0;
  FunctionModel drifting([&calls](const at::Tensor& x) { return x * (1 + 0.01 * (++calls > 2)); });
  try {
    export_model(drifting, "onnx", folder_ / "model.onnx", {},
                 watched(drifting, torch::ones({1, 4})));
    FAIL() << "a difference of 1 % was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kVerification);
    EXPECT_THAT(error.what(), HasSubstr("0.01"));
  }
  EXPECT_EQ(files(), 0U);
}

TEST_F(Exporter, KeepsTheOldFileWhenTheNewOneFails) {
  export_model(model_, "onnx", folder_ / "model.onnx", {}, samples_);
  const std::string before = read_file(folder_ / "model.onnx");
  FunctionModel random([](const at::Tensor& x) { return x + at::rand_like(x); });
  EXPECT_THROW(export_model(random, "onnx", folder_ / "model.onnx", {}, samples_), Error);
  EXPECT_EQ(read_file(folder_ / "model.onnx"), before);
  EXPECT_EQ(files(), 2U);
}

TEST_F(Exporter, NamesTheFormatsForATypo) {
  try {
    export_model(model_, "onx", folder_ / "model", {}, samples_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.hint(), HasSubstr("onnx"));
  }
}

/// Reads a field that its exported file does not take.
class ShiftedModel final : public Model {
 public:
  at::Tensor forward(const at::Tensor& x) override { return x * 2; }
  Batch run(const Batch& batch) override {
    Batch outputs;
    outputs.set("logits", forward(batch.get("image")) + batch.get("shift"));
    return outputs;
  }
};

TEST_F(Exporter, AFieldThatTheFileDoesNotTakeButTheModelReadsIsAnError) {
  ShiftedModel shifted;
  Batch samples = watched(shifted, torch::ones({2, 4}));
  samples.set("shift", torch::zeros({2, 4}));
  EXPECT_TRUE(export_model(shifted, "onnx", folder_ / "model.onnx", {}, samples).bytes > 0);
  samples.set("shift", torch::ones({2, 4}));
  for (const char* format : {"onnx", "torchscript"}) {
    try {
      export_model(shifted, format, folder_ / "other", {}, samples);
      FAIL() << format << " of another function was called verified";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kVerification);
      EXPECT_THAT(error.what(), HasSubstr("differs by 1 from what it computes from image alone"));
      EXPECT_THAT(error.hint(), HasSubstr("(shift)"));
    }
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "other"));
}

TEST_F(Exporter, DifferencesAreRelativeForLargeOutputs) {
  FunctionModel large([](const at::Tensor& x) { return x * 1e6; });
  const auto nearly = [](const Batch& x) { return x.get("image") * (1e6 + 10); };
  EXPECT_TRUE(compare_outputs(large, nearly, watched(large, torch::ones({1, 4}))).holds());
  const auto not_nearly = [](const Batch& x) { return x.get("image") * (1e6 + 1000); };
  EXPECT_FALSE(compare_outputs(large, not_nearly, watched(large, torch::ones({1, 4}))).holds());
  const auto missing = [](const Batch& x) { return x.get("image").slice(0, 0, 1) * 1e6; };
  EXPECT_THROW(compare_outputs(large, missing, watched(large, torch::ones({3, 4}))), Error);
  const auto broken = [](const Batch& x) {
    return x.get("image") * std::numeric_limits<double>::quiet_NaN();
  };
  EXPECT_THROW(compare_outputs(large, broken, watched(large, torch::ones({1, 4}))), Error);
}

}  // namespace
}  // namespace warmstart::test
