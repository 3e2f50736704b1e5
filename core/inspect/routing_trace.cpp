// Which experts a fixed panel of samples uses, and how alike and how simple their ways through the
// model are while it trains (seed card 05).
#include <ATen/ATen.h>

#include <cmath>
#include <set>

#include "core/base/sha256.h"
#include "core/claim/statistics.h"
#include "core/inspect/inspector.h"
#include "core/inspect/routing_taps.h"
#include "core/pathway/grokking_monitor.h"
#include "core/pathway/pathway_summary.h"

namespace warmstart {
namespace {

constexpr std::uint64_t kPairSeed = 5;
constexpr std::int64_t kKernelSamples = 256;  // of the panel; the cost of d_eff is cubic

std::vector<float> floats_of(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.to(at::kCPU, at::kFloat).contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

std::string sample_hash(const Batch& watch, std::int64_t sample) {
  std::string bytes;
  for (const auto& [name, tensor] : watch.fields()) {
    if (name == "index") continue;
    const at::Tensor row = tensor[sample].to(at::kCPU).contiguous();
    bytes.append(static_cast<const char*>(row.data_ptr()), row.nbytes());
  }
  Sha256 hash;
  hash.update(bytes);
  return hash.hex().substr(0, 16);
}

double mean_of(const at::Tensor& tensor) { return tensor.to(at::kDouble).mean().item<double>(); }

}  // namespace

struct RoutingTrace final : Inspector {
  struct Config {
    double tau = 0.7, eps = 0.5, lambda = 1;
    std::string unit = "symbol", complexity = "paper", group = "class", aggregate = "mean";
    bool normalise = true;
    std::int64_t pairs = 1500, position = -1, batch = 256;
    GrokkingMonitor monitor;

    void describe(Fields& fields) {
      fields.field("tau", tau, "experts of a layer are taken until their weight exceeds it")
          .above(0)
          .within(0, 1);
      fields.field("unit", unit, "what one edit changes: an expert, or a character of the string")
          .one_of({"symbol", "char"});
      fields.field("normalise", normalise, "divide a distance by the longer pathway's length");
      fields.field("pairs", pairs, "random pairs of samples that distances are averaged over")
          .at_least(1);
      fields.field("group", group, "the batch field whose equal values make a group; empty: none");
      fields.field("aggregate", aggregate, "whose pathways the monitor follows")
          .one_of({"mean", "token"});
      fields.field("position", position, "the token of the aggregate token; -1 = the last");
      fields.field("complexity", complexity, "paper: divided by the largest similarity; or plain")
          .one_of({"paper", "plain"});
      fields.field("eps", eps, "a sample with a loss up to it counts as memorized")
          .at_least(0)
          .unit("nats");
      fields.field("lambda", lambda, "ridge of the effective dimension").above(0);
      fields.field("window", monitor.window, "records over which the monitor takes a slope")
          .at_least(2);
      fields.field("fall", monitor.fall, "fall of the pathway distance that is more than noise")
          .above(0);
      fields.field("slope", monitor.slope, "fall a record that says that it goes on").above(0);
      fields
          .field("memorized_share", monitor.memorized_share,
                 "share of memorized samples at which the set is memorized")
          .within(0, 1);
      fields.field("batch", batch, "samples in one forward pass").at_least(1);
    }
  };
  explicit RoutingTrace(const Config& config) : config_(config) {}

  void recall(const Json& scalars) override {
    const auto value = [&](const std::string& name) {
      const auto found = scalars.find(name);
      return found != scalars.end() && found->is_number() ? found->get<double>() : std::nan("");
    };
    remember(value("memorized"), value(signal_name()), value(complexity_name()));
  }

  Capture capture(const Batch& watch, const std::vector<std::string>&, Objective&,
                  Context& context) override {
    const RoutingTaps taps =
        read_routing(context.model, watch, {config_.batch, config_.position, kKernelSamples});
    check_layers(taps);
    grouped_ = watch.has(config_.group);
    groups_ = grouped_ ? watch.get(config_.group).to(at::kCPU, at::kLong) : at::Tensor();
    Capture out = arrays_of(watch, taps);
    out.scalars = {{"loss", mean_of(taps.loss)},
                   {"memorized", mean_of(taps.loss.le(config_.eps))},
                   {"effective_dimension", taps.effective_dimension(config_.lambda)}};
    if (taps.correct.defined()) out.scalars.emplace_back("accuracy", mean_of(taps.correct));
    add_aggregates(out, taps);
    add_state(out);
    warn_of_dead_routers(taps.load, out);
    return out;
  }

 private:
  PathwayDistance how() const {
    return {config_.unit == "char" ? PathwayUnit::kChar : PathwayUnit::kSymbol, config_.normalise};
  }
  /// What the monitor follows: with groups the ratio, because the distance of all pairs need not
  /// fall.
  std::string signal_name() const {
    return config_.aggregate + (grouped_ ? ".ratio" : ".distance");
  }
  /// The plain form: the paper's ratio jumps where the largest similarity is near 0.
  std::string complexity_name() const { return config_.aggregate + ".complexity_plain"; }

  void check_layers(const RoutingTaps& taps) const {
    if (config_.complexity == "plain" || taps.mean.size(1) >= 3) return;
    throw Error("pathway_complexity needs >= 3 MoE layers (normalised form), found " +
                    std::to_string(taps.mean.size(1)),
                "inspector routing_trace", "set complexity: plain, or give the model more layers");
  }

