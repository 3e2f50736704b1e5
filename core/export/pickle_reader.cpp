#include "core/export/pickle_reader.h"

#include <array>
#include <bit>
#include <cstdio>
#include <unordered_map>

#include "core/base/error.h"
#include "core/export/pickle_opcodes.h"

namespace warmstart {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMostValues = 300'000;
constexpr std::size_t kMostMarks = 64;

bool storage_type(const std::string& global) {
  static const std::array<const char*, 10> kinds{"Float", "Double", "Half", "BFloat16", "Long",
                                                 "Int",   "Short",  "Char", "Byte",     "Bool"};
  for (const char* kind : kinds) {
    if (global == std::string("torch ") + kind + "Storage") return true;
  }
  return false;
}

class PickleMachine {
 public:
  PickleMachine(std::string_view bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}
  PickleDocument run();

 private:
  [[noreturn]] void refuse(const std::string& reason) const {
    throw Error("refused to read the pickle: " + reason, name_,
                "save a plain state dict, or convert the file to safetensors where you trust it");
  }
  unsigned char byte() {
    if (at_ >= bytes_.size()) refuse("it ends without STOP");
    return static_cast<unsigned char>(bytes_[at_++]);
  }
  std::uint64_t little(int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) value |= static_cast<std::uint64_t>(byte()) << (8 * i);
    return value;
  }
  std::string text(std::uint64_t size);
  std::string line();
  Pickled make(Kind kind);
  Pickled make_text(std::string value);
  Pickled make_integer(std::int64_t value);
  void push(Pickled value) { stack_.push_back(value); }
  Pickled pop();
  Pickled& top();
  std::vector<Pickled> pop_to_mark();
  bool step(unsigned char code);
  bool step_value(unsigned char code);
  bool step_container(unsigned char code);
  bool step_memory(unsigned char code);
  void read_long();
  void read_float();
  void push_tuple(std::size_t count);
  void add_members(const std::vector<Pickled>& pairs);
  void read_global();
  void reduce();
  void persistent_id();
  void build();
  void check_key(const PickleValue* key) const;
  Pickled rebuild_tensor(const std::vector<Pickled>& arguments);
  std::vector<std::int64_t> numbers(const PickleValue* tuple) const;

  std::string_view bytes_;
  std::string name_;
  std::size_t at_ = 0;
  PickleDocument document_;
  std::vector<Pickled> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, Pickled> memory_;
};

PickleDocument PickleMachine::run() {
  for (;;) {
    const unsigned char code = byte();
    if (code == kStop) break;
    if (!step(code)) {
      char hex[8];
      std::snprintf(hex, sizeof hex, "0x%02x", code);
      refuse(std::string("opcode ") + opcode_name(code) + " (" + hex + ") is not allowed");
    }
  }
  if (stack_.size() != 1 || !marks_.empty())
    refuse("STOP with " + std::to_string(stack_.size()) + " values left");
  document_.root = stack_.front();
  return std::move(document_);
}

bool PickleMachine::step(unsigned char code) {
  return step_value(code) || step_container(code) || step_memory(code);
}

std::string PickleMachine::text(std::uint64_t size) {
  if (size > bytes_.size() - at_) refuse("a text longer than the file");
  std::string value(bytes_.substr(at_, size));
  at_ += size;
  return value;
}

std::string PickleMachine::line() {
  const std::size_t end = bytes_.find('\n', at_);
  if (end == std::string_view::npos || end - at_ > 200) refuse("a name without end");
  std::string value = text(end - at_);
  ++at_;  // the newline
  return value;
}

Pickled PickleMachine::make(Kind kind) {
  if (document_.values.size() >= kMostValues) refuse("more than 300000 values");
  document_.values.emplace_back();
  document_.values.back().kind = kind;
  return &document_.values.back();
}

Pickled PickleMachine::make_text(std::string value) {
  Pickled made = make(Kind::kText);
  made->text = std::move(value);
  return made;
}

Pickled PickleMachine::make_integer(std::int64_t value) {
  Pickled made = make(Kind::kInteger);
  made->integer = value;
  return made;
}

Pickled PickleMachine::pop() {
  if (stack_.empty() || (!marks_.empty() && stack_.size() <= marks_.back()))
    refuse("it takes from an empty stack");
  const Pickled value = stack_.back();
  stack_.pop_back();
  return value;
}

