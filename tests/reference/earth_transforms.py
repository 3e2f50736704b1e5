"""Transforms of images by numpy, SciPy and Pillow: ndvi, ndwi, stretch, standard, grown (bilinear), shrunk (bilinear, antialiased),
contract; of an image (C,H,W)."""
import numpy as np
import torch
from PIL import Image
from scipy import ndimage

import exchange


def grown(plane, size):
    """Bilinear with aligned pixel centres and repeated edges."""
    rows = (np.arange(size) + 0.5) * plane.shape[0] / size - 0.5
    columns = (np.arange(size) + 0.5) * plane.shape[1] / size - 0.5
    return ndimage.map_coordinates(plane, np.meshgrid(rows, columns, indexing="ij"), order=1, mode="nearest")


def shrunk(plane, size):
    return np.asarray(Image.fromarray(plane.astype(np.float32), mode="F").resize((size, size), Image.BILINEAR))


def stretched(image, low, high):
    a = np.percentile(image, low, axis=(1, 2), keepdims=True)
    b = np.percentile(image, high, axis=(1, 2), keepdims=True)
    return np.clip((image - a) / (b - a), 0, 1)


def answer(tensors, s):
    x = tensors["image"].double().numpy()
    green, red, nir = x[1], x[2], x[3]
    out = {
        "ndvi": (nir - red) / (nir + red),
        "ndwi": (green - nir) / (green + nir),
        "stretch": stretched(x, 3, 97),
        "standard": (x - x.mean((1, 2), keepdims=True)) / x.std((1, 2), keepdims=True),
        "grown": np.stack([grown(p, s["large"]) for p in x]),
        "shrunk": np.stack([shrunk(p, s["small"]) for p in x]),
        "contract": np.stack([(grown(p, s["large"]) * 255 - m) / d
                              for p, m, d in zip(stretched(x, 2, 98), s["mean"], s["std"])]),
    }
    return {name: torch.from_numpy(np.ascontiguousarray(v, dtype=np.float64)) for name, v in out.items()}


if __name__ == "__main__":
    exchange.main(answer)
