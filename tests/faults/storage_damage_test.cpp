// A thousand damages to one tensor file, each of which must be noticed before a value is handed
// out.
#include <gtest/gtest.h>

#include <iostream>

#include "core/base/random.h"
#include "core/base/tensor_file.h"
#include "tests/unit/base/storage_bench.h"

namespace warmstart {
namespace {

using testing::error_of;
using testing::put_file;
using testing::ScratchFolder;

/// Bytes of a file with three arrays, 40 KB in all.
std::string sample_file(const Path& path) {
  Random random(3);
  std::vector<float> weights(8000);
  for (float& weight : weights) weight = static_cast<float>(random.normal());
  std::vector<std::int64_t> steps(1000);
  for (std::int64_t& step : steps) step = random.integer(1, 1 << 30);
  const std::vector<std::uint8_t> mask(100, 1);
  write_tensor_file(
      path, {{"format", "test 1"}, {"position", R"({"step":12})"}},
      {{"model.weight", Dtype::kFloat32, {80, 100}, std::as_bytes(std::span(weights))},
       {"steps", Dtype::kInt64, {1000}, std::as_bytes(std::span(steps))},
       {"mask", Dtype::kBool, {10, 10}, std::as_bytes(std::span(mask))}});
  return testing::get_file(path);
}

class StorageDamage : public ::testing::Test {
 protected:
  StorageDamage() : good_(sample_file(folder_ / "good")) {}

  std::size_t below(std::size_t end) {
    return static_cast<std::size_t>(random_.integer(0, static_cast<std::int64_t>(end) - 1));
  }
  std::size_t data_start() const {
    return 8 + static_cast<unsigned char>(good_[0]) + 256U * static_cast<unsigned char>(good_[1]);
  }

  /// Counts the damage, and whether it is refused with the file's name and a reason.
  void expect_noticed(const std::string& bad) {
    if (bad == good_) return;
    ++tried_;
    put_file(folder_ / "bad", bad);
    const std::string error = error_of([&] { TensorFile::open(folder_ / "bad", true); });
    const bool clear = error.rfind("not a valid tensor file: ", 0) == 0 &&
                       error.find("/bad; ") != std::string::npos;
    noticed_ += clear;
    EXPECT_TRUE(clear) << error;
  }

  void expect_all(int count) {
    std::cout << noticed_ << " of " << tried_ << " damages noticed\n";
    EXPECT_EQ(tried_, count);
    EXPECT_EQ(noticed_, count);
  }

  ScratchFolder folder_;
  std::string good_;
  Random random_{17};
  int tried_ = 0, noticed_ = 0;
};

TEST_F(StorageDamage, FlippedBitsAreNoticed) {
  while (tried_ < 400) {
    std::string bad = good_;
    // Half of them in the header, which is small.
    bad[below(tried_ % 2 == 0 ? data_start() : bad.size())] ^= static_cast<char>(1 << below(8));
    expect_noticed(bad);
  }
  expect_all(400);
}

TEST_F(StorageDamage, TruncationsAreNoticed) {
  for (std::size_t cut = 1; cut <= 50; ++cut) expect_noticed(good_.substr(0, good_.size() - cut));
  while (tried_ < 200) expect_noticed(good_.substr(0, below(good_.size())));
  expect_all(200);
}

TEST_F(StorageDamage, ZeroedBlocksAreNoticed) {
  while (tried_ < 200) {
    std::string bad = good_;
    const std::size_t start = below(bad.size() / 512) * 512;
    bad.replace(start, 512, 512, '\0');
    expect_noticed(bad);
  }
  expect_all(200);
}

TEST_F(StorageDamage, EditedHeadersAreNoticed) {
  const std::string printable = "0123456789abcdef[]{}\",: FIB-e.";
  while (tried_ < 200) {
    std::string bad = good_;
    const std::size_t at = 8 + below(data_start() - 8);
    const char letter = printable[below(printable.size())];
    switch (tried_ % 3) {
      case 0:  // one letter for another
        bad[at] = letter;
        break;
      case 1:  // two letters change places
        std::swap(bad[at], bad[8 + below(data_start() - 8)]);
        break;
      default:  // one letter goes, a blank comes in at the end, so that the length still fits
        bad.erase(at, 1);
        bad.insert(data_start() - 1, " ");
    }
    expect_noticed(bad);
  }
  expect_all(200);
}

}  // namespace
}  // namespace warmstart
