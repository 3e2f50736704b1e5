#include "core/pathway/routing_record.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/error.h"

namespace warmstart {
namespace {

template <class T>
std::vector<T> items_of(const Array& array) {
  std::vector<T> items(array.data.size() / sizeof(T));
  std::memcpy(items.data(), array.data.data(), items.size() * sizeof(T));
  return items;
}

/// Reads the arrays of one file; every complaint names it.
struct RecordReader {
  const TensorFile& file;
  const std::string& where;

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(what, where, "capture with the inspector routing_trace");
  }

  const Array* find(const std::string& name, Dtype dtype, std::size_t axes) const {
    const Array* array = file.find(name);
    if (array != nullptr && (array->dtype != dtype || array->shape.size() != axes))
      refuse("'" + name + "' is no array of a routing trace");
    return array;
  }

  std::vector<float> halves(const Array& array) const {
    std::vector<float> values;
    values.reserve(array.data.size() / 2);
    for (const std::uint16_t bits : items_of<std::uint16_t>(array))
      values.push_back(half_to_float(bits));
    return values;
  }

  std::vector<double> floats(const std::string& name, std::size_t axes) const {
    const Array* array = find(name, Dtype::kFloat32, axes);
    if (array == nullptr) refuse("'" + name + "' is missing");
    const std::vector<float> items = items_of<float>(*array);
    return {items.begin(), items.end()};
  }
};

void read_aggregates(const RecordReader& reader, RoutingRecord& record) {
  for (const char* name : {"mean", "token"}) {
    const Array* weights = reader.find("weights." + std::string(name), Dtype::kFloat16, 3);
    const Array* similarity = reader.find("similarity." + std::string(name), Dtype::kFloat32, 2);
    if (weights == nullptr || similarity == nullptr) continue;
    record.layers = static_cast<std::size_t>(weights->shape[1]);
    record.experts = static_cast<std::size_t>(weights->shape[2]);
    const bool fits = weights->shape[0] == static_cast<std::int64_t>(record.samples.size()) &&
                      similarity->shape[0] == weights->shape[0] &&
                      similarity->shape[1] == weights->shape[1] - 1;
    if (!fits || record.layers == 0 || record.experts == 0)
      reader.refuse("the arrays of '" + std::string(name) + "' do not fit together");
    record.weights[name] = reader.halves(*weights);
    record.similarity[name] = items_of<float>(*similarity);
  }
  if (record.weights.empty()) reader.refuse("no routing weights were recorded");
}

std::vector<std::string> texts_of(const Json& info, const char* key) {
  const auto found = info.find(key);
  return found != info.end() && found->is_array() ? found->get<std::vector<std::string>>()
                                                  : std::vector<std::string>{};
}

}  // namespace

float half_to_float(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f, fraction = bits & 0x3ff;
  float value = 0;
  if (exponent == 0x1f) {
    value = fraction == 0 ? std::numeric_limits<float>::infinity()
                          : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    value = std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

RoutingWeights RoutingRecord::routing(const std::string& name) const {
  const auto found = weights.find(name);
  if (found == weights.end())
    throw Error("the aggregate '" + name + "' was not recorded", "step " + std::to_string(step),
                "choose mean or token");
  return {found->second, samples.size(), layers, experts};
}

RoutingRecord read_routing_record(const TensorFile& file, const Json& info,
                                  const std::string& where) {
  const RecordReader reader{file, where};
  RoutingRecord record;
  try {
    record.step = info.value("step", std::int64_t{0});
    record.state = info.value("state", "");
    record.aggregate = info.value("aggregate", "mean");
    record.tau = info.value("tau", record.tau);
    record.how.normalise = info.value("normalise", true);
    if (info.value("unit", "symbol") == "char") record.how.unit = PathwayUnit::kChar;
    record.samples = texts_of(info, "samples");
    record.hashes = texts_of(info, "sample_hashes");
  } catch (const Json::exception&) {
    reader.refuse("the file's own description is damaged");
  }
  read_aggregates(reader, record);
  record.loss = reader.floats("loss", 1);
  record.load = reader.floats("load", 2);
  if (const Array* group = reader.find("group", Dtype::kInt64, 1))
    record.group = items_of<std::int64_t>(*group);
  const std::size_t samples = record.samples.size();
  if (record.loss.size() != samples || record.load.size() != record.layers * record.experts ||
      (!record.group.empty() && record.group.size() != samples))
    reader.refuse("the arrays of the trace do not fit together");
  return record;
}

RoutingRecord read_routing_record(const Path& path) {
  const TensorFile file = TensorFile::open(path, true);
  const auto found = file.metadata().find("capture");
  const Json info =
      found == file.metadata().end() ? Json() : Json::parse(found->second, nullptr, false);
  return read_routing_record(file, info.is_object() ? info : Json::object(), path.string());
}

void require_same_samples(const RoutingRecord& a, const RoutingRecord& b) {
  if (a.hashes == b.hashes && a.samples.size() == b.samples.size()) return;
  throw Error("routing traces of step " + std::to_string(a.step) + " and " +
                  std::to_string(b.step) + " were taken on different samples",
              "", "compare steps of one run whose data did not change");
}

StepPathways step_pathways(const RoutingRecord& record, const std::string& aggregate,
                           unsigned threads) {
  const RoutingWeights routing = record.routing(aggregate);
  StepPathways out;
  out.aggregate = aggregate;
  out.pathways = pathways_of(routing, record.tau);
  for (const Pathway& pathway : out.pathways) out.texts.push_back(pathway_text(pathway));
  const std::vector<float>& cosines = record.similarity.at(aggregate);
  const std::vector<double> similarity(cosines.begin(), cosines.end());
  const std::size_t steps = record.layers - 1;
  for (std::size_t i = 0; i < routing.samples; ++i) {
    const auto own = std::span(similarity).subspan(i * steps, steps);
    out.complexity.push_back(steps < 2 ? std::nan("")
                                       : pathway_complexity(own, ComplexityForm::kPaper));
    out.plain.push_back(steps < 1 ? std::nan("") : pathway_complexity(own, ComplexityForm::kPlain));
  }
  out.load = expert_load(routing);
  for (const DeadRouter& dead : dead_routers(record.load, record.experts))
    out.warnings.push_back(dead.text());
  out.groups = record.group.empty() ? std::vector<std::int64_t>(routing.samples, 0) : record.group;
  out.matrix = distance_matrix(out.pathways, record.how, threads);
  out.order = similar_order(out.matrix, out.groups);
  out.descriptors = pathway_descriptors(routing, out.pathways);
  return out;
}

}  // namespace warmstart
