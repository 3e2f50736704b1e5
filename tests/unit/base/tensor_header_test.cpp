// Hostile and damaged headers of tensor files: each is refused with a reason, before anything is
// handed out.
#include <gtest/gtest.h>

#include "core/base/tensor_file.h"
#include "tests/unit/base/storage_bench.h"

namespace warmstart {
namespace {

using testing::error_of;
using testing::put_file;
using testing::ScratchFolder;

struct BadHeader {
  std::string header;   ///< JSON text
  std::size_t data;     ///< bytes behind it
  std::string problem;  ///< what the error says
};

std::string prefix(std::uint64_t length) {
  std::string out(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<char>(length >> (8 * i) & 0xff);
  return out;
}

/// {"x": {dtype, shape, offsets}} with the three given as JSON.
std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"x":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets +
         "}}";
}

const std::string kGood = R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";

std::vector<BadHeader> bad_json() {
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  return {
      {"[]", 0, "the header does not start with '{'"},
      {"\"x\"", 0, "the header does not start with '{'"},
      {" {}", 0, "the header does not start with '{'"},
      {"null", 0, "the header does not start with '{'"},
      {"{", 0, "the header is not JSON"},
      {"{}}", 0, "the header is not JSON"},
      {"{} x", 0, "the header is not JSON"},
      {"{'x':1}", 0, "the header is not JSON"},
      {"{\"x\":}", 0, "the header is not JSON"},
      {"{\"\xff\":1}", 0, "the header is not JSON"},
      {"{\"x\xc3\":1}", 0, "the header is not JSON"},
      {std::string("{\"x\0\":1}", 8), 0, "the header is not JSON"},
      {"{\"x\":" + kGood + ",\"x\":" + kGood + "}", 4, "the header has the key 'x' twice"},
      {R"({"x":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4,
       "the header has the key 'dtype' twice"},
      {R"({"__metadata__":{"a":"1","a":"2"}})", 0, "the header has the key 'a' twice"},
      {R"({"__metadata__":{},"__metadata__":{}})", 0,
       "the header has the key '__metadata__' twice"},
      {"{\"x\":" + std::string(50000, '[') + std::string(50000, ']') + "}", 0,
       "the header is nested too deep"},
      {"{\"x\":{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}}", 0, "the header is nested too deep"},
      {"{\"x\":" + deep + "}", 0, "the header lists more than 20000 tensors"},
      {R"({"__metadata__":[]})", 0, "__metadata__ is not an object"},
      {R"({"__metadata__":{"a":1}})", 0, "metadata 'a' is not a string"},
      {R"({"__metadata__":{"a":{"b":"c"}}})", 0, "metadata 'a' is not a string"},
  };
}

std::vector<BadHeader> bad_entries() {
  std::string ones;
  for (int i = 0; i < 64; ++i) ones += ",1";
  const std::string form = "tensor 'x' has an entry that is not {dtype, shape, data_offsets}";
  return {
      {R"({"x":1})", 0, form},
      {R"({"x":[]})", 0, form},
      {R"({"x":{}})", 0, form},
      {R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}})", 4, form},
      {R"({"x":{"shape":[1],"data_offsets":[0,4],"more":1}})", 4, "tensor 'x' lacks 'dtype'"},
      {R"({"x":{"dtype":"F32","data_offsets":[0,4],"more":1}})", 4, "tensor 'x' lacks 'shape'"},
      {R"({"x":{"dtype":"F32","shape":[1],"more":1}})", 4, "tensor 'x' lacks 'data_offsets'"},
      {entry("\"F31\"", "[1]", "[0,4]"), 4, "tensor 'x' has the unknown dtype \"F31\""},
      {entry("\"f32\"", "[1]", "[0,4]"), 4, "tensor 'x' has the unknown dtype \"f32\""},
      {entry("32", "[1]", "[0,4]"), 4, "tensor 'x' has the unknown dtype 32"},
      {entry("\"F32\"", "1", "[0,4]"), 4, "tensor 'x' has a shape that is not a list"},
      {entry("\"F32\"", "[-1]", "[0,4]"), 4, "tensor 'x' has a shape that is not of whole numbers"},
      {entry("\"F32\"", "[1.0]", "[0,4]"), 4,
       "tensor 'x' has a shape that is not of whole numbers"},
      {entry("\"F32\"", "[\"1\"]", "[0,4]"), 4,
       "tensor 'x' has a shape that is not of whole numbers"},
      {entry("\"F32\"", "[18446744073709551615]", "[0,4]"), 4,
       "tensor 'x' has a shape that is not of whole numbers"},
      {entry("\"F32\"", "[1" + ones + "]", "[0,4]"), 4, "tensor 'x' has more than 64 dimensions"},
  };
}

