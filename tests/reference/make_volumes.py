"""Writes a small folder of NIfTI image/label pairs with anisotropic, flipped and oblique grids. Usage: make_volumes.py DIR"""
import os
import sys

import nibabel
import numpy


def main(folder):
    rng = numpy.random.default_rng(5)
    for part in ("images", "labels"):
        os.makedirs(os.path.join(folder, part), exist_ok=True)
    for case in range(3):
        shape = (30 + case, 44, 36)
        grid = numpy.stack(numpy.meshgrid(*[numpy.linspace(-1, 1, n) for n in shape], indexing="ij"))
        label = numpy.zeros(shape, numpy.uint8)
        label[(grid**2).sum(0) < 0.3] = 1
        label[((grid - 0.3) ** 2).sum(0) < 0.1] = 2
        image = label * 50.0 + rng.normal(0, 10, shape)
        angle = 0.1 * case
        rotation = numpy.array([[numpy.cos(angle), -numpy.sin(angle), 0], [numpy.sin(angle), numpy.cos(angle), 0], [0, 0, 1]])
        affine = numpy.eye(4)
        affine[:3, :3] = rotation @ numpy.diag([-1.0 if case == 0 else 1.0, 1.0, 1.2])
        affine[:3, 3] = (10, -20, 30 + case)
        for part, data in (("images", image.astype(numpy.float32)), ("labels", label)):
            nibabel.save(nibabel.Nifti1Image(data, affine), os.path.join(folder, part, f"case_{case}.nii.gz"))


main(sys.argv[1])
