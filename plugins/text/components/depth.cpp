// What each block of a transformer is worth: its gradient, how far it turns a token, and what the
// loss loses without it (seed card 72). The metric text.depth_use sums a run's records up.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <numeric>

#include "core/base/error.h"
#include "core/inspect/inspector.h"
#include "core/layers/sequence_stack.h"
#include "core/layers/tap.h"

namespace warmstart::text {
namespace {

SequenceStack& stack_of(Model& model) {
  for (const auto& module : model.modules()) {
    if (auto* stack = dynamic_cast<SequenceStack*>(module.get())) return *stack;
  }
  throw Error("the model has no row of sequence blocks", "inspector text.depth",
              "use gpt_decoder or bert_encoder, or remove the inspector");
}

/// Gradient norm over all parameters of each block that runs.
at::Tensor gradient_norms(SequenceStack& stack, const at::Tensor& loss) {
  std::vector<at::Tensor> norms;
  for (const std::int64_t index : stack.order()) {
    const std::vector<at::Tensor> parameters =
        stack.blocks()[static_cast<std::size_t>(index)]->parameters();
    at::Tensor squares = at::zeros({}, at::kDouble);
    for (const at::Tensor& gradient :
         torch::autograd::grad({loss}, parameters, {}, /*retain_graph=*/true,
                               /*create_graph=*/false, /*allow_unused=*/true)) {
      if (gradient.defined()) squares += gradient.to(at::kCPU, at::kDouble).square().sum();
    }
    norms.push_back(squares.sqrt());
  }
  return at::stack(norms).to(at::kFloat);
}

/// (L,L): angle between the last token's vectors after blocks l and m, over pi, mean of samples.
at::Tensor angular_distances(const std::vector<at::Tensor>& outputs_BTD) {
  std::vector<at::Tensor> last;
  for (const at::Tensor& output : outputs_BTD) {
    const at::Tensor vector_BD = output.select(1, -1).to(at::kCPU, at::kDouble);
    last.push_back(vector_BD / vector_BD.norm(2, {-1}, /*keepdim=*/true));
  }
  const at::Tensor unit_LBD = at::stack(last);
  const at::Tensor cosine_LLB = (unit_LBD.unsqueeze(0) * unit_LBD.unsqueeze(1)).sum(-1);
  return (at::acos(cosine_LLB.clamp(-1, 1)) / 3.14159265358979323846).mean(-1).to(at::kFloat);
}

/// Takes one block out while alive.
class WithoutBlock {
 public:
  WithoutBlock(SequenceStack& stack, std::size_t place) : stack_(stack), order_(stack.order()) {
    std::vector<std::int64_t> rest = order_;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(place));
    stack_.set_order(std::move(rest));
  }
  ~WithoutBlock() { stack_.set_order(order_); }
  WithoutBlock(const WithoutBlock&) = delete;
  WithoutBlock& operator=(const WithoutBlock&) = delete;

 private:
  SequenceStack& stack_;
  std::vector<std::int64_t> order_;
};

/// What a claim compares: means over quarters and the last half of the blocks that run.
std::vector<std::pair<std::string, double>> depth_scalars(const at::Tensor& norm_L,
                                                          const at::Tensor& angle_LL,
                                                          const at::Tensor& damage_L) {
  const std::int64_t blocks = norm_L.size(0), quarter = std::max<std::int64_t>(1, blocks / 4);
  const auto average = [](const at::Tensor& values) {
    return values.to(at::kDouble).mean().item<double>();  // NaN without values
  };
  const at::Tensor turn = angle_LL.diagonal(1);  // block l to l + 1
  return {{"gradient_first_quarter", average(norm_L.slice(0, 0, quarter))},
          {"gradient_last_quarter", average(norm_L.slice(0, blocks - quarter))},
          {"turn_last_half", average(turn.slice(0, turn.size(0) / 2))},
          {"damage_last_quarter", average(damage_L.slice(0, blocks - quarter))}};
}

}  // namespace

struct Depth final : Inspector {
  struct Config {
    void describe(Fields&) {}
  };
  explicit Depth(const Config&) {}

  Capture capture(const Batch& watch, const std::vector<std::string>&, Objective& objective,
                  Context& context) override {
    SequenceStack& stack = stack_of(context.model);
    // The same draws at every capture, so that the timeline shows the model changing alone.
    Context fixed{context.model, mix_seed(0, "text.depth"), context.step, context.total_steps,
                  false};
    std::vector<at::Tensor> outputs_BTD;
    at::Tensor loss, norms;
    {
      const c10::AutoGradMode with_gradients(true);
      const TapScope listening([&](const std::string& name, const at::Tensor& tensor) {
        if (name == "block.output") outputs_BTD.push_back(tensor.detach());
      });
      loss = objective.evaluate(watch, fixed).total;
      norms = gradient_norms(stack, loss);
    }
    Capture out;
    out.header = {{"kind", "depth"},
                  {"axes",
                   {{"gradient_norm", "block"},
                    {"angular_distance", "block block"},
                    {"removal_damage", "block"}}},
                  {"units",
                   {{"angular_distance", "half turns"},
                    {"removal_damage", "increase of the loss without the block"}}}};
    const at::Tensor angles = angular_distances(outputs_BTD);
    const at::Tensor damage = removal_damage(stack, watch, objective, fixed, loss.item<double>());
    out.tensors = {
        {"gradient_norm", norms}, {"angular_distance", angles}, {"removal_damage", damage}};
    out.scalars = depth_scalars(norms, angles, damage);
    return out;
  }

 private:
  static at::Tensor removal_damage(SequenceStack& stack, const Batch& watch, Objective& objective,
                                   Context& context, double whole) {
    std::vector<at::Tensor> damage;
    for (std::size_t place = 0; place < stack.order().size(); ++place) {
      const WithoutBlock without(stack, place);
      damage.push_back(objective.evaluate(watch, context).total.detach().cpu() - whole);
    }
    return at::stack(damage).to(at::kFloat);
  }
};

const Registered<Inspector, Depth> depth{Card{
    .name = "depth",
    .summary = "gradient, turn and worth of each transformer block",
    .needs = {"logits"},
    .yields = {},
    .papers = {72},
}};

}  // namespace warmstart::text
