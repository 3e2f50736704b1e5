// Any image classifier, named as a component: the arms of one recipe may differ in their network.
#include "core/models/model.h"

namespace warmstart::satellite {
namespace {

class SceneClassifier final : public Model {
 public:
  struct Config {
    Value network;
    void describe(Fields& fields) {
      fields.field("network", network, "the classifier: a model with its settings")
          .component("model")
          .required();
    }
  };
  explicit SceneClassifier(const Config& config) {
    network_ = register_module(
        "network", create<Model>(config.network, "network", "model scene_classifier"));
  }
  at::Tensor forward(const at::Tensor& x) override { return network_->forward(x); }
  std::string input() const override { return network_->input(); }
  std::vector<std::int64_t> free_axes() const override { return network_->free_axes(); }
  Batch run(const Batch& batch) override { return network_->run(batch); }
  std::string head() const override { return "network." + network_->head(); }

 private:
  std::shared_ptr<Model> network_;
};

const Registered<Model, SceneClassifier> scene_classifier{{
    .name = "scene_classifier",
    .summary = "any image classifier, so that the arms of a recipe may differ in their network",
    .needs = {"image"},
    .yields = {"logits", "features", "fusion"},
    .papers = {16, 55},
}};

}  // namespace
}  // namespace warmstart::satellite
