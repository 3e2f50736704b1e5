#!/usr/bin/env bash
# Kills the worker of a queued run with SIGKILL twenty times at random moments. Each time the runner must start it again from
# its last checkpoint, and the final loss curve must be, bit for bit, that of a run nobody disturbed.
# Usage: kill_worker.sh WARMSTART SOURCE BINARY
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export HOME=$here XDG_CACHE_HOME=$here/cache
exec /usr/bin/python3 - "$1" "$here" <<'PY'
import json
import os
import random
import signal
import subprocess
import sys
import time

WARMSTART, HERE = sys.argv[1:]
KILLS, STEPS = 20, 120
OPTIONS = ["--arm", "masked", "--seed", "4", "--set", f"stages.masked.budget.steps={STEPS // 2}",
           "--set", f"stages.target.budget.steps={STEPS // 2}", "--set", "trainer.checkpoint_every=5",
           "--set", "data.test.n=2", "--set", "data.unlabelled.n=8", "--set", "model.widths=[4, 8, 8]"]


def call(*arguments):
    return subprocess.run([WARMSTART, *arguments, "--workspace", HERE + "/workspace"], check=True, capture_output=True, text=True).stdout


def submit():
    return json.loads(call("submit", "medical/gynbtnet-multistage", *OPTIONS, "--restarts", "100", "--json"))["jobs"][0]


def losses(run):
    """The curve a reader sees: a resume takes back what was logged after its checkpoint."""
    curve = {}
    with open(f"{HERE}/workspace/runs/{run}/events.jsonl", encoding="utf-8") as lines:
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                continue  # the line that a kill tore
            if event["event"] in ("start", "resume"):
                curve = {s: v for s, v in curve.items() if s <= event.get("global_step", -1)}
            elif event["event"] == "step":
                curve[event["global_step"]] = event["scalars"]["loss"]
    return [curve[s] for s in sorted(curve)]


def workers(run):
    found = subprocess.run(["pgrep", "-f", f"warmstart-worker work .*{run}"], capture_output=True, text=True).stdout.split()
    return [int(pid) for pid in found]


calm = submit()
subprocess.run([WARMSTART, "serve", "--until-idle", "--workspace", HERE + "/workspace"], check=True, stdout=subprocess.DEVNULL)
expected = losses(calm["run"])
assert len(expected) == STEPS, len(expected)

wild = submit()
runner = subprocess.Popen([WARMSTART, "serve", "--until-idle", "--workspace", HERE + "/workspace"], stdout=subprocess.DEVNULL)
rng = random.Random(1)
kills, at = 0, 0
while runner.poll() is None:
    pids = workers(wild["run"])
    seen = len(losses(wild["run"])) if os.path.exists(f"{HERE}/workspace/runs/{wild['run']}/events.jsonl") else 0
    # Early kills come at any moment of a worker's life, its start included; progress is let through between them.
    if pids and kills < KILLS and (rng.random() < 0.1 or seen >= at + 5):
        os.kill(rng.choice(pids), signal.SIGKILL)
        kills, at = kills + 1, seen
    time.sleep(rng.uniform(0.02, 0.2))
job = next(j for j in json.loads(call("queue", "--all", "--json"))["jobs"] if j["run"] == wild["run"])
print(f"{kills} kills, {job['restarts']} restarts, state {job['state']}")
assert job["state"] == "done", job
assert kills >= KILLS and job["restarts"] == kills, (kills, job)
assert losses(wild["run"]) == expected, "the loss curve differs from the undisturbed one"
PY
