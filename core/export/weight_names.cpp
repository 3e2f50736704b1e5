#include "core/export/weight_names.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/export/weight_families.h"
#include "core/recipe/value.h"

namespace warmstart {
namespace {

std::string filled(std::string name, char mark, const std::string& with) {
  const std::size_t at = name.find(mark);
  return at == std::string::npos ? name : name.replace(at, 1, with);
}

const WeightFamily& family_named(const std::string& name) {
  for (const WeightFamily& family : weight_family_tables()) {
    if (family.name == name) return family;
  }
  const std::string near = nearest_name(name, weight_families());
  throw Error("unknown family of weight names '" + name + "'", "",
              near.empty() ? "use one of: " + join_names(weight_families())
                           : "did you mean '" + near + "'?");
}

/// The family's rules for this model: heads chosen, "*" and "#" filled in.
std::vector<WeightRule> rules_for(const WeightFamily& family, const NamedModel& model) {
  std::vector<WeightRule> plain = family.rules, expanded;
  for (const HeadRule& head : weight_head_rules()) {
    if (head.family == family.name && model.own.count(head.own) != 0) plain.push_back(head.rule);
  }
  const auto add = [&](WeightRule rule, char mark, const std::string& with) {
    rule.own = filled(rule.own, mark, with);
    for (std::string& name : rule.published) name = filled(name, mark, with);
    expanded.push_back(std::move(rule));
  };
  for (const WeightRule& rule : plain) {
    if (!rule.own.ends_with('*')) {
      expanded.push_back(rule);
      continue;
    }
    add(rule, '*', "weight");
    add(rule, '*', "bias");
  }
  std::swap(plain, expanded);
  expanded.clear();
  for (const WeightRule& rule : plain) {
    const std::size_t mark = rule.own.find('#');
    if (mark == std::string::npos) {
      expanded.push_back(rule);
      continue;
    }
    for (std::int64_t block = 0; model.own.count(filled(rule.own, '#', std::to_string(block))) != 0;
         ++block) {
      add(rule, '#', std::to_string(block));
    }
  }
  return expanded;
}

/// Rows of heads whose channels are paired as neighbours, re-ordered to pairs of halves, or back.
at::Tensor turned(const at::Tensor& rows, std::int64_t per_head, bool to_halves) {
  const std::int64_t half = per_head / 2;
  return rows.unflatten(0, {-1, to_halves ? half : 2, to_halves ? 2 : half})
      .transpose(1, 2)
      .flatten(0, 2);
}

/// Published weights by name, with or without the family's prefix; takes out what was used.
class PublishedWeights {
 public:
  PublishedWeights(const StateDict& weights, const WeightFamily& family) : family_(family) {
    for (const auto& [name, tensor] : weights) left_[modern(name)] = tensor;
  }
  at::Tensor* find(const std::string& name) {
    auto found = left_.find(name);
    if (found == left_.end() && name.starts_with(family_.prefix))
      found = left_.find(name.substr(family_.prefix.size()));
    return found == left_.end() ? nullptr : &found->second;
  }
  void take(const std::string& name) {
    if (left_.erase(name) == 0 && name.starts_with(family_.prefix))
      left_.erase(name.substr(family_.prefix.size()));
  }
  StateDict& left() { return left_; }

