#include "core/base/tensor_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstring>

#include "tests/unit/base/storage_bench.h"

namespace warmstart {
namespace {

using testing::ask_reference;
using testing::error_of;
using testing::ScratchFolder;

template <class T>
std::span<const std::byte> bytes(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

template <class T>
std::vector<T> values(const Array& array) {
  std::vector<T> out(array.data.size() / sizeof(T));
  if (!out.empty()) std::memcpy(out.data(), array.data.data(), array.data.size());
  return out;
}

/// One array of each type, narrow ones first so that the layout has to move them.
struct Samples {
  std::vector<std::uint8_t> truth{1, 0, 1}, u8{255, 0, 7};
  std::vector<std::int8_t> i8{-128, 127};
  std::vector<std::int16_t> i16{-300};
  std::vector<std::uint16_t> f16{0x3c00, 0xc000, 0x0001}, bf16{0x3f80};
  std::vector<std::int32_t> i32{-5, 1 << 30};
  std::vector<std::int64_t> i64{-1, 1LL << 60};
  std::vector<float> f32{0.1F, -2, 3e-30F, 4, 5, 6};
  std::vector<double> f64{1.0 / 3};

  std::vector<Array> arrays() const {
    return {{"truth", Dtype::kBool, {3}, bytes(truth)},
            {"u8", Dtype::kUint8, {1, 3}, bytes(u8)},
            {"nothing", Dtype::kFloat32, {4, 0, 2}, {}},
            {"i8", Dtype::kInt8, {2}, bytes(i8)},
            {"i16", Dtype::kInt16, {}, bytes(i16)},
            {"f16", Dtype::kFloat16, {3}, bytes(f16)},
            {"bf16", Dtype::kBfloat16, {1}, bytes(bf16)},
            {"i32", Dtype::kInt32, {2}, bytes(i32)},
            {"layer.0.\"weight\" \xc3\xa9", Dtype::kFloat32, {2, 3}, bytes(f32)},
            {"i64", Dtype::kInt64, {2, 1}, bytes(i64)},
            {"f64", Dtype::kFloat64, {1, 1}, bytes(f64)}};
  }
};

void expect_equal(const std::vector<Array>& read, const std::vector<Array>& written) {
  ASSERT_EQ(read.size(), written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].name, written[i].name);
    EXPECT_EQ(read[i].dtype, written[i].dtype) << read[i].name;
    EXPECT_EQ(read[i].shape, written[i].shape) << read[i].name;
    EXPECT_TRUE(std::ranges::equal(read[i].data, written[i].data)) << read[i].name;
  }
}

TEST(TensorFile, ReadsWhatItWrote) {
  const ScratchFolder folder;
  const Samples samples;
  const Metadata metadata{{"format", "x"}, {"note", "line\nbreak \"quoted\""}};
  write_tensor_file(folder / "a", metadata, samples.arrays());
  TensorFile file = TensorFile::open(folder / "a", true);
  EXPECT_EQ(file.metadata(), metadata);
  expect_equal(file.arrays(), samples.arrays());
  const TensorFile moved = std::move(file);
  ASSERT_NE(moved.find("f64"), nullptr);
  EXPECT_EQ(values<double>(*moved.find("f64")), samples.f64);
  EXPECT_EQ(moved.find("f65"), nullptr);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"a"});
}

TEST(TensorFile, WritingWhatWasReadGivesTheSameBytes) {
  const ScratchFolder folder;
  write_tensor_file(folder / "a", {{"k", "v"}}, Samples().arrays());
  const TensorFile file = TensorFile::open(folder / "a", true);
  write_tensor_file(folder / "b", file.metadata(), file.arrays());
  EXPECT_EQ(testing::get_file(folder / "a"), testing::get_file(folder / "b"));
}

TEST(TensorFile, PythonReadsWhatWasWritten) {
  const ScratchFolder folder;
  const Samples samples;
  write_tensor_file(folder / "a", {{"k", "v"}}, samples.arrays());
  const Json read = ask_reference("tensor_file.py", "read " + (folder / "a").string());
  ASSERT_TRUE(read.is_object());
  EXPECT_EQ(read["metadata"], (Json{{"k", "v"}}));
  EXPECT_EQ(read["data"].get<int>() % 64, 0);
  const std::vector<Array> written = samples.arrays();
  for (std::size_t i = 0; i < written.size(); ++i) {
    EXPECT_EQ(read["order"][i], written[i].name);
    const Json& array = read["arrays"][written[i].name];
    EXPECT_EQ(array["dtype"], dtype_name(written[i].dtype));
    EXPECT_EQ(array["shape"], Json(written[i].shape)) << written[i].name;
    EXPECT_EQ(array["position"].get<std::size_t>() % dtype_size(written[i].dtype), 0U)
        << written[i].name;
  }
  EXPECT_EQ(read["arrays"]["i64"]["values"], Json(samples.i64));
  EXPECT_EQ(read["arrays"]["f16"]["values"], (Json{1.0, -2.0, 5.960464477539063e-08}));
  EXPECT_EQ(read["arrays"]["truth"]["values"], (Json{true, false, true}));
  EXPECT_EQ(read["arrays"]["nothing"]["values"], Json::array());
}

