// Takes over the weights of an earlier stage that fit by name and shape.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "core/models/image_check.h"
#include "core/surgery/name_pattern.h"
#include "core/surgery/surgery.h"

namespace warmstart {
namespace {

struct Transfer final : Surgery {
  struct Config {
    std::vector<std::string> include;
    std::vector<std::string> exclude;
    bool strict = false;

    void describe(Fields& fields) {
      fields.field("include", include,
                   "names taken over, as patterns (encoder, *.conv1.weight); empty = all");
      fields.field("exclude", exclude, "names left as they are, as patterns");
      fields.field("strict", strict,
                   "fail unless every selected tensor of both sides finds its partner");
    }
  };

  explicit Transfer(const Config& config) : config_(config) {}

  void operate(const StateDict& source, Model& model, SurgeryReport& report) const override {
    const c10::AutoGradMode no_grad(false);
    SurgeryReport mine;
    const StateDict target = state_dict(model);
    for (const auto& [name, tensor] : target) {
      if (selected(name)) take(source, name, tensor, mine);
    }
    for (const auto& [name, tensor] : source) {
      if (selected(name) && !target.contains(name)) mine.unexpected.push_back(name);
    }
    check(mine);
    append(report, mine);
  }

 private:
  bool selected(const std::string& name) const {
    const bool in = config_.include.empty() || any_name_matches(config_.include, name);
    return in && !any_name_matches(config_.exclude, name);
  }

  static void take(const StateDict& source, const std::string& name, at::Tensor target,
                   SurgeryReport& report) {
    const auto found = source.find(name);
    if (found == source.end()) {
      report.missing.push_back(name);
    } else if (found->second.sizes() != target.sizes()) {
      report.reshaped.push_back({name, found->second.sizes().vec(), target.sizes().vec()});
    } else {
      target.copy_(found->second);
      report.matched.push_back(name);
    }
  }

  void check(const SurgeryReport& report) const {
    if (report.matched.empty() && !report.reshaped.empty()) {
      const SurgeryReport::Mismatch& first = report.reshaped.front();
      throw Error("no weight fits this model: '" + first.name + "' is " + sizes_text(first.have) +
                      ", the model's is " + sizes_text(first.want),
                  "surgery transfer", "give the model the sizes that the weights have");
    }
    if (report.matched.empty()) {
      throw Error(
          "no weight fits this model", "surgery transfer",
          "compare the names with `warmstart import FILE --json`, or correct include and exclude");
    }
    if (!config_.strict) return;
    const auto fail = [](const std::string& what, const std::string& name) {
      throw Error("strict transfer: '" + name + "' " + what, "surgery transfer",
                  "exclude it or set strict: false");
    };
    if (!report.missing.empty()) fail("is missing in the earlier stage", report.missing.front());
    if (!report.reshaped.empty())
      fail("has another shape in the earlier stage", report.reshaped.front().name);
    if (!report.unexpected.empty()) fail("does not exist in this model", report.unexpected.front());
  }

  static void append(SurgeryReport& report, const SurgeryReport& mine) {
    const auto add = [](auto& to, const auto& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    add(report.matched, mine.matched);
    add(report.missing, mine.missing);
    add(report.unexpected, mine.unexpected);
    add(report.reshaped, mine.reshaped);
  }

  Config config_;
};

const Registered<Surgery, Transfer> transfer{{
    .name = "transfer",
    .summary = "takes over weights that fit by name and shape",
    .needs = {},
    .yields = {},
    .papers = {1, 22, 41, 42},
}};

}  // namespace
}  // namespace warmstart
