"""Writes good and hostile PyTorch zip files for import_pytorch_test: export_pytorch_files.py FOLDER.

hostile.txt lists file and reason (what the refusal must name), tab-separated. Opening a hostile file with code execution
would create FOLDER/executed.
"""
import collections
import io
import os
import pickle
import struct
import sys
import zipfile

import torch

folder = sys.argv[1]
executed = os.path.join(folder, "executed")


def path(name):
    return os.path.join(folder, name)


def good():
    base = torch.arange(6, dtype=torch.float32)
    return collections.OrderedDict([
        ("linear.weight", base.reshape(2, 3)),
        ("transposed", base.reshape(2, 3).t()),
        ("part", base[2:5]),
        ("steps", torch.tensor(12345678901)),
        ("half", torch.ones(3, dtype=torch.half)),
        ("mask", torch.tensor([True, False, True])),
        ("empty", torch.zeros(0, 4)),
        ("parameter", torch.nn.Parameter(torch.randn(4, 2))),
    ])


torch.save(good(), path("good.pt"))
net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
torch.save({"epoch": 3, "rate": 0.1, "done": False, "note": None, "big": 1 << 40, "negative": -5,
            "history": [1.0, 2.0], "state_dict": net.state_dict()}, path("checkpoint.pt"))

hostile = []


def archive(name, data, reason, storages=None, compression=zipfile.ZIP_STORED, root="archive"):
    with zipfile.ZipFile(path(name), "w", compression) as target:
        target.writestr(root + "/data.pkl", data)
        for key, content in (storages or {}).items():
            target.writestr(root + "/data/" + key, content)
        target.writestr(root + "/version", "3\n")
    hostile.append((name, reason))


class Call:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


class State:
    def __init__(self):
        self.value = 1


touch = "touch " + executed
for protocol in (0, 1, 2, 3, 4):
    reason = "GLOBAL" if protocol in (2, 3) else "not allowed"
    archive(f"system{protocol}.pt", pickle.dumps({"w": Call(os.system, touch)}, protocol), reason)
archive("eval.pt", pickle.dumps({"w": Call(eval, f"open({executed!r}, 'w')")}, 2), "GLOBAL")
archive("open.pt", pickle.dumps({"w": Call(open, executed, "w")}, 2), "GLOBAL")
archive("object.pt", pickle.dumps({"w": State()}, 2), "GLOBAL")
archive("whole_module.pt", pickle.dumps(torch.nn.Linear, 2), "torch.nn.modules.linear.Linear")

P = b"\x80\x02"
ORDERED = b"ccollections\nOrderedDict\n"
REBUILD = b"ctorch._utils\n_rebuild_tensor_v2\n"
FLOAT = b"ctorch\nFloatStorage\n"


def text(value):
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def integer(value):
    raw = value.to_bytes(8, "little", signed=True)
    return b"\x8a\x08" + raw


def storage(key, count):
    return b"(" + text("storage") + FLOAT + text(key) + text("cpu") + integer(count) + b"tQ"


def tuple_of(*values):
    return b"(" + b"".join(values) + b"t"


def tensor(offset, shape, strides, count=4):
    body = storage("0", count) + integer(offset) + tuple_of(*map(integer, shape)) + tuple_of(*map(integer, strides))
    return REBUILD + b"(" + body + b"\x89" + ORDERED + b")RtR"


def state(value):
    return P + b"}" + text("w") + value + b"s."


