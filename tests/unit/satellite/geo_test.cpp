// The geo-aware objective: its formulas, its gradients, and what it asks of the data.
#include <ATen/ATen.h>

#include "core/objectives/objective.h"
#include "plugins/satellite/components/geo_targets.h"
#include "satellite_files.h"
#include "tests/unit/core/network_reference.h"

namespace warmstart::satellite {
namespace {

using testing::HasSubstr;
using testing::message_of;
using warmstart::testing::make;
using warmstart::testing::relative_difference;

constexpr const char* kTiny =
    "{in_channels: 2, image_size: 8, latent: 5, widths: [3, 4], skip_noise: false}";

Batch patches() {
  at::manual_seed(2);
  Batch batch;
  batch.set("image", at::rand({3, 2, 8, 8}, at::kDouble) * 10000);
  batch.set("location",
            at::tensor({10.0, 20.0, -45.0, 120.0, 89.0, -170.0}, at::kDouble).view({3, 2}));
  batch.set("date", at::tensor({0.1, 0.5, 0.9}, at::kDouble));
  batch.set("clouds", at::rand({3, 4}, at::kDouble).softmax(1));
  batch.set("built", at::rand({3, 1}, at::kDouble));
  batch.set("cover", at::rand({3, 6}, at::kDouble).softmax(1));
  batch.set("climate", at::tensor({0, 2, 1}, at::kLong));
  batch.set("target", at::rand({3, 1, 8, 8}, at::kDouble));
  return batch;
}

TEST(GeoNetwork, IsTheNetworkThatItNames) {
  at::manual_seed(5);
  const auto bare = make<Model>("satellite.geo_unet", kTiny);
  at::manual_seed(5);
  const auto named = make<Model>(
      "satellite.geo_network",
      "{network: {type: satellite.geo_unet, in_channels: 2, image_size: 8, latent: 5, widths: [3, "
      "4], skip_noise: false}}");
  const at::Tensor x = at::rand({3, 2, 8, 8});
  EXPECT_TRUE(at::equal(bare->forward(x), named->forward(x)));
  EXPECT_EQ(named->head(), "network.head");
  EXPECT_THAT(
      message_of([] { make<Model>("satellite.geo_network", "{network: {type: satellite.rcf}}"); }),
      HasSubstr("choose satellite.geo_unet or satellite.vit_upernet"));
}

TEST(GeoTargets, FollowTheFormulas) {
  const at::Tensor location = at::tensor({0.0, 0.0, 45.0, -90.0}, at::kDouble).view({2, 2});
  // Latitude 0 -> angle pi, longitude 0 -> pi; latitude 45 -> 3 pi / 2, longitude -90 -> pi / 2.
  const at::Tensor expected =
      at::tensor({0.5, 0.0, 0.5, 0.0, 0.0, 0.5, 1.0, 0.5}, at::kDouble).view({2, 4});
  EXPECT_LT((encoded_location(location) - expected).abs().max().item<double>(), 1e-12);
  const at::Tensor poles = at::tensor({90.0, 0.0, -90.0, 0.0}, at::kDouble).view({2, 2});
  const at::Tensor codes = encoded_location(poles);
  EXPECT_LT((codes[0] - codes[1]).abs().max().item<double>(), 1e-12) << "the poles fold together";
  const at::Tensor e = at::tensor({1.0, 0.0, 0.0, 2.0}, at::kDouble).view({2, 2});
  EXPECT_NEAR(view_similarity(e, e).item<double>(), 0, 1e-9);
  // Exchanged: cosine 0 with its own, 1 with the other, distance sqrt(5).
  EXPECT_NEAR(view_similarity(e, e.flip({0})).item<double>(), 1.5 + 0.5 + std::sqrt(5.0), 1e-9);
  const at::Tensor scores = at::zeros({1, 4}, at::kDouble);
  EXPECT_NEAR(soft_cross_entropy(scores, at::full({1, 4}, 0.25, at::kDouble)).item<double>(),
              std::log(4.0), 1e-12);
}

TEST(GeoTargets, ThePoleIsOnePointAndTheDateLineNoEdge) {
  const at::Tensor location =
      at::tensor({90.0, 10.0, 90.0, -170.0, 0.0, 180.0, 0.0, -180.0, 0.0, 90.0}, at::kDouble)
          .view({5, 2});
  const at::Tensor points = on_unit_sphere(location);
  EXPECT_LT((points[0] - points[1]).abs().max().item<double>(), 1e-12);
  EXPECT_LT((points[2] - points[3]).abs().max().item<double>(), 1e-12);
  EXPECT_LT((points[4] - at::tensor({0.5, 1.0, 0.5}, at::kDouble)).abs().max().item<double>(),
            1e-12);
  const at::Tensor dates = encoded_date(at::tensor({0.0, 0.25, 0.5}, at::kDouble));
  const at::Tensor expected = at::tensor({0.5, 1.0, 1.0, 0.5, 0.5, 0.0}, at::kDouble).view({3, 2});
  EXPECT_LT((dates - expected).abs().max().item<double>(), 1e-12);
}

void expect_gradients(const std::string& type, const std::string& settings,
                      const Batch& batch = patches()) {
  const auto model = make<Model>("satellite.geo_unet", kTiny);
  const auto objective = make<Objective>(type, settings);
  objective->attach(*model, {{"classes", 6}, {"climates", 3}});
  warmstart::testing::disturb(*model);
  model->to(at::kDouble);
  objective->to(at::kDouble);
  std::vector<at::Tensor> parameters = model->parameters();
  for (const at::Tensor& parameter : objective->parameters()) parameters.push_back(parameter);
  Context context{.model = *model, .seed = 3};
  EXPECT_LT(warmstart::testing::gradient_error(
                [&] { return objective->evaluate(batch, context).total; }, parameters, 1e-6),
            2e-5)
      << type;
}

TEST(GeoAware, HasTheGradientsOfFiniteDifferences) {
  expect_gradients(
      "satellite.geo_aware",
      "{targets: [coords, sphere, date, clouds, built, cover, climate], scale: 10000}");
  expect_gradients("satellite.density_regression", "{}");
  Batch gaps = patches();  // where half of the pixels have no target
  gaps.set("target", at::where(gaps.get("target") > 0.5, gaps.get("target"),
                               at::full({}, std::nan(""), at::kDouble)));
  expect_gradients("satellite.density_regression", "{}", gaps);
}

TEST(GeoAware, LogsEveryTermAndShowsTheReconstruction) {
  const auto model = make<Model>("satellite.geo_unet", kTiny);
  const auto objective = make<Objective>("satellite.geo_aware", "{}");
  objective->attach(*model, {{"classes", 6}});
  Batch batch = patches();
  for (const char* name : {"image", "clouds", "built", "cover"})
    batch.set(name, batch.get(name).to(at::kFloat));
  Context context{.model = *model, .seed = 3};
  const Loss loss = objective->evaluate(batch, context);
  std::vector<std::string> names;
  double sum = 0;
  for (const auto& [name, value] : loss.terms) {
    names.push_back(name);
    sum += value.item<double>();
  }
  EXPECT_EQ(names, (std::vector<std::string>{"reconstruction", "coords", "clouds", "built", "cover",
                                             "similarity"}));
  EXPECT_NEAR(sum, loss.total.item<double>(), 1e-3);
  EXPECT_EQ(loss.outputs.get("reconstruction").sizes(), batch.get("image").sizes());
  batch.erase("location");
  EXPECT_EQ(
      message_of([&] { objective->evaluate(batch, context); }),
      "the tiles have no georeference; objective satellite.geo_aware; drop `coords` from targets");
}

TEST(GeoAware, AsksForDatesWhereItIsToTellThem) {
  const auto model = make<Model>("satellite.geo_unet", kTiny);
  const auto objective = make<Objective>("satellite.geo_aware", "{targets: [date]}");
  objective->attach(*model, Json::object());
  Batch batch = patches();
  batch.set("image", batch.get("image").to(at::kFloat));
  Context context{.model = *model, .seed = 3};
  EXPECT_EQ(objective->evaluate(batch, context).terms[1].first, "date");
  batch.erase("date");
  EXPECT_EQ(message_of([&] { objective->evaluate(batch, context); }),
            "the tiles have no dates; objective satellite.geo_aware; drop `date` from targets, or "
            "name a table of dates in the data set");
}

TEST(GeoAware, PretrainsAVisionTransformerToo) {
  at::manual_seed(5);
  const auto model = make<Model>("satellite.vit_upernet",
                                 "{in_channels: 2, width: 12, heads: 3, decoder_width: 6}");
  const auto objective = make<Objective>("satellite.geo_aware", "{}");
  objective->attach(*model, {{"classes", 6}});
  Batch batch = patches();
  batch.set("image", at::rand({3, 2, 32, 32}) * 10000);
  for (const char* name : {"clouds", "built", "cover"})
    batch.set(name, batch.get(name).to(at::kFloat));
  Context context{.model = *model, .seed = 3};
  const Loss loss = objective->evaluate(batch, context);
  EXPECT_EQ(loss.outputs.get("reconstruction").sizes(), batch.get("image").sizes());
  loss.total.backward();
  for (const auto& item : model->named_parameters()) {
    if (item.key().starts_with("head")) continue;  // of the maps that are learned later
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
  }
}

TEST(GeoUnet, TracesAndKeepsTheImagesSize) {
  warmstart::testing::expect_free_batch("satellite.geo_unet", kTiny, {2, 8, 8});
  const auto model = make<Model>("satellite.geo_unet", kTiny);
  EXPECT_EQ(model->forward(at::randn({2, 2, 8, 8})).sizes(),
            (std::vector<std::int64_t>{2, 1, 8, 8}));
  Batch batch;
  batch.set("image", at::randn({2, 2, 12, 12}));
  EXPECT_THAT(message_of([&] { model->run(batch); }),
              HasSubstr("the image is 12x12, the model takes 8"));
  EXPECT_THAT(
      message_of([] { make<Model>("satellite.geo_unet", "{image_size: 10, widths: [2, 2, 2]}"); }),
      HasSubstr("image_size 10 cannot be halved for 3 levels"));
}

TEST(GeoUnet, DimsItsSkipsWhileTrainingOnly) {
  at::manual_seed(6);
  const auto model = make<Model>("satellite.geo_unet",
                                 "{in_channels: 2, image_size: 8, latent: 5, widths: [3, 4]}");
  const at::Tensor x = at::randn({2, 2, 8, 8});
  model->eval();
  EXPECT_TRUE(at::equal(model->forward(x), model->forward(x)));
  model->train();
  EXPECT_GT(relative_difference(model->forward(x), model->forward(x)), 1e-3);
}

}  // namespace
}  // namespace warmstart::satellite
