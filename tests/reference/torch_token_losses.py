"""torch's cross entropy of each place of texts, the rank of each target, and the likeliest tokens.

logits (S,T,V), target (S,T) with -100 where nothing is asked -> loss (0 there), rank, predicted, probability.
"""
import exchange
import torch


def answer(tensors, settings):
    logits, target = tensors["logits"].double(), tensors["target"]
    loss = torch.nn.functional.cross_entropy(logits.permute(0, 2, 1), target, ignore_index=-100, reduction="none")
    rank = torch.zeros_like(target)
    for sample, place in (target != -100).nonzero().tolist():
        order = sorted(range(logits.shape[2]), key=lambda token: -logits[sample, place, token].item())
        rank[sample, place] = 1 + order.index(target[sample, place].item())
    probability, predicted = torch.softmax(logits, 2).sort(2, descending=True)
    kept = settings["predictions"]
    return {"loss": loss, "rank": rank, "predicted": predicted[:, :, :kept], "probability": probability[:, :, :kept]}


if __name__ == "__main__":
    exchange.main(answer)
