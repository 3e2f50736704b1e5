"""Makes NIfTI files with awkward placements, and compares round trips with nibabel.

nifti_placement.py make FOLDER            writes nine volumes
nifti_placement.py compare IN OUT ...     prints "equal N" or the first difference
nifti_placement.py coordinates FOLDER [FILE]  writes FOLDER/images/NAME_000{0,1,2}.nii.gz, whose
                                          voxels say where they lie: x, y, z by the affine
"""
import os
import sys

import nibabel as nib
import numpy as np


def rotation(a, b, c):
    ca, sa, cb, sb, cc, sc = np.cos(a), np.sin(a), np.cos(b), np.sin(b), np.cos(c), np.sin(c)
    return (np.array([[1, 0, 0], [0, ca, -sa], [0, sa, ca]])
            @ np.array([[cb, 0, sb], [0, 1, 0], [-sb, 0, cb]])
            @ np.array([[cc, -sc, 0], [sc, cc, 0], [0, 0, 1]]))


def affine(linear, origin):
    result = np.eye(4)
    result[:3, :3] = linear
    result[:3, 3] = origin
    return result


def make(folder):
    data = np.random.default_rng(3).integers(-500, 500, (5, 6, 7)).astype(np.int16)
    oblique = affine(rotation(0.3, -0.2, 0.5) @ np.diag([0.7, 1.3, 5]), [12.5, -40.25, 7])
    flipped = affine(np.diag([-1, -2, 3]), [90, 126, -72])
    permuted = affine(np.array([[0, 0, -4.0], [-1, 0, 0], [0, 2, 0]]), [1, 2, 3])
    for name, matrix in (("oblique", oblique), ("flipped", flipped), ("permuted", permuted)):
        nib.save(nib.Nifti1Image(data, matrix), os.path.join(folder, name + ".nii.gz"))
    only_q = nib.Nifti1Image(data, oblique)
    only_q.set_sform(None, code=0)
    only_q.set_qform(oblique, code=1)
    nib.save(only_q, os.path.join(folder, "qform.nii.gz"))
    plain = nib.Nifti1Image(data, None)
    plain.header.set_zooms((2, 3, 4))
    nib.save(plain, os.path.join(folder, "plain.nii.gz"))
    metres = nib.Nifti1Image(data, affine(np.diag([0.001, 0.002, 0.003]), [0.1, 0.2, 0.3]))
    metres.header.set_xyzt_units("meter")
    nib.save(metres, os.path.join(folder, "metres.nii.gz"))
    shear = affine(np.array([[2, 0.5, 0], [0, 2, 0.3], [0.1, 0, 3]]), [5, 6, 7])
    nib.save(nib.Nifti1Image(data, shear), os.path.join(folder, "sheared.nii.gz"))
    swapped = nib.Nifti1Image(data, oblique, nib.Nifti1Header(endianness=">"))
    swapped.header.set_data_dtype(np.int32)
    nib.save(swapped, os.path.join(folder, "swapped.nii.gz"))
    scaled = nib.Nifti1Image(data * 0.37, flipped)
    scaled.header.set_data_dtype(np.int16)  # nibabel stores slope and intercept
    nib.save(scaled, os.path.join(folder, "scaled.nii.gz"))
    print("made 9")


def compare(pairs):
    for first, second in zip(pairs[::2], pairs[1::2]):
        a, b = nib.load(first), nib.load(second)
        where = os.path.basename(first)
        if a.shape != b.shape or not np.array_equal(a.affine, b.affine):
            sys.exit(f"{where}: placement differs\n{a.affine}\n{b.affine}")
        if not np.array_equal(np.asarray(a.dataobj).astype(np.float32), np.asarray(b.dataobj)):
            sys.exit(f"{where}: voxels differ")
        ours = nib.load(os.path.join(os.path.dirname(second), "canonical_" + where))
        theirs = nib.as_closest_canonical(a)
        if not np.array_equal(np.asarray(ours.dataobj), np.asarray(theirs.dataobj).astype(np.float32)):
            sys.exit(f"{where}: canonical order differs")
        scale = 1000 if where.startswith("metres") else 1
        if not np.allclose(ours.affine[:3], theirs.affine[:3] * scale, atol=1e-4):
            sys.exit(f"{where}: canonical affine differs")
    print(f"equal {len(pairs) // 2}")


def coordinates(folder, files):
    shear = np.array([[2, 0.5, 0], [0, 2, 0.3], [0.1, 0, 3]])
    placements = {
        "flipped": ((9, 8, 7), affine(np.diag([-1, -2, 3]), [90, 126, -72])),
        "oblique": ((9, 8, 7), affine(rotation(0.3, -0.2, 0.5) @ np.diag([0.7, 1.3, 5]), [12.5, -40.25, 7])),
        "permuted": ((9, 8, 7), affine(np.array([[0, 0, -4.0], [-1, 0, 0], [0, 2, 0]]), [1, 2, 3])),
        "sheared": ((9, 8, 7), affine(shear, [5, 6, 7])),
    }
    for file in files:
        volume = nib.load(file)
        placements = {"real": (volume.shape[:3], volume.affine)}
    os.makedirs(os.path.join(folder, "images"))
    for name, (shape, matrix) in placements.items():
        index = np.stack(np.meshgrid(*[np.arange(n) for n in shape], indexing="ij"), -1)
        world = nib.affines.apply_affine(matrix, index)
        for axis in range(3):
            image = nib.Nifti1Image(world[..., axis].astype(np.float32), matrix)
            nib.save(image, os.path.join(folder, "images", f"{name}_000{axis}.nii.gz"))
    print(f"made {len(placements)}")


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    elif sys.argv[1] == "coordinates":
        coordinates(sys.argv[2], sys.argv[3:])
    else:
        compare(sys.argv[2:])
