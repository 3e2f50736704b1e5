// What a model hears and makes of it: the sounds of each watched clip (mixture, stems, separated
// stems), masks, the model's input, class scores over time and attention. Spectrograms are left to
// the view, which makes them of the sounds with any window the user asks for.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/inspect/inspector.h"
#include "core/layers/tap.h"
#include "plugins/audio/components/waveform.h"

namespace warmstart::audio {
namespace {

constexpr std::int64_t kPiecesAtOnce = 32;

struct SpectrogramInspector final : Inspector {
  struct Config {
    double piece = 0.4, hop = 0.1;
    std::string scores = "softmax";
    std::vector<std::int64_t> attention;
    void describe(Fields& fields) {
      fields
          .field("piece", piece,
                 "length of the piece that class scores over time are given for; 0 = none")
          .at_least(0)
          .unit("s");
      fields.field("hop", hop, "between the centres of two pieces").above(0).unit("s");
      fields
          .field("scores", scores,
                 "how logits become scores: softmax for one class a clip, sigmoid for several")
          .one_of({"softmax", "sigmoid"});
      fields.field("attention", attention, "layers whose attention is kept, from 0; empty = none")
          .at_least(0);
    }
  };
  explicit SpectrogramInspector(const Config& config) : config_(config) {}

  bool one_by_one() const override { return true; }

  Capture capture(const Batch& watch, const std::vector<std::string>&, Objective&,
                  Context& context) override {
    if (!watch.has("wave")) {
      throw Error("the watched data has no whole clips to show", "capture audio.spectrogram",
                  "watch a data entry that keeps them with on:, for example the test data");
    }
    Capture out;
    out.header = header_of(watch);
    add(out, "wave", watch.get("wave"));
    const Batch outputs = run(watch, context.model, out);
    add_stems(watch, outputs, out);
    add_features(watch, out);
    if (outputs.get("logits").dim() == 2) add_scores(watch, outputs, context.model, out);
    const bool separated = outputs.has("voice_estimate");
    if (outputs.get("logits").dim() == 3 && !separated) add_frame_scores(watch, outputs, out);
    return out;
  }

 private:
  static Json header_of(const Batch& watch) {
    Json header{{"kind", "spectrogram"},
                {"rate", watch.get("rate").reshape({-1})[0].item<std::int64_t>()},
                {"axes",
                 {{"wave.N", "time"},
                  {"voice.N", "time"},
                  {"song.N", "time"},
                  {"voice_estimate.N", "time"},
                  {"song_estimate.N", "time"},
                  {"features.N", "band frame"},
                  {"bands.N", "band"},
                  {"mask.N", "bin frame"},
                  {"reference_mask.N", "bin frame"},
                  {"clip_scores.N", "class"},
                  {"scores.N", "class piece"},
                  {"score_times.N", "piece"},
                  {"target.N", "class"}}},
                {"units",
                 {{"bands.N", "Hz"},
                  {"score_times.N", "s"},
                  {"mask.N", "share of the voice"},
                  {"reference_mask.N", "1 = the voice is louder"}}}};
    if (watch.has("stft")) {
      const at::Tensor stft = watch.get("stft").reshape({-1, 4})[0].to(at::kCPU);
      header["window"] = stft[0].item<std::int64_t>();
      header["fft"] = std::max(stft[0].item<std::int64_t>(), stft[1].item<std::int64_t>());
      header["hop"] = stft[2].item<std::int64_t>();
    }
    return header;
  }

  static void add(Capture& out, const std::string& name, const at::Tensor& batch_of_one) {
    out.tensors.emplace_back(name, batch_of_one[0].to(at::kFloat));
  }

  Batch run(const Batch& watch, Model& model, Capture& out) const {
    std::int64_t layer = 0;
    const TapScope listening([&](const std::string& name, const at::Tensor& weights_1HQK) {
      if (name != "attention.weights") return;
      const std::string array = "attention_" + std::to_string(layer);
      const auto& wanted = config_.attention;
      if (std::find(wanted.begin(), wanted.end(), layer++) == wanted.end()) return;
      out.header["axes"][array + ".N"] = "head query key";
      out.tensors.emplace_back(array, weights_1HQK[0].to(at::kHalf).contiguous());
    });
    Batch outputs = model.run(watch);
    for (const std::int64_t wanted : config_.attention) {
      if (wanted < layer) continue;
      throw Error(layer == 0 ? "the model has no attention to capture"
                             : "the model's layers are 0 to " + std::to_string(layer - 1),
                  "capture audio.spectrogram.attention", "name layers that exist, or none");
    }
    return outputs;
  }

