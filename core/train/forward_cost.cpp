#include "core/train/forward_cost.h"

#include <ATen/core/Tensor.h>
#include <ATen/record_function.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

namespace warmstart {
namespace {

using Inputs = c10::ArrayRef<const c10::IValue>;

/// "torch::nn::Conv3dImpl" -> "Conv3d"
std::string layer_type(const torch::nn::Module& module) {
  std::string name = module.name();
  name = name.substr(0, name.find('<'));
  if (const std::size_t at = name.rfind("::"); at != std::string::npos) name = name.substr(at + 2);
  if (name.size() > 4 && name.ends_with("Impl")) name.resize(name.size() - 4);
  return name;
}

std::string parent_path(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(0, dot);
}

template <class Use>
void each_tensor(const c10::IValue& value, const Use& use) {
  if (value.isTensor()) {
    if (value.toTensor().defined()) use(value.toTensor());
  } else if (value.isTensorList()) {
    for (const at::Tensor& tensor : value.toTensorVector()) {
      if (tensor.defined()) use(tensor);
    }
  }
}

const void* storage_of(const at::Tensor& tensor) {
  return tensor.has_storage() ? tensor.storage().unsafeGetStorageImpl() : nullptr;
}

/// Which inputs of an operation are the two matrices.
struct MatrixOperation {
  const char* name;
  std::size_t left, right;
};
constexpr MatrixOperation kMatrixOperations[] = {
    {"aten::mm", 0, 1},     {"aten::addmm", 1, 2}, {"aten::bmm", 0, 1},   {"aten::baddbmm", 1, 2},
    {"aten::addbmm", 1, 2}, {"aten::mv", 0, 1},    {"aten::addmv", 1, 2}, {"aten::dot", 0, 1},
};

std::optional<std::int64_t> matrix_macs(const char* name, Inputs inputs) {
  if (std::strcmp(name, "aten::scaled_dot_product_attention") == 0) {
    // Queries (B,H,T,d) times keys, and the weights times as wide values.
    return 2 * inputs[0].toTensor().numel() * inputs[1].toTensor().size(-2);
  }
  for (const MatrixOperation& operation : kMatrixOperations) {
    if (std::strcmp(name, operation.name) != 0 || inputs.size() <= operation.right) continue;
    const at::Tensor left = inputs[operation.left].toTensor();
    const at::Tensor right = inputs[operation.right].toTensor();
    return left.numel() * (right.dim() < 2 ? 1 : right.size(-1));
  }
  return std::nullopt;
}

/// One operation while it runs.
struct OperationFrame final : at::ObserverContext {
  bool is_layer = false;    ///< it is the one that opened the present layer
  bool is_counted = false;  ///< its multiply-accumulates count, those inside it do not
  std::int64_t macs = 0;
  std::int64_t macs_per_result = 0;  ///< of a convolution: for each value that it gives
  std::vector<const void*> given;    ///< storages of its inputs, at the outermost level
};

}  // namespace

/// Listens to this thread's operations while alive.
class ForwardListener {
 public:
  explicit ForwardListener(
      const std::vector<std::pair<std::string, const torch::nn::Module*>>& modules) {
    for (const auto& [prefix, module] : modules) add_module(prefix, *module);
    current_ = this;
    handle_ = at::addThreadLocalCallback(at::RecordFunctionCallback(&start, &end)
                                             .needsInputs(true)
                                             .needsOutputs(true)
                                             .scopes({at::RecordScope::FUNCTION}));
  }
  ~ForwardListener() {
    at::removeCallback(handle_);
    current_ = nullptr;
  }
  ForwardListener(const ForwardListener&) = delete;
  ForwardListener& operator=(const ForwardListener&) = delete;

  ForwardCost take() {
    for (const LayerCost& layer : cost_.layers) cost_.macs += layer.macs;
    return std::move(cost_);
  }

 private:
  void add_module(const std::string& prefix, const torch::nn::Module& root) {
    modules_[prefix] = &root;
    for (const auto& item : root.named_modules(prefix, /*include_self=*/false))
      modules_[item.key()] = item.value().get();
    for (const auto& item : root.named_parameters())
      owners_[storage_of(item.value())] = parent_path(prefix + "." + item.key());
  }

  static std::unique_ptr<at::ObserverContext> start(const at::RecordFunction& function) {
    auto frame = std::make_unique<OperationFrame>();
    current_->begin(function, *frame);
    return frame;
  }
  static void end(const at::RecordFunction& function, at::ObserverContext* context) {
    if (context == nullptr) return;  // start failed
    current_->finish(function, static_cast<OperationFrame&>(*context));
  }

