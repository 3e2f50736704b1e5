"""Writes NIfTI files of every number type with nibabel and prints what nibabel reads back, as JSON lines.

nifti_voxels.py FOLDER: file, type, size, steps, step_seconds, affine (3x4), slope, intercept, sha256 of the stored numbers (i fastest,
little-endian), low and high of the scaled values
"""
import hashlib
import json
import os
import sys

import nibabel as nib
import numpy as np


def image(data, affine, big_endian=False, seconds=None):
    header = nib.Nifti1Header(endianness=">" if big_endian else "<")
    result = nib.Nifti1Image(data, affine, header)
    result.header.set_data_dtype(data.dtype)
    if seconds is not None:
        result.header.set_zooms(result.header.get_zooms()[:3] + (seconds,))
        result.header.set_xyzt_units("mm", "sec")
    return result


def files():
    rng = np.random.default_rng(11)
    oblique = np.array([[1.2, -0.3, 0.1, 10], [0.2, 1.4, -0.5, -20], [0.0, 0.6, 2.5, 30], [0, 0, 0, 1]])
    flipped = np.diag([-1.0, -2.0, 3.0, 1.0])
    for name in ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64"):
        kind = np.dtype(name)
        if kind.kind == "f":
            data = rng.normal(0, 100, (5, 6, 7)).astype(kind)
        else:
            limits = np.iinfo(kind)
            data = rng.integers(limits.min, limits.max, (5, 6, 7), dtype=kind, endpoint=True)
        yield name + ".nii.gz", image(data, oblique)
        yield name + "_big.nii", image(data, flipped, big_endian=True)
    moving = rng.integers(-300, 300, (4, 5, 6, 9)).astype(np.int16)
    yield "moving.nii.gz", image(moving, flipped, seconds=2.5)
    yield "moving_big.nii.gz", image(moving, oblique, big_endian=True, seconds=0.75)
    scaled = nib.Nifti1Image(rng.normal(-1000, 300, (5, 6, 7)), oblique)
    scaled.header.set_data_dtype(np.int16)  # nibabel chooses slope and intercept
    yield "scaled.nii.gz", scaled


def main(folder):
    for name, made in files():
        path = os.path.join(folder, name)
        nib.save(made, path)
        back = nib.load(path)
        stored = np.asarray(back.dataobj.get_unscaled())
        values = np.asarray(back.dataobj)
        slope, intercept = back.dataobj.slope, back.dataobj.inter
        little = np.asfortranarray(stored.astype(stored.dtype.newbyteorder("<")))
        print(json.dumps({
            "file": path, "type": back.get_data_dtype().newbyteorder("=").name, "size": list(back.shape[:3]),
            "steps": back.shape[3] if len(back.shape) > 3 else 1,
            "step_seconds": float(back.header.get_zooms()[3]) if len(back.shape) > 3 else 0.0,
            "affine": [float(x) for x in back.affine[:3].flatten()], "slope": float(slope), "intercept": float(intercept),
            "sha256": hashlib.sha256(little.tobytes(order="F")).hexdigest(),
            "low": float(values.min()), "high": float(values.max())}))


main(sys.argv[1])
