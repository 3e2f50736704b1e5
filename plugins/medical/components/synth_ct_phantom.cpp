// Made-up CT volumes for claims that must be checkable anywhere, without a patient's data.
#include <torch/types.h>

#include "core/data/dataset.h"
#include "plugins/medical/geometry/phantom.h"

namespace warmstart::medical {

class SynthCtPhantom final : public Dataset {
 public:
  struct Config {
    std::int64_t n = 40, size = 24, seed = 0;
    double spacing = 3, noise = 25, bias = 15, streak = 10, warp = 1.5;
    std::vector<double> contrast{20, 60};
    std::string pool = "train", labels = "organs";
    void describe(Fields& fields) {
      fields.field("n", n, "how many volumes").at_least(1);
      fields.field("size", size, "edge of the cube").within(8, 256).unit("voxels");
      fields.field("spacing", spacing, "edge of a voxel").above(0).unit("mm");
      fields.field("pool", pool, "pools of different names share no volume");
      fields.field("seed", seed, "another seed, other volumes");
      fields.field("labels", labels, "none, the four organs, or organs with the target")
          .one_of({"none", "organs", "target"});
      fields.field("contrast", contrast, "least and largest contrast of an organ")
          .length(2)
          .unit("HU");
      fields.field("noise", noise, "standard deviation of the noise").at_least(0).unit("HU");
      fields.field("bias", bias, "largest of the smooth intensity drift").at_least(0).unit("HU");
      fields.field("streak", streak, "largest of the streaks").at_least(0).unit("HU");
      fields.field("warp", warp, "largest shift of the smooth warp").at_least(0).unit("voxels");
    }
  };
  explicit SynthCtPhantom(const Config& config) : config_(config) {
    if (config.contrast[0] <= config.contrast[1]) return;
    throw Error("the least contrast is above the largest", "medical.synth_ct_phantom",
                "write contrast: [low, high]");
  }

  std::int64_t size() const override { return config_.n; }

  Sample get(std::int64_t index) const override {
    Random random(mix_seed(static_cast<std::uint64_t>(config_.seed), "phantom." + config_.pool,
                           static_cast<std::uint64_t>(index)));
    const Phantom phantom = draw_phantom({.size = config_.size,
                                          .contrast_low = config_.contrast[0],
                                          .contrast_high = config_.contrast[1],
                                          .noise = config_.noise,
                                          .bias = config_.bias,
                                          .streak = config_.streak,
                                          .warp = config_.warp},
                                         random);
    const std::int64_t edge = config_.size;
    Sample sample{config_.pool + " " + std::to_string(index), {}};
    sample.fields.set(
        "image",
        torch::tensor(at::ArrayRef<float>(phantom.image), at::kFloat).view({1, edge, edge, edge}));
    if (config_.labels != "none") {
      const auto& labels = config_.labels == "target" ? phantom.target : phantom.organs;
      sample.fields.set("label", torch::tensor(at::ArrayRef<std::uint8_t>(labels), at::kByte)
                                     .to(at::kLong)
                                     .view({edge, edge, edge}));
    }
    sample.fields.set("spacing", torch::full({3}, config_.spacing, at::kDouble));
    sample.fields.set("direction", torch::eye(3, at::kDouble).flip({0}));  // x right, z up
    return sample;
  }

  Json facts() const override {
    Json facts{{"channels", 1},
               {"dims", 3},
               {"cases", config_.n},
               {"spacing", {config_.spacing, config_.spacing, config_.spacing}}};
    if (config_.labels == "none") return facts;
    const char* last = config_.labels == "target" ? "target" : "uterus";
    facts["classes"] = 5;
    facts["class_names"] = {"background", "bladder", "rectum", "sigmoid", last};
    return facts;
  }

 private:
  Config config_;
};

const Registered<Dataset, SynthCtPhantom> synth_ct_phantom{Card{
    .name = "synth_ct_phantom",
    .summary = "made-up pelvic CT with four organs and an anatomically defined target",
    .needs = {},
    .yields = {"image", "label", "spacing", "direction"},
    .papers = {1},
}};

}  // namespace warmstart::medical
