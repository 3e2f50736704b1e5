"""Recall among the first k of each query's candidates, by sorting: of equal scores the wrong candidates come first."""
import torch

import exchange


def answer(tensors, settings):
    query, score, right = (tensors[name].tolist() for name in ("query", "score", "class"))
    rows = []
    for q in sorted(set(query)):
        order = sorted((-s, r) for p, s, r in zip(query, score, right) if p == q)
        all_right = sum(r for _, r in order)
        rows.append([sum(r for _, r in order[:k]) / all_right if all_right else float("nan") for k in settings["at"]])
    return {"recall": torch.tensor(rows, dtype=torch.float64)}


if __name__ == "__main__":
    exchange.main(answer)
