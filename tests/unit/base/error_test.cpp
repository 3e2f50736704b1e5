#include "core/base/error.h"

#include <gtest/gtest.h>

namespace warmstart {
namespace {

TEST(Error, ReadsAsOneLineOfThreeParts) {
  const Error error("disk full", "/runs/a", "free some space", ErrorKind::kMachine);
  EXPECT_STREQ(error.what(), "disk full; /runs/a; free some space");
  EXPECT_EQ(error.problem(), "disk full");
  EXPECT_EQ(error.where(), "/runs/a");
  EXPECT_EQ(error.hint(), "free some space");
  EXPECT_EQ(error.kind(), ErrorKind::kMachine);
}

TEST(Error, LeavesEmptyPartsOut) {
  EXPECT_STREQ(Error("a", "", "c").what(), "a; c");
  EXPECT_STREQ(Error("a", "b", "").what(), "a; b");
  EXPECT_STREQ(Error("a", "", "").what(), "a");
}

TEST(Error, IsTheUsersInputUnlessSaidOtherwise) {
  EXPECT_EQ(Error("a", "b", "c").kind(), ErrorKind::kInput);
}

TEST(Error, KindsAreTheExitCodes) {
  EXPECT_EQ(static_cast<int>(ErrorKind::kVerification), 1);
  EXPECT_EQ(static_cast<int>(ErrorKind::kInput), 2);
  EXPECT_EQ(static_cast<int>(ErrorKind::kInterrupted), 3);
  EXPECT_EQ(static_cast<int>(ErrorKind::kMachine), 4);
}

TEST(Error, CopiesKeepTheirText) {
  const auto make = [] { return Error("what", "where", "hint"); };
  Error copy = make();
  copy = Error("other", "place", "do");
  EXPECT_STREQ(copy.what(), "other; place; do");
}

}  // namespace
}  // namespace warmstart