TEST(TensorFile, ReadsWhatPythonWrote) {
  const ScratchFolder folder;
  for (const bool plain : {false, true}) {
    ask_reference("tensor_file.py", "write " + (folder / "a").string() + (plain ? " plain" : ""));
    const TensorFile file = TensorFile::open(folder / "a", !plain);
    EXPECT_EQ(file.metadata(), (Metadata{{"made by", "numpy"}}));
    ASSERT_EQ(file.arrays().size(), 5U);
    EXPECT_EQ(values<float>(*file.find("weight")),
              (std::vector<float>{0, 0.25, 0.5, 0.75, 1, 1.25}));
    EXPECT_EQ(file.find("weight")->shape, (std::vector<std::int64_t>{2, 3}));
    EXPECT_EQ(file.find("nothing")->shape, (std::vector<std::int64_t>{0, 5}));
    EXPECT_EQ(values<double>(*file.find("scalar")), std::vector<double>{-2.5});
    EXPECT_TRUE(file.find("scalar")->shape.empty());
    EXPECT_EQ(values<std::int16_t>(*file.find("gr\xc3\xb6\xc3\x9f"
                                              "e")),
              (std::vector<std::int16_t>{-1, 300}));
  }
  EXPECT_NE(error_of([&] { TensorFile::open(folder / "a", true); }).find("it carries no checksums"),
            std::string::npos);
}

TEST(TensorFile, AnEmptyListIsAFileToo) {
  const ScratchFolder folder;
  write_tensor_file(folder / "a", {}, {});
  EXPECT_TRUE(TensorFile::open(folder / "a", true).arrays().empty());
}

TEST(TensorFile, AMappedFileStaysReadableWhenANewerOneTakesItsName) {
  const ScratchFolder folder;
  const std::vector<float> before(100000, 1.0F), after{2.0F};
  write_tensor_file(folder / "a", {}, {{"x", Dtype::kFloat32, {100000}, bytes(before)}});
  const TensorFile file = TensorFile::open(folder / "a", true);
  write_tensor_file(folder / "a", {}, {{"x", Dtype::kFloat32, {1}, bytes(after)}});
  EXPECT_EQ(values<float>(*file.find("x")), before);
  EXPECT_EQ(values<float>(*TensorFile::open(folder / "a", true).find("x")), after);
}

TEST(TensorFile, RefusesToWriteWhatItCouldNotRead) {
  const ScratchFolder folder;
  const std::vector<float> two{1, 2};
  const auto refused = [&](const Metadata& metadata, const std::vector<Array>& arrays) {
    return error_of([&] { write_tensor_file(folder / "a", metadata, arrays); });
  };
  const Array x{"x", Dtype::kFloat32, {2}, bytes(two)};
  const auto named = [&](const char* name) {
    return Array{name, Dtype::kFloat32, {2}, bytes(two)};
  };
  const std::string where = "; " + (folder / "a").string() + "; ";
  EXPECT_EQ(refused({}, {x, x}), "two tensors are named 'x'" + where + "rename one");
  EXPECT_EQ(refused({}, {named("header")}),
            "no tensor may be named 'header'" + where + "rename it");
  EXPECT_EQ(refused({}, {named("__metadata__")}),
            "no tensor may be named '__metadata__'" + where + "rename it");
  EXPECT_EQ(refused({{"crc32.x", ""}}, {x}),
            "metadata key 'crc32.x' is reserved" + where + "rename it");
  EXPECT_EQ(refused({}, {named("\xff")}),
            "a tensor or metadata name is no valid UTF-8" + where + "rename it");
  EXPECT_EQ(refused({}, {{"x", Dtype::kFloat32, {3}, bytes(two)}}),
            "tensor 'x' has data that does not fit its shape" + where + "report this");
  EXPECT_NE(refused({}, {{"x", Dtype::kFloat32, {-2, -1}, bytes(two)}}), "");
  EXPECT_NE(refused({}, {{"x", Dtype::kFloat32, {1LL << 62, 1LL << 62, 0}, {}}}), "")
      << "strides would overflow";
  EXPECT_TRUE(folder.names().empty());
}

TEST(TensorFile, MissingFilesFoldersAndPipesAreErrors) {
  const ScratchFolder folder;
  EXPECT_EQ(
      error_of([&] { TensorFile::open(folder / "none", true); }),
      "cannot read: No such file or directory; " + (folder / "none").string() + "; check the path");
  EXPECT_NE(error_of([&] { TensorFile::open(folder.path(), true); }).find("not a file"),
            std::string::npos);
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_NE(error_of([&] { TensorFile::open(folder / "pipe", true); }).find("not a file"),
            std::string::npos);
}

}  // namespace
}  // namespace warmstart
