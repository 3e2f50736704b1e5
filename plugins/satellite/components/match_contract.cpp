// What a pretrained encoder was fed, applied to other images: its size, value range, mean and
// deviation (the input contract of seed card 55).
#include <ATen/ATen.h>

#include <mutex>
#include <set>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/data/dataset.h"
#include "plugins/satellite/components/band_statistics.h"
#include "plugins/satellite/components/resample.h"
#include "plugins/satellite/components/scene_tiles.h"

namespace warmstart::satellite {

/// image -> [stretch to the range, or from a stated one to it] -> resize -> (x - mean) / std.
/// Values more than ten times beyond the range are an error, and so are stored numbers of more than
/// 8 bits for an encoder of 8-bit images: the mistakes that the contract is there to catch.
class MatchContract final : public Transform {
 public:
  struct Config {
    std::int64_t channels = 3, size = 224;
    std::vector<double> range{0, 255}, mean{0}, std{1}, percentiles, from;
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
      fields.field("from", from,
                   "smallest and largest value that the images given may have, brought to the "
                   "range, for example [0, 10000]; empty: they are in the range");
      fields.field("interpolation", interpolation, "of the resize")
          .one_of({"nearest", "bilinear", "bicubic"});
    }
  };
  explicit MatchContract(const Config& config) : config_(config) {
    if (config.range[0] >= config.range[1])
      throw Error("the range is empty", "satellite.match_contract.range", "write [low, high]");
    check_from();
    const auto& percent = config.percentiles;
    if (percent.empty() || (percent.size() == 2 && percent[0] < percent[1])) return;
    throw Error("percentiles needs two rising numbers", "satellite.match_contract.percentiles",
                "for example [2, 98]");
  }

  void attach(const Json& facts) override {
    const bool takes_bytes = config_.range[0] >= 0 && config_.range[1] > 1 &&
                             config_.range[1] <= 255 && config_.percentiles.empty() &&
                             config_.from.empty();
    if (!takes_bytes) return;
    for (const std::string& type : facts.value("stored_types", std::vector<std::string>{})) {
      if (wide_types().count(type) == 0) continue;
      throw Error("bands of type " + type + " are fed to an encoder of images from " +
                      c10::str(config_.range[0]) + " to " + c10::str(config_.range[1]),
                  "satellite.match_contract",
                  "say what they range over (from: [0, 10000]) in place of scaling before, or set "
                  "percentiles");
    }
  }

  void apply(Sample& sample, Random&) const override {
    at::Tensor image = sample.fields.get("image").to(at::kFloat);
    if (image.size(0) != config_.channels)
      throw Error("the image has " + std::to_string(image.size(0)) + " bands, the encoder takes " +
                      std::to_string(config_.channels),
                  sample.id,
                  "pick them with satellite.band_select, for example channels: [3, 2, 1]");
    const double low = config_.range[0], high = config_.range[1];
    warn_of_constant_channels(image, sample.id);
    if (!config_.percentiles.empty())
      image = stretched(image, config_.percentiles[0], config_.percentiles[1]) * (high - low) + low;
    if (!config_.from.empty())
      image =
          (image - config_.from[0]) * ((high - low) / (config_.from[1] - config_.from[0])) + low;
    check_range(image, sample.id);
    sample.fields.set("image", image);
    resize_sample(sample, config_.size, config_.interpolation, true);
    image = sample.fields.get("image");
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
                id, "set satellite.match_contract.percentiles or from, or scale before");
  }

  void check_from() const {
    const std::vector<double>& from = config_.from;
    if (from.empty()) return;
    if (from.size() != 2 || from[0] >= from[1])
      throw Error("from needs two rising numbers", "satellite.match_contract.from",
                  "for example [0, 10000]");
    if (!config_.percentiles.empty())
      throw Error("from and percentiles both say how values are scaled",
                  "satellite.match_contract.from", "leave one of them out");
  }

  /// Once for each channel: a tile of one value may well be, and a dead band would be told for all.
  void warn_of_constant_channels(const at::Tensor& image_CHW, const std::string& id) const {
    const at::Tensor flat = image_CHW.flatten(1);
    const at::Tensor low = std::get<0>(flat.min(1)), high = std::get<0>(flat.max(1));
    for (std::int64_t c = 0; c < flat.size(0); ++c) {
      if (low[c].item<float>() < high[c].item<float>()) continue;
      const std::lock_guard lock(mutex_);
      if (!warned_.insert(c).second) continue;
      log_warning(
          "channel " + std::to_string(c + 1) + " of " + id + " is " +
          c10::str(low[c].item<float>()) +
          " in every pixel (deviation 0), so that the encoder is told nothing by it; of this "
          "channel nothing more is said");
    }
  }
  Config config_;
  mutable std::mutex mutex_;
  mutable std::set<std::int64_t> warned_;  // channels
};

const Registered<Transform, MatchContract> match_contract{Card{
    .name = "match_contract",
    .summary = "the size, range and statistics that an encoder was pretrained with",
    .needs = {"image"},
    .yields = {},
    .papers = {55},
}};

}  // namespace warmstart::satellite
