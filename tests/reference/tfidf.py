"""Scores of tokens by mean over the documents that hold them of tf * idf (seed card 20), from dictionaries."""
import collections
import math

import torch

import exchange


def answer(tensors, settings):
    documents = [[t for t in row.tolist() if t >= 0] for row in tensors["documents"]]
    held = collections.Counter(t for d in documents for t in set(d))
    scores = torch.zeros(settings["vocabulary"], dtype=torch.float64)
    for token, count in held.items():
        idf = math.log(len(documents) / (1 + count))
        shares = [d.count(token) / len(d) for d in documents if token in d]
        scores[token] = sum(share * idf for share in shares) / len(shares)
    return {"scores": scores}


if __name__ == "__main__":
    exchange.main(answer)
