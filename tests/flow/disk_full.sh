#!/usr/bin/env bash
# A run on a disk that fills up while it writes checkpoints: one clear error, nothing lost, and after space is freed the run goes on
# to the very losses of an undisturbed one. Needs the right to mount a small tmpfs; skipped (77) without it.
# Usage: disk_full.sh WARMSTART SOURCE BINARY
set -euo pipefail
warmstart=$1
here=$(mktemp -d)
mkdir "$here/small"
cleanup() { umount "$here/small" 2>/dev/null || true; rm -rf "$here"; }
trap cleanup EXIT
mount -t tmpfs -o size=6m tmpfs "$here/small" 2>/dev/null || { echo "skipped: cannot mount a tmpfs here"; exit 77; }
export HOME=$here XDG_CACHE_HOME=$here/cache
options=(medical/gynbtnet-multistage --arm scratch --seed 4 --threads 1 --set stages.target.budget.steps=12
  --set trainer.checkpoint_every=3 --set data.test.n=2 --set trainer.statistics_every=0 --set capture.0.every=1000)

"$warmstart" run "${options[@]}" --workspace "$here/calm" >/dev/null 2>&1
dd if=/dev/zero of="$here/small/ballast" bs=1k count=4800 status=none
code=0
"$warmstart" run "${options[@]}" --workspace "$here/small/ws" >"$here/out.txt" 2>"$here/err.txt" || code=$?
grep '^error:' "$here/err.txt"
[[ $code == 4 ]] || { echo "exit code $code, expected 4"; cat "$here/err.txt"; exit 1; }
grep -q 'disk full' "$here/err.txt"
rm "$here/small/ballast"
run=$(ls "$here/small/ws/runs")
"$(dirname "$warmstart")/warmstart-worker" work "$here/small/ws/runs/$run" --threads 1
/usr/bin/python3 - "$here" <<'PY'
import glob, json, sys

def losses(pattern):
    curve = {}
    for line in open(glob.glob(pattern)[0], encoding="utf-8"):
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if event["event"] in ("start", "resume"):
            curve = {s: v for s, v in curve.items() if s <= event.get("global_step", -1)}
        elif event["event"] == "step":
            curve[event["global_step"]] = event["scalars"]["loss"]
    return curve

calm, full = (losses(f"{sys.argv[1]}/{place}/runs/*/events.jsonl") for place in ("calm", "small/ws"))
assert len(calm) == 12 and calm == full, (calm, full)
PY
echo "went on after the disk was full"
