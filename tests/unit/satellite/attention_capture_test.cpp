// Attention of networks over georeferenced tiles, as it is captured for the map.
#include <ATen/ATen.h>

#include <map>

#include "core/inspect/inspector.h"
#include "core/layers/tap.h"
#include "satellite_files.h"
#include "tests/unit/core/network_reference.h"

namespace warmstart::satellite {
namespace {

using testing::HasSubstr;
using testing::message_of;
using warmstart::testing::make;

struct NothingToLearn final : Objective {
  Loss evaluate(const Batch&, Context&) override { return {}; }
};

Batch tiles(std::int64_t edge) {
  Batch watch;
  watch.set("image", at::randn({2, 3, edge, edge}));
  watch.set("geotransform", at::rand({2, 6}, at::kDouble));
  return watch;
}

using Arrays = std::map<std::string, at::Tensor>;

std::pair<Json, Arrays> attention_on(Model& model, const Batch& watch, const std::string& type) {
  NothingToLearn objective;
  Context context{.model = model, .seed = 0};
  const c10::AutoGradMode no_grad(false);  // as captures are taken
  model.eval();
  const Capture capture = make<Inspector>(type, "{}")->capture(watch, {}, objective, context);
  return {capture.header, Arrays(capture.tensors.begin(), capture.tensors.end())};
}

std::shared_ptr<Model> network(const std::string& attention) {
  at::manual_seed(5);
  const auto model = make<Model>(
      "satellite.attn_resnet",
      "{classes: 4, widths: [16, 16], depths: [1, 1], drop: [], attention: " + attention +
          ", squeeze_reduction: 4}");
  warmstart::testing::disturb(*model);
  return model;
}

/// The weights by hand: what a layer's output is to its input, place by place.
TEST(Gates, HoldTheWeightsThatMultiplyPlaces) {
  for (const char* attention : {"coord", "cbam", "balanced"}) {
    SCOPED_TRACE(attention);
    const auto model = network(attention);
    const Batch watch = tiles(24);
    std::vector<at::Tensor> tapped;
    {
      const c10::AutoGradMode no_grad(false);
      model->eval();
      const TapScope listening([&](const std::string& name, const at::Tensor& tensor) {
        if (name == "gate.places") tapped.push_back(tensor);
      });
      model->run(watch);
    }
    const auto [header, arrays] = attention_on(*model, watch, "gates");
    EXPECT_EQ(header["kind"], "gates");
    EXPECT_EQ(header["tile"], Json({24, 24}));
    ASSERT_EQ(tapped.size(), 2u);
    at::Tensor sum = at::zeros({2, 24, 24});
    for (std::size_t layer = 0; layer < tapped.size(); ++layer) {
      const at::Tensor& own = arrays.at("places." + std::to_string(layer));
      EXPECT_EQ(own.scalar_type(), at::kHalf);
      EXPECT_EQ(own.size(1), layer == 0 ? 24 : 12);
      EXPECT_LT((own.to(at::kFloat) - tapped[layer]).abs().max().item<double>(), 1e-3);
      sum += at::upsample_bilinear2d(tapped[layer].unsqueeze(1), {24, 24}, false).squeeze(1);
    }
    const at::Tensor& heat = arrays.at("heat");
    for (int sample = 0; sample < 2; ++sample) {
      EXPECT_EQ(heat[sample].min().item<double>(), 0);
      EXPECT_EQ(heat[sample].max().item<double>(), 1);
      EXPECT_EQ(heat[sample].argmax().item<std::int64_t>(),
                sum[sample].argmax().item<std::int64_t>());
    }
    EXPECT_TRUE(at::equal(arrays.at("geotransform"), watch.get("geotransform")));
  }
}

TEST(Gates, OfChannelsAloneHaveNoPlaces) {
  const auto [header, arrays] = attention_on(*network("se"), tiles(24), "gates");
  EXPECT_EQ(arrays.at("channels.1").sizes().vec(), (std::vector<std::int64_t>{2, 16}));
  EXPECT_FALSE(arrays.contains("heat"));
  EXPECT_FALSE(arrays.contains("places.0"));
}

TEST(Gates, SayThatAModelHasNone) {
  EXPECT_THAT(message_of([&] { attention_on(*network("none"), tiles(24), "gates"); }),
              HasSubstr("the model has no attention over places or channels"));
}

TEST(AttentionOfTiles, TellsWhereTheyLie) {
  const auto model =
      make<Model>("satellite.vit_upernet",
                  "{in_channels: 3, classes: 2, image_size: 32, patch: 8, width: 16, "
                  "depth: 4, heads: 2, decoder_width: 8}");
  const Batch watch = tiles(32);
  const auto [header, arrays] = attention_on(*model, watch, "attention");
  EXPECT_EQ(header["patch_grid"], Json({4, 4}));
  EXPECT_EQ(header["tile"], Json({32, 32}));
  EXPECT_EQ(arrays.at("layer.3").sizes().vec(), (std::vector<std::int64_t>{2, 2, 16, 16}));
  EXPECT_TRUE(at::equal(arrays.at("geotransform"), watch.get("geotransform")));
}

}  // namespace
}  // namespace warmstart::satellite
