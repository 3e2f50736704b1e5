// Picks and reorders channels of an image that is read already.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/data/dataset.h"

namespace warmstart::satellite {

struct BandSelect final : Transform {
  struct Config {
    std::vector<std::int64_t> channels;
    void describe(Fields& fields) {
      fields.field("channels", channels, "numbers of the channels kept, in order, counted from 1")
          .at_least(1)
          .required();
    }
  };
  explicit BandSelect(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random&) const override {
    const at::Tensor& image_CHW = sample.fields.get("image");
    std::vector<std::int64_t> places;
    for (const std::int64_t channel : config_.channels) {
      if (channel > image_CHW.size(0))
        throw Error("there is no channel " + std::to_string(channel) + ", the image has " +
                        std::to_string(image_CHW.size(0)),
                    sample.id, "correct satellite.band_select.channels");
      places.push_back(channel - 1);
    }
    sample.fields.set("image", image_CHW.index_select(0, at::tensor(places, at::kLong)));
  }
  bool is_random() const override { return false; }
  Config config_;
};

const Registered<Transform, BandSelect> band_select{Card{
    .name = "band_select",
    .summary = "pick and reorder channels",
    .needs = {"image"},
    .yields = {},
    .papers = {15, 55},
}};

}  // namespace warmstart::satellite
