// Normalised differences of bands: vegetation, water, snow, burns.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/data/dataset.h"

namespace warmstart::satellite {
namespace {

/// Which bands an index sets against each other: (first - second) / (first + second).
struct IndexPair {
  const char *name, *first, *second;
};

constexpr IndexPair kIndices[] = {
    {"ndvi", "nir", "red"},      // Rouse et al. 1974: vegetation
    {"ndwi", "green", "nir"},    // McFeeters 1996: open water
    {"mndwi", "green", "swir"},  // Xu 2006: open water beside buildings
    {"ndbi", "swir", "nir"},     // Zha et al. 2003: built-up land
    {"ndsi", "green", "swir"},   // Hall et al. 1995: snow
    {"nbr", "nir", "swir2"},     // Key and Benson 2006: burns
};

std::vector<std::string> index_names() {
  std::vector<std::string> names;
  for (const IndexPair& index : kIndices) names.emplace_back(index.name);
  return names;
}

}  // namespace

/// Appends a channel for each index; 0 where both bands are 0.
struct SpectralIndex final : Transform {
  struct Config {
    std::vector<std::string> indices{"ndvi"};
    std::int64_t green = 0, red = 0, nir = 0, swir = 0, swir2 = 0;
    void describe(Fields& fields) {
      fields.field("indices", indices, "which ones are appended as channels").one_of(index_names());
      fields.field("green", green, "channel of green, counted from 1; 0 = there is none")
          .at_least(0);
      fields.field("red", red, "channel of red").at_least(0);
      fields.field("nir", nir, "channel of near infrared").at_least(0);
      fields.field("swir", swir, "channel of short-wave infrared at 1.6 um").at_least(0);
      fields.field("swir2", swir2, "channel of short-wave infrared at 2.2 um").at_least(0);
    }
  };
  explicit SpectralIndex(const Config& config) : config_(config) {}
  void apply(Sample& sample, Random&) const override {
    const at::Tensor& image_CHW = sample.fields.get("image");
    std::vector<at::Tensor> channels{image_CHW};
    for (const std::string& name : config_.indices) {
      for (const IndexPair& index : kIndices) {
        if (name != index.name) continue;
        const at::Tensor first = band(image_CHW, index.first, name, sample.id),
                         second = band(image_CHW, index.second, name, sample.id),
                         sum = first + second;
        channels.push_back(
            at::where(sum == 0, at::zeros_like(sum), (first - second) / sum).unsqueeze(0));
      }
    }
    sample.fields.set("image", at::cat(channels));
  }
  bool is_random() const override { return false; }

 private:
  at::Tensor band(const at::Tensor& image_CHW, const std::string& name, const std::string& index,
                  const std::string& id) const {
    const std::int64_t channel = name == "green"  ? config_.green
                                 : name == "red"  ? config_.red
                                 : name == "nir"  ? config_.nir
                                 : name == "swir" ? config_.swir
                                                  : config_.swir2;
    if (channel >= 1 && channel <= image_CHW.size(0)) return image_CHW[channel - 1];
    throw Error(index + " needs the band " + name + ", the image has " +
                    std::to_string(image_CHW.size(0)) + " channels",
                id, "set satellite.spectral_index." + name + " to its channel, counted from 1");
  }
  Config config_;
};

const Registered<Transform, SpectralIndex> spectral_index{Card{
    .name = "spectral_index",
    .summary = "append normalised differences such as NDVI and NDWI as channels",
    .needs = {"image"},
    .yields = {},
    .papers = {},
}};

}  // namespace warmstart::satellite
