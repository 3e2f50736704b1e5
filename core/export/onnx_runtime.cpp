#include "core/export/onnx_runtime.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <link.h>

#include <cstdint>
#include <cstdlib>
#include <deque>

#include "core/base/error.h"
#include "core/export/file_inputs.h"

namespace warmstart {
namespace {

// The runtime hands out a table of functions whose order never changes; what version 1 of it holds
// is enough here, so every release from 1.0 on will do. Each place is stated below by its number.
constexpr std::uint32_t kRuntimeApiVersion = 1;
constexpr int kRuntimeFloat = 1;  // element types: 32-bit float, 64-bit integer
constexpr int kRuntimeInteger = 7;
constexpr int kRuntimeErrorsOnly = 3;  // log level
constexpr int kRuntimeDeviceAllocator = 0;
constexpr int kRuntimeDefaultMemory = 0;
constexpr const char* kRuntimeVariable = "WARMSTART_ONNXRUNTIME";

using RuntimeObject = void*;  // the API's objects are opaque to its users
using RuntimeStatus = void*;  // null: it worked

struct RuntimeEntry {
  const void* const* (*table)(std::uint32_t version);
  const char* (*version)();
};

std::string runtime_environment() {
  const char* set = std::getenv(kRuntimeVariable);
  return set != nullptr ? set : "";
}

}  // namespace

struct OnnxRuntimeTable {
  explicit OnnxRuntimeTable(const void* const* at) : at_(at) {}

  template <class Function>
  Function* get(std::size_t place) const {
    return reinterpret_cast<Function*>(const_cast<void*>(at_[place]));
  }
  std::string message(RuntimeStatus status) const {
    std::string text = get<const char*(const void*)>(2)(status);
    get<void(RuntimeStatus)>(93)(status);
    return text;
  }
  void check(RuntimeStatus status, const std::string& what, const std::string& where) const {
    if (status == nullptr) return;
    std::string text = message(status);
    throw Error(what + ": " + text.substr(0, text.find('\n')), where,
                "nothing was written; update ONNX Runtime, or set WARMSTART_ONNXRUNTIME=none to "
                "verify without it",
                ErrorKind::kVerification);
  }

  RuntimeStatus create_environment(RuntimeObject* out) const {
    return get<RuntimeStatus(int, const char*, RuntimeObject*)>(3)(kRuntimeErrorsOnly, "warmstart",
                                                                   out);
  }
  RuntimeStatus create_session(RuntimeObject environment, const char* path, RuntimeObject options,
                               RuntimeObject* out) const {
    return get<RuntimeStatus(const void*, const char*, const void*, RuntimeObject*)>(7)(
        environment, path, options, out);
  }
  RuntimeStatus run(RuntimeObject session, const std::vector<const char*>& names,
                    const std::vector<const void*>& inputs, RuntimeObject* output) const {
    const char* outputs[] = {kExportOutput};
    return get<RuntimeStatus(RuntimeObject, const void*, const char* const*, const void* const*,
                             std::size_t, const char* const*, std::size_t, RuntimeObject*)>(9)(
        session, nullptr, names.data(), inputs.data(), names.size(), outputs, 1, output);
  }
  RuntimeStatus create_options(RuntimeObject* out) const {
    return get<RuntimeStatus(RuntimeObject*)>(10)(out);
  }
  RuntimeStatus set_threads_inside(RuntimeObject options, int threads) const {
    return get<RuntimeStatus(RuntimeObject, int)>(24)(options, threads);
  }
  RuntimeStatus borrow_tensor(RuntimeObject memory, const at::Tensor& tensor,
                              RuntimeObject* out) const {
    return get<RuntimeStatus(const void*, void*, std::size_t, const std::int64_t*, std::size_t, int,
                             RuntimeObject*)>(49)(
        memory, tensor.data_ptr(), tensor.nbytes(), tensor.sizes().data(),
        static_cast<std::size_t>(tensor.dim()),
        tensor.scalar_type() == at::kLong ? kRuntimeInteger : kRuntimeFloat, out);
  }
  RuntimeStatus tensor_data(RuntimeObject tensor, void** out) const {
    return get<RuntimeStatus(RuntimeObject, void**)>(51)(tensor, out);
  }
  RuntimeStatus element_type(RuntimeObject shape, int* out) const {
    return get<RuntimeStatus(const void*, int*)>(60)(shape, out);
  }
  RuntimeStatus axis_count(RuntimeObject shape, std::size_t* out) const {
    return get<RuntimeStatus(const void*, std::size_t*)>(61)(shape, out);
  }
  RuntimeStatus axis_sizes(RuntimeObject shape, std::vector<std::int64_t>& out) const {
    return get<RuntimeStatus(const void*, std::int64_t*, std::size_t)>(62)(shape, out.data(),
                                                                           out.size());
  }
  RuntimeStatus type_and_shape(RuntimeObject tensor, RuntimeObject* out) const {
    return get<RuntimeStatus(const void*, RuntimeObject*)>(65)(tensor, out);
  }
  RuntimeStatus cpu_memory(RuntimeObject* out) const {
    return get<RuntimeStatus(int, int, RuntimeObject*)>(69)(kRuntimeDeviceAllocator,
                                                            kRuntimeDefaultMemory, out);
  }
  enum Release : std::size_t {
    kEnvironment = 92,
    kMemory = 94,
    kSession = 95,
    kValue = 96,
    kShape = 99,
    kOptions = 100
  };
  void release(RuntimeObject object, Release which) const {
    if (object != nullptr) get<void(RuntimeObject)>(which)(object);
  }