  void begin(const at::RecordFunction& function, OperationFrame& frame) {
    const Inputs inputs = function.inputs();
    if (depth_++ == 0) {
      for (const c10::IValue& value : inputs)
        each_tensor(value,
                    [&](const at::Tensor& tensor) { frame.given.push_back(storage_of(tensor)); });
    }
    if (layer_ == kNone) {
      if (const std::string* owner = owner_of(inputs)) {
        layer_ = row(*owner);
        last_path_ = *owner;
        frame.is_layer = true;
      }
    }
    if (counting_) return;
    if (std::strcmp(function.name(), "aten::convolution") == 0 && inputs.size() > 6) {
      begin_convolution(inputs, frame);
    } else if (const auto macs = matrix_macs(function.name(), inputs)) {
      frame.macs = *macs;
      frame.is_counted = true;
    }
    counting_ = frame.is_counted;
  }

  /// The weight is (Cout, Cin / groups, k...), of a transposed one (Cin, Cout / groups, k...).
  static void begin_convolution(Inputs inputs, OperationFrame& frame) {
    const at::Tensor input = inputs[0].toTensor(), weight = inputs[1].toTensor();
    const std::int64_t kernel = weight.numel() / std::max<std::int64_t>(1, weight.size(0));
    const bool transposed = inputs[6].toBool();
    frame.is_counted = true;
    frame.macs = transposed ? input.numel() * kernel : 0;
    frame.macs_per_result = transposed ? 0 : kernel;
  }

  void finish(const at::RecordFunction& function, OperationFrame& frame) {
    --depth_;
    std::vector<at::Tensor> results;
    for (const c10::IValue& value : function.outputs())
      each_tensor(value, [&](const at::Tensor& tensor) { results.push_back(tensor); });
    if (frame.is_counted) {
      counting_ = false;
      if (!results.empty()) frame.macs += results[0].numel() * frame.macs_per_result;
      cost_.layers[layer_ != kNone ? layer_ : row(parent_path(last_path_))].macs += frame.macs;
    }
    if (frame.is_layer) finish_layer(results);
    if (depth_ == 0) add_activations(results, frame.given);
  }

  void finish_layer(const std::vector<at::Tensor>& results) {
    if (!results.empty()) {
      LayerCost& layer = cost_.layers[layer_];
      layer.output_shape = results[0].sizes().vec();
      layer.activation_bytes += static_cast<std::int64_t>(results[0].nbytes());
    }
    layer_ = kNone;
  }

  /// A view of an input, or an input changed in place, takes no memory of its own.
  void add_activations(const std::vector<at::Tensor>& results,
                       const std::vector<const void*>& given) {
    for (const at::Tensor& result : results) {
      if (std::find(given.begin(), given.end(), storage_of(result)) == given.end())
        cost_.activation_bytes += static_cast<std::int64_t>(result.nbytes());
    }
  }

  /// The module whose parameter goes in together with data; a mere view of a parameter is no layer.
  const std::string* owner_of(Inputs inputs) const {
    const std::string* owner = nullptr;
    bool data = false;
    for (const c10::IValue& value : inputs) {
      each_tensor(value, [&](const at::Tensor& tensor) {
        const auto found = owners_.find(storage_of(tensor));
        if (found == owners_.end()) {
          data = data || tensor.is_floating_point() || tensor.scalar_type() == at::kLong;
        } else if (owner == nullptr) {
          owner = &found->second;
        }
      });
    }
    return data ? owner : nullptr;
  }

  std::size_t row(const std::string& path) {
    const auto [place, is_new] = rows_.emplace(path, cost_.layers.size());
    if (!is_new) return place->second;
    LayerCost layer;
    layer.path = path;
    if (const auto module = modules_.find(path); module != modules_.end()) {
      layer.type = layer_type(*module->second);
      for (const at::Tensor& parameter : module->second->parameters(/*recurse=*/false)) {
        layer.parameters += parameter.numel();
        if (parameter.requires_grad()) layer.trainable += parameter.numel();
      }
    }
    cost_.layers.push_back(std::move(layer));
    return place->second;
  }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  static thread_local ForwardListener* current_;
  std::map<std::string, const torch::nn::Module*> modules_;
  std::map<const void*, std::string> owners_;  ///< module path by its parameters' storage
  std::map<std::string, std::size_t> rows_;
  ForwardCost cost_;
  at::CallbackHandle handle_ = 0;
  std::string last_path_ = "model";
  std::size_t layer_ = kNone;
  int depth_ = 0;
  bool counting_ = false;
};

thread_local ForwardListener* ForwardListener::current_ = nullptr;

ForwardCost measure_forward(
    const std::vector<std::pair<std::string, const torch::nn::Module*>>& modules,
    const std::function<void()>& forward) {
  ForwardListener listener(modules);
  forward();
  return listener.take();
}

}  // namespace warmstart
