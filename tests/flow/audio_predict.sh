#!/usr/bin/env bash
# Separate a sound file, tag sound files, export both models, and read what was written with other programs.
# Usage: audio_predict.sh WARMSTART SOURCE BINARY
set -euo pipefail
warmstart=$1 source=$2
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export HOME=$here XDG_CACHE_HOME=$here/cache
ws=(--workspace "$here/workspace")

train() {  # RECIPE ARM -> id of the run
  "$warmstart" run "audio/$1" --arm "$2" --smoke --data "$source/tests/smoke/data/$1" "${ws[@]}" > "$here/log.txt" 2>&1 ||
    { cat "$here/log.txt" >&2; exit 1; }
  "$warmstart" runs --json "${ws[@]}" | /usr/bin/python3 -c '
import json, sys
runs = json.load(sys.stdin)
runs = runs.get("runs", runs) if isinstance(runs, dict) else runs
print(next(r["run"] for r in runs if sys.argv[1] in r["run"]))' "${1//-/_}"
}

separator=$(train ibm-voice-separation scratch)
mixture=$(find "$source/tests/smoke/data/ibm-voice-separation" -name '*.wav' | sort | head -1)
"$warmstart" predict "$separator" "$mixture" --out "$here/separated" "${ws[@]}"
/usr/bin/python3 - "$here/separated" <<'PY'
import glob, sys, wave
files = sorted(glob.glob(sys.argv[1] + "/*.wav"))
assert [f.rsplit("_", 1)[1] for f in files] == ["song.wav", "voice.wav"], files
lengths = {wave.open(f).getnframes() for f in files}
assert len(lengths) == 1 and lengths.pop() > 1000, lengths
PY
"$warmstart" captures "$separator" "${ws[@]}" | grep -q audio.spectrogram

tagger=$(train spoken-digits supervised)
mapfile -t digits < <(find "$source/tests/smoke/data/spoken-digits" -name '*.wav' | sort | head -3)
"$warmstart" predict "$tagger" "${digits[@]}" --out "$here/tags" "${ws[@]}"
/usr/bin/python3 - "$here/tags" <<'PY'
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1] + "/predictions.csv")))
lines = [json.loads(line) for line in open(sys.argv[1] + "/predictions.jsonl")]
assert len(rows) == len(lines) == 3
for row, line in zip(rows, lines):
    assert row["label"] == line["label"] and abs(sum(line["probabilities"].values()) - 1) < 1e-5
PY

for run in "$separator" "$tagger"; do
  "$warmstart" export "$run" --format onnx --out "$here/$run.onnx" "${ws[@]}"
  grep -q "outside the graph" "$here/$run.onnx.md"
done
grep -q "sigmoid gives the mask" "$here/$separator.onnx.md"
echo "flow complete"
