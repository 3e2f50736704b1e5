"""Measures what the training loop costs around the network, on the real program.

Usage: training.py WARMSTART HIPPOCAMPUS_DIR

Prints: seconds from process start to the first finished step (small recipe); step time with statistics and captures at their
default interval against without, in alternation; the share of time the trainer waits for the loader on the hippocampus set; the
peak resident memory of the worker.
"""
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

WARMSTART, DATA = sys.argv[1:3]
ENVIRONMENT = dict(os.environ, OMP_WAIT_POLICY="passive")


def run(recipe, *options):
    """Runs one arm; returns (start time, step events)."""
    with tempfile.TemporaryDirectory() as workspace:
        start = time.time()
        command = [WARMSTART, "run", recipe, "--workspace", workspace, "--json", *options]
        out = subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout
        folder = json.loads(out)["runs"][0]["folder"]
        with open(os.path.join(folder, "events.jsonl"), encoding="utf-8") as events:
            steps = [e for e in map(json.loads, events) if e["event"] == "step"]
    return start, steps


def mean_step(steps):
    times = [e["time"] for e in steps]
    return (times[-1] - times[10]) / (len(times) - 11)


def main():
    small = ["medical/gynbtnet-multistage", "--arm", "scratch", "--seed", "0", "--set", "data.test.n=1"]
    firsts = []
    for _ in range(5):
        start, steps = run(*small, "--set", "stages.target.budget.steps=2")
        firsts.append(steps[0]["time"] - start)
    print(f"process start to first finished step: median {statistics.median(firsts):.2f} s of {sorted(round(f, 2) for f in firsts)}")

    base = ["medical/hippocampus", "--arm", "supervised", "--seed", "0", "--data", DATA,
            "--set", "stages.finetune.budget.steps=111", "--set", "data.test.limit=1"]
    bare = ["--set", "trainer.statistics_every=0", "--set", "capture.0.every=100000", "--set", "trainer.checkpoint_every=100000"]
    ratios, waits = [], []
    for _ in range(3):
        plain = mean_step(run(*base, *bare)[1])
        _, steps = run(*base, "--set", "capture.0.every=50")
        full = mean_step(steps)
        waits.append(statistics.mean(e["scalars"]["loader_wait_share"] for e in steps[10:]))
        ratios.append(full / plain)
        print(f"hippocampus step: bare {plain * 1e3:.1f} ms, with statistics, captures and checkpoints {full * 1e3:.1f} ms, "
              f"ratio {ratios[-1]:.3f}, loader wait {100 * waits[-1]:.2f} %")
    print(f"median ratio {statistics.median(ratios):.3f}; median loader wait {100 * statistics.median(waits):.2f} %; "
          f"peak resident memory {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")


main()
