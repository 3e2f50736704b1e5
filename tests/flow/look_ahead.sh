#!/usr/bin/env bash
# What one can know before anything is queued: problems with their places, the cost, the data. Nothing of it may touch the
# workspace. Usage: look_ahead.sh WARMSTART SOURCE BINARY
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export HOME=$here XDG_CACHE_HOME=$here/cache TMPDIR=$here/tmp
mkdir "$here/tmp"
exec /usr/bin/python3 - "$1" "$2" "$here" <<'PY'
import json
import os
import struct
import subprocess
import sys

WARMSTART, SOURCE, HERE = sys.argv[1:]
RECIPE = "medical/gynbtnet-multistage"
FILE = f"{SOURCE}/resources/recipes/{RECIPE}.yaml"


def call(*arguments, text=None, code=0):
    done = subprocess.run([WARMSTART, *arguments], input=text, capture_output=True, text=True)
    assert done.returncode == code, (arguments, done)
    return done.stdout, done.stderr


def answer(*arguments, **how):
    return json.loads(call(*arguments, "--json", **how)[0])


good = open(FILE, encoding="utf-8").read()

# An editor's text, not saved: valid, then with two mistakes whose places are known.
assert answer("validate", "-", "--as", FILE, text=good) == {"valid": True, "recipe": RECIPE, "problems": []}
bad = good.replace("budget:", "bugdet:", 1) + "\nfoo: 1\n"
line = 1 + bad[: bad.index("bugdet:")].count("\n")
for command in ("validate", "resolve"):
    found = answer(command, "-", "--as", FILE, text=bad, code=2)
    assert found["valid"] is False
    typo = [p for p in found["problems"] if p["line"] == line]
    assert any("budget" in p["hint"] for p in typo), found
    last = found["problems"][-1]
    assert last["key"] == "foo" and last["line"] == bad.count("\n") and last["column"] == 1, last
    assert all(set(p) == {"key", "line", "column", "found", "allowed", "hint", "text"} for p in found["problems"])
broken = answer("validate", "-", text="a: [1, 2\n", code=2)["problems"]
assert broken[0]["line"] == 2 and "not valid YAML" in broken[0]["text"], broken
assert answer("validate", "nothing/here", code=2)["problems"][0]["line"] == 0
assert "--as goes with" in call("validate", RECIPE, "--as", FILE, code=2)[1]
assert "cannot be queued" in call("submit", "-", text=good, code=2)[1]
resolved = answer("resolve", "-", "--as", FILE, text=good)
assert resolved["recipe"] == RECIPE and resolved["text"].startswith("warmstart:"), resolved

# The cost.
cost = answer("dryrun", RECIPE, "--arm", "multistage", "--workspace", HERE + "/workspace")
arm, = cost["arms"]
assert [s["stage"] for s in arm["stages"]] == ["masked", "organs", "target"], arm
assert cost["seeds"] == 3 and cost["total"]["runs"] == 3 and cost["total"]["seconds"] > 0
for stage in arm["stages"]:
    assert stage["macs"] == sum(layer["macs"] for layer in stage["layers"]) > 1e6
    assert 0 < stage["parameters"]["trainable"] <= stage["parameters"]["total"]
text, said = call("dryrun", RECIPE, "--arm", "scratch", "--seed", "1", "--workspace", HERE + "/workspace")
assert "1 runs on cpu" in text and "MACs/sample" in text and "trying arm scratch" in said, (text, said)
assert "did you mean" in call("dryrun", RECIPE, "--arm", "scrach", code=2)[1]

# The data: read as any safetensors library reads it.
out = HERE + "/preview.safetensors"
header = answer("preview", RECIPE, "--entry", "test", "--samples", "2", "--first", "1", "--out", out)
with open(out, "rb") as file:
    size, = struct.unpack("<Q", file.read(8))
    arrays = json.loads(file.read(size))
stored = json.loads(arrays.pop("__metadata__")["capture"])
assert stored["kind"] == "preview" and stored["samples"] == header["samples"] and len(stored["samples"]) == 2, stored
assert {f"{when}.{name}.{i}" for when in ("before", "after") for name in stored[when] for i in (0, 1)} == set(arrays), arrays
assert arrays["after.image.0"]["dtype"] == "F32" and len(arrays["after.image.0"]["shape"]) == 4
assert "no data entry" in call("preview", RECIPE, "--entry", "nothing", "--out", out, code=2)[1]

