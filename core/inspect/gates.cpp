// What the attention of convolutional networks lets pass: coordinate attention and CBAM weigh
// places, squeeze-excitation weighs channels. Half precision, as of attention between tokens.
#include <ATen/ATen.h>

#include "core/inspect/sample_places.h"
#include "core/layers/tap.h"

namespace warmstart {
namespace {

/// With G_l (S,h,w) the weights of layer l over places, each brought to the image's size:
/// heat = mean_l G_l, stretched from 0 for the least to 1 for the most in an image.
struct GatesInspector final : Inspector {
  struct Config {
    void describe(Fields&) {}
  };
  explicit GatesInspector(const Config&) {}

  Capture capture(const Batch& watch, const std::vector<std::string>&, Objective&,
                  Context& context) override {
    std::vector<at::Tensor> places_Shw, channels_SC;
    {
      const TapScope listening([&](const std::string& name, const at::Tensor& weights) {
        if (name == "gate.places") places_Shw.push_back(weights.detach().to(at::kFloat));
        if (name == "gate.channels") channels_SC.push_back(weights.detach());
      });
      context.model.run(watch);
    }
    if (places_Shw.empty() && channels_SC.empty())
      throw Error("the model has no attention over places or channels", "capture gates",
                  "use a model that has, such as satellite.attn_resnet, or remove the inspector");
    Capture out;
    const at::Tensor image = watch.get("image").to(at::kFloat);
    out.header = {{"kind", "gates"},
                  {"axes",
                   {{"image", "S C H W"},
                    {"heat", "S H W"},
                    {"places.N", "S H W"},
                    {"channels.N", "S channel"}}},
                  {"units",
                   {{"heat", "0 = the least, 1 = the most in the image"},
                    {"places.N", "share that passes"},
                    {"channels.N", "share that passes"}}}};
    out.tensors = {{"image", image}};
    if (!places_Shw.empty()) out.tensors.emplace_back("heat", heat(places_Shw, image));
    file(out, "places.", places_Shw);
    file(out, "channels.", channels_SC);
    add_sample_places(out, watch);
    return out;
  }

 private:
  static at::Tensor heat(const std::vector<at::Tensor>& places_Shw, const at::Tensor& image) {
    at::Tensor sum_S1HW =
        at::zeros({image.size(0), 1, image.size(2), image.size(3)}, places_Shw.front().options());
    for (const at::Tensor& each : places_Shw)
      sum_S1HW += at::upsample_bilinear2d(each.unsqueeze(1), {image.size(2), image.size(3)},
                                          /*align_corners=*/false);
    const at::Tensor heat_SHW = sum_S1HW.squeeze(1);
    const at::Tensor least = heat_SHW.amin({1, 2}, true);
    const at::Tensor reach = heat_SHW.amax({1, 2}, true) - least;
    return at::where(reach > 0, (heat_SHW - least) / reach, at::zeros_like(heat_SHW));
  }

  static void file(Capture& out, const std::string& name, const std::vector<at::Tensor>& layers) {
    for (std::size_t layer = 0; layer < layers.size(); ++layer)
      out.tensors.emplace_back(name + std::to_string(layer),
                               layers[layer].to(at::kHalf).contiguous());
  }
};

const Registered<Inspector, GatesInspector> gates_inspector{
    {.name = "gates",
     .summary = "which places and channels a convolutional network's attention lets pass",
     .needs = {},
     .yields = {},
     .papers = {16}}};

}  // namespace
}  // namespace warmstart