 private:
  /// BERT's first release calls the parameters of a normalisation gamma and beta.
  static std::string modern(const std::string& name) {
    if (name.ends_with("LayerNorm.gamma")) return name.substr(0, name.size() - 5) + "weight";
    if (name.ends_with("LayerNorm.beta")) return name.substr(0, name.size() - 4) + "bias";
    // A weight as a length and a direction, as PyTorch 2.1 and later name them.
    static const std::pair<std::string, std::string> kParts[] = {
        {"parametrizations.weight.original0", "weight_g"},
        {"parametrizations.weight.original1", "weight_v"}};
    for (const auto& [later, earlier] : kParts) {
      if (name.ends_with(later)) return name.substr(0, name.size() - later.size()) + earlier;
    }
    return name;
  }
  const WeightFamily& family_;
  StateDict left_;
};

/// Names of a rule's tensors, one for each expert where there are any.
std::vector<std::string> names_of_rule(const WeightRule& rule, std::int64_t experts) {
  if (rule.layout != WeightLayout::kExperts) return rule.published;
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < experts; ++i)
    names.push_back(filled(rule.published.front(), '@', std::to_string(i)));
  return names;
}

at::Tensor joined(const WeightRule& rule, std::vector<at::Tensor> parts, std::int64_t per_head) {
  switch (rule.layout) {
    case WeightLayout::kSame:
      return parts.front();
    case WeightLayout::kTransposed:
      return parts.front().t().contiguous();
    case WeightLayout::kJoinedTurned:
      for (std::size_t i = 0; i < 2; ++i) parts[i] = turned(parts[i], per_head, true);
      return at::cat(parts, 0);
    case WeightLayout::kJoined:
      return at::cat(parts, 0);
    case WeightLayout::kExperts:
      return at::stack(parts, 0).transpose(1, 2).contiguous();
  }
  return {};
}

/// The inverse of joined(). `query_rows`: where there are queries beside keys and values.
std::vector<at::Tensor> parts_of(const WeightRule& rule, const at::Tensor& tensor,
                                 std::int64_t query_rows, std::int64_t per_head) {
  if (rule.layout == WeightLayout::kTransposed) return {tensor.t().contiguous()};
  if (rule.layout == WeightLayout::kExperts) {
    std::vector<at::Tensor> experts = tensor.transpose(1, 2).unbind(0);
    for (at::Tensor& expert : experts) expert = expert.contiguous();
    return experts;
  }
  if (rule.layout == WeightLayout::kSame) return {tensor};
  const std::int64_t first = rule.published.size() == 3 ? query_rows : 0,
                     keys = (tensor.size(0) - first) / 2;
  std::vector<at::Tensor> parts = tensor.split_with_sizes({first, keys, keys}, 0);
  if (first == 0) parts.erase(parts.begin());
  if (rule.layout == WeightLayout::kJoinedTurned) {
    for (std::size_t i = 0; i < 2; ++i) parts[i] = turned(parts[i], per_head, false);
  }
  for (at::Tensor& part : parts) part = part.contiguous();
  return parts;
}

struct ModelSizes {
  std::int64_t query_rows = 0, per_head = 0;
};

bool is_of(const WeightFamily& family, const NamedModel& model) {
  return model.own.count(family.channels) != 0 && (!family.language || model.heads > 0);
}

ModelSizes sizes_of(const WeightFamily& family, const NamedModel& model) {
  if (!is_of(family, model)) {
    throw Error("the model's weights have no names in the family " + family.name, "",
                "use " + family.models);
  }
  const std::int64_t channels = model.own.at(family.channels).size(1);
  return {channels, model.heads > 0 ? channels / model.heads : channels};
}

std::int64_t experts_of(const WeightRule& rule, const NamedModel& model) {
  const auto own = model.own.find(rule.own);
  return own == model.own.end() ? 0 : own->second.size(0);
}

bool parts_fit(const WeightRule& rule, const std::vector<at::Tensor>& parts,
               std::int64_t per_head) {
  for (const at::Tensor& part : parts) {
    if (part.dim() < 1 || part.sizes().slice(1) != parts.front().sizes().slice(1)) return false;
    if (rule.layout == WeightLayout::kTransposed && part.dim() != 2) return false;
    if (rule.layout == WeightLayout::kExperts && part.sizes() != parts.front().sizes())
      return false;
    if (rule.layout == WeightLayout::kJoinedTurned && part.size(0) % per_head != 0) return false;
  }
  return rule.layout != WeightLayout::kExperts || parts.front().dim() == 2;
}

/// Copies that say nothing new, and buffers that are no weights.
void drop_known(PublishedWeights& weights, const WeightFamily& family, const StateDict& given) {
  PublishedWeights all(given, family);
  for (const TiedWeight& tied : family.tied) {
    at::Tensor* left = weights.find(tied.copy);
    const at::Tensor* source = all.find(tied.original);
    if (left != nullptr && source != nullptr && left->equal(*source)) weights.take(tied.copy);
  }
  std::erase_if(weights.left(), [&](const auto& entry) {
    return std::any_of(family.constants.begin(), family.constants.end(),
                       [&](const std::string& end) { return entry.first.ends_with(end); });
  });
}

}  // namespace

const std::vector<std::string>& weight_families() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const WeightFamily& family : weight_family_tables()) list.push_back(family.name);
    return list;
  }();
  return names;
}

std::string weight_family(const StateDict& weights, const NamedModel& model) {
  for (const WeightFamily& family : weight_family_tables()) {
    if (!is_of(family, model)) continue;
    if (weights.count(family.sign) != 0 || weights.count(family.prefix + family.sign) != 0)
      return family.name;
  }
  return "";
}

StateDict from_published(const StateDict& weights, const std::string& name,
                         const NamedModel& model) {
  const WeightFamily& family = family_named(name);
  const ModelSizes sizes = sizes_of(family, model);
  PublishedWeights published(weights, family);
  StateDict result;
  for (const WeightRule& rule : rules_for(family, model)) {
    if (model.own.count(rule.own) == 0) continue;
    const std::vector<std::string> names = names_of_rule(rule, experts_of(rule, model));
    std::vector<at::Tensor> parts;
    for (const std::string& part : names) {
      if (const at::Tensor* tensor = published.find(part)) parts.push_back(*tensor);
    }
    if (parts.empty() || parts.size() != names.size()) continue;
    if (!parts_fit(rule, parts, sizes.per_head)) continue;
    result[rule.own] = joined(rule, parts, sizes.per_head);
    for (const std::string& part : names) published.take(part);
  }
  // A model whose output layer is its own takes the embedding where the published one is tied.
  if (model.own.count("head.weight") != 0 && result.count("head.weight") == 0 &&
      result.count("encoder.embedding.weight") != 0)
    result["head.weight"] = result["encoder.embedding.weight"];
  drop_known(published, family, weights);
  result.merge(published.left());
  return result;
}

StateDict to_published(const NamedModel& model, const std::string& name) {
  const WeightFamily& family = family_named(name);
  const ModelSizes sizes = sizes_of(family, model);
  StateDict result, left = model.own;
  for (const WeightRule& rule : rules_for(family, model)) {
    const auto own = left.find(rule.own);
    if (own == left.end()) continue;
    const std::vector<at::Tensor> parts =
        parts_of(rule, own->second.detach(), sizes.query_rows, sizes.per_head);
    const std::vector<std::string> names = names_of_rule(rule, experts_of(rule, model));
    for (std::size_t i = 0; i < parts.size(); ++i) result[names[i]] = parts[i];
    left.erase(own);
  }
  if (!left.empty()) {
    throw Error("'" + left.begin()->first + "' has no name in the family " + name, "",
                "choose the family of the model's kind, or export its own names");
  }
  for (const TiedWeight& tied : family.tied) {
    if (result.count(tied.copy) == 0 && result.count(tied.beside) != 0)
      result[tied.copy] = result.at(tied.original).clone();
  }
  return result;
}

}  // namespace warmstart
