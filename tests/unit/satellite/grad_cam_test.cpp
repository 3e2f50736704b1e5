// Grad-CAM against PyTorch's own hooks on small networks.
#include <ATen/ATen.h>

#include "core/inspect/inspector.h"
#include "satellite_files.h"
#include "tests/unit/core/network_reference.h"

namespace warmstart::satellite {
namespace {

using testing::HasSubstr;
using testing::message_of;
using warmstart::testing::make;
using warmstart::testing::relative_difference;

struct NoObjective final : Objective {
  Loss evaluate(const Batch&, Context&) override { return {}; }
};

Capture heat_of(Model& model, const Batch& watch, const std::string& settings) {
  NoObjective objective;
  Context context{.model = model, .seed = 0};
  const c10::AutoGradMode no_grad(false);  // as captures are taken
  model.eval();
  return make<Inspector>("grad_cam", settings)->capture(watch, {}, objective, context);
}

const at::Tensor& tensor_of(const Capture& capture, const std::string& name) {
  for (const auto& [key, tensor] : capture.tensors) {
    if (key == name) return tensor;
  }
  throw Error("no such tensor", name, "");
}

void expect_as_pytorch(const std::string& type, const std::string& settings) {
  SCOPED_TRACE(type);
  at::manual_seed(41);
  const auto model = make<Model>(type, settings);
  warmstart::testing::disturb(*model);
  for (const at::Tensor& parameter : model->parameters()) parameter.set_requires_grad(false);
  Batch watch;
  watch.set("image", at::randn({4, 3, 16, 24}));
  watch.set("geotransform", at::rand({4, 6}, at::kDouble));
  NamedTensors given{{"image", watch.get("image").clone()}};
  warmstart::testing::add_state(given, "state", *model);
  Json all = warmstart::testing::resolved_settings(type, settings);
  all["of_classes"] = {-1, 0, 1, 2};
  const auto theirs = warmstart::testing::torch_reference("torch_grad_cam.py", given, all);
  ASSERT_FALSE(theirs.empty());
  double hottest = 0;
  for (const int of_class : {-1, 0, 1, 2}) {
    const std::string number = std::to_string(of_class);
    const at::Tensor &heat = theirs.at("heat." + number), &classes = theirs.at("classes." + number);
    const Capture capture = heat_of(*model, watch, "{of_class: " + number + "}");
    EXPECT_LT(relative_difference(tensor_of(capture, "heat"), heat), 2e-5) << number;
    for (std::int64_t i = 0; i < 4; ++i)
      EXPECT_EQ(capture.header["of_class"][static_cast<std::size_t>(i)],
                classes[i].item<std::int64_t>());
    EXPECT_EQ(capture.header["kind"], "grad_cam");
    EXPECT_TRUE(at::equal(tensor_of(capture, "image"), watch.get("image")));
    EXPECT_TRUE(at::equal(tensor_of(capture, "geotransform"), watch.get("geotransform")));
    hottest = std::max(hottest, heat.max().item<double>());
  }
  EXPECT_NEAR(hottest, 1, 1e-6) << "nothing to compare";
}

TEST(GradCam, EqualsPyTorch) {
  expect_as_pytorch("satellite.convnet", "{in_channels: 3, classes: 4, widths: [5, 6]}");
  expect_as_pytorch("resnet",
                    "{in_channels: 3, classes: 4, width: 4, depths: [1, 1], "
                    "small_images: true, norm: batch}");
  expect_as_pytorch("unet", "{dims: 2, in_channels: 3, classes: 3, widths: [4, 6], norm: batch}");
}

TEST(GradCam, LeavesNoGradientsBehind) {
  const auto model = make<Model>("satellite.convnet", "{classes: 4, widths: [5, 6]}");
  Batch watch;
  watch.set("image", at::randn({2, 3, 12, 12}));
  heat_of(*model, watch, "{}");
  for (const at::Tensor& parameter : model->parameters()) EXPECT_FALSE(parameter.grad().defined());
  EXPECT_FALSE(watch.get("image").requires_grad());
}

TEST(GradCam, SaysWhatItCannotLookAt) {
  Batch watch;
  watch.set("image", at::randn({2, 3, 12, 12}));
  const auto statistics = make<Model>("satellite.image_statistics", "{}");
  EXPECT_THAT(message_of([&] { heat_of(*statistics, watch, "{}"); }),
              HasSubstr("the model has no feature map of images to look at"));
  const auto net = make<Model>("satellite.convnet", "{classes: 4, widths: [5, 6]}");
  EXPECT_THAT(message_of([&] { heat_of(*net, watch, "{of_class: 4}"); }),
              HasSubstr("there is no class 4, the model tells 4"));
}

}  // namespace
}  // namespace warmstart::satellite
