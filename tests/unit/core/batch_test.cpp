#include "core/data/batch.h"

#include <gmock/gmock.h>

#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

TEST(Batch, KeepsFieldsInTheOrderAdded) {
  Batch batch;
  batch.set("image", at::zeros({3, 1, 4, 4}));
  batch.set("label", at::zeros({3, 4, 4}, at::kLong));
  batch.set("image", at::ones({3, 1, 4, 4}));
  ASSERT_EQ(batch.fields().size(), 2u);
  EXPECT_EQ(batch.fields()[0].first, "image");
  EXPECT_EQ(batch.get("image").sum().item<double>(), 48.0);
  EXPECT_EQ(batch.size(), 3);
  batch.erase("image");
  EXPECT_FALSE(batch.has("image"));
  EXPECT_EQ(Batch().size(), 0);
}

TEST(Batch, NamesWhatItHasWhenAFieldIsMissing) {
  Batch batch;
  batch.set("image", at::zeros({1}));
  batch.set("spacing", at::zeros({1}));
  EXPECT_THAT(error_of([&] { batch.get("label"); }),
              ::testing::StartsWith("batch has no field 'label'; it has: image, spacing"));
}

}  // namespace
}  // namespace warmstart::testing
