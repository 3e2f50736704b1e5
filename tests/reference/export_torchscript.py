"""Runs exported TorchScript files with python3-torch and compares with stored outputs: export_torchscript.py FOLDER.

FOLDER/cases.json as for export_onnx.mjs; the files are <model>.pt.
"""
import json
import os
import sys

import numpy
import torch

folder = sys.argv[1]
torch.set_num_threads(1)
failures = 0
with open(os.path.join(folder, "cases.json")) as source:
    cases = json.load(source)
for case in cases:
    extra = {"metadata.json": ""}
    module = torch.jit.load(os.path.join(folder, case["model"] + ".pt"), _extra_files=extra)
    metadata = json.loads(extra["metadata.json"])

    def floats(kind):
        data = numpy.fromfile(os.path.join(folder, case[kind]), dtype="<f4").reshape(case[kind + "_shape"])
        return torch.from_numpy(data)

    with torch.no_grad():
        output = module(floats("input"))
    expected = floats("output")
    same = output.shape == expected.shape
    largest = (output - expected).abs().max().item() if same else float("inf")
    holds = largest <= 1e-4 * max(1.0, expected.abs().max().item()) and metadata["model"] == case["model"]
    print("ok  " if holds else "FAIL", case["model"], "batch", case["input_shape"][0], f"largest difference {largest:.2e}")
    failures += not holds
sys.exit(1 if failures else 0)
