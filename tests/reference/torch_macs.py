"""Multiply-accumulates of a convolutional net and of a transformer block, counted by torch.profiler (two operations each)."""
import torch
from torch.profiler import profile

import exchange


def macs(action):
    with profile(with_flops=True) as seen, torch.no_grad():
        action()
    # mul and add have counts of their own there; only products of matrices and kernels count here.
    names = {"aten::conv2d", "aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm"}
    return sum(event.flops or 0 for event in seen.key_averages() if event.key in names) / 2


def answer(tensors, settings):
    image, tokens = tensors["image"], tensors["tokens"]
    convolutions = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, stride=2, padding=1), torch.nn.ReLU(),
                                       torch.nn.Conv2d(8, 12, (3, 1), dilation=2), torch.nn.Flatten(1),
                                       torch.nn.LazyLinear(5))
    convolutions(image)
    width, heads = tokens.shape[2], settings["heads"]
    block = torch.nn.TransformerEncoderLayer(width, heads, settings["hidden"], batch_first=True, norm_first=True)
    block.train()  # the fused path of eval mode is one operation, whose products nobody counts
    return {"convolutions": torch.tensor(macs(lambda: convolutions(image)), dtype=torch.float64),
            "block": torch.tensor(macs(lambda: block(tokens)), dtype=torch.float64)}


if __name__ == "__main__":
    exchange.main(answer)
