"""hd95 (pooled) and average symmetric surface distance with SciPy, for six random pairs of masks.

surface_distance.py FILE: writes the masks (uint8, z slowest, pairs one after the other), prints "hd95 asd" a line.
"""
import sys

import numpy as np
from scipy import ndimage


def surface(mask):
    return mask & ~ndimage.binary_erosion(mask)


def distances(a, b, spacing):
    a, b = surface(a), surface(b)
    to_b = ndimage.distance_transform_edt(~b, sampling=spacing)[a]
    to_a = ndimage.distance_transform_edt(~a, sampling=spacing)[b]
    return np.concatenate([to_b, to_a])


def main():
    rng = np.random.default_rng(11)
    spacing = (3, 1.5, 0.8)
    with open(sys.argv[1], "wb") as file:
        for _ in range(6):
            masks = [ndimage.gaussian_filter(rng.normal(size=(28, 24, 20)), s) for s in rng.uniform(1, 3, 2)]
            a, b = (m > np.quantile(m, rng.uniform(0.6, 0.95)) for m in masks)
            file.write(a.astype(np.uint8).tobytes() + b.astype(np.uint8).tobytes())
            d = distances(a, b, spacing)
            print(f"{np.percentile(d, 95):.9f} {d.mean():.9f}")


main()
