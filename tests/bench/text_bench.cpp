// What text costs: a GPT training step and an attention capture with its file, generation with and
// without cached keys and values, byte-pair encoding and training, encoding on two threads, and the
// memory of a streamed corpus. Each line is "name value", times in CPU seconds of one thread
// ("together": by the clock); text.py sets them against PyTorch and spm_encode.
//   text_bench step | generate | encode MODEL FILE | byte_pairs FILE SIZE | together FILE |
//              train FILE SIZE | stream FOLDER BLOCKS
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>
#include <map>

#include "core/base/files.h"
#include "core/base/memory.h"
#include "core/base/utf8.h"
#include "core/data/dataset.h"
#include "core/data/tensor_arrays.h"
#include "core/inspect/inspector.h"
#include "core/models/generation.h"
#include "core/objectives/objective.h"
#include "core/optim/optimizer.h"
#include "plugins/text/io/byte_level.h"
#include "plugins/text/io/byte_pair.h"
#include "plugins/text/io/encoding.h"
#include "plugins/text/io/merge_learner.h"
#include "plugins/text/io/sentencepiece_tokenizer.h"
#include "plugins/text/io/wordpiece.h"

namespace warmstart {
namespace {

/// Of this process: with one thread what it takes on an idle machine, also on a busy one.
double cpu_seconds_of(const std::function<void()>& action) {
  const std::clock_t start = std::clock();
  action();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

void report(const std::string& name, double value) { std::cout << name << " " << value << "\n"; }

template <class Kind>
std::shared_ptr<Kind> bench_make(const std::string& type, const std::string& settings) {
  return create<Kind>({type, parse_yaml(settings, "bench"), {}});
}

constexpr const char* kGpt =
    "{vocabulary: 4000, width: 128, depth: 4, heads: 4, max_length: 128, dropout: 0}";
constexpr const char* kT5 =
    "{vocabulary: 4000, width: 256, depth: 4, heads: 4, hidden: 1024, max_length: 129}";

/// An attention capture as a run takes it: with its file of checked arrays.
void bench_capture(const Batch& watch, Objective& objective, Context& context) {
  const auto inspector = bench_make<Inspector>("attention", "{}");
  const Path folder = std::filesystem::temp_directory_path() / "warmstart-text-bench";
  create_folders(folder);
  const at::NoGradGuard no_gradients;
  double capture = 1e9;
  for (int i = 0; i < 10; ++i)
    capture =
        std::min(capture, cpu_seconds_of([&] {
                   const Capture taken = inspector->capture(watch, {"a", "b"}, objective, context);
                   save_tensors(folder / "attention.safetensors",
                                {{"capture", taken.header.dump()}}, taken.tensors);
                 }));
  std::filesystem::remove_all(folder);
  report("capture", capture);
}

void bench_step() {
  const auto model = bench_make<Model>("gpt_decoder", kGpt);
  const auto objective = bench_make<Objective>("next_token", "{}");
  const auto optimizer = bench_make<Optimizer>("adamw", "{learning_rate: 0.001}");
  std::vector<std::pair<std::string, at::Tensor>> parameters;
  for (const auto& item : model->named_parameters())
    parameters.emplace_back(item.key(), item.value());
  optimizer->attach(parameters);
  Batch batch;
  batch.set("tokens", at::randint(4000, {8, 128}, at::kLong));
  Context context{.model = *model, .seed = 1};
  double best = 1e9;
  for (int i = 0; i < 30; ++i) {
    best = std::min(best, cpu_seconds_of([&] {
                      for (auto& [name, parameter] : parameters) parameter.mutable_grad().reset();
                      const Loss loss = objective->evaluate(batch, context);
                      loss.total.backward();
                      optimizer->step(1.0);
                      loss.total.item<float>();
                    }));
  }
  report("step", best);
  Batch watch;
  watch.set("tokens", batch.get("tokens").slice(0, 0, 2));
  bench_capture(watch, *objective, context);
}

void bench_writing(Model& model, const std::vector<std::int64_t>& prompt, std::int64_t tokens,
                   const std::string& name) {
  for (const bool cache : {true, false}) {
    GenerationSettings settings{.tokens = tokens};
    settings.use_cache = cache;
    double best = 1e9;
    for (int i = 0; i < 3; ++i)
      best = std::min(best, cpu_seconds_of([&] { generate(model, prompt, settings); }));
    report(name + (cache ? "_cached" : "_uncached"), best);
  }
}

void bench_generation() {
  bench_writing(*bench_make<Model>("gpt_decoder", kGpt), {1, 2, 3}, 120, "generate");
  const std::vector<std::int64_t> source(128, 5);
  bench_writing(*bench_make<Model>("t5_encoder_decoder", kT5), source, 128, "answer");
}

void bench_encoding(const std::string& model, const std::string& file) {
  const auto tokenizer = text::sentencepiece(read_file(model), model);
  const std::string text = read_file(file);
  double best = 1e9;
  std::size_t tokens = 0;
  for (int i = 0; i < 5; ++i)
    best = std::min(best, cpu_seconds_of([&] { tokens = tokenizer->encode(text).size(); }));
  report("encode", best);
  report("tokens", static_cast<double>(tokens));
}

/// Merges as byte-level tokenizers have them, learned from the words of a text.
text::BytePairRules byte_level_rules(const std::string& content, std::int64_t size) {
  std::map<std::string, std::int64_t> counts;
  for (const std::string_view word : text::byte_level_words(content))
    ++counts[text::to_byte_characters(word)];
  text::BytePairRules rules;
  std::vector<std::string> pieces;
  for (int byte = 0; byte < 256; ++byte) {
    const char one = static_cast<char>(byte);
    pieces.push_back(text::to_byte_characters({&one, 1}));
  }
  std::vector<text::SplitWord> words;
  for (const auto& [word, count] : counts) {
    words.push_back({{}, count});
    for (const char32_t point : code_points(word))
      words.back().pieces.push_back(utf8(std::u32string(1, point)));
  }
  for (const std::string& made : text::learn_merges(words, size - 256, 2, "")) {
    // Its two parts are what the merges before it leave of it.
    rules.vocabulary = {pieces, "bench"};
    const auto before = text::byte_pair(rules, "bench");
    const text::Tokens parts = before->encode(text::from_byte_characters(made));
    pieces.push_back(made);
    if (parts.size() == 2)
      rules.merges.emplace_back(pieces[static_cast<std::size_t>(parts[0])],
                                pieces[static_cast<std::size_t>(parts[1])]);
  }
  rules.vocabulary = {pieces, "bench"};
  return rules;
}

void bench_byte_pairs(const std::string& file, std::int64_t size) {
  const std::string content = read_file(file);
  const text::BytePairRules rules = byte_level_rules(content, size);
  double best = 1e9;
  std::size_t tokens = 0;
  for (int i = 0; i < 5; ++i) {
    const auto tokenizer = text::byte_pair(rules, "bench");  // a fresh one: it remembers words
    best = std::min(best, cpu_seconds_of([&] { tokens = tokenizer->encode(content).size(); }));
  }
  report("byte_pairs", best);
  report("tokens", static_cast<double>(tokens));
}

/// A text that data sets encode at their start, on one thread and on two, by the clock.
void bench_together(const std::string& file) {
  const std::vector<std::string> texts{read_file(file)};
  const auto tokenizer = text::train_wordpiece({texts.front().substr(0, 1 << 20)}, 4000, {});
  std::map<unsigned, double> best{{1, 1e9}, {2, 1e9}};
  for (int i = 0; i < 5; ++i) {
    for (auto& [threads, seconds] : best) {
      const auto start = std::chrono::steady_clock::now();
      text::encoded(*tokenizer, texts, threads);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      seconds = std::min(seconds, took.count());
    }
  }
  report("one_thread", best[1]);
  report("two_threads", best[2]);
}

void bench_training(const std::string& file, std::int64_t size) {
  const std::string text = read_file(file);
  report("train", cpu_seconds_of([&] { text::train_sentencepiece({text}, size, "bpe"); }));
}

void bench_streaming(const std::string& folder, std::int64_t blocks) {
  const auto data = bench_make<Dataset>("text.stream", "{root: \"" + folder + "\", length: 256}");
  std::int64_t tokens = 0;
  const double seconds = cpu_seconds_of([&] {
    for (std::int64_t i = 0; i < blocks; ++i) {
      const auto at =
          static_cast<std::int64_t>(mix_seed(1, "bench", static_cast<std::uint64_t>(i)) %
                                    static_cast<std::uint64_t>(data->size()));
      tokens += data->get(at).fields.get("attention_mask").sum().item<std::int64_t>();
    }
  });
  report("bytes", data->facts()["bytes"].get<double>());
  report("blocks_in_all", static_cast<double>(data->size()));
  report("blocks_a_second", static_cast<double>(blocks) / seconds);
  report("tokens", static_cast<double>(tokens));
}

}  // namespace
}  // namespace warmstart

int main(int argc, char** argv) {
  using namespace warmstart;
  tune_allocator();
  if (const char* threads = std::getenv("WARMSTART_THREADS"))
    at::set_num_threads(std::atoi(threads));
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::string mode = words.empty() ? "" : words[0];
  if (mode == "step") {
    bench_step();
  } else if (mode == "generate") {
    bench_generation();
  } else if (mode == "encode" && words.size() == 3) {
    bench_encoding(words[1], words[2]);
  } else if (mode == "byte_pairs" && words.size() == 3) {
    bench_byte_pairs(words[1], std::atoll(words[2].c_str()));
  } else if (mode == "together" && words.size() == 2) {
    bench_together(words[1]);
  } else if (mode == "train" && words.size() == 3) {
    bench_training(words[1], std::atoll(words[2].c_str()));
  } else if (mode == "stream" && words.size() == 3) {
    bench_streaming(words[1], std::atoll(words[2].c_str()));
  } else {
    std::cerr << "usage: text_bench step | generate | encode MODEL FILE | byte_pairs FILE SIZE | "
                 "together FILE | train FILE SIZE | stream FOLDER BLOCKS\n";
    return 2;
  }
  return 0;
}