four = {"0": struct.pack("<4f", 1, 2, 3, 4)}
archive("fine.pt", state(tensor(0, [2, 2], [2, 1])), "", four)
hostile.pop()  # this one is well-formed: the helpers above make what the format means
archive("past_end.pt", state(tensor(1, [2, 2], [2, 1])), "beyond its storage", four)
archive("negative_offset.pt", state(tensor(-1, [2], [1])), "shape and strides", four)
archive("negative_shape.pt", state(tensor(0, [-2], [1])), "no size", four)
archive("overflow.pt", state(tensor(0, [1 << 62, 1 << 62], [1, 1])), "cannot be", four)
archive("stride_overflow.pt", state(tensor(0, [3, 2], [1 << 62, 1])), "cannot be", four)
archive("zero_stride_bomb.pt", state(tensor(0, [1 << 40], [0])), "beyond its storage", four)
archive("no_storage.pt", state(tensor(0, [2, 2], [2, 1])), "no member", {})
archive("shape_and_strides.pt", state(tensor(0, [2, 2], [1])), "shape and strides", four)
archive("many_views.pt", P + b"}" + b"(" + b"".join(text(f"w{i}") + tensor(0, [4], [1]) for i in range(20000)) + b"u.",
        "", four)
hostile.pop()  # many small views of one storage stay below the limit: it is read
archive("setitem_on_tensor.pt", P + tensor(0, [4], [1]) + text("a") + text("b") + b"s.", "no dict", four)
archive("append_on_map.pt", P + b"}K\x01a.", "no list")
archive("reduce_text.pt", P + text("a") + b")R.", "REDUCE")
archive("ordered_with_arguments.pt", P + ORDERED + b"(K\x01tR.", "REDUCE")
archive("build_tensor.pt", P + tensor(0, [4], [1]) + b"}b.", "BUILD", four)
archive("inst.pt", P + b"(ios\nsystem\n.", "INST")
archive("obj.pt", P + b"(" + ORDERED + b"o.", "OBJ")
archive("newobj.pt", P + ORDERED + b")\x81.", "NEWOBJ")
archive("stack_global.pt", P + text("os") + text("system") + b"\x93.", "STACK_GLOBAL")
archive("extension.pt", P + b"\x82\x01.", "EXT")
archive("no_stop.pt", P + b"}", "STOP")
archive("two_left.pt", P + b"}}.", "STOP")
archive("empty_stack.pt", P + b"s.", "empty stack")
archive("no_mark.pt", P + b"t.", "MARK")
archive("memory.pt", P + b"h\x07.", "never stored")
archive("deep.pt", P + b"(" * 100 + b"t" * 100 + b".", "nested deeper")
archive("long_text.pt", P + b"X\xff\xff\xff\x7f.", "longer than the file")
archive("odd_pairs.pt", P + b"}(K\x01u.", "no value")
archive("itself.pt", P + b"}q\x00" + text("a") + b"h\x00s.", "state_dict")
archive("deep_lists.pt", P + b"]" * 100000 + b"a" * 99999 + b".", "no dict")
archive("deep_tuples.pt", P + b")" + b"\x85" * 200000 + b".", "no dict")
archive("chain.pt", P + b"]q\x00" + b"h\x00]q\x00a0h\x00" * 50000 + b".", "values left")
archive("too_many.pt", P + b"]" * 400000 + b".", "300000")
archive("map_as_key.pt", P + b"}}K\x01s.", "key")
archive("persistent.pt", P + text("x") + b"Q.", "BINPERSID")
archive("protocol.pt", b"\x80\x63}.", "protocol")
archive("not_a_map.pt", P + b"K\x01.", "no dict")
archive("no_tensors.pt", P + b"}" + text("a") + b"K\x01s.", "state_dict")
archive("compressed.pt", state(tensor(0, [4], [1])), "compressed", four, zipfile.ZIP_DEFLATED)
archive("script.pt", b"", "", root="x")
hostile.pop()
with zipfile.ZipFile(path("script.pt"), "w") as target:
    target.writestr("script/code/__torch__.py", "pass")
hostile.append(("script.pt", "data.pkl"))
with open(path("not_zip.pt"), "wb") as target:
    target.write(b"PK\x03\x04" + os.urandom(1000))
hostile.append(("not_zip.pt", "damaged"))

with open(path("hostile.txt"), "w") as target:
    target.writelines(f"{name}\t{reason}\n" for name, reason in hostile)
