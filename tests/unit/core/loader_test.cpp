#include "core/data/loader.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/core/discs_dataset.h"

namespace warmstart::testing {
namespace {

std::shared_ptr<Source> discs(std::int64_t count, std::int64_t fail_at = -1) {
  Discs::Config config;
  config.count = count;
  config.fail_at = fail_at;
  return std::make_shared<Source>(
      std::make_shared<Discs>(config),
      std::vector<std::shared_ptr<const Transform>>{std::make_shared<Jitter>(Jitter::Config{})});
}

TEST(Loader, GivesTheSameBatchesWithOneAndThreeThreads) {
  Loader one(discs(7), {2, 1, 0, 12, 5});
  Loader three(discs(7), {2, 3, 0, 12, 5});
  for (int i = 0; i < 12; ++i) {
    const Batch a = one.next(), b = three.next();
    EXPECT_TRUE(a.get("image").equal(b.get("image"))) << "batch " << i;
    EXPECT_TRUE(a.get("index").equal(b.get("index")));
  }
}

TEST(Loader, StartsAtAnyBatchAsIfItHadCountedThere) {
  Loader whole(discs(7), {2, 2, 0, 10, 5});
  for (int i = 0; i < 6; ++i) whole.next();
  Loader rest(discs(7), {2, 2, 6, 10, 5});
  for (int i = 6; i < 10; ++i)
    EXPECT_TRUE(whole.next().get("image").equal(rest.next().get("image")));
}

TEST(Loader, SeesEverySampleOnceAnEpochInAnOrderThatChanges) {
  std::vector<std::int64_t> first, second;
  for (std::int64_t i = 0; i < 10; ++i) first.push_back(sample_at(i, 10, 3));
  for (std::int64_t i = 10; i < 20; ++i) second.push_back(sample_at(i, 10, 3));
  EXPECT_EQ(std::set<std::int64_t>(first.begin(), first.end()).size(), 10U);
  EXPECT_EQ(std::set<std::int64_t>(second.begin(), second.end()).size(), 10U);
  EXPECT_NE(first, second);
}

TEST(Loader, DrawsRandomTransformsAnewForEachEpoch) {
  Loader loader(discs(1), {1, 1, 0, 2, 5});
  EXPECT_FALSE(loader.next().get("image").equal(loader.next().get("image")));
}

TEST(Loader, HandsAnErrorOfASampleToTheTrainer) {
  Loader loader(discs(4, 2), {4, 2, 0, 1, 5});
  try {
    loader.next();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "image cannot be read; disc 3; repair the file");
  }
}

TEST(Loader, RefusesAnEmptyDataSet) { EXPECT_THROW(Loader(discs(0), {1, 1, 0, 1, 5}), Error); }

TEST(Loader, StopsWithoutWaitingForBatchesNobodyTakes) {
  for (int i = 0; i < 20; ++i) {
    Loader loader(discs(50), {4, 3, 0, 1000, 5});
    loader.next();
  }
}

TEST(Collate, NamesBothSamplesWhenShapesDiffer) {
  Sample a{"first", {}}, b{"second", {}};
  a.fields.set("image", at::zeros({1, 4, 4}));
  b.fields.set("image", at::zeros({1, 4, 5}));
  try {
    collate({a, b});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "field 'image' has shape [1, 4, 4] in first and [1, 4, 5] in second; batch; "
                 "add a crop or pad transform, or use batch_size: 1");
  }
}

}  // namespace
}  // namespace warmstart::testing
