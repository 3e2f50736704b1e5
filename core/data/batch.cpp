#include "core/data/batch.h"

#include <algorithm>

#include "core/base/error.h"

namespace warmstart {
namespace {

auto find_batch_field(auto& fields, const std::string& name) {
  return std::find_if(fields.begin(), fields.end(),
                      [&](const auto& item) { return item.first == name; });
}

}  // namespace

bool Batch::has(const std::string& name) const {
  return find_batch_field(fields_, name) != fields_.end();
}

const at::Tensor& Batch::get(const std::string& name) const {
  const auto found = find_batch_field(fields_, name);
  if (found != fields_.end()) return found->second;
  std::string known;
  for (const auto& [field, tensor] : fields_) known += (known.empty() ? "" : ", ") + field;
  throw Error("batch has no field '" + name + "'", "it has: " + (known.empty() ? "nothing" : known),
              "use a dataset or transform that gives '" + name + "'");
}

void Batch::set(const std::string& name, at::Tensor tensor) {
  const auto found = find_batch_field(fields_, name);
  if (found != fields_.end()) {
    found->second = std::move(tensor);
  } else {
    fields_.emplace_back(name, std::move(tensor));
  }
}

void Batch::erase(const std::string& name) {
  const auto found = find_batch_field(fields_, name);
  if (found != fields_.end()) fields_.erase(found);
}

std::int64_t Batch::size() const {
  if (fields_.empty() || fields_.front().second.dim() == 0) return 0;
  return fields_.front().second.size(0);
}

Batch Batch::to(at::Device device) const {
  Batch moved;
  for (const auto& [name, tensor] : fields_) moved.set(name, tensor.to(device));
  return moved;
}

}  // namespace warmstart