  Capture arrays_of(const Batch& watch, const RoutingTaps& taps) const {
    Capture out;
    std::vector<std::string> hashes;
    for (std::int64_t i = 0; i < taps.loss.size(0); ++i) hashes.push_back(sample_hash(watch, i));
    out.header = {{"kind", "routing"},
                  {"axes",
                   {{"weights.N", "S layer expert"},
                    {"similarity.N", "S layer"},
                    {"load", "layer expert"},
                    {"loss", "S"},
                    {"correct", "S"},
                    {"group", "S"}}},
                  {"units",
                   {{"weights.N", "mean routing weight"},
                    {"similarity.N", "cosine of the routing embeddings of a layer and the next"},
                    {"load", "share of tokens"},
                    {"loss", "nats"}}},
                  {"tau", config_.tau},
                  {"unit", config_.unit},
                  {"normalise", config_.normalise},
                  {"aggregate", config_.aggregate},
                  {"eps", config_.eps},
                  {"memorized_share", config_.monitor.memorized_share},
                  {"group", grouped_ ? config_.group : ""},
                  {"sample_hashes", hashes}};
    out.tensors = {{"loss", taps.loss.to(at::kFloat)}, {"load", taps.load.to(at::kFloat)}};
    if (taps.correct.defined()) out.tensors.emplace_back("correct", taps.correct.to(at::kByte));
    if (grouped_) out.tensors.emplace_back("group", groups_);
    return out;
  }

  /// Pathways, distances, complexity and descriptors of both aggregates.
  void add_aggregates(Capture& out, const RoutingTaps& taps) {
    const auto extent = [](const at::Tensor& tensor, std::int64_t axis) {
      return static_cast<std::size_t>(tensor.size(axis));
    };
    const std::vector<std::pair<const char*, at::Tensor>> named{{"mean", taps.mean},
                                                                {"token", taps.token}};
    const at::Tensor& rows = taps.rows;
    const std::vector<float> row_values = floats_of(rows);
    std::vector<std::vector<float>> values;
    for (const auto& [name, weights] : named) values.push_back(floats_of(weights));
    std::vector<RoutingWeights> aggregates;
    for (const std::vector<float>& each : values)
      aggregates.push_back(
          {each, extent(taps.mean, 0), extent(taps.mean, 1), extent(taps.mean, 2)});
    draw_pairs(aggregates.front().samples);
    const std::vector<PathwaySummary> found = summarise_pathways(
        aggregates, {row_values, extent(rows, 0), extent(rows, 1), extent(rows, 2)}, pairs_,
        {config_.tau, how()});
    for (std::size_t i = 0; i < named.size(); ++i)
      add_summary(out, named[i].first, named[i].second, found[i]);
  }

  void add_summary(Capture& out, const std::string& name, const at::Tensor& weights,
                   const PathwaySummary& found) const {
    const auto add = [&](const std::string& what, double value) {
      out.scalars.emplace_back(name + "." + what, value);
    };
    add("distance", found.distance);
    if (grouped_) {
      add("same", found.same);
      add("ratio", found.distance > 0 ? found.same / found.distance : std::nan(""));
    }
    for (std::size_t layer = 0; layer < found.layers.size(); ++layer)
      add("layer" + std::to_string(layer + 1), found.layers[layer]);
    if (found.layers.size() >= 3) add("complexity", found.complexity);
    if (found.layers.size() >= 2) add("complexity_plain", found.complexity_plain);
    add("distinct", static_cast<double>(found.descriptors.distinct));
    add("unique_share", found.descriptors.unique_share);
    add("length", found.descriptors.length);
    add("entropy", found.descriptors.entropy);
    out.tensors.emplace_back("weights." + name, weights.to(at::kHalf));
    out.tensors.emplace_back("similarity." + name,
                             at::tensor(found.similarity, at::kDouble)
                                 .reshape({weights.size(0), weights.size(1) - 1})
                                 .to(at::kFloat));
  }

  /// The same pairs at every record.
  void draw_pairs(std::size_t samples) {
    if (!pairs_.all.empty()) return;
    const auto count = static_cast<std::size_t>(config_.pairs);
    pairs_.all = sample_pairs(samples, count, kPairSeed);
    if (!grouped_) return;
    const std::int64_t* values = groups_.data_ptr<std::int64_t>();
    pairs_.same = sample_pairs(samples, count, kPairSeed, {values, values + groups_.numel()});
  }

  void add_state(Capture& out) {
    const auto value = [&](const std::string& name) {
      for (const auto& [known, number] : out.scalars) {
        if (known == name) return number;
      }
      return std::nan("");
    };
    remember(value("memorized"), value(signal_name()), value(complexity_name()));
    const GrokkingState state = grokking_states(signals_, config_.monitor).back();
    out.scalars.emplace_back("state", static_cast<double>(state));
    out.header["state"] = grokking_state_name(state);
  }

  void remember(double memorized, double distance, double complexity) {
    signals_.memorized.push_back(memorized);
    signals_.distance.push_back(distance);
    signals_.complexity.push_back(complexity);
  }

  /// Each dead expert is told once.
  void warn_of_dead_routers(const at::Tensor& load, Capture& out) {
    const at::Tensor shares = load.to(at::kCPU, at::kDouble).contiguous();
    const double* values = shares.data_ptr<double>();
    for (const DeadRouter& dead :
         dead_routers({values, values + shares.numel()}, static_cast<std::size_t>(load.size(1)))) {
      if (told_.insert({dead.layer, dead.expert}).second) out.warnings.push_back(dead.text());
    }
  }

  Config config_;
  bool grouped_ = true;  ///< until the first batch says otherwise
  at::Tensor groups_;
  PathwayPairs pairs_;
  GrokkingSignals signals_;
  std::set<std::pair<std::size_t, std::size_t>> told_;
};

const Registered<Inspector, RoutingTrace> routing_trace{
    {.name = "routing_trace",
     .summary = "which experts each watched sample uses, and how alike their pathways are",
     .needs = {"logits"},
     .yields = {},
     .papers = {5}}};

}  // namespace warmstart
