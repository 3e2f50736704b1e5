"""Reads and writes the tensor files through which the C++ tests hand tensors over (safetensors layout)."""
import json
import struct
import sys

import numpy as np
import torch

_TYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64, "BOOL": np.bool_, "I32": np.int32, "U8": np.uint8}
_NAMES = {np.dtype(v): k for k, v in _TYPES.items()}


def read(path):
    """Returns ({name: tensor}, settings)."""
    raw = open(path, "rb").read()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    settings = json.loads(header.pop("__metadata__", {}).get("settings", "{}"))
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        data = np.frombuffer(raw[8 + length + begin : 8 + length + end], _TYPES[entry["dtype"]])
        tensors[name] = torch.from_numpy(data.reshape(entry["shape"]).copy())
    return tensors, settings


def write(path, tensors):
    header, blobs, offset = {}, [], 0
    for name, tensor in tensors.items():
        array = np.array(tensor.detach().numpy(), order="C")
        blob = array.tobytes()
        header[name] = {"dtype": _NAMES[array.dtype], "shape": list(array.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def state(tensors, prefix):
    return {name[len(prefix) + 1 :]: value for name, value in tensors.items() if name.startswith(prefix + ".")}


def main(answer):
    """Runs `answer(tensors, settings) -> {name: tensor}` between the files named on the command line."""
    torch.set_num_threads(1)
    tensors, settings = read(sys.argv[1])
    write(sys.argv[2], answer(tensors, settings))