# What a stage would take of a stranger's weights, before there is any run.
weights = HERE + "/tmp/w.safetensors"
table = json.dumps({name: {"dtype": "F32", "shape": [8], "data_offsets": [32 * i, 32 * i + 32]}
                    for i, name in enumerate(["encoder.level0.block0.norm1.weight", "encoder.stranger"])})
with open(weights, "wb") as file:
    file.write(struct.pack("<Q", len(table)) + table.encode() + struct.pack("<16f", *[1] * 16))
taken = answer("import", weights, "--recipe", "-", "--as", FILE, "--stage", "organs", text=good)["report"]
assert taken["matched"] == ["encoder.level0.block0.norm1.weight"] and taken["unexpected"] == ["encoder.stranger"], taken
assert "go together" in call("import", weights, "--recipe", RECIPE, code=2)[1]
assert "only reports" in call("import", weights, "--recipe", RECIPE, "--stage", "organs", "--out", out, code=2)[1]
assert "did you mean" in call("import", weights, "--recipe", RECIPE, "--stage", "organ", code=2)[1]
os.remove(weights)

# A plugin that does not load is listed with the reason; the rest is there.
plugin = HERE + "/tmp/plugins/odd"
os.makedirs(plugin, mode=0o700)
os.chmod(os.path.dirname(plugin), 0o700)
with open(plugin + "/plugin.json", "w", encoding="utf-8") as file:
    json.dump({"name": "odd", "version": "1", "abi": "1", "summary": "s", "library": "lib.so"}, file)
os.environ["WARMSTART_PLUGIN_PATH"] = os.path.dirname(plugin)
failed = [c for c in answer("components") if c["kind"] == "failed_plugin"]
assert [c["name"] for c in failed] == ["odd"] and "library is missing" in failed[0]["summary"], failed
del os.environ["WARMSTART_PLUGIN_PATH"]
os.remove(plugin + "/plugin.json")
os.rmdir(plugin)
os.rmdir(os.path.dirname(plugin))

# The reference: a page for each kind that `components` knows, the trainer's settings among them.
everything = answer("components")
pages = answer("reference", "--out", HERE + "/reference")["files"]
assert {os.path.basename(p) for p in pages} == {c["kind"] + ".md" for c in everything} | {"index.md"}, pages
for component in everything:
    page = open(f"{HERE}/reference/{component['kind']}.md", encoding="utf-8").read()
    section = page[page.index(f"## {component['name']}\n"):]
    assert all(f"| `{field['name']}` |" in section for field in component["fields"]), component["name"]
assert [c["name"] for c in answer("components", "--kind", "settings")] == ["trainer"]

# A library of ONNX Runtime's name that is none is told with its place; switched off, or where there is none, all is well.
os.mkdir(HERE + "/tmp/lib")
with open(HERE + "/tmp/lib/libonnxruntime.so.1", "w", encoding="utf-8") as file:
    file.write("no library")
os.environ["LD_LIBRARY_PATH"] = HERE + "/tmp/lib"
seen = json.loads(subprocess.run([WARMSTART, "doctor", "--json"], capture_output=True, text=True).stdout)
assert any(w.startswith(f"ONNX Runtime: {HERE}/tmp/lib/libonnxruntime.so.1") for w in seen["warnings"]), seen
os.environ["WARMSTART_ONNXRUNTIME"] = "none"
seen = json.loads(subprocess.run([WARMSTART, "doctor", "--json"], capture_output=True, text=True).stdout)
assert "switched off" in seen["onnx_runtime"] and not any("ONNX" in w for w in seen["warnings"]), seen
os.remove(HERE + "/tmp/lib/libonnxruntime.so.1")
os.rmdir(HERE + "/tmp/lib")

left = [name for name in os.listdir(HERE) if name not in ("tmp", "cache", "preview.safetensors", "reference")]
assert not left and not os.listdir(HERE + "/tmp"), (left, os.listdir(HERE + "/tmp"))
PY