 private:
  const void* const* at_;
};

/// One of the runtime's objects, released at the end.
class OnnxRuntimeObject {
 public:
  OnnxRuntimeObject(const OnnxRuntimeTable& table, OnnxRuntimeTable::Release release)
      : table_(table), release_(release) {}
  ~OnnxRuntimeObject() { table_.release(object_, release_); }
  OnnxRuntimeObject(const OnnxRuntimeObject&) = delete;
  OnnxRuntimeObject& operator=(const OnnxRuntimeObject&) = delete;
  RuntimeObject get() const { return object_; }
  RuntimeObject* out() { return &object_; }

 private:
  const OnnxRuntimeTable& table_;
  OnnxRuntimeTable::Release release_;
  RuntimeObject object_ = nullptr;
};

std::string OnnxRuntime::text() const {
  return usable() ? version_ + " (" + file_ + ")" : problem_;
}

bool OnnxRuntime::load(const std::string& file) {
  dlerror();
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    const char* reason = dlerror();
    problem_ = reason != nullptr ? reason : "cannot be loaded";
    return false;
  }
  link_map* place = nullptr;
  file_ = dlinfo(library, RTLD_DI_LINKMAP, &place) == 0 ? place->l_name : file;
  auto* base = reinterpret_cast<const RuntimeEntry* (*)()>(dlsym(library, "OrtGetApiBase"));
  const void* const* table = base != nullptr ? base()->table(kRuntimeApiVersion) : nullptr;
  if (table == nullptr) {
    problem_ = "'" + file_ + "' is no ONNX Runtime";
    return false;
  }
  version_ = base()->version();
  table_ = std::make_shared<OnnxRuntimeTable>(table);
  problem_.clear();
  return true;
}

OnnxRuntime OnnxRuntime::find() {
  OnnxRuntime runtime;
  const std::string named = runtime_environment();
  if (named == "none") {
    runtime.problem_ = "switched off by WARMSTART_ONNXRUNTIME=none";
    return runtime;
  }
  if (!named.empty()) {
    if (!runtime.load(named)) {
      throw Error("WARMSTART_ONNXRUNTIME names no ONNX Runtime: " + runtime.problem_, named,
                  "correct it, unset it, or set it to 'none'");
    }
    return runtime;
  }
  for (const char* name : {"libonnxruntime.so.1", "libonnxruntime.so"}) {
    if (runtime.load(name)) return runtime;
    // "cannot open shared object file" about the library itself is absence; all else is a fault.
    const bool absent = runtime.file_.empty() &&
                        runtime.problem_.rfind(std::string(name) + ": cannot open", 0) == 0;
    if (absent) continue;
    if (runtime.file_.empty()) runtime.file_ = name;
    return runtime;
  }
  runtime.problem_ = "not installed";
  return runtime;
}

