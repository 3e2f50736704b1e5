#include "core/export/weight_families.h"

namespace warmstart {
namespace {

constexpr auto kTransposed = WeightLayout::kTransposed, kJoined = WeightLayout::kJoined,
               kJoinedTurned = WeightLayout::kJoinedTurned, kExperts = WeightLayout::kExperts;

const std::string kBlock = "encoder.stack.block#.";

WeightFamily bert() {
  const std::string at = "bert.encoder.layer.#.", self = at + "attention.self.",
                    embeddings = "bert.embeddings.";
  WeightFamily family{"bert", "embeddings.word_embeddings.weight", "bert.", {}, {}, {}};
  family.rules = {
      {"encoder.embedding.weight", {embeddings + "word_embeddings.weight"}},
      {"encoder.segments.weight", {embeddings + "token_type_embeddings.weight"}},
      {"encoder.stack.positions", {embeddings + "position_embeddings.weight"}},
      {"encoder.norm.*", {embeddings + "LayerNorm.*"}},
      {kBlock + "attention.qkv.*", {self + "query.*", self + "key.*", self + "value.*"}, kJoined},
      {kBlock + "attention.out.*", {at + "attention.output.dense.*"}},
      {kBlock + "norm1.*", {at + "attention.output.LayerNorm.*"}},
      {kBlock + "feed_forward.fc1.*", {at + "intermediate.dense.*"}},
      {kBlock + "feed_forward.fc2.*", {at + "output.dense.*"}},
      {kBlock + "norm2.*", {at + "output.LayerNorm.*"}},
      {"head.norm.*", {"cls.predictions.transform.LayerNorm.*"}},
      {"head.word_bias", {"cls.predictions.bias"}},
      {"head.pooler.*", {"bert.pooler.dense.*"}},
      {"head.pair.*", {"cls.seq_relationship.*"}},
      {"head.out.*", {"classifier.*"}},
  };
  family.tied = {{"cls.predictions.decoder.weight", embeddings + "word_embeddings.weight",
                  "cls.predictions.bias"},
                 {"cls.predictions.decoder.bias", "cls.predictions.bias", "cls.predictions.bias"}};
  family.constants = {"embeddings.position_ids"};
  return family;
}

WeightFamily gpt2() {
  const std::string at = "transformer.h.#.";
  WeightFamily family{"gpt2", "wte.weight", "transformer.", {}, {}, {}};
  family.rules = {
      {"encoder.embedding.weight", {"transformer.wte.weight"}},
      {"encoder.stack.positions", {"transformer.wpe.weight"}},
      {"encoder.stack.norm.*", {"transformer.ln_f.*"}},
      {"head.weight", {"lm_head.weight"}},
      {kBlock + "norm1.*", {at + "ln_1.*"}},
      {kBlock + "norm2.*", {at + "ln_2.*"}},
  };
  for (const auto& [own, published] :
       {std::pair<std::string, std::string>{"attention.qkv.", "attn.c_attn."},
        {"attention.out.", "attn.c_proj."},
        {"feed_forward.fc1.", "mlp.c_fc."},
        {"feed_forward.fc2.", "mlp.c_proj."}}) {
    family.rules.push_back({kBlock + own + "weight", {at + published + "weight"}, kTransposed});
    family.rules.push_back({kBlock + own + "bias", {at + published + "bias"}});
  }
  family.tied = {{"lm_head.weight", "transformer.wte.weight", "transformer.wte.weight"}};
  family.constants = {".attn.bias", ".attn.masked_bias"};
  return family;
}

WeightFamily llama() {
  const std::string at = "model.layers.#.", self = at + "self_attn.";
  WeightFamily family{"llama", "layers.0.mlp.gate_proj.weight", "model.", {}, {}, {}};
  family.rules = {
      {"encoder.embedding.weight", {"model.embed_tokens.weight"}},
      {"encoder.stack.norm.weight", {"model.norm.weight"}},
      {"head.weight", {"lm_head.weight"}},
      {kBlock + "norm1.weight", {at + "input_layernorm.weight"}},
      {kBlock + "norm2.weight", {at + "post_attention_layernorm.weight"}},
      {kBlock + "attention.qkv.*",
       {self + "q_proj.*", self + "k_proj.*", self + "v_proj.*"},
       kJoined},
      {kBlock + "attention.out.*", {self + "o_proj.*"}},
      {kBlock + "feed_forward.gate.*", {at + "mlp.gate_proj.*"}},
      {kBlock + "feed_forward.fc1.*", {at + "mlp.up_proj.*"}},
      {kBlock + "feed_forward.fc2.*", {at + "mlp.down_proj.*"}},
  };
  family.tied = {{"lm_head.weight", "model.embed_tokens.weight", "model.embed_tokens.weight"}};
  family.constants = {"rotary_emb.inv_freq"};
  return family;
}

WeightFamily olmoe() {
  const std::string at = "model.layers.#.";
  WeightFamily family = llama();
  family.name = "olmoe";
  family.sign = "layers.0.mlp.experts.0.up_proj.weight";
  std::erase_if(family.rules, [](const WeightRule& rule) {
    return rule.own.find("feed_forward") != std::string::npos;
  });
  const auto add = [&](const std::string& own, const std::string& published, WeightLayout layout) {
    family.rules.push_back({kBlock + own, {at + published}, layout});
  };
  add("attention.query_norm.weight", "self_attn.q_norm.weight", WeightLayout::kSame);
  add("attention.key_norm.weight", "self_attn.k_norm.weight", WeightLayout::kSame);
  add("experts.router.weight", "mlp.gate.weight", WeightLayout::kSame);
  add("experts.gate", "mlp.experts.@.gate_proj.weight", kExperts);
  add("experts.up", "mlp.experts.@.up_proj.weight", kExperts);
  add("experts.down", "mlp.experts.@.down_proj.weight", kExperts);
  return family;
}

WeightFamily llama_original() {
  const std::string at = "layers.#.", attention = at + "attention.", feed = at + "feed_forward.";
  WeightFamily family{"llama_original", "tok_embeddings.weight", "", {}, {}, {"rope.freqs"}};
  family.rules = {
      {"encoder.embedding.weight", {"tok_embeddings.weight"}},
      {"encoder.stack.norm.weight", {"norm.weight"}},
      {"head.weight", {"output.weight"}},
      {kBlock + "norm1.weight", {at + "attention_norm.weight"}},
      {kBlock + "norm2.weight", {at + "ffn_norm.weight"}},
      {kBlock + "attention.qkv.weight",
       {attention + "wq.weight", attention + "wk.weight", attention + "wv.weight"},
       kJoinedTurned},
      {kBlock + "attention.out.weight", {attention + "wo.weight"}},
      {kBlock + "feed_forward.gate.weight", {feed + "w1.weight"}},
      {kBlock + "feed_forward.fc1.weight", {feed + "w3.weight"}},
      {kBlock + "feed_forward.fc2.weight", {feed + "w2.weight"}},
  };
  family.tied = {{"output.weight", "tok_embeddings.weight", "tok_embeddings.weight"}};
  return family;
}

/// Norms and attentions of T5's encoder or decoder, which both call their blocks' parts by number.
void add_t5_stack(WeightFamily& family, const std::string& stack) {
  const std::string own = stack + ".stack.", block = own + "block#.",
                    at = stack + ".block.#.layer.";
  const std::string self = at + "0.SelfAttention.", cross = at + "1.EncDecAttention.";
  const std::vector<WeightRule> rules{
      {own + "relative.weight",
       {stack + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight"}},
      {own + "norm.weight", {stack + ".final_layer_norm.weight"}},
      {block + "norm1.weight", {at + "0.layer_norm.weight"}},
      {block + "attention.qkv.weight",
       {self + "q.weight", self + "k.weight", self + "v.weight"},
       kJoined},
      {block + "attention.out.weight", {self + "o.weight"}},
      {block + "norm_cross.weight", {at + "1.layer_norm.weight"}},
      {block + "cross_attention.query.weight", {cross + "q.weight"}},
      {block + "cross_attention.key_value.weight",
       {cross + "k.weight", cross + "v.weight"},
       kJoined},
      {block + "cross_attention.out.weight", {cross + "o.weight"}},
  };
  family.rules.insert(family.rules.end(), rules.begin(), rules.end());
}

/// `inner`, `gate`: what its feed-forward parts call their first matrices; "" = no gate.
WeightFamily t5(const std::string& name, const std::string& inner, const std::string& gate) {
  const std::string feed = "DenseReluDense.";
  WeightFamily family{name, "encoder.block.0.layer.1." + feed + inner + ".weight", "", {}, {}, {}};
  family.rules = {{"encoder.embedding.weight", {"shared.weight"}},
                  {"head.weight", {"lm_head.weight"}}};
  for (const auto& [stack, last] :
       {std::pair<std::string, std::string>{"encoder", "1."}, {"decoder", "2."}}) {
    add_t5_stack(family, stack);
    const std::string own = stack + ".stack.block#.", at = stack + ".block.#.layer." + last;
    family.rules.push_back({own + "norm2.weight", {at + "layer_norm.weight"}});
    family.rules.push_back({own + "feed_forward.fc1.weight", {at + feed + inner + ".weight"}});
    family.rules.push_back({own + "feed_forward.fc2.weight", {at + feed + "wo.weight"}});
    if (!gate.empty())
      family.rules.push_back({own + "feed_forward.gate.weight", {at + feed + gate + ".weight"}});
  }
  for (const char* copy :
       {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight"})
    family.tied.push_back({copy, "shared.weight", "shared.weight"});
  // In the first release's files, where nothing uses it.
  family.constants = {"EncDecAttention.relative_attention_bias.weight"};
  family.channels = "decoder.stack.block0.cross_attention.out.weight";
  family.models = "t5_encoder_decoder";
  return family;
}

/// wav2vec 2.0 (Baevski et al. 2020): `body` is what stands before the names of the encoder and of
/// the projection of its input.
WeightFamily wav2vec2(WeightFamily family, const std::string& projection, const std::string& body,
                      const std::string& head) {
  const std::string convolution = "feature_extractor.conv_layers.#.",
                    position = "encoder.pos_conv_embed.conv.", at = body + "layers.#.",
                    self = at + "attention.";
  family.language = false;
  family.channels = "project_hid.weight";
  family.models = "audio.wav2vec2 or audio.wav2vec2_tiny";
  for (const char* part : {"conv.*", "layer_norm.*"})
    family.rules.push_back({convolution + part, {family.prefix + convolution + part}});
  for (const char* part : {"layer_norm.*", "projection.*"})
    family.rules.push_back(
        {"feature_projection." + std::string(part), {projection + "feature_projection." + part}});
  for (const char* part : {"weight_g", "weight_v", "bias"})
    family.rules.push_back({position + part, {body + "pos_conv_embed.conv." + part}});
  for (const char* own :
       {"quantizer.codevectors", "quantizer.weight_proj.*", "project_q.*", "project_hid.*"})
    family.rules.push_back({own, {own}});
  const std::vector<WeightRule> others{
      {"masked_spec_embed", {family.prefix + "masked_spec_embed"}},
      {"encoder.layer_norm.*", {body + "layer_norm.*"}},
      {"lm_head.*", {head + ".*"}},
      {kBlock + "attention.qkv.*",
       {self + "q_proj.*", self + "k_proj.*", self + "v_proj.*"},
       kJoined},
      {kBlock + "attention.out.*", {self + "out_proj.*"}},
      {kBlock + "norm1.*", {at + "layer_norm.*"}},
      {kBlock + "feed_forward.fc1.*", {at + "feed_forward.intermediate_dense.*"}},
      {kBlock + "feed_forward.fc2.*", {at + "feed_forward.output_dense.*"}},
      {kBlock + "norm2.*", {at + "final_layer_norm.*"}}};
  family.rules.insert(family.rules.end(), others.begin(), others.end());
  return family;
}

WeightFamily wav2vec2_huggingface() {
  const std::string prefix = "wav2vec2.";
  return wav2vec2({"wav2vec2", "encoder.layers.0.attention.k_proj.weight", prefix, {}, {}, {}},
                  prefix, prefix + "encoder.", "lm_head");
}

WeightFamily wav2vec2_torchaudio() {
  return wav2vec2({"wav2vec2_torchaudio",
                   "encoder.transformer.layers.0.attention.k_proj.weight",
                   "",
                   {},
                   {},
                   {}},
                  "encoder.", "encoder.transformer.", "aux");
}

}  // namespace

const std::vector<WeightFamily>& weight_family_tables() {
  static const std::vector<WeightFamily> families{bert(),
                                                  gpt2(),
                                                  llama(),
                                                  olmoe(),
                                                  llama_original(),
                                                  t5("t5", "wi", ""),
                                                  t5("t5_v1_1", "wi_1", "wi_0"),
                                                  wav2vec2_huggingface(),
                                                  wav2vec2_torchaudio()};
  return families;
}

const std::vector<HeadRule>& weight_head_rules() {
  static const std::vector<HeadRule> rules{
      {"bert", "head.word_bias", {"head.inner.*", {"cls.predictions.transform.dense.*"}}},
      {"bert", "head.out.weight", {"head.inner.*", {"bert.pooler.dense.*"}}}};
  return rules;
}

}  // namespace warmstart
