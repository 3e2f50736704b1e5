// A made-up planet, as patches with what lies on the ground, or as land-use pictures (seed cards
// 15, 16, 55): data for claims that must be checkable anywhere.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "plugins/satellite/io/land_use_patch.h"
#include "plugins/satellite/io/planet.h"

namespace warmstart::satellite {
namespace {

at::Tensor plane_tensor(const std::vector<float>& values, at::IntArrayRef shape) {
  return at::tensor(at::ArrayRef<float>(values), at::kFloat).view(shape);
}

}  // namespace

/// Task `ground`: image (6,H,W), reflectance times 10000; label (H,W) cover; target (1,H,W) road
/// density; location (2) degrees; date () share of the year; climate (); clouds (4), built (1),
/// cover (9): shares. Task `land_use`: image (3,H,W) likewise; class (); reference () bool: the
/// first `references`.
class SynthEarth final : public Dataset {
 public:
  struct Config {
    std::string task = "land_use", pool = "train";
    std::int64_t n = 1500, size = 24, seed = 0, references = 0;
    bool texture_only = false, land_only = true;
    double noise = 0.03, cloudy = 0.3;
    void describe(Fields& fields) {
      fields
          .field("task", task,
                 "land_use: colour pictures of ten classes; ground: six bands with cover, road "
                 "density and what can be computed from the place")
          .one_of({"land_use", "ground"});
      fields.field("pool", pool, "pools of different names share no patch");
      fields.field("n", n, "how many patches").at_least(1);
      fields.field("size", size, "edge of a patch").within(8, 512).unit("pixels");
      fields.field("seed", seed, "of the planet").at_least(0);
      fields
          .field("references", references,
                 "land_use: the first so many are marked as those that a probe learns from")
          .at_least(0);
      fields.field("texture_only", texture_only,
                   "land_use: all patches have one mean colour, so that structure alone tells");
      fields.field("noise", noise, "land_use: deviation of the sensor's noise, as reflectance")
          .within(0, 0.5);
      fields.field("land_only", land_only, "ground: no patches of the open sea");
      fields.field("cloudy", cloudy, "ground: chance that a patch has clouds").within(0, 1);
    }
  };
  explicit SynthEarth(const Config& config) : config_(config) {
    if (config.references <= config.n) return;
    throw Error("references is " + std::to_string(config.references) + ", there are " +
                    std::to_string(config.n) + " patches",
                "satellite.synth_earth.references", "ask for fewer");
  }

  std::int64_t size() const override { return config_.n; }

  Sample get(std::int64_t index) const override {
    Random random(mix_seed(static_cast<std::uint64_t>(config_.seed),
                           "satellite.earth/" + config_.task + "/" + config_.pool,
                           static_cast<std::uint64_t>(index)));
    Sample sample{config_.pool + " " + std::to_string(index), {}};
    if (config_.task == "ground") {
      add_ground(random, sample.fields);
    } else {
      add_land_use(index, random, sample.fields);
    }
    return sample;
  }

  Json facts() const override {
    const bool ground = config_.task == "ground";
    const auto& names = ground ? planet_covers() : land_use_classes();
    Json facts{{"channels", ground ? kPlanetBands : 3},
               {"dims", 2},
               {"samples", config_.n},
               {"classes", names.size()},
               {"class_names", names}};
    if (!ground) return facts;
    facts["band_names"] = planet_band_names();
    facts["climates"] = kClimates;
    facts["targets"] = 1;
    return facts;
  }

 private:
  void add_ground(Random& random, Batch& fields) const {
    const PlanetPatch patch =
        draw_planet_patch(mix_seed(static_cast<std::uint64_t>(config_.seed), "satellite.planet"),
                          {config_.size, config_.land_only, config_.cloudy}, random);
    const std::int64_t edge = config_.size;
    fields.set("image", plane_tensor(patch.stored, {kPlanetBands, edge, edge}));
    fields.set("label", at::tensor(at::ArrayRef<std::uint8_t>(patch.cover), at::kByte)
                            .to(at::kLong)
                            .view({edge, edge}));
    fields.set("target", plane_tensor(patch.road_density, {1, edge, edge}));
    fields.set("location", at::tensor({patch.latitude, patch.longitude}, at::kDouble));
    fields.set("date", at::scalar_tensor(patch.year_share, at::kDouble));
    fields.set("climate", at::scalar_tensor(patch.climate, at::kLong));
    fields.set("clouds", plane_tensor({patch.cloud_shares.begin(), patch.cloud_shares.end()}, {4}));
    float built = 0;
    for (const float share : patch.built_density)
      built += share / static_cast<float>(patch.built_density.size());
    fields.set("built", plane_tensor({built}, {1}));
    fields.set("cover", plane_tensor(patch.cover_shares,
                                     {static_cast<std::int64_t>(patch.cover_shares.size())}));
  }

  void add_land_use(std::int64_t index, Random& random, Batch& fields) const {
    const auto land_use = static_cast<std::size_t>(index) % land_use_classes().size();
    const std::vector<float> stored =
        draw_land_use(land_use, {config_.size, config_.texture_only, config_.noise}, random);
    fields.set("image", plane_tensor(stored, {3, config_.size, config_.size}));
    fields.set("class", at::scalar_tensor(static_cast<std::int64_t>(land_use), at::kLong));
    fields.set("reference", at::scalar_tensor(index < config_.references, at::kBool));
  }

  Config config_;
};

const Registered<Dataset, SynthEarth> synth_earth{Card{
    .name = "synth_earth",
    .summary = "made-up planet: patches with what lies on the ground, or land-use pictures",
    .needs = {},
    .yields = {"image", "label", "target", "class", "reference", "location", "climate", "clouds",
               "built", "cover", "date"},
    .papers = {15, 16, 55},
}};

}  // namespace warmstart::satellite
