"""ZCA whitening of patches (N,D) by numpy's singular value decomposition: `whitened`."""
import numpy as np
import torch

import exchange


def answer(tensors, s):
    x = tensors["patches"].double().numpy()
    x = (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True)
    x = x - x.mean(0)
    u, d, vt = np.linalg.svd(x, full_matrices=False)
    scale = 1 / np.sqrt(d ** 2 / len(x) + s["epsilon"])
    return {"whitened": torch.from_numpy(x @ (vt.T * scale) @ vt)}


if __name__ == "__main__":
    exchange.main(answer)