struct OnnxRuntimeModel::State {
  State(std::shared_ptr<const OnnxRuntimeTable> functions, std::string path)
      : table(std::move(functions)),
        where(std::move(path)),
        environment(*table, OnnxRuntimeTable::kEnvironment),
        session(*table, OnnxRuntimeTable::kSession),
        memory(*table, OnnxRuntimeTable::kMemory) {}
  std::shared_ptr<const OnnxRuntimeTable> table;
  std::string where;
  OnnxRuntimeObject environment, session, memory;  // released in the opposite order

  void check(RuntimeStatus status) const {
    table->check(status, "ONNX Runtime cannot run the model", where);
  }
  at::Tensor copy_of(RuntimeObject value) const;
};

at::Tensor OnnxRuntimeModel::State::copy_of(RuntimeObject value) const {
  OnnxRuntimeObject shape(*table, OnnxRuntimeTable::kShape);
  check(table->type_and_shape(value, shape.out()));
  int type = 0;
  check(table->element_type(shape.get(), &type));
  if (type != kRuntimeFloat) {
    throw Error("the exported model's output is not 32-bit float", where,
                "export as torchscript, and report the model", ErrorKind::kVerification);
  }
  std::size_t axes = 0;
  check(table->axis_count(shape.get(), &axes));
  std::vector<std::int64_t> sizes(axes);
  check(table->axis_sizes(shape.get(), sizes));
  void* data = nullptr;
  check(table->tensor_data(value, &data));
  return at::from_blob(data, sizes, at::kFloat).clone();
}

OnnxRuntimeModel::OnnxRuntimeModel(const OnnxRuntime& runtime, const Path& path) {
  const auto state = std::make_shared<State>(runtime.table_, path.string());
  const OnnxRuntimeTable& table = *state->table;
  const std::string what = "ONNX Runtime " + runtime.version() + " refuses the model";
  OnnxRuntimeObject options(table, OnnxRuntimeTable::kOptions);
  table.check(table.create_environment(state->environment.out()), what, state->where);
  table.check(table.create_options(options.out()), what, state->where);
  table.check(table.set_threads_inside(options.get(), at::get_num_threads()), what, state->where);
  table.check(table.create_session(state->environment.get(), path.c_str(), options.get(),
                                   state->session.out()),
              what, state->where);
  table.check(table.cpu_memory(state->memory.out()), what, state->where);
  state_ = state;
}

at::Tensor OnnxRuntimeModel::run(const std::vector<std::string>& names,
                                 at::TensorList inputs) const {
  const OnnxRuntimeTable& table = *state_->table;
  OnnxRuntimeObject out(table, OnnxRuntimeTable::kValue);
  std::deque<OnnxRuntimeObject> borrowed;
  std::vector<at::Tensor> given;
  std::vector<const char*> given_names;
  std::vector<const void*> values;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    // Token models read whole numbers, every other model 32-bit floats.
    const bool whole = inputs[i].scalar_type() == at::kLong;
    given.push_back(inputs[i].to(at::kCPU, whole ? at::kLong : at::kFloat).contiguous());
    borrowed.emplace_back(table, OnnxRuntimeTable::kValue);
    state_->check(table.borrow_tensor(state_->memory.get(), given.back(), borrowed.back().out()));
    given_names.push_back(names.at(i).c_str());
    values.push_back(borrowed.back().get());
  }
  state_->check(table.run(state_->session.get(), given_names, values, out.out()));
  return state_->copy_of(out.get());
}

}  // namespace warmstart