  /// The separated sounds with their references, and the masks that made them.
  static void add_stems(const Batch& watch, const Batch& outputs, Capture& out) {
    for (const char* stem : {"voice", "song"}) {
      if (watch.has(stem)) add(out, stem, watch.get(stem));
      const std::string estimate = std::string(stem) + "_estimate";
      if (outputs.has(estimate)) add(out, estimate, outputs.get(estimate));
    }
    if (outputs.has("voice_estimate"))
      out.tensors.emplace_back("mask", outputs.get("logits")[0].sigmoid().to(at::kHalf));
    if (watch.has("voice_magnitude") && watch.has("song_magnitude")) {
      const at::Tensor louder = watch.get("voice_magnitude").gt(watch.get("song_magnitude"));
      out.tensors.emplace_back("reference_mask", louder[0].to(at::kByte));
    }
  }

  static void add_features(const Batch& watch, Capture& out) {
    if (!watch.has("image")) return;
    out.tensors.emplace_back("features", watch.get("image")[0][0].to(at::kFloat));
    if (watch.has("bands")) add(out, "bands", watch.get("bands"));
  }

  /// What the model says of the sound around each moment: all that lies outside the piece is set
  /// to the input's minimum, so that any model is asked for inputs of the length it knows.
  void add_scores(const Batch& watch, const Batch& outputs, Model& model, Capture& out) const {
    if (watch.has("target")) add(out, "target", watch.get("target"));
    add(out, "clip_scores", scores_of(outputs.get("logits")));
    const at::Tensor& input = watch.get(model.input());
    const double seconds =
        static_cast<double>(watch.get("wave").size(1)) / out.header.at("rate").get<double>();
    if (config_.piece <= 0) return;
    const std::int64_t length = input.size(-1);
    const double steps_a_second = static_cast<double>(length) / seconds;
    const at::Tensor places = at::arange(length, input.options().dtype(at::kFloat)).add(0.5);
    std::vector<at::Tensor> pieces, scores;
    std::vector<double> times;
    const auto ask = [&] {
      if (pieces.empty()) return;
      scores.push_back(scores_of(model.forward(at::cat(pieces))));
      pieces.clear();
    };
    for (double time = config_.hop / 2; time < seconds; time += config_.hop) {
      const at::Tensor near =
          places.sub(time * steps_a_second).abs().le(config_.piece / 2 * steps_a_second);
      pieces.push_back(at::where(near, input, input.min()));
      times.push_back(time);
      if (static_cast<std::int64_t>(pieces.size()) == kPiecesAtOnce) ask();
    }
    ask();
    out.tensors.emplace_back("scores", at::cat(scores).t().to(at::kFloat).contiguous());
    out.tensors.emplace_back("score_times", at::tensor(times, at::kDouble));
  }

  /// Of a model that answers for each frame (B,T,K): frames are spread evenly over the clip.
  void add_frame_scores(const Batch& watch, const Batch& outputs, Capture& out) const {
    if (watch.has("target")) add(out, "target", watch.get("target"));
    const at::Tensor scores_TK = scores_of(outputs.get("logits")[0]);
    const std::int64_t frames = scores_TK.size(0);
    const double hop = static_cast<double>(watch.get("wave").size(1)) /
                       out.header.at("rate").get<double>() / static_cast<double>(frames);
    out.tensors.emplace_back("scores", scores_TK.t().to(at::kFloat).contiguous());
    out.tensors.emplace_back("score_times", at::arange(frames, at::kDouble).add(0.5).mul(hop));
  }

  /// Over the last axis, the classes.
  at::Tensor scores_of(const at::Tensor& logits) const {
    return config_.scores == "softmax" ? logits.softmax(-1) : logits.sigmoid();
  }

  Config config_;
};

const Registered<Inspector, SpectrogramInspector> spectrogram_inspector{Card{
    .name = "spectrogram",
    .summary = "sounds, separated sounds, masks, class scores over time and attention of clips",
    .needs = {"logits"},
    .yields = {},
    .papers = {2, 11},
}};

}  // namespace
}  // namespace warmstart::audio
