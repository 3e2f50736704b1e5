"""Area and volume of three shapes by scikit-image's marching cubes on their distance functions, which it follows between the voxels.

label_surface.py FILE: writes the shapes as 60 x 64 x 28 labels (16 bits, x fastest; voxels of 0.8 x 0.9 x 1.7 mm) to FILE and prints a line
"label area volume" (mm^2, mm^3) for each.
"""
import sys

import numpy as np
from skimage import measure

SPACING = (1.7, 0.9, 0.8)  # z, y, x


def shapes():
    """Label and a function below 0 inside."""
    z, y, x = np.meshgrid(*(np.arange(n) * step for n, step in zip((28, 64, 60), SPACING)), indexing="ij")
    yield 2, np.hypot(np.hypot(x - 24, y - 29) - 13, z - 24) - 5  # a ring
    yield 7, np.sqrt(((x - 24) / 6.5) ** 2 + ((y - 29) / 6) ** 2 + ((z - 22) / 16) ** 2) - 1  # an ellipsoid in it
    yield 300, np.minimum(np.hypot(np.hypot(x - 40, y - 49), z - 10), np.hypot(np.hypot(x - 37, y - 50), z - 17)) - 6


def main(file):
    labels = np.zeros((28, 64, 60), "<u2")
    for label, outside in shapes():
        labels[outside < 0] = label
        points, triangles, _, _ = measure.marching_cubes(outside, 0, spacing=SPACING)
        corners = points[triangles].astype(np.float64)
        volume = abs(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum()) / 6
        print(label, measure.mesh_surface_area(points, triangles), volume)
    labels.tofile(file)


main(sys.argv[1])
