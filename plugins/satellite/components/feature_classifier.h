// An image classifier that describes an image by one vector and classifies that: what probes of
// frozen features need.
#pragma once
#include "core/models/image_check.h"
#include "core/models/model.h"

namespace warmstart::satellite {

/// Outputs: logits (B,K) of a layer on the features; features (B,F).
class FeatureClassifier : public Model {
 public:
  /// `name`: for errors; `bands`: of its images.
  FeatureClassifier(std::string name, std::int64_t bands) : name_(std::move(name)), bands_(bands) {}
  at::Tensor forward(const at::Tensor& x_BCHW) override { return classify(embed(x_BCHW)); }
  Batch run(const Batch& batch) override {
    check_image(batch.get("image"), 2, bands_, name_);
    const at::Tensor features_BF = embed(batch.get("image"));
    Batch outputs;
    outputs.set("logits", classify(features_BF));
    outputs.set("features", features_BF);
    return outputs;
  }

 protected:
  virtual at::Tensor embed(const at::Tensor& x_BCHW) = 0;
  virtual at::Tensor classify(const at::Tensor& features_BF) = 0;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::int64_t bands_;
};

}  // namespace warmstart::satellite
