// Compares a model with the same network in tests/reference (torch_networks.py, ...): outputs,
// gradients, buffers; and checks that its trace keeps the batch size free.
#pragma once
#include <string>

#include "core/export/torchscript.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {

/// `settings` without defaults: the reference reads every key it needs from the component's
/// resolved settings.
inline Json resolved_settings(const std::string& type, const std::string& settings) {
  Problems problems("test");
  Json all =
      Catalog::instance().get("model", type).resolve(parse_yaml(settings, "test"), "", problems);
  problems.throw_if_any();
  all["type"] = type;
  return all;
}

inline void expect_as_reference(const std::string& type, const std::string& settings,
                                at::IntArrayRef image_shape, double tolerance = 2e-5,
                                const char* script = "torch_networks.py") {
  at::manual_seed(11);
  const auto model = make<Model>(type, settings);
  disturb(*model);
  model->train();
  at::Tensor image = at::randn(image_shape);
  NamedTensors given{{"image", image.clone()}};
  add_state(given, "state", *model);
  image.set_requires_grad(true);
  Batch batch;
  batch.set("image", image);
  const Batch outputs = model->run(batch);
  at::Tensor loss = at::zeros({});
  for (const auto& [name, output] : outputs.fields()) {
    const at::Tensor weight = at::randn_like(output);
    given.emplace_back("weight." + name, weight);
    loss = loss + (output * weight).sum();
  }
  loss.backward();
  Json all = resolved_settings(type, settings);
  if (type == "vit") all["image_size"] = all["image_size"][0];
  const auto theirs = torch_reference(script, given, all);
  ASSERT_FALSE(theirs.empty());
  for (const auto& [name, output] : outputs.fields()) {
    EXPECT_LT(relative_difference(output, theirs.at("out." + name)), tolerance) << name;
  }
  EXPECT_LT(relative_difference(image.grad(), theirs.at("gradient.image")), tolerance);
  for (const auto& item : model->named_parameters()) {
    const at::Tensor gradient =
        item.value().grad().defined() ? item.value().grad() : at::zeros_like(item.value());
    EXPECT_LT(relative_difference(gradient, theirs.at("gradient." + item.key())), tolerance)
        << item.key();
  }
  for (const auto& item : model->named_buffers()) {
    EXPECT_LT(relative_difference(item.value(), theirs.at("buffer." + item.key())), tolerance)
        << item.key();
  }
}

/// Traces at one batch size; the trace must agree at others.
inline void expect_free_batch(const std::string& type, const std::string& settings,
                              at::IntArrayRef sample_shape) {
  at::manual_seed(12);
  const auto model = make<Model>(type, settings);
  model->eval();
  const c10::AutoGradMode no_grad(false);
  const auto image = [&](std::int64_t batch) {
    std::vector<std::int64_t> shape{batch};
    shape.insert(shape.end(), sample_shape.begin(), sample_shape.end());
    return at::randn(shape);
  };
  Batch example;
  example.set(model->input(), image(2));
  TracedModel traced = trace_model(*model, example);
  for (const std::int64_t batch : {1, 3}) {
    const at::Tensor x = image(batch);
    const at::Tensor theirs = traced.module.forward({x}).toTensor();
    EXPECT_LT(relative_difference(model->forward(x), theirs), 1e-6) << "batch " << batch;
  }
}

}  // namespace warmstart::testing
