// The tables behind weight_names.h: which published tensors make up one of ours.
#pragma once
#include <string>
#include <vector>

namespace warmstart {

enum class WeightLayout {
  kSame,
  kTransposed,    ///< a matrix with the inputs first
  kJoined,        ///< query, key and value one below the other, or key and value
  kJoinedTurned,  ///< the same, where rotary positions pair neighbouring channels
  kExperts        ///< a transposed matrix for each expert
};

/// "#" stands for the number of a block, "@" for that of an expert, a "*" at the end for weight and
/// bias.
struct WeightRule {
  std::string own;
  std::vector<std::string> published;
  WeightLayout layout = WeightLayout::kSame;
};

/// A published copy of another tensor. It is written where the model has no tensor for it and
/// `beside` is written.
struct TiedWeight {
  std::string copy, original, beside;
};

struct WeightFamily {
  std::string name;
  std::string sign;    ///< a tensor that only this family has, without the prefix
  std::string prefix;  ///< that tensors of the body may lack
  std::vector<WeightRule> rules;
  std::vector<TiedWeight> tied;
  std::vector<std::string> constants;  ///< ends of names that are no weights
  /// The model's own tensor whose second axis has the channels of all heads together; without it
  /// the family is not its.
  std::string channels = "encoder.stack.block0.attention.out.weight";
  bool language = true;                                ///< of language models
  std::string models = "gpt_decoder or bert_encoder";  ///< that have such names
};

/// Rules of a head that go by what the model has: `own` is one of its tensors.
struct HeadRule {
  std::string family, own;
  WeightRule rule;
};

const std::vector<WeightFamily>& weight_family_tables();
const std::vector<HeadRule>& weight_head_rules();

}  // namespace warmstart
