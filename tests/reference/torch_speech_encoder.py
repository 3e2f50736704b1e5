"""TERA's encoder by torch.nn.TransformerEncoder on our weights: hidden (B,T,D) of frames (B,T,F)."""
import torch

import exchange


def answer(tensors, s):
    state = exchange.state(tensors, "model")
    width = s["width"]
    layer = torch.nn.TransformerEncoderLayer(width, s["heads"], s["hidden"], dropout=0.0, activation="gelu",
                                             batch_first=True, norm_first=False)
    encoder = torch.nn.TransformerEncoder(layer, s["depth"])
    own = {}
    for i in range(s["depth"]):
        ours, theirs = f"encoder.stack.block{i}.", f"layers.{i}."
        names = {"attention.qkv": "self_attn.in_proj_", "attention.out": "self_attn.out_proj.",
                 "feed_forward.fc1": "linear1.", "feed_forward.fc2": "linear2.", "norm1": "norm1.", "norm2": "norm2."}
        for mine, their in names.items():
            for part in ("weight", "bias"):
                own[theirs + their + part] = state[f"{ours}{mine}.{part}"]
    encoder.load_state_dict(own)
    encoder.train()  # eval mode takes a fused path; without dropout both are the same
    frames = tensors["frames"]
    x = torch.nn.functional.linear(frames, state["encoder.embedding.weight"], state["encoder.embedding.bias"])
    place = torch.arange(frames.shape[1])[:, None] / 10000 ** (torch.arange(width // 2)[None] / (width // 2))
    x = x + torch.cat([place.sin(), place.cos()], 1)
    x = torch.nn.functional.layer_norm(x, (width,), state["encoder.norm.weight"], state["encoder.norm.bias"])
    return {"hidden": encoder(x)}


if __name__ == "__main__":
    exchange.main(answer)
