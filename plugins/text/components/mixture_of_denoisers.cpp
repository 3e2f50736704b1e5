// UL2's mixture of denoisers (Tay et al. 2022, section 3.1): each block of tokens becomes an input
// and a target by a denoiser drawn for it, announced by a mode token.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/unusable_sample.h"
#include "plugins/text/io/denoising.h"

namespace warmstart::text {

/// R: spans shorter than 12 tokens at a rate below 0.3; X: longer spans or a higher rate; S: a
/// prefix, the rest of the text is the target; C: everything is the target. A block's kind, spans
/// and split are drawn in the same way with and without mode tokens.
class MixtureOfDenoisers final : public Transform {
 public:
  struct Config {
    std::vector<double> mean_spans{3, 8, 3, 8, 64, 64}, rates{0.15, 0.15, 0.5, 0.5, 0.15, 0.5};
    double prefix_share = 0.2, causal_share = 0;
    std::vector<std::string> mode_tokens{"[NLU]", "[NLG]", "[S2S]"};
    void describe(Fields& fields) {
      fields.field("mean_spans", mean_spans, "mean lengths of the spans of each span denoiser")
          .at_least(1)
          .unit("tokens");
      fields.field("rates", rates, "share of the tokens that each hides").within(0.01, 0.9);
      fields.field("prefix_share", prefix_share, "share of texts that are continued from a prefix")
          .within(0, 1);
      fields.field("causal_share", causal_share, "share of texts that are written from nothing")
          .within(0, 1);
      fields.field("mode_tokens", mode_tokens,
                   "tokens that announce short spans, much or long hidden, and prefixes; empty = "
                   "nothing is announced");
    }
  };

  explicit MixtureOfDenoisers(const Config& config) : config_(config) {
    const bool spans = !config.mean_spans.empty();
    const double rest = 1 - config.prefix_share - config.causal_share;
    if (config.mean_spans.size() != config.rates.size()) {
      throw Error(std::to_string(config.mean_spans.size()) + " mean_spans for " +
                      std::to_string(config.rates.size()) + " rates",
                  kWhere, "give each span denoiser one of both");
    }
    if (rest < -1e-9 || (rest > 1e-9 && !spans)) {
      throw Error("prefix_share and causal_share leave " + std::to_string(rest) +
                      " for span denoisers, of which there are " +
                      std::to_string(config.mean_spans.size()),
                  kWhere, "make the shares sum to 1");
    }
    if (!config.mode_tokens.empty() && config.mode_tokens.size() != 3)
      throw Error(std::to_string(config.mode_tokens.size()) + " mode tokens", kWhere,
                  "name three, for short spans, much or long hidden, and prefixes, or none");
  }

  void attach(const Json& facts) override {
    if (!facts.contains("pad_token") || !facts.contains("end_token") ||
        !facts.contains("sentinels")) {
      throw Error("the data has no padding or end token, or no sentinels", kWhere,
                  "set the corpus's sentinels: 100, with a tokenizer with special tokens");
    }
    pad_ = facts["pad_token"].get<std::int64_t>();
    special_ = {facts["end_token"].get<std::int64_t>(),
                facts["sentinels"].get<std::vector<std::int64_t>>()};
    for (const std::string& name : config_.mode_tokens) modes_.push_back(mode_number(name, facts));
    set_lengths(facts.at("length").get<std::int64_t>());
  }

  void apply(Sample& sample, Random& random) const override {
    const at::Tensor tokens_T = sample.fields.get("tokens").contiguous();
    const auto* first = tokens_T.data_ptr<std::int64_t>();
    const std::int64_t used = sample.fields.has("attention_mask")
                                  ? sample.fields.get("attention_mask").sum().item<std::int64_t>()
                                  : tokens_T.numel();
    const std::vector<std::int64_t> tokens(first, first + used);
    const auto [kind, pair, mean_span, rate] = denoised(tokens, random);
    std::vector<std::int64_t> input = pair.input, shifted{pad_};
    if (!modes_.empty() && kind != kCausal)
      input.insert(input.begin(), modes_[static_cast<std::size_t>(kind)]);
    shifted.insert(shifted.end(), pair.target.begin(), pair.target.end() - 1);
    const at::Tensor source = padded(input, input_length_, pad_),
                     decoder = padded(shifted, target_length_, pad_);
    at::Tensor visible = at::zeros({input_length_}, at::kLong);
    visible.slice(0, 0, static_cast<std::int64_t>(input.size())).fill_(1);
    sample.fields.set("tokens", source);
    sample.fields.set("attention_mask", visible);
    sample.fields.set("decoder_tokens", decoder);
    sample.fields.set("target", padded(pair.target, target_length_, kNoTarget));
    sample.fields.set("mode", at::scalar_tensor(static_cast<std::int64_t>(kind), at::kLong));
    sample.fields.set("denoiser", at::tensor({mean_span, rate}, at::kFloat));
  }

  bool is_random() const override { return true; }

