#include "core/export/onnx_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <torch/nn.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "core/base/error.h"
#include "core/export/external_data.h"
#include "core/export/onnx_writer.h"
#include "tests/unit/core/export_models.h"

namespace warmstart::test {
namespace {

using ::testing::HasSubstr;

class OnnxReader : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/warmstart-onnx-XXXXXX";
    folder_ = mkdtemp(pattern);
    FunctionModel model([weight = torch::randn({4, 3})](const at::Tensor& x) {
      return at::matmul(x, weight).relu();
    });
    proto_ = to_onnx(trace_model(model, watched(model, torch::randn({1, 4}))), {});
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// The message of the refusal of the model after `change`, or "" when it was read.
  std::string refusal(const std::function<void(onnx::ModelProto&)>& change) {
    onnx::ModelProto changed = proto_;
    change(changed);
    write_atomically(folder_ / "model.onnx", changed.SerializeAsString());
    try {
      OnnxModel::read(folder_ / "model.onnx").run(torch::ones({2, 4}));
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }
  /// Moves the first weight's data to an external file called `location`.
  std::string external(const std::string& location, std::int64_t offset = 0) {
    return refusal([&](onnx::ModelProto& model) {
      auto& weight = *model.mutable_graph()->mutable_initializer(0);
      weight.clear_raw_data();
      weight.set_data_location(onnx::TensorProto::EXTERNAL);
      auto& place = *weight.add_external_data();
      place.set_key("location");
      place.set_value(location);
      auto& at = *weight.add_external_data();
      at.set_key("offset");
      at.set_value(std::to_string(offset));
    });
  }

  Path folder_;
  onnx::ModelProto proto_;
};

TEST_F(OnnxReader, RunsWhatTheWriterWrote) {
  EXPECT_EQ(refusal([](onnx::ModelProto&) {}), "");
}

TEST_F(OnnxReader, NamesUnknownOperations) {
  EXPECT_THAT(
      refusal([](onnx::ModelProto& m) { m.mutable_graph()->mutable_node(0)->set_op_type("Loop"); }),
      HasSubstr("Loop"));
  EXPECT_THAT(refusal([](onnx::ModelProto& m) {
                m.mutable_graph()->mutable_node(0)->set_domain("com.evil");
              }),
              HasSubstr("not known"));
}

TEST_F(OnnxReader, RefusesOtherOperatorSets) {
  EXPECT_THAT(refusal([](onnx::ModelProto& m) { m.mutable_opset_import(0)->set_version(9); }),
              HasSubstr("version 9"));
  EXPECT_THAT(refusal([](onnx::ModelProto& m) { m.clear_opset_import(); }),
              HasSubstr("operator set"));
}

TEST_F(OnnxReader, RefusesWeightsThatDoNotFitTheirShape) {
  const auto shaped = [this](std::vector<std::int64_t> shape) {
    return refusal([&](onnx::ModelProto& m) {
      auto& weight = *m.mutable_graph()->mutable_initializer(0);
      weight.clear_dims();
      for (const std::int64_t size : shape) weight.add_dims(size);
    });
  };
  EXPECT_THAT(shaped({4, 4}), HasSubstr("bytes"));
  EXPECT_THAT(shaped({-4, -3}), HasSubstr("shape"));
  EXPECT_THAT(shaped({std::int64_t{1} << 40, std::int64_t{1} << 40}), HasSubstr("shape"));
  EXPECT_THAT(refusal([](onnx::ModelProto& m) {
                m.mutable_graph()->mutable_initializer(0)->clear_raw_data();
              }),
              HasSubstr("values"));
}

TEST_F(OnnxReader, RefusesGraphsThatUseWhatIsNotThere) {
  EXPECT_THAT(refusal([](onnx::ModelProto& m) {
                m.mutable_graph()->mutable_node(0)->set_input(1, "nothing");
              }),
              HasSubstr("before it is computed"));
  EXPECT_NE(refusal([](onnx::ModelProto& m) { m.mutable_graph()->clear_output(); }), "");
  EXPECT_NE(refusal([](onnx::ModelProto& m) { m.mutable_graph()->mutable_node(0)->clear_input(); }),
            "");
}

TEST_F(OnnxReader, RefusesDamagedFilesWithoutCrashing) {
  const std::string bytes = proto_.SerializeAsString();
  int refused = 0;
  for (std::size_t cut = 0; cut < bytes.size(); cut += 7) {
    write_atomically(folder_ / "cut.onnx", bytes.substr(0, cut));
    try {
      OnnxModel::read(folder_ / "cut.onnx").run(torch::ones({1, 4}));
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GE(refused, static_cast<int>(bytes.size() / 7));
}

TEST_F(OnnxReader, ReadsExternalDataBesideTheModel) {
  write_atomically(folder_ / "data.bin", std::string(100, '\0'));
  EXPECT_EQ(external("data.bin"), "");
  EXPECT_EQ(external("data.bin", 52), "");
  EXPECT_THAT(external("data.bin", 53), HasSubstr("past the end"));
  std::filesystem::create_directory(folder_ / "sub");
  write_atomically(folder_ / "sub" / "data.bin", std::string(48, '\0'));
  EXPECT_EQ(external("sub/data.bin"), "");
}

TEST_F(OnnxReader, RefusesExternalDataAnywhereElse) {
  std::filesystem::create_directory(folder_ / "sub");
  write_atomically(folder_ / "data.bin", std::string(100, '\0'));
  std::filesystem::create_symlink(folder_ / "data.bin", folder_ / "link.bin");
  std::filesystem::create_directory_symlink("/usr", folder_ / "away");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  for (const std::string location : {"/etc/hostname",
                                     "../data.bin",
                                     "sub/../data.bin",
                                     "sub/../../x",
                                     "./data.bin",
                                     "sub//data.bin",
                                     "",
                                     ".",
                                     "..",
                                     "sub",
                                     "link.bin",
                                     "away/bin/env",
                                     "pipe",
                                     "missing.bin",
                                     "sub\\..\\data.bin",
                                     "c:data.bin",
                                     "data.bin/",
                                     "data.bin/x",
                                     "/dev/zero",
                                     "//etc/hostname",
                                     "sub/..",
                                     "...//",
                                     "a/./b"}) {
    EXPECT_THAT(external(location), HasSubstr("external data")) << location;
  }
  EXPECT_THAT(external(std::string("data.bin\0x", 10)), HasSubstr("external data"));
  EXPECT_THAT(external(std::string(4096, 'a')), HasSubstr("longer"));
}

TEST_F(OnnxReader, RefusesAnInputOfAnotherShape) {
  write_atomically(folder_ / "model.onnx", proto_.SerializeAsString());
  const OnnxModel model = OnnxModel::read(folder_ / "model.onnx");
  EXPECT_EQ(model.input_shapes(), (std::vector<std::vector<std::int64_t>>{{-1, 4}}));
  EXPECT_THROW(model.run(torch::ones({1, 5})), Error);
  EXPECT_THROW(model.run(torch::ones({4})), Error);
}

}  // namespace
}  // namespace warmstart::test
