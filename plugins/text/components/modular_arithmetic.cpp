// Arithmetic with remainders as three tokens, "a b =", and the answer as a class: small enough to
// be learned by heart, regular enough to be understood (seed card 05).
#include <ATen/ATen.h>

#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/data/dataset.h"

namespace warmstart::text {
namespace {

/// The answer, or -1 for an operation that does not exist.
std::int64_t modular_answer(const std::string& operation, std::int64_t a, std::int64_t b,
                            std::int64_t p) {
  if (operation == "add") return (a + b) % p;
  if (operation == "sub") return (a - b + p) % p;
  if (operation == "mul") return a * b % p;
  return (a * a + a * b + b * b) % p;
}

const char* operation_sign(const std::string& operation) {
  if (operation == "add") return "+";
  if (operation == "sub") return "-";
  return operation == "mul" ? "*" : "~";
}

}  // namespace

class ModularArithmetic final : public Dataset {
 public:
  struct Config {
    std::int64_t p = 31, seed = 0;
    std::vector<std::string> ops{"add"};
    double train_fraction = 0.75;
    std::string split = "train";
    void describe(Fields& fields) {
      fields.field("p", p, "numbers are 0..p-1").within(2, 1000);
      fields.field("ops", ops, "operations, each with its own \"=\"; poly: a*a + a*b + b*b")
          .one_of({"add", "sub", "mul", "poly"});
      fields.field("train_fraction", train_fraction, "share of the pairs of numbers to learn from")
          .within(0.01, 0.99);
      fields
          .field(
              "split", split,
              "which pairs; test_unmirrored: those of the test whose (b,a) is not learned either")
          .one_of({"train", "test", "test_unmirrored"});
      fields.field("seed", seed, "of the split").at_least(0);
    }
  };

  explicit ModularArithmetic(const Config& config) : config_(config) {
    if (config.ops.empty())
      throw Error("no operation", "text.modular_arithmetic", "set ops: [add]");
    for (std::size_t op = 0; op < config.ops.size(); ++op) add_problems(op);
    if (problems_.empty()) {
      throw Error("no pair is left for the split '" + config.split + "'", "text.modular_arithmetic",
                  "choose a smaller train_fraction");
    }
  }

  std::int64_t size() const override { return static_cast<std::int64_t>(problems_.size()); }

  Sample get(std::int64_t index) const override {
    const Problem& one = problems_.at(static_cast<std::size_t>(index));
    const std::string& operation = config_.ops[one.operation];
    const std::int64_t answer = modular_answer(operation, one.a, one.b, config_.p);
    const auto number = static_cast<std::int64_t>(one.operation);
    Sample sample{std::to_string(one.a) + " " + operation_sign(operation) + " " +
                      std::to_string(one.b) + " = " + std::to_string(answer),
                  {}};
    sample.fields.set("tokens", at::tensor({one.a, one.b, config_.p + number}, at::kLong));
    sample.fields.set("class", at::scalar_tensor(answer, at::kLong));
    sample.fields.set("operation", at::scalar_tensor(number, at::kLong));
    return sample;
  }

  Json facts() const override {
    return {{"vocabulary", config_.p + static_cast<std::int64_t>(config_.ops.size())},
            {"classes", config_.p},
            {"length", 3},
            {"texts", size()}};
  }

 private:
  struct Problem {
    std::size_t operation;
    std::int64_t a, b;
  };

  /// The first pairs of a shuffle are learned from, the others are the test.
  void add_problems(std::size_t operation) {
    const std::int64_t p = config_.p;
    std::vector<std::int64_t> order(static_cast<std::size_t>(p * p));
    std::iota(order.begin(), order.end(), 0);
    Random random(
        mix_seed(static_cast<std::uint64_t>(config_.seed), "modular_arithmetic", operation));
    for (std::size_t i = order.size() - 1; i > 0; --i)
      std::swap(order[i],
                order[static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(i)))]);
    const auto train = static_cast<std::size_t>(
        std::floor(config_.train_fraction * static_cast<double>(order.size())));
    std::vector<bool> learned(order.size(), false);
    for (std::size_t i = 0; i < train; ++i) learned[static_cast<std::size_t>(order[i])] = true;
    for (const std::int64_t pair : order) {
      const std::int64_t a = pair / p, b = pair % p;
      const bool mirrored = learned[static_cast<std::size_t>(b * p + a)];
      const bool own = learned[static_cast<std::size_t>(pair)];
      const bool wanted = config_.split == "train"  ? own
                          : config_.split == "test" ? !own
                                                    : !own && !mirrored;
      if (wanted) problems_.push_back({operation, a, b});
    }
  }

  Config config_;
  std::vector<Problem> problems_;
};

const Registered<Dataset, ModularArithmetic> modular_arithmetic{Card{
    .name = "modular_arithmetic",
    .summary = "sums and products with remainder as short token sequences",
    .needs = {},
    .yields = {"tokens", "class", "operation"},
    .papers = {5},
}};

}  // namespace warmstart::text
