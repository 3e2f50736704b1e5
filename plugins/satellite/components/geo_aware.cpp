// Pretraining on what a patch's place tells without labels: where it is, clouds, buildings, land
// cover, its own reconstruction, and that two views of it are alike (PhilEO; seed card 15).
#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

#include <map>

#include "core/base/error.h"
#include "core/layers/convolution.h"
#include "core/objectives/objective.h"
#include "plugins/satellite/components/geo_encoder.h"
#include "plugins/satellite/components/geo_targets.h"

namespace warmstart::satellite {
namespace {

class GeoAware final : public Objective {
 public:
  struct Config {
    std::vector<std::string> targets{"coords", "clouds", "built", "cover"};
    double reconstruction = 1, coords = 1, sphere = 1, date = 1, clouds = 100, built = 100,
           cover = 1, climate = 1, similarity = 1, scale = 10000, brightness = 0.1;
    void describe(Fields& fields) {
      fields.field("targets", targets, "what the latent vector must tell")
          .one_of({"coords", "sphere", "date", "clouds", "built", "cover", "climate"});
      fields.field("reconstruction", reconstruction, "weight of the reconstruction").at_least(0);
      fields.field("coords", coords, "weight of the position").at_least(0);
      fields.field("sphere", sphere, "weight of the position as a point of the sphere").at_least(0);
      fields.field("date", date, "weight of the time of the year").at_least(0);
      fields.field("clouds", clouds, "weight of the cloud shares").at_least(0);
      fields.field("built", built, "weight of the share of buildings").at_least(0);
      fields.field("cover", cover, "weight of the shares of land cover").at_least(0);
      fields.field("climate", climate, "weight of the climate's class").at_least(0);
      fields.field("similarity", similarity, "weight of the likeness of two views").at_least(0);
      fields.field("scale", scale, "the reconstruction is of the image divided by this").above(0);
      fields
          .field("brightness", brightness,
                 "the second view is mirrored, turned, and brighter or darker by up to this share")
          .within(0, 1);
    }
  };
  explicit GeoAware(const Config& config) : config_(config) {}

  void attach(Model& model, const Json& facts) override {
    const auto* encoder = dynamic_cast<GeoEncoder*>(&model);
    if (encoder == nullptr)
      throw Error("the model has no latent vector", "objective satellite.geo_aware",
                  "use satellite.geo_unet or satellite.vit_upernet");
    const auto covers = facts.value("classes", std::int64_t{1}),
               climates = facts.value("climates", std::int64_t{1});
    for (const std::string& target : config_.targets) {
      const std::int64_t outputs = target == "coords" || target == "clouds" ? 4
                                   : target == "sphere"                     ? 3
                                   : target == "date"                       ? 2
                                   : target == "built"                      ? 1
                                   : target == "cover"                      ? covers
                                                                            : climates;
      heads_.emplace_back(target,
                          register_module(target, torch::nn::Linear(encoder->latent(), outputs)));
    }
    rebuild_ = register_module(
        "rebuild",
        std::make_shared<Convolution>(ConvolutionOptions{
            .dims = 2, .in = encoder->decoded(), .out = encoder->in_channels(), .kernel = 1}));
  }

  Loss evaluate(const Batch& batch, Context& context) override {
    const at::Tensor& image = batch.get("image");
    const at::Tensor second = second_view(image, Random(mix_seed(context.seed, "geo_aware")));
    Terms terms;
    at::Tensor rebuilt;
    auto& encoder = dynamic_cast<GeoEncoder&>(context.model);
    const at::Tensor e = add_view(encoder, image, batch, terms, rebuilt);
    at::Tensor ignored;
    const at::Tensor f = add_view(encoder, second, batch, terms, ignored);
    if (config_.similarity > 0)
      terms.emplace_back("similarity", config_.similarity * view_similarity(e, f));
    Loss loss = summed(terms);
    loss.outputs.set("reconstruction", rebuilt.detach() * config_.scale);
    return loss;
  }

