#include "core/pathway/routing_record.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/error.h"

namespace warmstart {
namespace {

template <class T>
std::vector<T> items_of(std::span<const std::byte> bytes) {
  std::vector<T> items(bytes.size() / sizeof(T));
  if (!items.empty()) std::memcpy(items.data(), bytes.data(), items.size() * sizeof(T));
  return items;
}

void append_halves(std::span<const std::byte> bytes, std::vector<float>& values) {
  for (const std::uint16_t bits : items_of<std::uint16_t>(bytes))
    values.push_back(half_to_float(bits));
}

[[noreturn]] void refuse_aggregate(const std::string& name, const std::string& where) {
  throw Error("the aggregate '" + name + "' was not recorded", where, "choose mean or token");
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

  std::vector<double> floats(const std::string& name, std::size_t axes) const {
    const Array* array = find(name, Dtype::kFloat32, axes);
    if (array == nullptr) refuse("'" + name + "' is missing");
    const std::vector<float> items = items_of<float>(array->data);
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
    append_halves(weights->data, record.weights[name]);
    record.similarity[name] = items_of<float>(similarity->data);
  }
  if (record.weights.empty()) reader.refuse("no routing weights were recorded");
}

std::vector<std::string> texts_of(const Json& info, const char* key) {
  const auto found = info.find(key);
  return found != info.end() && found->is_array() ? found->get<std::vector<std::string>>()
                                                  : std::vector<std::string>{};
}

Json description_of(const TensorFile& file) {
  const auto found = file.metadata().find("capture");
  Json info = found == file.metadata().end() ? Json() : Json::parse(found->second, nullptr, false);
  return info.is_object() ? info : Json::object();
}

/// All but routing, similarity and load.
RoutingRecord described_record(const RecordReader& reader, const Json& info) {
  RoutingRecord record;
  try {
    record.step = info.value("step", std::int64_t{0});
    record.state = info.value("state", "");
    record.aggregate = info.value("aggregate", "mean");
    record.tau = info.value("tau", record.tau);
    record.eps = info.value("eps", record.eps);
    record.how.normalise = info.value("normalise", true);
    if (info.value("unit", "symbol") == "char") record.how.unit = PathwayUnit::kChar;
    record.samples = texts_of(info, "samples");
    record.hashes = texts_of(info, "sample_hashes");
  } catch (const Json::exception&) {
    reader.refuse("the file's own description is damaged");
  }
  record.loss = reader.floats("loss", 1);
  if (const Array* group = reader.find("group", Dtype::kInt64, 1))
    record.group = items_of<std::int64_t>(group->data);
  const std::size_t samples = record.samples.size();
  if (record.loss.size() != samples || (!record.group.empty() && record.group.size() != samples))
    reader.refuse("the arrays of the trace do not fit together");
  return record;
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
  if (found == weights.end()) refuse_aggregate(name, "step " + std::to_string(step));
  return {found->second, samples.size(), layers, experts};
}

RoutingRecord read_routing_record(const TensorFile& file, const Json& info,
                                  const std::string& where) {
  const RecordReader reader{file, where};
  RoutingRecord record = described_record(reader, info);
  read_aggregates(reader, record);
  record.load = reader.floats("load", 2);
  if (record.load.size() != record.layers * record.experts)
    reader.refuse("the arrays of the trace do not fit together");
  return record;
}

RoutingRecord read_routing_record(const Path& path) {
  const TensorFile file = TensorFile::open(path, true);
  return read_routing_record(file, description_of(file), path.string());
}

RoutingRecord read_routing_losses(const Path& path) {
  const TensorFile file = TensorFile::open(path, true);
  const std::string where = path.string();
  return described_record({file, where}, description_of(file));
}

std::vector<Pathway> read_pathways(const Path& path, const std::string& aggregate,
                                   const std::vector<std::size_t>& samples) {
  const TensorFile file = TensorFile::open(path, true);
  const std::string where = path.string();
  const RecordReader reader{file, where};
  const double tau = described_record(reader, description_of(file)).tau;
  const Array* weights = reader.find("weights." + aggregate, Dtype::kFloat16, 3);
  if (weights == nullptr) refuse_aggregate(aggregate, where);
  const auto extent = [&](std::size_t axis) {
    return static_cast<std::size_t>(weights->shape[axis]);
  };
  const std::size_t bytes = extent(1) * extent(2) * sizeof(std::uint16_t);
  std::vector<float> values;
  values.reserve(samples.size() * extent(1) * extent(2));
  for (const std::size_t sample : samples) {
    if (sample >= extent(0)) reader.refuse("there is no sample " + std::to_string(sample));
    append_halves(weights->data.subspan(sample * bytes, bytes), values);
  }
  return pathways_of({values, samples.size(), extent(1), extent(2)}, tau);
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
  out.between = group_distances(out.matrix, out.groups);
  out.descriptors = pathway_descriptors(routing, out.pathways);
  return out;
}

}  // namespace warmstart
