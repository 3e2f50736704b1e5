// The routing trace against the model's own taps and the pathway functions; what it refuses; the
// metric that judges a run from its records.
#include <ATen/ATen.h>

#include <cmath>

#include "core/claim/statistics.h"
#include "core/inspect/inspector.h"
#include "core/inspect/routing_taps.h"
#include "core/layers/tap.h"
#include "core/metrics/metric.h"
#include "core/pathway/pathway_distance.h"
#include "core/run/run_history.h"
#include "text_files.h"

namespace warmstart::text {
namespace {

using testing::message_of;

template <class Kind>
std::shared_ptr<Kind> routing_part(const std::string& type, const Json& settings = Json::object()) {
  return create<Kind>({type, Value::from_json(settings), {}});
}

Json routed_gpt() {
  return {{"vocabulary", 12}, {"width", 8},   {"heads", 2}, {"depth", 3},      {"max_length", 3},
          {"hidden", 4},      {"experts", 4}, {"top_k", 2}, {"output", "last"}};
}

struct Panel {
  std::shared_ptr<Dataset> data = routing_part<Dataset>("text.modular_arithmetic", {{"p", 11}});
  Batch batch;
  std::vector<std::string> ids;
  Panel() {
    std::vector<Sample> samples;
    for (std::int64_t i = 0; i < 40; ++i) {
      samples.push_back(data->get(i));
      ids.push_back(samples.back().id);
    }
    batch = collate(samples);
  }
};

std::shared_ptr<Model> routed_model(Json settings = routed_gpt()) {
  at::manual_seed(4);
  const auto model = routing_part<Model>("gpt_decoder", settings);
  const c10::AutoGradMode no_grad(false);
  for (const auto& item : model->named_parameters()) {
    if (item.value().dim() > 1) at::Tensor(item.value()).mul_(20);  // routers that decide
  }
  model->eval();
  return model;
}

Capture traced(Model& model, const Panel& panel, Inspector& inspector) {
  const auto objective = routing_part<Objective>("cross_entropy");
  Context context{.model = model, .seed = 1};
  return inspector.capture(panel.batch, panel.ids, *objective, context);
}

Capture traced(Model& model, const Panel& panel, const Json& settings = Json::object()) {
  return traced(model, panel, *routing_part<Inspector>("routing_trace", settings));
}

std::map<std::string, double> scalars_of(const Capture& capture) {
  return {capture.scalars.begin(), capture.scalars.end()};
}

std::map<std::string, at::Tensor> tensors_of(const Capture& capture) {
  return {capture.tensors.begin(), capture.tensors.end()};
}

TEST(RoutingTrace, KeepsTheMeanWeightsAndThoseOfTheLastToken) {
  const Panel panel;
  const auto model = routed_model();
  std::vector<at::Tensor> probability;
  at::Tensor logits;
  {
    const TapScope scope([&](const std::string& name, const at::Tensor& tensor) {
      if (name == "router.probabilities") probability.push_back(tensor.detach());
    });
    logits = model->run(panel.batch).get("logits").detach();
  }
  const Capture capture = traced(*model, panel, {{"batch", 7}});
  const auto tensors = tensors_of(capture);
  ASSERT_EQ(tensors.at("weights.mean").sizes(), (std::vector<std::int64_t>{40, 3, 4}));
  EXPECT_EQ(tensors.at("weights.mean").scalar_type(), at::kHalf);
  const at::Tensor all = at::stack(probability, 1);  // (n,L,T,E)
  EXPECT_TRUE(at::allclose(tensors.at("weights.mean").to(at::kFloat), all.mean(2), 0, 1e-3));
  EXPECT_TRUE(at::allclose(tensors.at("weights.token").to(at::kFloat), all.select(2, 2), 0, 1e-3));
  const at::Tensor label = panel.batch.get("class");
  const at::Tensor loss = -logits.log_softmax(1).gather(1, label.unsqueeze(1)).squeeze(1);
  EXPECT_TRUE(at::allclose(tensors.at("loss"), loss, 1e-4, 1e-4));
  EXPECT_NEAR(scalars_of(capture).at("accuracy"),
              logits.argmax(1).eq(label).to(at::kDouble).mean().item<double>(), 1e-12);
  EXPECT_NEAR(tensors.at("load").sum().item<double>(), 3 * 2, 1e-5) << "two experts a token";
}

TEST(RoutingTrace, WritesTheMetricsOfThePathwayFunctions) {
  const Panel panel;
  const auto model = routed_model();
  const Capture capture = traced(*model, panel);
  const at::Tensor weights = read_routing(*model, panel.batch, {}).token;
  const std::vector<float> values(weights.data_ptr<float>(),
                                  weights.data_ptr<float>() + weights.numel());
  const auto pathways = pathways_of({values, 40, 3, 4}, 0.7);
  const at::Tensor& label = panel.batch.get("class");
  DefinedMean all, same;
  for (std::size_t i = 0; i < 40; ++i) {
    for (std::size_t j = i + 1; j < 40; ++j) {
      const double distance = pathway_distance(pathways[i], pathways[j], {});
      all.add(distance);
      if (label[static_cast<std::int64_t>(i)].item<int>() ==
          label[static_cast<std::int64_t>(j)].item<int>())
        same.add(distance);
    }
  }
  const auto scalars = scalars_of(capture);
  EXPECT_NEAR(scalars.at("token.distance"), all.value(), 1e-9) << "780 pairs, all of them";
  EXPECT_NEAR(scalars.at("token.same"), same.value(), 1e-9);
  EXPECT_NEAR(scalars.at("token.ratio"), same.value() / all.value(), 1e-9);
  EXPECT_EQ(capture.header.at("kind"), "routing");
  EXPECT_EQ(capture.header.at("sample_hashes").size(), 40U);
  EXPECT_NE(capture.header.at("sample_hashes")[0], capture.header.at("sample_hashes")[1]);
  EXPECT_GT(scalars.at("effective_dimension"), 1);
  EXPECT_LT(scalars.at("effective_dimension"), 40);
}

TEST(RoutingTrace, KnowsTheRecordsThatItIsRemindedOf) {
  const Panel panel;
  const auto model = routed_model();
  const Json settings{{"eps", 100}, {"window", 2}};  // everything counts as memorized
  const auto resumed = routing_part<Inspector>("routing_trace", settings);
  const Capture first = traced(*model, panel, settings);
  Json scalars = Json::object();
  for (const auto& [name, value] : first.scalars) scalars[name] = value;
  // The past had pathways further apart, so that now they are generalizing.
  scalars["mean.ratio"] = scalars["mean.ratio"].get<double>() + 0.5;
  resumed->recall(scalars);
  EXPECT_EQ(first.header.at("state"), "memorized");
  EXPECT_EQ(traced(*model, panel, *resumed).header.at("state"), "generalizing");
}

TEST(RoutingTrace, SaysWhatItCannotTrace) {
  const Panel panel;
  Json dense = routed_gpt(), two = routed_gpt(), many = routed_gpt();
  dense["experts"] = 0;
  two["depth"] = 2;
  many["output"] = "tokens";
  const auto trace = [&](const Json& model, const Json& settings = Json::object()) {
    return message_of([&] { traced(*routed_model(model), panel, settings); });
  };
  EXPECT_THAT(trace(dense), ::testing::HasSubstr("pathway probes need at least one moe_ffn layer; "
                                                 "'gpt_decoder' has none"));
  EXPECT_THAT(trace(two), ::testing::HasSubstr("pathway_complexity needs >= 3 MoE layers "
                                               "(normalised form), found 2"));
  EXPECT_EQ(scalars_of(traced(*routed_model(two), panel, {{"complexity", "plain"}}))
                .count("mean.complexity_plain"),
            1U);
  EXPECT_THAT(trace(routed_gpt(), {{"position", 3}}),
              ::testing::HasSubstr("token 3 of sequences of 3"));
  EXPECT_EQ(scalars_of(traced(*routed_model(many), panel)).count("accuracy"), 0U)
      << "next tokens have no class";
}

TEST(RoutingTrace, WarnsOfADeadRouterOnce) {
  const Panel panel;
  Json settings = routed_gpt();
  settings["top_k"] = 1;
  const auto model = routed_model(settings);
  {
    const c10::AutoGradMode no_grad(false);
    for (const auto& item : model->named_parameters()) {
      // Equal router rows: ties go to one expert for every token.
      if (item.key().find("block1.experts.router") != std::string::npos)
        at::Tensor(item.value()).zero_();
    }
  }
  const auto inspector = routing_part<Inspector>("routing_trace", {});
  const Capture first = traced(*model, panel, *inspector);
  ASSERT_EQ(first.warnings.size(), 1U);
  EXPECT_THAT(first.warnings[0], ::testing::MatchesRegex(
                                     "layer 2: expert [0-3] receives 100% of tokens; distances are "
                                     "trivially low"));
  EXPECT_TRUE(traced(*model, panel, *inspector).warnings.empty());
}

TEST(GptDecoder, GivesTheLastTokensLogitsWhereAskedFor) {
  const Panel panel;
  Json whole = routed_gpt();
  whole["output"] = "tokens";
  const at::Tensor all = routed_model(whole)->run(panel.batch).get("logits");
  const at::Tensor last = routed_model()->run(panel.batch).get("logits");
  ASSERT_EQ(last.sizes(), (std::vector<std::int64_t>{40, 12}));
  EXPECT_TRUE(at::allclose(last, all.select(1, 2)));
}

/// Records every 100 steps: train accuracy, test accuracy, ratio, loss.
RunHistory grokking_history(const std::vector<std::array<double, 4>>& records) {
  RunHistory history;
  std::int64_t step = 0;
  for (const auto& [learned, unseen, ratio, loss] : records) {
    step += 100;
    history.validations.push_back(
        {{"on", "test"}, {"global_step", step}, {"metrics", {{"accuracy", unseen}}}});
    history.validations.push_back({{"on", "train"},
                                   {"global_step", step},
                                   {"metrics",
                                    {{"routing_trace.accuracy", learned},
                                     {"routing_trace.loss", loss},
                                     {"routing_trace.token.ratio", ratio}}}});
  }
  return history;
}

TEST(Grokking, ReadsTimesFallAndCorrelationsFromTheRecordsOfARun) {
  const auto metric = routing_part<Metric>("grokking", {{"last", 2}});
  const auto values = metric->over_run(grokking_history({{0.5, 0.1, 0.99, 2},
                                                         {1, 0.57, 0.90, 0.10},
                                                         {1, 0.69, 0.81, 0.30},
                                                         {0.8, 0.10, 0.20, 9},  // a spike
                                                         {1, 0.97, 0.66, 0.20},
                                                         {1, 1.00, 0.64, 0.20}}));
  EXPECT_EQ(values.at("memorized_at"), 200);
  EXPECT_EQ(values.at("generalized_at"), 500);
  EXPECT_EQ(values.at("records"), 4);
  EXPECT_EQ(values.at("best_accuracy"), 1);
  EXPECT_NEAR(values.at("ratio_fall"), 0.90 - 0.65, 1e-12);
  // numpy.corrcoef([.57,.69,.97,1], [.9,.81,.66,.64]) and ([...], [.1,.3,.2,.2])
  EXPECT_NEAR(values.at("ratio_correlation"), -0.9977759100422471, 1e-9);
  EXPECT_NEAR(values.at("loss_correlation_size"), 0.23208183616912686, 1e-9);
  EXPECT_TRUE(std::isnan(values.at("complexity_fall")));
  EXPECT_TRUE(std::isnan(metric->over_run({}).at("memorized_at")));
}

}  // namespace
}  // namespace warmstart::text