Pickled& PickleMachine::top() {
  if (stack_.empty()) refuse("it takes from an empty stack");
  return stack_.back();
}

std::vector<Pickled> PickleMachine::pop_to_mark() {
  if (marks_.empty()) refuse("no MARK for this opcode");
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<Pickled> values(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  marks_.pop_back();
  return values;
}

void PickleMachine::read_long() {
  const unsigned char size = byte();
  if (size > 8) refuse("LONG1 with more than 8 bytes");
  std::uint64_t value = little(size);
  if (size > 0 && size < 8 && (value >> (8 * size - 1) & 1) != 0)
    value |= ~std::uint64_t{0} << (8 * size);
  push(make_integer(static_cast<std::int64_t>(value)));
}

void PickleMachine::read_float() {
  std::uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits = bits << 8 | byte();
  push(make(Kind::kFloat));
  top()->number = std::bit_cast<double>(bits);
}

bool PickleMachine::step_value(unsigned char code) {
  switch (code) {
    case kProto:
      if (const unsigned char version = byte(); version > 4)
        refuse("protocol " + std::to_string(version));
      return true;
    case kFrame:
      little(8);
      return true;
    case kNone:
      push(make(Kind::kNone));
      return true;
    case kTrue:
    case kFalse:
      push(make(Kind::kBool));
      top()->integer = code == kTrue ? 1 : 0;
      return true;
    case kInt1:
      push(make_integer(byte()));
      return true;
    case kInt2:
      push(make_integer(static_cast<std::int64_t>(little(2))));
      return true;
    case kInt4:
      push(make_integer(static_cast<std::int32_t>(little(4))));
      return true;
    case kLong1:
      read_long();
      return true;
    case kFloat:
      read_float();
      return true;
    case kText:
      push(make_text(text(little(4))));
      return true;
    case kShortText:
      push(make_text(text(little(1))));
      return true;
    case kGlobal:
      read_global();
      return true;
    case kReduce:
      reduce();
      return true;
    case kPersistentId:
      persistent_id();
      return true;
    case kBuild:
      build();
      return true;
    default:
      return false;
  }
}

void PickleMachine::push_tuple(std::size_t count) {
  Pickled tuple = make(Kind::kTuple);
  for (std::size_t i = 0; i < count; ++i) tuple->items.insert(tuple->items.begin(), pop());
  push(tuple);
}

void PickleMachine::check_key(const PickleValue* key) const {
  if (key->kind != Kind::kText && key->kind != Kind::kInteger)
    refuse("a map key that is neither text nor number");
}

void PickleMachine::add_members(const std::vector<Pickled>& pairs) {
  if (pairs.size() % 2 != 0) refuse("SETITEMS with a key that has no value");
  if (top()->kind != Kind::kMap) refuse("SETITEM on something that is no dict");
  for (std::size_t i = 0; i < pairs.size(); i += 2) {
    check_key(pairs[i]);
    top()->members.emplace_back(pairs[i], pairs[i + 1]);
  }
}

bool PickleMachine::step_container(unsigned char code) {
  switch (code) {
    case kMark:
      if (marks_.size() >= kMostMarks) refuse("marks nested deeper than 64");
      marks_.push_back(stack_.size());
      return true;
    case kEmptyTuple:
      push(make(Kind::kTuple));
      return true;
    case kTuple1:
    case kTuple2:
    case kTuple3:
      push_tuple(1U + code - kTuple1);
      return true;
    case kTuple: {
      Pickled tuple = make(Kind::kTuple);
      tuple->items = pop_to_mark();
      push(tuple);
      return true;
    }
    case kEmptyList:
      push(make(Kind::kList));
      return true;
    case kEmptyMap:
      push(make(Kind::kMap));
      return true;
    case kAppend:
    case kAppends: {
      const std::vector<Pickled> items =
          code == kAppend ? std::vector<Pickled>{pop()} : pop_to_mark();
      if (top()->kind != Kind::kList) refuse("APPEND on something that is no list");
      top()->items.insert(top()->items.end(), items.begin(), items.end());
      return true;
    }
    case kSetItem: {
      const Pickled value = pop(), key = pop();
      add_members({key, value});
      return true;
    }
    case kSetItems:
      add_members(pop_to_mark());
      return true;
    default:
      return false;
  }
}

bool PickleMachine::step_memory(unsigned char code) {
  const auto get = [this](std::uint64_t slot) {
    const auto found = memory_.find(slot);
    if (found == memory_.end()) refuse("it recalls a value that was never stored");
    push(found->second);
  };
  switch (code) {
    case kPop:
      pop();
      return true;
    case kPopMark:
      pop_to_mark();
      return true;
    case kPut1:
      memory_[little(1)] = top();
      return true;
    case kPut4:
      memory_[little(4)] = top();
      return true;
    case kMemoize:
      memory_[memory_.size()] = top();
      return true;
    case kGet1:
      get(little(1));
      return true;
    case kGet4:
      get(little(4));
      return true;
    default:
      return false;
  }
}

void PickleMachine::read_global() {
  const std::string module = line(), function = line();
  const std::string global = module + " " + function;
  if (global != "collections OrderedDict" && global != "torch._utils _rebuild_tensor_v2" &&
      global != "torch._utils _rebuild_parameter" && !storage_type(global)) {
    refuse("GLOBAL '" + module.substr(0, 60) + "." + function.substr(0, 60) + "' is not allowed");
  }
  push(make(Kind::kGlobal));
  top()->text = global;
}

void PickleMachine::reduce() {
  const Pickled arguments = pop(), callable = pop();
  if (callable->kind != Kind::kGlobal || arguments->kind != Kind::kTuple) {
    refuse("REDUCE of something that is no allowed function");
  }
  if (callable->text == "collections OrderedDict" && arguments->items.empty())
    return push(make(Kind::kMap));
  if (callable->text == "torch._utils _rebuild_tensor_v2")
    return push(rebuild_tensor(arguments->items));
  if (callable->text == "torch._utils _rebuild_parameter" && !arguments->items.empty() &&
      arguments->items[0]->kind == Kind::kTensor) {
    return push(arguments->items[0]);
  }
  refuse("REDUCE of '" + callable->text + "' with these arguments is not allowed");
}

// ("storage", type, key, device, elements)
void PickleMachine::persistent_id() {
  const Pickled id = pop();
  const auto& parts = id->items;
  if (id->kind != Kind::kTuple || parts.size() != 5 || parts[0]->text != "storage" ||
      parts[1]->kind != Kind::kGlobal || !storage_type(parts[1]->text) ||
      parts[2]->kind != Kind::kText || parts[4]->kind != Kind::kInteger) {
    refuse("BINPERSID that names no storage");
  }
  Pickled storage = make(Kind::kStorage);
  storage->text = parts[2]->text;
  storage->dtype = parts[1]->text.substr(6);
  storage->integer = parts[4]->integer;
  push(storage);
}

/// An OrderedDict of state carries `_metadata`; its state is dropped. Nothing else may be built.
void PickleMachine::build() {
  const Pickled state = pop();
  if (top()->kind != Kind::kMap || state->kind != Kind::kMap)
    refuse("BUILD of something that is no dict");
}

std::vector<std::int64_t> PickleMachine::numbers(const PickleValue* tuple) const {
  if (tuple->kind != Kind::kTuple) refuse("a shape that is no tuple");
  std::vector<std::int64_t> values;
  for (const PickleValue* item : tuple->items) {
    if (item->kind != Kind::kInteger || item->integer < 0)
      refuse("a shape with a part that is no size");
    values.push_back(item->integer);
  }
  return values;
}

// _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)
Pickled PickleMachine::rebuild_tensor(const std::vector<Pickled>& arguments) {
  if (arguments.size() < 4 || arguments[0]->kind != Kind::kStorage ||
      arguments[1]->kind != Kind::kInteger) {
    refuse("a tensor without a storage");
  }
  Pickled tensor = make(Kind::kTensor);
  tensor->text = arguments[0]->text;
  tensor->dtype = arguments[0]->dtype;
  tensor->integer = arguments[1]->integer;
  tensor->shape = numbers(arguments[2]);
  tensor->strides = numbers(arguments[3]);
  if (tensor->integer < 0 || tensor->shape.size() != tensor->strides.size() ||
      tensor->shape.size() > 16) {
    refuse("a tensor whose shape and strides do not fit");
  }
  return tensor;
}

}  // namespace

PickleDocument read_pickle(std::string_view bytes, const std::string& name) {
  return PickleMachine(bytes, name).run();
}

}  // namespace warmstart
