"""Label ranking average precision and F1 of several labels a sample, worked out from their definitions: ranks by sorting, counts
by loops over sets."""
import numpy as np
import torch

import exchange


def lrap(score, own):
    """Mean over own labels of (own labels among those ranked at or above it) / rank; nan without any."""
    labels = [k for k in range(len(score)) if own[k]]
    if not labels:
        return float("nan")
    total = 0.0
    for label in labels:
        above = sorted(k for k in range(len(score)) if score[k] >= score[label])
        total += len(set(above) & set(labels)) / len(above)
    return total / len(labels)


def f1(said, own):
    hits, given, there = (said & own).sum(), said.sum(), own.sum()
    precision, recall = (hits / given if given else 0.0), (hits / there if there else 0.0)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def answer(tensors, settings):
    score, own = tensors["scores"].numpy(), tensors["own"].numpy().astype(bool)
    said = 1 / (1 + np.exp(-score)) > 0.5
    each = [f1(said[:, k], own[:, k]) for k in range(score.shape[1])]
    return {
        "lrap": torch.tensor([lrap(s, o) for s, o in zip(score, own)], dtype=torch.float64),
        "f1": torch.tensor(each + [sum(each) / len(each), f1(said, own)], dtype=torch.float64),
    }


if __name__ == "__main__":
    exchange.main(answer)
