#!/usr/bin/env python3
"""Sets a U-Net training step of ours against the same network, batch and update in PyTorch.

Usage: unet_step.py PROGRAM [THREADS]      PROGRAM: the built unet_step_bench
Prints milliseconds a step of both and their ratio (1.00 or less = ours is as fast). The two are measured in turn, three
times, and the fastest of each counts: on a busy machine the minimum is what compares.
"""
import json
import os
import subprocess
import sys
import time

os.environ["OMP_WAIT_POLICY"] = "passive"
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "reference"))

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch_networks import UNet  # noqa: E402

ROUNDS = 3
STEPS = 8


def dice(logits, label):
    p = logits.softmax(1)
    g = torch.zeros_like(p).scatter_(1, label[:, None], 1.0)
    axes = (2, 3, 4)
    ratio = (2 * (p * g).sum(axes) + 1e-5) / (p.sum(axes) + g.sum(axes) + 1e-5)
    return 1 - ratio[:, 1:].mean()


def theirs(edge, width):
    settings = {"dims": 3, "in_channels": 1, "classes": 3, "widths": [width, 2 * width, 4 * width], "blocks": 1,
                "residual": True, "norm": "instance", "deep_supervision": False}
    net = UNet(settings)
    optimizer = torch.optim.SGD(net.parameters(), 0.01, 0.99, nesterov=True, weight_decay=3e-5)
    x, y = torch.randn(2, 1, edge, edge, edge), torch.randint(3, (2, edge, edge, edge))
    best = float("inf")
    for _ in range(STEPS):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        logits = net(x)["logits"]
        loss = dice(logits, y) + F.cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss.item()
        best = min(best, time.perf_counter() - start)
    return best * 1e3


def ours(program, edge, width, threads):
    command = [program, "--benchmark_filter=supervised_step/%d/%d/" % (edge, width), "--benchmark_format=json",
               "--benchmark_min_time=0.05", "--benchmark_repetitions=%d" % STEPS]
    environment = dict(os.environ, WARMSTART_THREADS=str(threads))
    runs = json.loads(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)["benchmarks"]
    return min(run["real_time"] for run in runs if run["run_type"] == "iteration")


def main():
    program = sys.argv[1]
    threads = int(sys.argv[2]) if len(sys.argv) > 2 else torch.get_num_threads()
    torch.set_num_threads(threads)
    for edge, width in ((32, 8), (32, 16)):
        mine, other = float("inf"), float("inf")
        for _ in range(ROUNDS):
            other = min(other, theirs(edge, width))
            mine = min(mine, ours(program, edge, width, threads))
        print("2x1x%d^3 width %d, %d thread(s): ours %.1f ms, PyTorch %.1f ms, ratio %.2f"
              % (edge, width, threads, mine, other, mine / other))


if __name__ == "__main__":
    main()
