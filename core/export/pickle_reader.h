// A reader for the few pickle opcodes that a state dict needs (protocol 2). Nothing is imported or
// called: a global is only compared with a list, and the calls on that list build values here.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace warmstart {

struct PickleValue;
using Pickled = PickleValue*;  ///< owned by the document

struct PickleValue {
  enum class Kind {
    kNone,
    kBool,
    kInteger,
    kFloat,
    kText,
    kTuple,
    kList,
    kMap,
    kGlobal,
    kStorage,
    kTensor
  };
  Kind kind = Kind::kNone;
  std::int64_t integer = 0;  ///< of a number or bool; of a tensor: its offset in elements
  double number = 0;
  std::string text;            ///< of text or global ("module name"); of a storage: its key
  std::string dtype;           ///< of storage and tensor: "FloatStorage"
  std::vector<Pickled> items;  ///< of tuple and list
  std::vector<std::pair<Pickled, Pickled>> members;  ///< of a map, in order
  std::vector<std::int64_t> shape, strides;          ///< of a tensor, in elements
};

/// All values in one place, so that a file may nest or tie them as it likes without hurting the
/// reader.
struct PickleDocument {
  std::deque<PickleValue> values;
  Pickled root = nullptr;
};

/// Errors name the opcode ("REDUCE") and the global ("os.system") that is not allowed. Limits: 64
/// open marks, 300,000 values.
PickleDocument read_pickle(std::string_view bytes, const std::string& name);

}  // namespace warmstart
