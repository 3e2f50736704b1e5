"""Reads and writes tensor files with struct, json, zlib and numpy, from the format's description alone.

usage: tensor_file.py read FILE            prints metadata, dtypes, shapes, values and byte positions as JSON
       tensor_file.py write FILE [plain]   writes known arrays; plain: without checksums, as a stranger would
"""
import json
import struct
import sys
import zlib

import numpy as np

TYPES = {"BOOL": "?", "U8": "u1", "I8": "i1", "I16": "<i2", "I32": "<i4", "I64": "<i8", "F16": "<f2", "BF16": "<u2",
         "F32": "<f4", "F64": "<f8"}


def read(path):
    data = open(path, "rb").read()
    length, = struct.unpack("<Q", data[:8])
    text = data[8:8 + length]
    header = json.loads(text)
    metadata = header.pop("__metadata__", {})
    stored = metadata["crc32.header"]
    blank = text.replace(b'"crc32.header":"' + stored.encode(), b'"crc32.header":"00000000')
    assert f"{zlib.crc32(data[:8] + blank):08x}" == stored, "header checksum"
    arrays = {}
    covered = 0
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        piece = data[8 + length + begin:8 + length + end]
        assert f"{zlib.crc32(piece):08x}" == metadata["crc32." + name], name
        values = np.frombuffer(piece, TYPES[entry["dtype"]]).reshape(entry["shape"])
        covered += end - begin
        arrays[name] = {"dtype": entry["dtype"], "shape": entry["shape"], "values": values.ravel().tolist(),
                        "position": 8 + length + begin}
    assert covered == len(data) - 8 - length, "holes"
    plain = {k: v for k, v in metadata.items() if not k.startswith("crc32.")}
    print(json.dumps({"metadata": plain, "arrays": arrays, "order": list(header), "data": 8 + length}))


def write(path, plain):
    arrays = {
        "weight": ("F32", np.arange(6, dtype="<f4").reshape(2, 3) / 4),
        "nothing": ("I64", np.zeros((0, 5), "<i8")),
        "scalar": ("F64", np.array(-2.5, "<f8")),
        "mask": ("BOOL", np.array([True, False, True])),
        "größe": ("I16", np.array([-1, 300], "<i2")),
    }
    metadata = {"made by": "numpy"}
    header, data = {}, b""
    for name, (dtype, values) in arrays.items():
        piece = values.tobytes()
        header[name] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [len(data), len(data) + len(piece)]}
        data += piece
        if not plain:
            metadata["crc32." + name] = f"{zlib.crc32(piece):08x}"
    if plain:
        text = json.dumps({"__metadata__": metadata, **header}, indent=1).encode()
    else:
        metadata["crc32.header"] = "00000000"
        text = json.dumps({"__metadata__": metadata, **header}, separators=(",", ":")).encode()
        sum_ = zlib.crc32(struct.pack("<Q", len(text)) + text)
        text = text.replace(b'"crc32.header":"00000000', b'"crc32.header":"%08x' % sum_)
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + data)
    print("true")


if sys.argv[1] == "read":
    read(sys.argv[2])
else:
    write(sys.argv[2], sys.argv[3:] == ["plain"])
