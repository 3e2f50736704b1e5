// Keeps chosen parameters as they are while the stage trains.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/surgery/name_pattern.h"
#include "core/surgery/surgery.h"

namespace warmstart {
namespace {

struct Freeze final : Surgery {
  struct Config {
    std::vector<std::string> patterns;

    void describe(Fields& fields) {
      fields
          .field("patterns", patterns,
                 "parameters that do not learn, as patterns (encoder, *.norm1)")
          .required();
    }
  };

  explicit Freeze(const Config& config) : config_(config) {}

  void operate(const StateDict&, Model& model, SurgeryReport& report) const override {
    const std::size_t before = report.frozen.size();
    for (auto& item : model.named_parameters()) {
      if (!any_name_matches(config_.patterns, item.key())) continue;
      item.value().set_requires_grad(false);
      report.frozen.push_back(item.key());
    }
    if (report.frozen.size() > before) return;
    std::string patterns;
    for (const auto& pattern : config_.patterns)
      patterns += (patterns.empty() ? "" : ", ") + pattern;
    throw Error("no parameter matches " + (patterns.empty() ? "an empty list" : patterns),
                "surgery freeze",
                "name a module such as encoder, or a pattern such as *.conv1.weight");
  }

 private:
  Config config_;
};

const Registered<Surgery, Freeze> freeze{{
    .name = "freeze",
    .summary = "keeps chosen parameters as they are",
    .needs = {},
    .yields = {},
    .papers = {9, 26, 55},
}};

}  // namespace
}  // namespace warmstart
