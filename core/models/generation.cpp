#include "core/models/generation.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/models/evaluation_scope.h"

namespace warmstart {
namespace {

void check_settings(const GenerationSettings& settings) {
  const auto refuse = [](const std::string& what, const std::string& where,
                         const std::string& hint) { throw Error(what, where, hint); };
  if (!(settings.temperature >= 0))
    refuse("a temperature below 0", "temperature", "0 takes the likeliest token, 1 draws");
  if (settings.top_k < 0) refuse("a negative top_k", "top_k", "0 keeps all tokens");
  if (!(settings.top_p > 0 && settings.top_p <= 1))
    refuse("top_p is not above 0 and at most 1", "top_p", "1 keeps all tokens");
}

/// Keeps the tokens whose probability is at least that of the last one needed.
at::Tensor nucleus(const at::Tensor& probability_V, double share) {
  const at::Tensor sorted = std::get<0>(probability_V.sort(0, /*descending=*/true));
  const at::Tensor before = sorted.cumsum(0) - sorted;
  const at::Tensor smallest = sorted.masked_select(before.lt(share)).min();
  const at::Tensor kept = probability_V.masked_fill(probability_V.lt(smallest), 0.0);
  return kept / kept.sum();
}

std::int64_t draw(const at::Tensor& probability_V, double uniform) {
  const at::Tensor reached = probability_V.cumsum(0);
  const double* sums = reached.data_ptr<double>();
  const std::int64_t count = reached.size(0);
  for (std::int64_t i = 0; i < count; ++i) {
    if (uniform * sums[count - 1] < sums[i]) return i;
  }
  return probability_V.argmax().item<std::int64_t>();
}

at::Tensor as_batch(const std::vector<std::int64_t>& tokens, std::size_t first) {
  return at::tensor(at::ArrayRef<std::int64_t>(tokens).slice(first), at::kLong).unsqueeze(0);
}

/// Logits (1,V) of the token after tokens (1,T), which follow those that the cache holds; so many
/// of both are of the prompt.
using NextLogits = std::function<at::Tensor(const at::Tensor&, SequenceCache*, std::int64_t)>;

/// What the model is shown of a growing text, and where in it that begins.
class Window {
 public:
  Window(NextLogits next, std::size_t prompt, std::int64_t longest, at::Device device,
         bool use_cache)
      : next_(std::move(next)),
        prompt_(prompt),
        longest_(static_cast<std::size_t>(longest)),
        device_(device),
        use_cache_(use_cache) {}

  at::Tensor next_logits(const std::vector<std::int64_t>& text) {
    if (text.size() - first_ > longest_) {
      first_ = text.size() - (longest_ + 1) / 2;
      cache_ = {};
    }
    const auto prompt = static_cast<std::int64_t>(prompt_ - std::min(prompt_, first_));
    if (!use_cache_) return next_(as_batch(text, first_).to(device_), nullptr, prompt)[0];
    const std::size_t seen = first_ + static_cast<std::size_t>(cache_.length());
    return next_(as_batch(text, seen).to(device_), &cache_, prompt)[0];
  }

 private:
  NextLogits next_;
  std::size_t prompt_, longest_, first_ = 0;
  at::Device device_;
  bool use_cache_;
  SequenceCache cache_;
};

}  // namespace

at::Tensor next_probabilities(const at::Tensor& logits_V, const GenerationSettings& settings) {
  check_settings(settings);
  at::Tensor logits = logits_V.to(at::kCPU, at::kDouble);
  if (settings.temperature == 0)
    return at::zeros_like(logits).scatter(0, logits.argmax().unsqueeze(0), 1.0);
  logits = logits / settings.temperature;
  if (settings.top_k > 0 && settings.top_k < logits.size(0)) {
    const at::Tensor smallest = std::get<0>(logits.topk(settings.top_k)).min();
    logits = logits.masked_fill(logits.lt(smallest), -std::numeric_limits<double>::infinity());
  }
  const at::Tensor probability = at::softmax(logits, 0);
  return settings.top_p < 1 ? nucleus(probability, settings.top_p) : probability;
}

namespace {

/// Draws tokens one by one after those of `text`, until the end.
std::vector<std::int64_t> draw_tokens(Window window, std::vector<std::int64_t> text,
                                      const GenerationSettings& settings) {
  std::vector<std::int64_t> written;
  for (std::int64_t i = 0; i < settings.tokens; ++i) {
    const at::Tensor probability = next_probabilities(window.next_logits(text), settings);
    Random random(mix_seed(settings.seed, "generate", static_cast<std::uint64_t>(i)));
    const std::int64_t token = draw(probability, random.uniform());
    if (token == settings.end) break;
    written.push_back(token);
    text.push_back(token);
  }
  return written;
}

std::vector<std::int64_t> answer(Model& model, SequenceToSequence& pair, std::int64_t longest,
                                 std::vector<std::int64_t> source, GenerationSettings settings) {
  if (settings.end >= 0) source.push_back(settings.end);
  const at::Device device = model.parameters().front().device();
  const at::Tensor source_BS = as_batch(source, 0).to(device);
  settings.tokens = std::min(settings.tokens, longest - 1);
  const NextLogits next = [&](const at::Tensor& target_BT, SequenceCache* cache, std::int64_t) {
    return pair.next_target_logits(source_BS, target_BT, cache);
  };
  return draw_tokens({next, 0, longest, device, settings.use_cache}, {pair.start_token()},
                     settings);
}

}  // namespace

std::vector<std::int64_t> generate(Model& model, const std::vector<std::int64_t>& prompt,
                                   const GenerationSettings& settings) {
  if (prompt.empty()) throw Error("the prompt has no tokens", "prompt", "give at least one word");
  const at::NoGradGuard no_gradients;
  const EvaluationScope evaluation(model);
  if (auto* pair = dynamic_cast<SequenceToSequence*>(&model))
    return answer(model, *pair, dynamic_cast<LanguageModel&>(model).longest(), prompt, settings);
  auto* continuing = dynamic_cast<Continuing*>(&model);
  const auto* language = dynamic_cast<LanguageModel*>(&model);
  const std::string why = continuing == nullptr || language == nullptr
                              ? "it is no model that continues a sequence"
                              : continuing->cannot_continue();
  if (!why.empty())
    throw Error("the model cannot write text: " + why, "model", "use gpt_decoder and next_token");
  const NextLogits next = [&](const at::Tensor& tokens_BT, SequenceCache* cache,
                              std::int64_t prefix) {
    return continuing->next_logits(tokens_BT, cache, prefix);
  };
  std::vector<std::int64_t> text = prompt;
  // Inputs end so where a model learned to read one both ways.
  if (language->takes_prefix() && settings.end >= 0) text.push_back(settings.end);
  return draw_tokens({next, text.size(), language->longest(), model.parameters().front().device(),
                      settings.use_cache},
                     text, settings);
}

}  // namespace warmstart
