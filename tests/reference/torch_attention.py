"""torch.nn.MultiheadAttention on given weights: y and the weights of every head."""
import torch

import exchange


def answer(tensors, settings):
    x, state = tensors["x"], exchange.state(tensors, "state")
    layer = torch.nn.MultiheadAttention(x.shape[2], settings["heads"], batch_first=True)
    layer.load_state_dict({"in_proj_weight": state["qkv.weight"], "in_proj_bias": state["qkv.bias"],
                           "out_proj.weight": state["out.weight"], "out_proj.bias": state["out.bias"]})
    y, weights = layer(x, x, x, average_attn_weights=False)
    return {"y": y, "weights": weights}


if __name__ == "__main__":
    exchange.main(answer)
