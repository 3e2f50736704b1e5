// PyTorch's zip files: what python3-torch writes is read equal; anything that would execute is
// refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/base/error.h"
#include "core/export/pickle_reader.h"
#include "core/export/pytorch_file.h"

namespace warmstart::test {
namespace {

using ::testing::HasSubstr;

class ImportPytorch : public ::testing::Test {
 protected:
  /// The reference script writes good and hostile files once for all cases.
  static void SetUpTestSuite() {
    char pattern[] = "/tmp/warmstart-import-XXXXXX";
    folder_ = mkdtemp(pattern);
    const std::string command = std::string("OMP_WAIT_POLICY=passive /usr/bin/python3 ") +
                                WARMSTART_SOURCE_DIR + "/tests/reference/export_pytorch_files.py " +
                                folder_.string();
    ASSERT_EQ(std::system(command.c_str()), 0);
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  static std::string refusal(const Path& path) {
    try {
      read_pytorch_file(path);
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }
  static Path folder_;
};
Path ImportPytorch::folder_;

TEST_F(ImportPytorch, ReadsWhatPythonWrote) {
  const StateDict state = read_pytorch_file(folder_ / "good.pt");
  ASSERT_EQ(state.size(), 8U);
  EXPECT_TRUE(
      torch::equal(state.at("linear.weight"), torch::arange(6, torch::kFloat).reshape({2, 3})));
  EXPECT_TRUE(
      torch::equal(state.at("transposed"), torch::arange(6, torch::kFloat).reshape({2, 3}).t()));
  EXPECT_TRUE(torch::equal(state.at("part"), torch::arange(2, 5, torch::kFloat)));
  EXPECT_EQ(state.at("steps").scalar_type(), torch::kLong);
  EXPECT_EQ(state.at("steps").item<std::int64_t>(), 12345678901);
  EXPECT_EQ(state.at("half").scalar_type(), torch::kHalf);
  EXPECT_TRUE(state.at("mask").equal(torch::tensor({true, false, true})));
  EXPECT_EQ(state.at("empty").numel(), 0);
  EXPECT_EQ(state.at("parameter").size(0), 4);
}

TEST_F(ImportPytorch, FindsTheStateDictInACheckpoint) {
  EXPECT_EQ(read_pytorch_file(folder_ / "checkpoint.pt").count("0.weight"), 1U);
}

TEST_F(ImportPytorch, RefusesEveryHostileFileAndNamesTheReason) {
  std::ifstream list(folder_ / "hostile.txt");
  std::string name, reason;
  int count = 0;
  while (std::getline(list, name, '\t') && std::getline(list, reason)) {
    EXPECT_THAT(refusal(folder_ / name), HasSubstr(reason)) << name;
    ++count;
  }
  EXPECT_GE(count, 25);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "executed"));
}

TEST_F(ImportPytorch, NoticesEveryFlippedBitOfTheData) {
  std::ifstream file(folder_ / "good.pt", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const StateDict good = read_pytorch_file(folder_ / "good.pt");
  int silent = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 11) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
    write_atomically(folder_ / "flipped.pt", changed);
    try {
      const StateDict state = read_pytorch_file(folder_ / "flipped.pt");
      // A flip in unused bytes of the archive (time stamps, padding) may be read; its tensors must
      // be equal.
      for (const auto& [name, tensor] : good) {
        if (state.count(name) == 0 || !torch::equal(state.at(name), tensor)) ++silent;
      }
    } catch (const Error&) {
    }
  }
  EXPECT_EQ(silent, 0);
}

TEST_F(ImportPytorch, RefusesEveryCutFile) {
  std::ifstream file(folder_ / "good.pt", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  for (std::size_t size = 0; size < bytes.size(); size += 97) {
    write_atomically(folder_ / "cut.pt", bytes.substr(0, size));
    EXPECT_NE(refusal(folder_ / "cut.pt"), "") << size;
  }
}

TEST_F(ImportPytorch, ReadsTheSimplePickles) {
  const PickleDocument document =
      read_pickle(std::string("\x80\x02}q\0X\1\0\0\0aq\1K\5s.", 17), "test");
  ASSERT_EQ(document.root->members.size(), 1U);
  EXPECT_EQ(document.root->members[0].first->text, "a");
  EXPECT_EQ(document.root->members[0].second->integer, 5);
}

}  // namespace
}  // namespace warmstart::test