std::vector<BadHeader> bad_offsets() {
  const std::string numbers = "tensor 'x' has offsets that are not two whole numbers";
  const std::string shape = "tensor 'x' has offsets that do not fit its shape";
  const std::string other = R"(,"y":{"dtype":"F32","shape":[1],"data_offsets":)";
  return {
      {entry("\"F32\"", "[1]", "[0,4,8]"), 8, numbers},
      {entry("\"F32\"", "[1]", "[4]"), 4, numbers},
      {entry("\"F32\"", "[1]", "[-4,0]"), 4, numbers},
      {entry("\"F32\"", "[1]", "[0.0,4]"), 4, numbers},
      {entry("\"F32\"", "[1]", "4"), 4, numbers},
      {entry("\"F32\"", "[1]", "[4,0]"), 4, "tensor 'x' lies outside the file"},
      {entry("\"F32\"", "[1]", "[0,4]"), 3, "tensor 'x' lies outside the file"},
      {entry("\"F32\"", "[1]", "[18446744073709551612,18446744073709551615]"), 4,
       "tensor 'x' lies outside the file"},
      {entry("\"F32\"", "[2]", "[0,4]"), 4, shape},
      {entry("\"F32\"", "[0]", "[0,4]"), 4, shape},
      {entry("\"F32\"", "[4294967296,4294967296]", "[0,0]"), 0, shape},  // 2^64 items of 4 bytes: 0
      {entry("\"F32\"", "[4611686018427387905]", "[0,4]"), 4, shape},    // 2^62 + 1 items: 4 bytes
      {entry("\"U8\"", "[9223372036854775807,3]", "[0,0]"), 0, shape},
      {entry("\"U8\"", "[0,9223372036854775807,9223372036854775807]", "[0,0]"), 0, shape},
      {entry("\"F32\"", "[1]", "[4,8]"), 8, "tensors overlap or leave a hole"},
      {"{\"x\":" + kGood + other + "[0,4]}}", 4, "tensors overlap or leave a hole"},
      {"{\"x\":" + kGood + other + "[2,6]}}", 6, "tensors overlap or leave a hole"},
      {"{\"x\":" + kGood + other + "[6,10]}}", 10, "tensors overlap or leave a hole"},
      {"{\"x\":" + kGood + R"(,"y":{"dtype":"F32","shape":[0],"data_offsets":[2,2]}})", 4,
       "tensors overlap or leave a hole"},
      {"{\"x\":" + kGood + "}", 5, "there is data that belongs to no tensor"},
      {"{}", 1, "there is data that belongs to no tensor"},
  };
}

/// Writes prefix, header and `data` bytes of 2; returns the error of opening it as a stranger's
/// file.
std::string refused(const Path& path, const BadHeader& bad) {
  put_file(path, prefix(bad.header.size()) + bad.header + std::string(bad.data, '\2'));
  return error_of([&] { TensorFile::open(path, false); });
}

void expect_refused(const std::vector<BadHeader>& all) {
  const ScratchFolder folder;
  for (const BadHeader& bad : all) {
    EXPECT_EQ(refused(folder / "bad", bad), "not a valid tensor file: " + bad.problem + "; " +
                                                (folder / "bad").string() +
                                                "; use another copy; nothing was loaded")
        << bad.header.substr(0, 200);
  }
}

TEST(TensorHeader, TextThatIsNoHeaderIsRefused) { expect_refused(bad_json()); }
TEST(TensorHeader, OddEntriesAreRefused) { expect_refused(bad_entries()); }
TEST(TensorHeader, OffsetsThatLieAreRefused) { expect_refused(bad_offsets()); }
TEST(TensorHeader, AtLeastFortyWaysToBeWrongAreTried) {
  EXPECT_GE(bad_json().size() + bad_entries().size() + bad_offsets().size(), 40U);
}

TEST(TensorHeader, TruthValuesOtherThanZeroAndOneAreRefused) {
  expect_refused({{entry("\"BOOL\"", "[1]", "[0,1]"), 1,
                   "tensor 'x' holds truth values that are neither 0 nor 1"}});
}

TEST(TensorHeader, LengthsThatLieAreRefused) {
  const ScratchFolder folder;
  const auto opened = [&](const std::string& text) {
    put_file(folder / "bad", text);
    return error_of([&] { TensorFile::open(folder / "bad", false); });
  };
  EXPECT_NE(opened("").find("it is only 0 bytes long"), std::string::npos);
  EXPECT_NE(opened("1234567").find("it is only 7 bytes long"), std::string::npos);
  EXPECT_NE(opened(prefix(0)).find("the header length is 0 in a file of 8 bytes"),
            std::string::npos);
  EXPECT_NE(opened(prefix(3) + "{}").find("the header length is 3 in a file of 10 bytes"),
            std::string::npos);
  EXPECT_NE(opened(prefix(~0ULL) + "{}").find("the header length is 18446744073709551615"),
            std::string::npos);
  EXPECT_NE(opened(prefix(~0ULL - 7) + "{}").find("the header length is"), std::string::npos);
  put_file(folder / "large", prefix(100'000'001));
  std::filesystem::resize_file(folder / "large", 100'000'009);  // sparse: takes no space
  EXPECT_NE(error_of([&] {
              TensorFile::open(folder / "large", false);
            }).find("the header length is 100000001"),
            std::string::npos);
  EXPECT_EQ(opened(prefix(2) + "{}"), "");
}

TEST(TensorHeader, ACrowdOfTensorsIsRefused) {
  std::string header = "{";
  for (int i = 0; i < 20001; ++i) {
    header += (i > 0 ? ",\"" : "\"") + std::to_string(i) +
              R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  }
  expect_refused({{header + "}", 0, "the header lists more than 20000 tensors"}});
}

TEST(TensorHeader, OurFilesNeedEveryChecksum) {
  const ScratchFolder folder;
  const std::vector<std::uint8_t> data{1, 2, 3, 4};
  write_tensor_file(folder / "a", {}, {{"x", Dtype::kUint8, {4}, std::as_bytes(std::span(data))}});
  const std::string good = testing::get_file(folder / "a");
  const auto renamed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    put_file(folder / "b", text);
    return error_of([&] { TensorFile::open(folder / "b", false); });
  };
  EXPECT_NE(renamed("crc32.header", "crc32.headex").find("the checksum of the header is missing"),
            std::string::npos);
  EXPECT_NE(renamed("crc32.x", "crc32.y").find("the header is damaged (checksum differs)"),
            std::string::npos);
}

}  // namespace
}  // namespace warmstart
