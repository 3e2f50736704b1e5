#!/usr/bin/env bash
# A finished job is given more steps: the real queue and the real worker take the run up where it ended, in its last stage.
# Usage: extend_finished.sh WARMSTART SOURCE BINARY
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export HOME=$here XDG_CACHE_HOME=$here/cache
exec /usr/bin/python3 - "$1" "$here" <<'PY'
import json
import subprocess
import sys

WARMSTART, HERE = sys.argv[1:]
OPTIONS = ["--arm", "masked", "--seed", "4", "--set", "stages.masked.budget.steps=6", "--set", "stages.target.budget.steps=8",
           "--set", "data.test.n=2", "--set", "data.unlabelled.n=8", "--set", "model.widths=[4, 8, 8]"]


def call(*arguments):
    return subprocess.run([WARMSTART, *arguments, "--workspace", HERE + "/workspace"], check=True, capture_output=True, text=True).stdout


def events(run):
    with open(f"{HERE}/workspace/runs/{run}/events.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


job = json.loads(call("submit", "medical/gynbtnet-multistage", *OPTIONS, "--json"))["jobs"][0]
call("serve", "--until-idle")
before = events(job["run"])
assert before[-1]["event"] == "done", before[-1]
call("extend", job["run"], "5")
call("serve", "--until-idle")
after = events(job["run"])[len(before):]
resume, = [e for e in after if e["event"] == "resume"]
assert resume["stage"] == "target" and resume["global_step"] == 14 and resume["total_steps"] == 19, resume
assert [e["global_step"] for e in after if e["event"] == "step"] == [15, 16, 17, 18, 19]
assert [e["on"] for e in after if e["event"] == "measure"] and after[-1]["event"] == "done", after[-1]
known = next(j for j in json.loads(call("queue", "--all", "--json"))["jobs"] if j["run"] == job["run"])
assert known["state"] == "done" and known["step"] == 19 and known["total_steps"] == 19, known
record = json.loads(call("show", job["run"], "--json"))
assert record["state"] == "done" and record["step"] == 19, record
PY
