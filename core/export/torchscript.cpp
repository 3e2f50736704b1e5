#include "core/export/torchscript.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/serialization/import.h>

#include <deque>
#include <set>
#include <sstream>
#include <utility>

namespace warmstart {
namespace {

namespace jit = torch::jit;

constexpr const char* kMetadataFile = "metadata.json";

/// The tracer names graph values after a script module's attributes, so the tree is rebuilt as one.
/// It knows tensors by identity: the attributes are the model's own tensors, not copies.
void mirror_module(const torch::nn::Module& source, jit::Module& target) {
  for (const auto& parameter : source.named_parameters(/*recurse=*/false)) {
    target.register_parameter(parameter.key(), parameter.value(), /*is_buffer=*/false);
  }
  for (const auto& buffer : source.named_buffers(/*recurse=*/false)) {
    target.register_buffer(buffer.key(), buffer.value());
  }
  for (const auto& child : source.named_children()) {
    jit::Module copy(c10::QualifiedName("__torch__.warmstart.Part"),
                     target._ivalue()->compilation_unit(), /*shouldMangle=*/true);
    mirror_module(*child.value(), copy);
    target.register_module(child.key(), copy);
  }
}

void check_on_cpu(const torch::nn::Module& model) {
  for (const auto& parameter : model.named_parameters()) {
    if (parameter.value().device().is_cpu()) continue;
    throw Error("the model is on " + parameter.value().device().str(), parameter.key(),
                "move it to the CPU before the export");
  }
}

TracedModel trace_once(Model& model, const Batch& inputs) {
  TracedModel result{jit::Module(c10::QualifiedName("__torch__.warmstart.Model")), nullptr,
                     file_names(inputs)};
  mirror_module(model, result.module);
  const auto run = [&](jit::Stack stack) -> jit::Stack {
    Batch traced;
    for (std::size_t i = 0; i < stack.size(); ++i)
      traced.set(inputs.fields()[i].first, stack[i].toTensor());
    return {forward_file(model, traced)};
  };
  const auto no_name = [](const torch::autograd::Variable&) { return std::string(); };
  jit::Stack stack;
  for (const at::Tensor& tensor : tensors_of(inputs)) stack.emplace_back(tensor);
  result.graph = jit::tracer::trace(std::move(stack), run, no_name, /*strict=*/true,
                                    /*force_outplace=*/false, &result.module, result.inputs)
                     .first->graph;
  return result;
}

/// The operation that takes a constant, through the lists it may be packed in.
const jit::Node* consumer(const jit::Value* value) {
  const jit::Node* node = value->node();
  while (!value->uses().empty()) {
    node = value->uses().front().user;
    if (node->kind() != c10::prim::ListConstruct) break;
    value = node->output();
  }
  return node;
}

[[noreturn]] void refuse_fixed_size(const jit::Node* node) {
  throw Error(
      "a free size (batch or length) is fixed inside the model", describe_place(node),
      "write shapes so that it stays free, for example x.reshape({-1, T, D}), flatten, unflatten");
}

bool same_constant(const jit::Node* a, const jit::Node* b) {
  const auto left = jit::toIValue(a->output()), right = jit::toIValue(b->output());
  if (!left || !right) return left.has_value() == right.has_value();
  if (left->isTensor() != right->isTensor()) return false;
  if (left->isTensor()) return left->toTensor().sizes() == right->toTensor().sizes();
  return *left == *right;
}

void merge_shapes(jit::Node* node, const jit::Node* other) {
  for (std::size_t i = 0; i < node->outputs().size(); ++i) {
    const auto mine = node->output(i)->type()->cast<c10::TensorType>();
    const auto theirs = other->output(i)->type()->cast<c10::TensorType>();
    if (mine && theirs) node->output(i)->setType(mine->merge(*theirs));
  }
}

/// Forgets every size in `graph` that differs in `other`, the same model's graph at other free
/// sizes.
void forget_free_sizes(jit::Graph& graph, jit::Graph& other) {
  for (std::size_t i = 0; i < graph.inputs().size(); ++i) {
    const auto mine = graph.inputs()[i]->type()->cast<c10::TensorType>();
    const auto theirs = other.inputs()[i]->type()->cast<c10::TensorType>();
    if (mine && theirs) graph.inputs()[i]->setType(mine->merge(*theirs));
  }
  auto there = other.nodes().begin();
  for (jit::Node* node : graph.nodes()) {
    if (there == other.nodes().end() || there->kind() != node->kind() ||
        there->outputs().size() != node->outputs().size()) {
      refuse_fixed_size(node);
    }
    if (node->kind() == c10::prim::Constant && !same_constant(node, *there)) {
      refuse_fixed_size(consumer(node->output()));
    }
    merge_shapes(node, *there);
    ++there;
  }
  if (there != other.nodes().end()) refuse_fixed_size(*there);
}

}  // namespace

TracedModel trace_model(Model& model, const Batch& inputs) {
  if (inputs.size() < 1)
    throw Error("the example for the export is empty", "", "give at least one sample");
  check_on_cpu(model);
  const at::NoGradGuard no_gradients;
  const EvaluationScope evaluation(model);
  const std::int64_t size = free_size(model, inputs);
  TracedModel traced = trace_once(model, batch_of(model, inputs, 2, size));
  const TracedModel other =
      trace_once(model, batch_of(model, inputs, 3, std::max<std::int64_t>(1, size - 1)));
  jit::Function* forward = traced.module._ivalue()->compilation_unit()->create_function(
      c10::QualifiedName(*traced.module.type()->name(), "forward"), traced.graph->copy());
  traced.module.type()->addMethod(forward);
  traced.module.eval();
  forget_free_sizes(*traced.graph, *other.graph);
  return traced;
}

void write_torchscript(const TracedModel& traced, const Json& metadata, const Path& path) {
  // Through memory: LibTorch's own file writer aborts the process on a full disk.
  std::ostringstream stream;
  traced.module.save(stream, {{kMetadataFile, metadata.dump()}});
  write_atomically(path, stream.str());
}

torch::jit::Module read_torchscript(const Path& path, Json* metadata) {
  std::istringstream stream(read_file(path));
  jit::ExtraFilesMap extra{{kMetadataFile, ""}};
  try {
    jit::Module module = jit::load(stream, c10::nullopt, extra);
    if (metadata != nullptr) *metadata = Json::parse(extra[kMetadataFile]);
    return module;
  } catch (const std::exception& error) {
    const std::string text = error.what();
    throw Error("not a TorchScript file of Warmstart: " + text.substr(0, text.find('\n')),
                path.string(), "export the model again");
  }
}

std::string parameter_name(const torch::jit::Value* value) {
  const jit::Node* node = value->node();
  if (node->kind() != c10::prim::GetAttr) return "";
  const std::string owner = parameter_name(node->input());
  const std::string name = node->s(c10::attr::name);
  return owner.empty() ? name : owner + "." + name;
}

std::string describe_place(const torch::jit::Node* node) {
  std::deque<const jit::Node*> queue{node};
  std::set<const jit::Node*> seen{node};
  const std::string what = node->kind().toQualString();
  while (!queue.empty()) {
    const jit::Node* next = queue.front();
    queue.pop_front();
    for (const jit::Value* input : next->inputs()) {
      if (const std::string name = parameter_name(input); !name.empty())
        return what + " after '" + name + "'";
      if (seen.insert(input->node()).second) queue.push_back(input->node());
    }
  }
  return what + " before the first parameter";
}

}  // namespace warmstart
