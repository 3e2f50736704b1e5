// What a pretrained encoder was fed, applied to other images: its size, value range, mean and
// deviation (the input contract of seed card 55).
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "plugins/satellite/components/band_statistics.h"
#include "plugins/satellite/components/pixel_grid.h"
#include "plugins/satellite/components/resample.h"

namespace warmstart::satellite {

/// image -> [stretch to the range] -> resize -> (x - mean) / std. Without a stretch, values more
/// than ten times beyond the range are an error: the mistake that the contract is there to catch.
class MatchContract final : public Transform {
 public:
  struct Config {
    std::int64_t channels = 3, size = 224;
    std::vector<double> range{0, 255}, mean{0}, std{1}, percentiles;
    std::string interpolation = "bilinear";
    void describe(Fields& fields) {
      fields.field("channels", channels, "bands that the encoder takes").at_least(1);
      fields.field("size", size, "edge of its images").at_least(1).unit("pixels");
      fields.field("range", range, "smallest and largest value that its images had").length(2);
      fields.field("mean", mean, "of its training images, for each channel or one for all");
      fields.field("std", std, "standard deviation likewise").above(0);
      fields
          .field("percentiles", percentiles,
                 "stretch each band between these two percentiles to the range; empty: take values "
                 "as they are")
          .within(0, 100)
          .unit("%");
      fields.field("interpolation", interpolation, "of the resize")
          .one_of({"nearest", "bilinear", "bicubic"});
    }
  };
  explicit MatchContract(const Config& config) : config_(config) {
    if (config.range[0] >= config.range[1])
      throw Error("the range is empty", "satellite.match_contract.range", "write [low, high]");
    const auto& percent = config.percentiles;
    if (percent.empty() || (percent.size() == 2 && percent[0] < percent[1])) return;
    throw Error("percentiles needs two rising numbers", "satellite.match_contract.percentiles",
                "for example [2, 98]");
  }

  void apply(Sample& sample, Random&) const override {
    at::Tensor image = sample.fields.get("image").to(at::kFloat);
    if (image.size(0) != config_.channels)
      throw Error("the image has " + std::to_string(image.size(0)) + " bands, the encoder takes " +
                      std::to_string(config_.channels),
                  sample.id,
                  "pick them with satellite.band_select, for example channels: [3, 2, 1]");
    const double low = config_.range[0], high = config_.range[1];
    if (config_.percentiles.empty()) {
      check_range(image, sample.id);
    } else {
      image = stretched(image, config_.percentiles[0], config_.percentiles[1]) * (high - low) + low;
    }
    follow_pixels(sample, old_of_resize(image.size(2), image.size(1), config_.size));
    image = resampled_image(image, config_.size, config_.interpolation, true);
    sample.fields.set("image", (image - for_channels(config_.mean, image, "mean", sample.id)) /
                                   for_channels(config_.std, image, "std", sample.id));
  }
  bool is_random() const override { return false; }

 private:
  void check_range(const at::Tensor& image, const std::string& id) const {
    const double span = config_.range[1] - config_.range[0];
    const double most = image.max().item<double>(), least = image.min().item<double>();
    if (most <= config_.range[1] + 9 * span && least >= config_.range[0] - 9 * span) return;
    throw Error("values from " + c10::str(least) + " to " + c10::str(most) +
                    " are fed to an encoder of images from " + c10::str(config_.range[0]) + " to " +
                    c10::str(config_.range[1]),
                id, "set satellite.match_contract.percentiles, or scale before");
  }
  Config config_;
};

const Registered<Transform, MatchContract> match_contract{Card{
    .name = "match_contract",
    .summary = "the size, range and statistics that an encoder was pretrained with",
    .needs = {"image"},
    .yields = {},
    .papers = {55},
}};

}  // namespace warmstart::satellite
