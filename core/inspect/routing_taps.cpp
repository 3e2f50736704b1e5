#include "core/inspect/routing_taps.h"

#include <ATen/ATen.h>

#include <cctype>

#include "core/base/error.h"
#include "core/inspect/batch_part.h"
#include "core/layers/tap.h"
#include "core/models/target_row.h"
#include "core/objectives/token_predictions.h"
#include "core/pathway/pathway_descriptors.h"

namespace warmstart {
namespace {

/// The recipe's name of a model: its class's, in snake case.
std::string model_name(const Model& model) {
  std::string name = model.name();
  name = name.substr(name.rfind(':') + 1);
  std::string snake;
  for (const char c : name) {
    if (std::isupper(static_cast<unsigned char>(c)) && !snake.empty()) snake += '_';
    snake += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return snake;
}

struct SampleLoss {
  at::Tensor loss, correct;
};

/// Loss of each sample from what the model says, without its auxiliary losses.
SampleLoss sample_loss(const Batch& batch, const at::Tensor& logits) {
  if (logits.dim() == 2 && batch.has("class")) {
    const at::Tensor& label = batch.get("class");
    return {at::cross_entropy_loss(logits, label, {}, at::Reduction::None),
            logits.argmax(1).eq(label)};
  }
  if (logits.dim() == 3 && batch.has("decoder_tokens") && batch.has("target")) {
    const at::Tensor seen = batch.get("target").ge(0).to(logits.scalar_type());
    const at::Tensor loss_BT = at::cross_entropy_loss(logits.transpose(1, 2), batch.get("target"),
                                                      {}, at::Reduction::None, kNothingAsked);
    return {loss_BT.sum(1) / seen.sum(1).clamp_min(1), {}};
  }
  if (logits.dim() == 3 && batch.has("tokens")) {
    const at::Tensor target = batch.get("tokens").slice(1, 1);
    const at::Tensor loss_BT = at::cross_entropy_loss(logits.slice(1, 0, -1).transpose(1, 2),
                                                      target, {}, at::Reduction::None);
    if (!batch.has("attention_mask")) return {loss_BT.mean(1), {}};
    const at::Tensor seen = batch.get("attention_mask").slice(1, 1).to(loss_BT.scalar_type());
    return {(loss_BT * seen).sum(1) / seen.sum(1).clamp_min(1), {}};
  }
  throw Error("the model's outputs give no loss for each sample", "inspector routing_trace",
              "watch classes with output: last, or tokens with output: tokens");
}

/// What the layers of one forward pass tapped, in order.
struct Tapped {
  std::vector<at::Tensor> input_BTD, rows_ED, probability_BTE, picked_BTk;
  void take(const std::string& name, const at::Tensor& tensor) {
    if (name == "router.input") input_BTD.push_back(tensor.detach());
    if (name == "router.rows") rows_ED.push_back(tensor.detach());
    if (name == "router.probabilities") probability_BTE.push_back(tensor.detach());
    if (name == "router.experts") picked_BTk.push_back(tensor);
  }
};

/// (B,T), not 0 where a token that the model reads is no padding; undefined = all.
at::Tensor visible_tokens(const Model& model, const Batch& batch) {
  if (reads_rows(model, batch)) return target_row(batch).visible_BL;
  return batch.has("attention_mask") ? batch.get("attention_mask") : at::Tensor();
}

/// (B,T) weights of tokens that sum to 1 in each sample.
at::Tensor token_weights(const at::Tensor& visible_BT, const at::Tensor& probability_BTE) {
  const at::Tensor even = at::ones_like(probability_BTE.select(2, 0));
  const at::Tensor seen = visible_BT.defined() ? visible_BT.to(even.options()) : even;
  return seen / seen.sum(1, /*keepdim=*/true).clamp_min(1);
}

std::int64_t token_place(std::int64_t position, std::int64_t tokens) {
  const std::int64_t place = position < 0 ? tokens + position : position;
  if (place >= 0 && place < tokens) return place;
  throw Error("token " + std::to_string(position) + " of sequences of " + std::to_string(tokens),
              "inspector routing_trace", "choose a position inside the sequence");
}

/// Collects the parts of a batch that went through the model one after another.
struct RoutingParts {
  std::vector<at::Tensor> mean, token, loss, correct, input, counts;
  at::Tensor rows;

  void add(const Batch& batch, const at::Tensor& visible_BT, const at::Tensor& logits,
           const Tapped& tapped, std::int64_t position) {
    const SampleLoss losses = sample_loss(batch, logits);
    loss.push_back(losses.loss.to(at::kCPU));
    if (losses.correct.defined()) correct.push_back(losses.correct.to(at::kCPU));
    const at::Tensor probability_LBTE = at::stack(tapped.probability_BTE);
    const std::int64_t place = token_place(position, probability_LBTE.size(2));
    const at::Tensor weight_BT = token_weights(visible_BT, probability_LBTE[0]);
    mean.push_back((probability_LBTE * weight_BT.unsqueeze(0).unsqueeze(-1))
                       .sum(2)
                       .transpose(0, 1)
                       .to(at::kCPU, at::kFloat));
    token.push_back(probability_LBTE.select(2, place).transpose(0, 1).to(at::kCPU, at::kFloat));
    input.push_back(
        at::stack(tapped.input_BTD).select(2, place).transpose(0, 1).to(at::kCPU, at::kFloat));
    const std::int64_t experts = probability_LBTE.size(3);
    const at::Tensor seen_BT1 = weight_BT.gt(0).unsqueeze(-1);
    std::vector<at::Tensor> received;
    for (const at::Tensor& picked_BTk : tapped.picked_BTk) {
      const at::Tensor chosen = picked_BTk.masked_select(seen_BT1);
      received.push_back(at::bincount(chosen, {}, experts).to(at::kDouble) /
                         seen_BT1.sum().to(at::kDouble));
    }
    counts.push_back(at::stack(received).to(at::kCPU) * static_cast<double>(batch.size()));
    rows = at::stack(tapped.rows_ED).to(at::kCPU, at::kFloat);
  }
};

/// g (m,L,E), h (m,L,D): the kernel of linear experts, mean over layers (seed card 05).
at::Tensor routed_kernel(const at::Tensor& gate_mLE, const at::Tensor& input_mLD) {
  const at::Tensor gate_LmE = gate_mLE.transpose(0, 1).to(at::kDouble);
  const at::Tensor input_LmD = input_mLD.transpose(0, 1).to(at::kDouble);
  return (at::matmul(gate_LmE, gate_LmE.transpose(1, 2)) *
          at::matmul(input_LmD, input_LmD.transpose(1, 2)))
      .mean(0);
}

}  // namespace

double RoutingTaps::effective_dimension(double lambda) const {
  const at::Tensor matrix = kernel.contiguous();
  const double* values = matrix.data_ptr<double>();
  return warmstart::effective_dimension({values, values + matrix.numel()},
                                        static_cast<std::size_t>(matrix.size(0)), lambda);
}

RoutingTaps read_routing(Model& model, const Batch& batch, const RoutingPass& pass) {
  RoutingParts parts;
  for (std::int64_t begin = 0; begin < batch.size(); begin += pass.batch) {
    const Batch part = part_of_batch(batch, begin, begin + pass.batch);
    Tapped tapped;
    at::Tensor logits;
    {
      const TapScope listening(
          [&](const std::string& name, const at::Tensor& tensor) { tapped.take(name, tensor); });
      logits = model.run(part).get("logits");
    }
    if (tapped.probability_BTE.empty()) {
      throw Error(
          "pathway probes need at least one moe_ffn layer; '" + model_name(model) + "' has none",
          "inspector routing_trace", "set model.experts, or remove the inspector");
    }
    parts.add(part, visible_tokens(model, part), logits, tapped, pass.position);
  }
  RoutingTaps out;
  out.mean = at::cat(parts.mean).contiguous();
  out.token = at::cat(parts.token).contiguous();
  out.loss = at::cat(parts.loss);
  if (!parts.correct.empty()) out.correct = at::cat(parts.correct);
  out.rows = parts.rows;
  out.load = at::stack(parts.counts).sum(0) / static_cast<double>(batch.size());
  const at::Tensor inputs = at::cat(parts.input);
  out.kernel = routed_kernel(out.token.slice(0, 0, pass.kernel_samples),
                             inputs.slice(0, 0, pass.kernel_samples));
  return out;
}

}  // namespace warmstart
