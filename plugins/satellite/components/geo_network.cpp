// Any network with a latent vector and a decoding of it, named as a component: the arms of one
// recipe may differ in it.
#include "core/base/error.h"
#include "plugins/satellite/components/geo_encoder.h"

namespace warmstart::satellite {
namespace {

class GeoNetwork final : public GeoEncoder {
 public:
  struct Config {
    Value network;
    void describe(Fields& fields) {
      fields
          .field("network", network,
                 "satellite.geo_unet or satellite.vit_upernet with its settings")
          .component("model")
          .required();
    }
  };
  explicit GeoNetwork(const Config& config) {
    network_ = std::dynamic_pointer_cast<GeoEncoder>(
        create<Model>(config.network, "network", "model geo_network"));
    if (!network_)
      throw Error("the network has no latent vector that is decoded", "model geo_network.network",
                  "choose satellite.geo_unet or satellite.vit_upernet");
    register_module("network", network_);
  }
  Code encode(const at::Tensor& x_BCHW) override { return network_->encode(x_BCHW); }
  at::Tensor decode(const Code& code) override { return network_->decode(code); }
  at::Tensor forward(const at::Tensor& x) override { return network_->forward(x); }
  Batch run(const Batch& batch) override { return network_->run(batch); }
  std::string head() const override { return "network." + network_->head(); }
  std::int64_t latent() const override { return network_->latent(); }
  std::int64_t decoded() const override { return network_->decoded(); }
  std::int64_t in_channels() const override { return network_->in_channels(); }
  std::int64_t input_edge() const override { return network_->input_edge(); }

 private:
  std::shared_ptr<GeoEncoder> network_;
};

const Registered<Model, GeoNetwork> geo_network{{
    .name = "geo_network",
    .summary =
        "a network that is pretrained on places, so that the arms of a recipe may differ in it",
    .needs = {"image"},
    .yields = {"logits", "features"},
    .papers = {15},
}};

}  // namespace
}  // namespace warmstart::satellite
