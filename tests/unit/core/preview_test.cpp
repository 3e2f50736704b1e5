#include "core/data/preview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "core/data/dataset.h"
#include "core/data/tensor_arrays.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

/// Two words and padding; the class and a tag a word; what a decoder says.
struct Words final : Dataset {
  struct Config {
    void describe(Fields&) {}
  };
  explicit Words(const Config&) {}
  std::int64_t size() const override { return 1; }
  Sample get(std::int64_t) const override {
    Sample sample{"a text", {}};
    const at::Tensor tokens = at::tensor({3, 1, 0}, at::kLong);
    sample.fields.set("tokens", tokens);
    sample.fields.set("decoder_tokens", tokens + 2);
    sample.fields.set("target", at::tensor({4, -100, -100}, at::kLong));
    sample.fields.set("tags", at::tensor({1, 0, -100}, at::kLong));
    sample.fields.set("class", at::scalar_tensor(1, at::kLong));
    return sample;
  }
  Json facts() const override { return {{"classes", 2}, {"class_names", {"other", "name"}}}; }
  std::string token_text(std::int64_t token) const override {
    return token == 0 ? "[PAD]" : "w" + std::to_string(token);
  }
};
const Registered<Dataset, Words> words{{.name = "test_words", .summary = "for tests"}};

constexpr const char* kPreviewRecipe = R"(
warmstart: 1
title: Discs
data:
  train: {dataset: test_discs, count: 5, transforms: [{type: test_jitter, sigma: 0.5}]}
  test: {dataset: test_discs, count: 3}
  words: {dataset: test_words}
model: {type: unet, dims: 2, in_channels: 1, classes: 2, widths: [4, 8]}
arms: {scratch: [finetune]}
optimizer: {type: adamw}
schedule: {type: constant}
stages:
  finetune: {objective: {type: segmentation_loss}, data: train, budget: {steps: 5}}
)";

class Preview : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/warmstart-preview-XXXXXX";
    root_ = mkdtemp(pattern);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  Json save(const PreviewRequest& request) {
    return save_preview(parse_recipe(kPreviewRecipe, "discs.yaml", {}), request,
                        root_ / "preview.safetensors");
  }
  at::Tensor array(const std::string& name) {
    const TensorFile file = TensorFile::open(root_ / "preview.safetensors", true);
    const Array* found = file.find(name);
    if (found == nullptr) throw Error("no array " + name, "", "");
    return to_tensor(*found);
  }
  Path root_;
};

TEST_F(Preview, HoldsSamplesBeforeAndAfterTheTransforms) {
  const Json header = save({"train", 1, 3, 0});
  EXPECT_EQ(header["samples"], Json({"disc 1", "disc 2", "disc 3"}));
  EXPECT_EQ(header["size"], 5);
  EXPECT_EQ(header["before"], Json({"image", "label", "spacing"}));
  EXPECT_EQ(header["after"], Json({"image", "label", "spacing"}));
  EXPECT_EQ(header["class_names"][1], "disc");
  EXPECT_EQ(header["transforms"][0]["type"], "test_jitter");
  EXPECT_EQ(header["transforms"][0]["random"], true);
  EXPECT_EQ(header["axes"]["image"], "C [D] H W");
  const TensorFile file = TensorFile::open(root_ / "preview.safetensors", true);
  EXPECT_EQ(Json::parse(file.metadata().at("capture")), header);
  EXPECT_EQ(file.arrays().size(), 3U * 3 * 2);
  // One number is added to the image, nothing happens to the label.
  const at::Tensor difference = array("after.image.2") - array("before.image.2");
  EXPECT_GT(difference.abs().min().item<double>(), 0);
  EXPECT_LT((difference - difference.mean()).abs().max().item<double>(), 1e-6);
  EXPECT_TRUE(array("after.label.2").equal(array("before.label.2")));
}

TEST_F(Preview, ShowsWhatMeasuresSeeAndAnotherSeedAnotherDraw) {
  save({"train", 0, 1, 0});
  const at::Tensor first = array("after.image.0"), raw = array("before.image.0");
  const Recipe recipe = parse_recipe(kPreviewRecipe, "discs.yaml", {});
  const auto source = Source::from_spec(*recipe.find_data("train"));
  EXPECT_TRUE(first.equal(source->draw(0, 0).fields.get("image")));
  save({"train", 0, 1, 7});
  EXPECT_FALSE(array("after.image.0").equal(first));
  EXPECT_TRUE(array("before.image.0").equal(raw));
}

TEST_F(Preview, TellsHowTokensAndClassesRead) {
  const Json header = save({"words", 0, 1, 0});
  const Json tokens{{"tokens", true}, {"decoder_tokens", true}, {"target", true}};
  EXPECT_EQ(header["token_fields"], tokens);
  EXPECT_EQ(header["class_fields"], (Json{{"tags", true}, {"class", true}}));
  EXPECT_EQ(header["pieces"].size(), 6U);
  EXPECT_EQ(header["pieces"]["0"], "[PAD]");
  for (const char* token : {"1", "2", "3", "4", "5"})
    EXPECT_EQ(header["pieces"][token], std::string("w") + token);
  EXPECT_FALSE(save({"train", 0, 1, 0}).contains("pieces"));
}

TEST_F(Preview, EndsWithTheLastSample) {
  EXPECT_EQ(save({"test", 2, 10, 0})["samples"].size(), 1U);
  EXPECT_THAT(error_of([&] {
                save({"test", 3, 1, 0});
              }),
              HasSubstr("has 3 samples, number 3 is behind the last"));
  EXPECT_THAT(error_of([&] { save({"tst", 0, 1, 0}); }), HasSubstr("did you mean \"test\"?"));
}

}  // namespace
}  // namespace warmstart::testing
