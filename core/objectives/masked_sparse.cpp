// Masked image modelling for convolutional networks with a submanifold-sparse encoder: hidden cubes
// never leak into the features (seed card 01 stage 1; SparK, Tian et al. 2023).
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/objectives/cubes.h"
#include "core/objectives/light_decoder.h"

namespace warmstart {
namespace {

struct MaskedSparse final : Objective {
  struct Config {
    double ratio = 0.6;
    std::int64_t cube = 0;
    bool normalise = true;
    std::int64_t decoder_width = 32;

    void describe(Fields& fields) {
      fields.field("ratio", ratio, "share of cubes hidden, above 0 and below 1");
      fields
          .field("cube", cube,
                 "edge of a hidden cube; must equal the encoder's total stride; 0 = that stride")
          .at_least(0)
          .unit("voxels");
      fields.field("normalise", normalise,
                   "compare with each cube's values at mean 0 and deviation 1");
      fields
          .field("decoder_width", decoder_width,
                 "channels of the throw-away decoder at its coarsest level")
          .at_least(1);
    }
  };

  explicit MaskedSparse(const Config& config) : config_(config) {
    check_ratio(config.ratio, "masked_sparse");
  }

  void attach(Model& model, const Json&) override {
    const Backbone& backbone = require_backbone(model, "masked_sparse");
    edge_ = backbone.axis_strides(backbone.channels().size() - 1);
    for (const std::int64_t stride : edge_) {
      if (config_.cube == 0 || config_.cube == stride) continue;
      throw Error("cube " + std::to_string(config_.cube) +
                      " differs from the encoder's total stride " + sizes_text(edge_),
                  "objective masked_sparse",
                  "set cube: " + std::to_string(edge_.back()) + ", or 0 to follow the encoder");
    }
    decoder_ = register_module(
        "decoder", std::make_shared<LightDecoder>(backbone, config_.decoder_width, true));
  }

  Loss evaluate(const Batch& batch, Context& context) override {
    Backbone& backbone = require_backbone(context.model, "masked_sparse");
    const at::Tensor& image = batch.get("image");
    check_image(image, backbone.dims(), backbone.in_channels(), "input of masked_sparse");
    const auto grid = cube_grid(image, edge_, "masked_sparse");
    const at::Tensor hidden = hide_cubes(image.size(0), grid, config_.ratio,
                                         mix_seed(context.seed, "masked_sparse"), image.options());
    const at::Tensor active = 1.0 - hidden;
    const at::Tensor prediction = decoder_->forward(backbone.features(image, active), active);
    return reconstruction_loss(prediction, image, hidden,
                               {.edge = edge_, .normalise = config_.normalise});
  }

 private:
  Config config_;
  std::vector<std::int64_t> edge_;
  std::shared_ptr<LightDecoder> decoder_;
};

const Registered<Objective, MaskedSparse> masked_sparse{{
    .name = "masked_sparse",
    .summary = "reconstruct hidden cubes from a sparse convolutional encoder",
    .needs = {"image"},
    .yields = {"mask", "reconstruction"},
    .papers = {1, 17},
}};

}  // namespace
}  // namespace warmstart
