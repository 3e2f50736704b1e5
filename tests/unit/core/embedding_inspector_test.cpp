// The inspector `embedding`: which features of a sample or token become a point.
#include <gmock/gmock.h>

#include "core/inspect/inspector.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

/// Features (B,T,2): the token and its place.
struct PlacedTokens final : Model {
  at::Tensor forward(const at::Tensor& x) override { return x; }
  Batch run(const Batch& batch) override {
    const at::Tensor tokens = batch.get("tokens").to(at::kFloat);
    const at::Tensor place = at::arange(tokens.size(1)).to(at::kFloat).expand_as(tokens);
    largest = std::max(largest, tokens.size(0));
    Batch outputs;
    outputs.set("features", at::stack({tokens, place}, 2));
    return outputs;
  }
  std::int64_t largest = 0;  ///< samples in one pass
};

Batch three_texts() {
  Batch batch;
  batch.set("tokens", at::tensor({1, 2, 3, 0, 5, 0, 0, 0, 7, 8, 9, 6}, at::kLong).view({3, 4}));
  batch.set("attention_mask",
            at::tensor({1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1}, at::kLong).view({3, 4}));
  batch.set("class", at::tensor({2, 0, 2}, at::kLong));
  return batch;
}

std::map<std::string, at::Tensor> points_of(Model& model, const Batch& batch,
                                            const std::string& settings) {
  const auto objective = make<Objective>("cross_entropy");
  Context context{.model = model, .seed = 1};
  const Capture capture =
      make<Inspector>("embedding", settings)->capture(batch, {"a", "b", "c"}, *objective, context);
  EXPECT_EQ(capture.header["kind"], "embedding");
  return {capture.tensors.begin(), capture.tensors.end()};
}

at::Tensor rows(std::initializer_list<float> values) { return at::tensor(values).view({-1, 2}); }

TEST(EmbeddingInspector, PoolsTheTokensThatAreNoPadding) {
  PlacedTokens model;
  const Batch batch = three_texts();
  auto seen = points_of(model, batch, "{batch: 2}");
  EXPECT_TRUE(at::allclose(seen.at("features"), rows({2, 1, 5, 0, 7.5F, 1.5F})));
  EXPECT_TRUE(at::equal(seen.at("label"), batch.get("class")));
  EXPECT_EQ(model.largest, 2);
  seen = points_of(model, batch, "{pool: first}");
  EXPECT_TRUE(at::allclose(seen.at("features"), rows({1, 0, 5, 0, 7, 0})));
  seen = points_of(model, batch, "{pool: last}");
  EXPECT_TRUE(at::allclose(seen.at("features"), rows({3, 2, 5, 0, 6, 3})));
}

TEST(EmbeddingInspector, TakesEveryTokenThatIsNoPadding) {
  PlacedTokens model;
  const auto seen = points_of(model, three_texts(), "{of: tokens, batch: 2}");
  EXPECT_TRUE(
      at::allclose(seen.at("features"), rows({1, 0, 2, 1, 3, 2, 5, 0, 7, 0, 8, 1, 9, 2, 6, 3})));
  EXPECT_TRUE(at::equal(seen.at("sample"), at::tensor({0, 0, 0, 1, 2, 2, 2, 2}, at::kLong)));
  EXPECT_TRUE(at::equal(seen.at("label"), at::tensor({2, 2, 2, 0, 2, 2, 2, 2}, at::kLong)));
}

TEST(EmbeddingInspector, AveragesTheCoarsestMapOfABackbone) {
  at::manual_seed(1);
  const auto model = make<Model>("resnet", "{dims: 2, in_channels: 1, classes: 3}");
  model->eval();
  const at::NoGradGuard no_gradients;
  Batch batch;
  batch.set("image", at::randn({3, 1, 32, 32}));
  const auto seen = points_of(*model, batch, "{}");
  const at::Tensor map = dynamic_cast<Backbone&>(*model).features(batch.get("image")).back();
  EXPECT_LT(relative_difference(seen.at("features"), map.mean({2, 3})), 1e-6);
  EXPECT_FALSE(seen.contains("label"));
}

TEST(EmbeddingInspector, TakesTheCommonestClassOfAMapAndTellsWhereSamplesLie) {
  struct Maps final : Dataset {
    std::int64_t size() const override { return 3; }
    Sample get(std::int64_t) const override { return {}; }
    Json facts() const override { return {{"no_class", 255}}; }
  } maps;
  struct Means final : Model {
    at::Tensor forward(const at::Tensor& x) override { return x.mean({2, 3}); }
    Batch run(const Batch& batch) override {
      Batch outputs;
      outputs.set("features", forward(batch.get("image")));
      return outputs;
    }
  } model;
  Batch batch;
  batch.set("image", at::rand({3, 2, 2, 4}));
  batch.set("geotransform", at::rand({3, 6}, at::kDouble));
  batch.set("label", at::tensor({255, 255, 255, 255, 255, 7,   7,   1,    // two of seven
                                 0,   0,   0,   4,   4,   4,   4,   255,  //
                                 255, 255, 255, 255, 255, 255, 255, 255},
                                at::kLong)
                         .view({3, 2, 4}));
  const auto inspector = make<Inspector>("embedding", "{label: label, batch: 2}");
  inspector->attach(maps);
  const auto objective = make<Objective>("cross_entropy");
  Context context{.model = model, .seed = 1};
  const Capture capture = inspector->capture(batch, {"a", "b", "c"}, *objective, context);
  const std::map<std::string, at::Tensor> seen{capture.tensors.begin(), capture.tensors.end()};
  EXPECT_TRUE(at::equal(seen.at("label"), at::tensor({7, 4, -1}, at::kLong)));
  EXPECT_TRUE(at::equal(seen.at("geotransform"), batch.get("geotransform")));
  EXPECT_EQ(capture.header["tile"], Json({2, 4}));
}

TEST(EmbeddingInspector, RefusesLabelsThatAreNoClassesAndModelsWithoutFeatures) {
  PlacedTokens model;
  Batch batch = three_texts();
  batch.set("class", at::rand({3}));
  EXPECT_THAT(error_of([&] { points_of(model, batch, "{}"); }),
              HasSubstr("the field 'class' is no class for each sample"));
  struct Plain final : Model {
    at::Tensor forward(const at::Tensor& x) override { return x; }
    std::string input() const override { return "tokens"; }
  } plain;
  EXPECT_THAT(error_of([&] { points_of(plain, three_texts(), "{}"); }),
              HasSubstr("the model hands out no features"));
}

}  // namespace
}  // namespace warmstart::testing
