// Where in an image a class shows itself to the model: Grad-CAM (Selvaraju et al. 2017), for maps
// of classes as in Vinogradova et al. 2020.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/inspect/sample_places.h"
#include "core/layers/tap.h"

namespace warmstart {
namespace {

/// With A (S,C,h,w) the last feature map and s the score of a sample's class (its logit, or the sum
/// of its logits over the pixels that are taken for it): heat = relu(sum_c mean_hw(ds/dA_c) A_c),
/// brought to the image's size and divided by its largest value.
struct GradCamInspector final : Inspector {
  struct Config {
    std::int64_t of_class = -1;
    void describe(Fields& fields) {
      fields
          .field(
              "of_class", of_class,
              "number of the class that is looked for; -1: what each image is taken for, in a map "
              "of classes what most of it is taken for")
          .at_least(-1);
    }
  };
  explicit GradCamInspector(const Config& config) : config_(config) {}

  Capture capture(const Batch& watch, const std::vector<std::string>&, Objective&,
                  Context& context) override {
    const c10::AutoGradMode gradients(true);
    // Of the image, or a frozen network would have no gradients at all.
    const at::Tensor image = watch.get("image").to(at::kFloat).detach().clone();
    Batch asked = watch;
    asked.set("image", image.set_requires_grad(true));
    at::Tensor map_SChw, logits;
    {
      const TapScope listening([&](const std::string& name, const at::Tensor& tensor) {
        if (name == "feature.map") map_SChw = tensor;
      });
      logits = context.model.run(asked).get("logits");
    }
    check(map_SChw, logits);
    const at::Tensor classes_S = wanted_classes(logits);
    const at::Tensor slope = torch::autograd::grad({score(logits, classes_S)}, {map_SChw}).front();
    Capture out;
    out.header = {{"kind", "grad_cam"},
                  {"axes", {{"image", "S C H W"}, {"heat", "S H W"}}},
                  {"units", {{"heat", "share of the largest in the image"}}},
                  {"of_class", numbers(classes_S)}};
    out.tensors = {{"image", image.detach()}, {"heat", heat(map_SChw, slope, image.sizes())}};
    add_sample_places(out, watch);
    return out;
  }

 private:
  void check(const at::Tensor& map, const at::Tensor& logits) const {
    if (!map.defined() || map.dim() != 4)
      throw Error("the model has no feature map of images to look at", "capture grad_cam",
                  "use a convolutional model of images, such as resnet or unet");
    if (config_.of_class >= logits.size(1))
      throw Error("there is no class " + std::to_string(config_.of_class) + ", the model tells " +
                      std::to_string(logits.size(1)),
                  "capture grad_cam.of_class", "count from 0");
  }

  at::Tensor wanted_classes(const at::Tensor& logits) const {
    if (config_.of_class >= 0)
      return at::full({logits.size(0)}, config_.of_class, logits.options().dtype(at::kLong));
    const at::Tensor taken = logits.argmax(1);
    if (taken.dim() == 1) return taken;
    return at::one_hot(taken.flatten(1), logits.size(1)).sum(1).argmax(1);
  }

  /// Samples do not meet in a model that is evaluated, so that one sum serves them all.
  static at::Tensor score(const at::Tensor& logits, const at::Tensor& classes_S) {
    if (logits.dim() == 2) return logits.gather(1, classes_S.unsqueeze(1)).sum();
    const at::Tensor taken = logits.argmax(1, true) == classes_S.view({-1, 1, 1, 1});
    const at::Tensor index = classes_S.view({-1, 1, 1, 1}).expand_as(taken);
    return (logits.gather(1, index) * taken).sum();
  }

  static at::Tensor heat(const at::Tensor& map_SChw, const at::Tensor& slope_SChw,
                         at::IntArrayRef image) {
    const c10::AutoGradMode none(false);
    const at::Tensor small =
        (slope_SChw.mean({2, 3}, true) * map_SChw.detach()).sum(1, true).relu();
    const at::Tensor large =
        at::upsample_bilinear2d(small, {image[2], image[3]}, /*align_corners=*/false).squeeze(1);
    const at::Tensor most = large.amax({1, 2}, true);
    return at::where(most > 0, large / most, at::zeros_like(large)).to(at::kFloat);
  }

  static std::vector<std::int64_t> numbers(const at::Tensor& classes_S) {
    const at::Tensor on_cpu = classes_S.to(at::kCPU).contiguous();
    return {on_cpu.data_ptr<std::int64_t>(), on_cpu.data_ptr<std::int64_t>() + on_cpu.numel()};
  }

  Config config_;
};

const Registered<Inspector, GradCamInspector> grad_cam_inspector{
    {.name = "grad_cam",
     .summary = "where in an image a class shows itself to the model",
     .needs = {"logits"},
     .yields = {},
     .papers = {16}}};

}  // namespace
}  // namespace warmstart