 private:
  using Terms = std::vector<std::pair<std::string, at::Tensor>>;

  /// Adds half of each term for one view; returns its latent vector.
  at::Tensor add_view(GeoEncoder& encoder, const at::Tensor& image, const Batch& batch,
                      Terms& terms, at::Tensor& rebuilt) {
    const GeoEncoder::Code code = encoder.encode(image);
    if (config_.reconstruction > 0) {
      rebuilt = at::sigmoid(rebuild_->forward(encoder.decode(code)));
      terms.emplace_back("reconstruction", 0.5 * config_.reconstruction *
                                               at::mse_loss(rebuilt, image / config_.scale));
    } else {
      rebuilt = image / config_.scale;
    }
    for (auto& [target, head] : heads_)
      terms.emplace_back(target,
                         0.5 * weight(target) * term(target, head->forward(code.latent_BF), batch));
    return code.latent_BF;
  }

  static at::Tensor term(const std::string& target, const at::Tensor& scores, const Batch& batch) {
    if (target == "coords" || target == "sphere") {
      if (!batch.has("location"))
        throw Error("the tiles have no georeference", "objective satellite.geo_aware",
                    "drop `" + target + "` from targets");
      const at::Tensor& location = batch.get("location");
      const at::Tensor told =
          target == "coords" ? encoded_location(location) : on_unit_sphere(location);
      return at::mse_loss(at::sigmoid(scores), told.to(scores));
    }
    if (target == "date") {
      if (!batch.has("date"))
        throw Error("the tiles have no dates", "objective satellite.geo_aware",
                    "drop `date` from targets, or name a table of dates in the data set");
      return at::mse_loss(at::sigmoid(scores), encoded_date(batch.get("date")).to(scores));
    }
    if (target == "built") return at::mse_loss(at::sigmoid(scores), batch.get("built").to(scores));
    if (target == "climate") return at::cross_entropy_loss(scores, batch.get("climate"));
    return soft_cross_entropy(scores, batch.get(target));
  }

  double weight(const std::string& target) const {
    return target == "coords"   ? config_.coords
           : target == "sphere" ? config_.sphere
           : target == "date"   ? config_.date
           : target == "clouds" ? config_.clouds
           : target == "built"  ? config_.built
           : target == "cover"  ? config_.cover
                                : config_.climate;
  }

  at::Tensor second_view(const at::Tensor& image, Random random) const {
    at::Tensor view = random.chance(0.5) ? image.flip({3}) : image;
    view = at::rot90(view, random.integer(0, 3), {2, 3});
    std::vector<double> light;
    for (std::int64_t i = 0; i < image.size(0); ++i)
      light.push_back(1 + config_.brightness * random.uniform(-1, 1));
    return view * at::tensor(light, image.options()).view({-1, 1, 1, 1});
  }

  static Loss summed(const Terms& terms) {
    Loss loss;
    std::vector<std::string> order;
    std::map<std::string, at::Tensor> sums;
    for (const auto& [name, value] : terms) {
      if (sums.count(name) == 0) order.push_back(name);
      sums[name] = sums.count(name) ? sums[name] + value : value;
    }
    for (const std::string& name : order) {
      loss.total = loss.total.defined() ? loss.total + sums[name] : sums[name];
      loss.terms.emplace_back(name, sums[name].detach());
    }
    return loss;
  }

  Config config_;
  std::vector<std::pair<std::string, torch::nn::Linear>> heads_;
  std::shared_ptr<Convolution> rebuild_;
};

const Registered<Objective, GeoAware> geo_aware{{
    .name = "geo_aware",
    .summary =
        "tell position, clouds, buildings and cover from a latent vector, and rebuild the image",
    .needs = {"image"},
    .yields = {"reconstruction"},
    .papers = {15},
}};

}  // namespace
}  // namespace warmstart::satellite