 private:
  static constexpr const char* kWhere = "transform text.mixture_of_denoisers";
  static constexpr std::int64_t kNoTarget = -100;
  enum Kind { kShort = 0, kExtreme = 1, kPrefix = 2, kCausal = 3 };  // R, X, S, C

  /// A text with holes, and how they were made: the mean length of a hole and the share hidden (of
  /// a prefix and of everything: what became of this text).
  struct Denoised {
    Kind kind;
    DenoisingPair pair;
    double mean_span, rate;
  };

  static std::int64_t mode_number(const std::string& name, const Json& facts) {
    const Json known = facts.value("mode_tokens", Json::object());
    if (known.contains(name)) return known[name].get<std::int64_t>();
    std::string names;
    for (const auto& [key, number] : known.items()) names += (names.empty() ? "" : ",") + key;
    throw Error("mode token '" + name +
                    "' is not in the vocabulary (known: " + (names.empty() ? "none" : names) + ")",
                kWhere, "add it to the corpus's mode_tokens");
  }

  /// Lengths that every input and target fits, so that they can be stacked.
  void set_lengths(std::int64_t length) {
    input_length_ = target_length_ = 1;
    const auto fit = [&](std::int64_t input, std::int64_t target) {
      input_length_ = std::max(input_length_, input + 1 + (modes_.empty() ? 0 : 1));
      target_length_ = std::max(target_length_, target + 1);
    };
    if (config_.prefix_share > 0) fit(length, length / 2 + 1);
    if (config_.causal_share > 0) fit(0, length);
    if (config_.prefix_share + config_.causal_share > 1 - 1e-9) return;
    for (std::size_t i = 0; i < config_.rates.size(); ++i) {
      if (static_cast<double>(length) < config_.mean_spans[i])
        refuse_short(length, config_.mean_spans[i]);
      const std::int64_t spans = span_count(length, config_.mean_spans[i], config_.rates[i]);
      if (spans > static_cast<std::int64_t>(special_.sentinels.size())) {
        throw Error(std::to_string(spans) + " spans needed, the tokenizer has " +
                        std::to_string(special_.sentinels.size()) + " sentinels",
                    kWhere, "raise the corpus's sentinels, or the mean span");
      }
      const auto hidden =
          static_cast<std::int64_t>(std::llround(static_cast<double>(length) * config_.rates[i]));
      fit(length - hidden + spans, std::max<std::int64_t>(1, hidden) + spans);
    }
  }

  Denoised denoised(const std::vector<std::int64_t>& tokens, Random& random) const {
    const auto length = static_cast<std::int64_t>(tokens.size());
    const auto whole = static_cast<double>(length);
    if (length < 2) refuse_short(length, 2);
    const double draw = random.uniform();
    if (draw < config_.prefix_share) {
      const std::int64_t count = random.integer(1, std::max<std::int64_t>(1, length / 2));
      const auto hidden = static_cast<double>(count);
      return {kPrefix, corrupt_spans(tokens, {{length - count, count}}, special_), hidden,
              hidden / whole};
    }
    if (draw < config_.prefix_share + config_.causal_share || config_.rates.empty()) {
      DenoisingPair pair{{special_.end}, tokens};
      pair.target.push_back(special_.end);
      return {kCausal, std::move(pair), whole, 1};
    }
    const auto which = static_cast<std::size_t>(
        random.integer(0, static_cast<std::int64_t>(config_.rates.size()) - 1));
    const double mean = config_.mean_spans[which], rate = config_.rates[which];
    if (whole < mean) refuse_short(length, mean);
    const Kind kind = mean < 12 && rate < 0.3 ? kShort : kExtreme;
    return {kind, corrupt_spans(tokens, random_spans(length, mean, rate, random), special_), mean,
            rate};
  }

  [[noreturn]] static void refuse_short(std::int64_t length, double span) {
    std::ostringstream text;
    text << "a text of " << length << " tokens is shorter than one span of " << span;
    throw UnusableSample(text.str(), kWhere, "give longer texts, or smaller mean_spans");
  }

  static at::Tensor padded(const std::vector<std::int64_t>& tokens, std::int64_t length,
                           std::int64_t pad) {
    at::Tensor row = at::full({length}, pad, at::kLong);
    row.slice(0, 0, static_cast<std::int64_t>(tokens.size())).copy_(at::tensor(tokens, at::kLong));
    return row;
  }

  Config config_;
  DenoisingTokens special_;
  std::vector<std::int64_t> modes_;
  std::int64_t pad_ = 0, input_length_ = 0, target_length_ = 0;
};

const Registered<Transform, MixtureOfDenoisers> mixture_of_denoisers{Card{
    .name = "mixture_of_denoisers",
    .summary = "an input with holes and the target that fills them, in several ways (UL2)",
    .needs = {"tokens"},
    .yields = {"tokens", "attention_mask", "decoder_tokens", "target", "mode", "denoiser"},
    .papers = {28},
}};

}  // namespace warmstart::text
