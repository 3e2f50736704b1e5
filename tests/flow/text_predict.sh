#!/usr/bin/env bash
# Write on with a language model and an encoder-decoder, classify, label and tag new texts, and read what was written.
# Usage: text_predict.sh WARMSTART SOURCE BINARY
set -euo pipefail
warmstart=$1 source=$2
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export HOME=$here XDG_CACHE_HOME=$here/cache
ws=(--workspace "$here/workspace")

train() {  # RECIPE ARM [OPTION...] -> id of the run
  local recipe=$1 arm=$2
  shift 2
  "$warmstart" run "$recipe" --arm "$arm" --seed 0 --smoke "${ws[@]}" "$@" > "$here/log.txt" 2>&1 || { cat "$here/log.txt" >&2; exit 1; }
  "$warmstart" runs --json "${ws[@]}" | /usr/bin/python3 -c '
import json, sys
runs = json.load(sys.stdin)
runs = runs.get("runs", runs) if isinstance(runs, dict) else runs
print(next(r["run"] for r in runs if sys.argv[1] in r["run"]))' "$(basename "$recipe" | tr - _)"
}

writer=$(train text/gpt-shakespeare gpt2)
printf 'First Citizen:\n\nSpeak, ' > "$here/prompts.txt"
"$warmstart" predict "$writer" "$here/prompts.txt" --out "$here/written" --tokens 12 --temperature 0.8 --top-k 20 --seed 3 "${ws[@]}"
"$warmstart" predict "$writer" "$here/prompts.txt" --out "$here/again" --tokens 12 --temperature 0.8 --top-k 20 --seed 3 "${ws[@]}"
cmp "$here/written/generated.jsonl" "$here/again/generated.jsonl"
/usr/bin/python3 - "$here/written/generated.jsonl" <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert [line["prompt"] for line in lines] == ["First Citizen:", "Speak, "], lines
assert all(0 < len(line["text"]) <= 12 for line in lines), lines
PY

filler=$(train text/ul2 mixture)
echo '[S2S]Speak, <extra_0>' > "$here/holes.txt"
"$warmstart" predict "$filler" "$here/holes.txt" --out "$here/filled" --tokens 5 --temperature 0 "${ws[@]}"
grep -q '"prompt":"\[S2S\]Speak, <extra_0>"' "$here/filled/generated.jsonl"
"$warmstart" export "$filler" --format onnx --out "$here/filler.onnx" "${ws[@]}"
grep -q "(source, target) token" "$here/filler.onnx.md"

classifier=$(train text/bert-classifier scratch --data "$source/tests/smoke/data/bert-classifier")
printf 'a warm film .\na dull, grey film .\n' > "$here/texts.txt"
"$warmstart" predict "$classifier" "$here/texts.txt" --out "$here/classes" "${ws[@]}"
if "$warmstart" predict "$classifier" "$here/texts.txt" --out "$here/classes" --top-k 3 "${ws[@]}" 2> "$here/refused"; then exit 1; fi
grep -q "error: the run's model writes no text; --top-k; leave the option out" "$here/refused"
"$warmstart" export "$classifier" --format onnx --out "$here/classifier.onnx" "${ws[@]}"
grep -q "batch token" "$here/classifier.onnx.md"

labeller=$(train text/legalturk-masking scratch --data "$source/tests/smoke/data/legalturk-masking")
"$warmstart" predict "$labeller" "$here/texts.txt" --out "$here/labels" "${ws[@]}"
/usr/bin/python3 - "$here" <<'PY'
import csv, json, sys
for folder, names in (("classes", {"0", "1"}), ("labels", {"DATE", "GPE", "PERSON"})):
    rows = list(csv.DictReader(open(f"{sys.argv[1]}/{folder}/predictions.csv")))
    lines = [json.loads(line) for line in open(f"{sys.argv[1]}/{folder}/predictions.jsonl")]
    assert [row["text"] for row in rows] == ["a warm film .", "a dull, grey film ."], rows
    assert all(set(line["probabilities"]) == names for line in lines), lines
PY

tagger=$(train text/entity-tagger scratch --data "$source/tests/smoke/data/entity-tagger")
printf 'Deniz (Ankara) geldi.\n' > "$here/sentence.txt"
"$warmstart" predict "$tagger" "$here/sentence.txt" --out "$here/tags" "${ws[@]}"
[[ $(cut -f1 "$here/tags/sentence.conll" | paste -sd ' ') == "Deniz ( Ankara ) geldi . " ]]
echo "flow complete"
