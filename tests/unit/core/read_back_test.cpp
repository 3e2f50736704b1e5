// What an export's report says where ONNX Runtime is not there, switched off, or not what it should
// be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <torch/nn.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "core/base/error.h"
#include "core/export/exporter.h"
#include "core/export/onnx_runtime.h"
#include "tests/unit/core/export_models.h"

namespace warmstart::test {
namespace {

using ::testing::HasSubstr;

class ReadBack : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/warmstart-read-back-XXXXXX";
    folder_ = mkdtemp(pattern);
    randomise(model_, 4);
    unsetenv("WARMSTART_ONNXRUNTIME");
  }
  void TearDown() override {
    unsetenv("WARMSTART_ONNXRUNTIME");
    std::filesystem::remove_all(folder_);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }
  Path folder_;
  ImageNet model_;
  Batch samples_ = watched(model_, torch::randn({2, 3, 16, 16}));
};

TEST_F(ReadBack, EveryFormatNamesItsReader) {
  for (const auto& [format, reader] : std::map<std::string, std::string>{
           {"torchscript", "LibTorch"}, {"safetensors", "Warmstart's tensor file reader"}}) {
    const ExportReport report = export_model(model_, format, folder_ / format, {}, samples_);
    ASSERT_EQ(report.readings.size(), 1U);
    EXPECT_EQ(report.readings[0].reader, reader);
    EXPECT_TRUE(report.readings[0].checked());
  }
}

TEST_F(ReadBack, WithoutOnnxRuntimeTheReportSaysSo) {
  setenv("WARMSTART_ONNXRUNTIME", "none", 1);
  export_model(model_, "onnx", folder_ / "model.onnx", {}, samples_);
  const Json report = Json::parse(read_file(folder_ / "model.onnx.report.json"));
  ASSERT_EQ(report["readers"].size(), 2U);
  EXPECT_EQ(report["readers"][0]["checked"], true);
  EXPECT_EQ(report["readers"][1]["reader"], "ONNX Runtime");
  EXPECT_EQ(report["readers"][1]["checked"], false);
  EXPECT_EQ(report["readers"][1]["fault"], false);
  EXPECT_THAT(report["readers"][1]["note"].get<std::string>(), HasSubstr("switched off"));
  EXPECT_EQ(report["verification"]["batches"].size(), 2U);
}

TEST_F(ReadBack, ANamedLibraryThatIsNoneIsAnErrorAndNothingIsWritten) {
  write_atomically(folder_ / "text.so", "no library");
  for (const std::string& file : {(folder_ / "text.so").string(), std::string("libz.so.1"),
                                  (folder_ / "missing.so").string()}) {
    setenv("WARMSTART_ONNXRUNTIME", file.c_str(), 1);
    try {
      export_model(model_, "onnx", folder_ / "model.onnx", {}, samples_);
      FAIL() << file << " was taken for ONNX Runtime";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInput);
      EXPECT_THAT(error.what(), HasSubstr(file));
    }
  }
  EXPECT_EQ(names(), std::vector<std::string>{"text.so"});
}

TEST_F(ReadBack, TheWorstReaderDecides) {
  Reading good{"a", "1", "", false, {1e-4, {{1, 0, 1e-7, 1e-7}, {3, 0, 2e-7, 2e-7}}}};
  Reading absent{"b", "", "not installed", false, {1e-4, {}}};
  Reading bad{"c", "2", "", false, {1e-4, {{1, 0, 1e-8, 1e-8}, {3, 0, 0.5, 0.5}}}};
  const Verification worst = worst_of({good, absent, bad});
  EXPECT_DOUBLE_EQ(worst.batches[0].absolute, 1e-7);
  EXPECT_DOUBLE_EQ(worst.batches[1].absolute, 0.5);
  EXPECT_FALSE(worst.holds());
  EXPECT_EQ(absent.text(), "b: not installed");
  EXPECT_EQ(good.text(), "a 1: largest difference 2e-07");
}

/// Dies in the middle of an export, as if killed.
class KilledModel final : public Model {
 public:
  at::Tensor forward(const at::Tensor& x) override {
    if (++calls_ > 2) _exit(9);  // the two traces are through, the file is written
    return x * 2;
  }
  int calls_ = 0;
};

TEST_F(ReadBack, WhatAKilledExportLeftIsGoneAfterTheNext) {
  setenv("WARMSTART_ONNXRUNTIME", "none", 1);
  const pid_t child = fork();
  if (child == 0) {
    KilledModel killed;
    export_model(killed, "onnx", folder_ / "model.onnx", {}, watched(killed, torch::ones({1, 4})));
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 9);
  ASSERT_EQ(names().size(), 1U) << "the kill left nothing, so the test shows nothing";
  write_atomically(folder_ / ".other.onnx.tmp-999999999-1-0",
                   "of another file: not ours to remove");
  FunctionModel twice([](const at::Tensor& x) { return x * 2; });
  export_model(twice, "onnx", folder_ / "model.onnx", {}, watched(twice, torch::ones({1, 4})));
  const std::vector<std::string> expected{".other.onnx.tmp-999999999-1-0", "model.onnx",
                                          "model.onnx.report.json"};
  EXPECT_EQ(names(), expected);
}

}  // namespace
}  // namespace warmstart::test
