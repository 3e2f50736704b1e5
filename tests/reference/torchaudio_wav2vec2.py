"""wav2vec 2.0 by torchaudio on our weights: latents (B,T,C), contexts (B,T,D), logits (B,T,K), and the contrastive
objective (Baevski et al. 2020, equations 2 to 4) at given hidden frames and negatives, without Gumbel noise."""
import torch
import torchaudio

import exchange


def theirs(state, s):
    model = torchaudio.models.wav2vec2_model(
        extractor_mode=s["mode"], extractor_conv_layer_config=s["layers"], extractor_conv_bias=s["bias"],
        encoder_embed_dim=s["width"], encoder_projection_dropout=0.0, encoder_pos_conv_kernel=s["position_kernel"],
        encoder_pos_conv_groups=s["position_groups"], encoder_num_layers=s["depth"], encoder_num_heads=s["heads"],
        encoder_attention_dropout=0.0, encoder_ff_interm_features=s["hidden"], encoder_ff_interm_dropout=0.0,
        encoder_dropout=0.0, encoder_layer_norm_first=s["norm_first"], encoder_layer_drop=0.0, aux_num_out=s["classes"])
    own = {}
    if "names" in s:
        # As torchaudio.models.wav2vec2.utils.import_huggingface takes them over, part by part.
        hugging = {"wav2vec2.feature_extractor.": "feature_extractor.", "lm_head.": "aux.",
                   "wav2vec2.feature_projection.": "encoder.feature_projection.",
                   "wav2vec2.encoder.": "encoder.transformer."}
        plain = {part: part for part in ("feature_extractor.", "encoder.", "aux.")}
        for name, value in state.items():
            for old, new in (hugging if s["names"] == "wav2vec2" else plain).items():
                if name.startswith(old):
                    own[new + name[len(old):]] = value
        model.load_state_dict(own)
        return model.train()
    for name, value in state.items():
        if name.startswith("encoder.stack.block"):
            block, rest = name[len("encoder.stack.block"):].split(".", 1)
            part, kind = rest.rsplit(".", 1)
            at = f"encoder.transformer.layers.{block}."
            if part == "attention.qkv":
                for piece, letter in zip(value.chunk(3), "qkv"):
                    own[f"{at}attention.{letter}_proj.{kind}"] = piece
                continue
            new = {"attention.out": "attention.out_proj", "feed_forward.fc1": "feed_forward.intermediate_dense",
                   "feed_forward.fc2": "feed_forward.output_dense", "norm1": "layer_norm", "norm2": "final_layer_norm"}
            own[at + new[part] + "." + kind] = value
        elif name.startswith("encoder."):
            own["encoder.transformer." + name[len("encoder."):]] = value
        elif name.startswith("feature_projection."):
            own["encoder." + name] = value
        elif name.startswith("lm_head."):
            own["aux." + name[len("lm_head."):]] = value
        elif name.startswith("feature_extractor."):
            own[name] = value
    model.load_state_dict(own)
    return model.train()  # without dropout both are the same


def contexts(model, state, latents, hidden=None, lengths=None):
    x = model.encoder.feature_projection.projection(latents)
    if hidden is not None:
        x = torch.where(hidden[:, :, None], state["masked_spec_embed"], x)
    bias = None
    if lengths is not None:
        gone = torch.arange(x.shape[1])[None] >= lengths[:, None]
        x = x.masked_fill(gone[:, :, None], 0.0)
        bias = (-10000.0 * gone.float())[:, None, None, :].expand(-1, 1, x.shape[1], -1)
    return model.encoder.transformer(x, attention_mask=bias)


def objective(model, state, raw, latents, hidden, negatives, s):
    scores = torch.nn.functional.linear(latents[hidden], state["quantizer.weight_proj.weight"],
                                        state["quantizer.weight_proj.bias"])
    scores = scores.view(-1, s["codebooks"], s["codes"])
    books = state["quantizer.codevectors"].view(s["codebooks"], s["codes"], -1)
    picked = torch.cat([books[g][scores[:, g].argmax(1)] for g in range(s["codebooks"])], 1)
    mean = scores.softmax(2).mean(0)
    perplexity = sum(torch.exp(-(row * row.log()).sum()) for row in mean)
    target = torch.nn.functional.linear(picked, state["project_q.weight"], state["project_q.bias"])
    context = contexts(model, state, latents, hidden)[hidden]
    context = torch.nn.functional.linear(context, state["project_hid.weight"], state["project_hid.bias"])
    total = 0.0
    for n in range(len(target)):
        others = [target[m] for m in negatives[n] if not torch.equal(target[m], target[n])]
        cosines = torch.stack([torch.dot(context[n], q) / context[n].norm() / q.norm() for q in [target[n]] + others])
        total = total - torch.log_softmax(cosines / s["kappa"], 0)[0]
    entries = s["codebooks"] * s["codes"]
    return total / len(target) + s["diversity"] * (entries - perplexity) / entries + s["penalty"] * raw.pow(2).mean()


def answer(tensors, s):
    state = exchange.state(tensors, "model")
    model = theirs(state, s)
    with torch.no_grad():
        raw, _ = model.feature_extractor(tensors["wave"], None)
        latents = model.encoder.feature_projection.layer_norm(raw)
        context = contexts(model, state, latents, None, tensors.get("lengths"))
        out = {"raw": raw, "contexts": context, "logits": model.aux(context)}
        if "hidden" in tensors:
            out["total"] = objective(model, state, raw, latents, tensors["hidden"], tensors["negatives"], s)
    return out


if __name__ == "__main__":
    exchange.main(answer)
