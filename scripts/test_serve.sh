#!/usr/bin/env bash
# A real OpenAI-compatible server on this machine: transformers serve with a tiny random model, asked through openai/... on
# the sample data. Its answers are noise; what is tested is the protocol, from the first request to the table.
#
#   make test-serve                    builds .venv-serve (a CPU build of torch is enough; about 2 GB)
#   SERVE_VENV=/path make test-serve   uses an environment that has transformers[serving] already
#   LIMIT=1 make test-serve            the first sample of each task alone
#   DATA=folder make test-serve        with your own multifieldqa_zh and multi_news, the two compressed runs alone; PROMPTS
#                                      names the prompt texts where they are not beside them
set -euo pipefail
cd "$(dirname "$0")/.."

venv="${SERVE_VENV:-.venv-serve}"
if [ ! -x "$venv/bin/transformers" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q "${TORCH:-torch==2.13.0}"
    "$venv/bin/pip" install -q "transformers[serving]==5.23.0" accelerate==1.15.0
fi

bin=$(realpath -s "$venv")/bin
work=$(mktemp -d)
port=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$bin/python" scripts/tiny_model.py "$work/tiny"

(cd "$work" && HF_HUB_OFFLINE=1 exec "$bin/transformers" serve tiny \
    --host 127.0.0.1 --port "$port" --device cpu) >"$work/server.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT

for _ in $(seq 120); do
    if .venv/bin/python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/health')" 2>/dev/null; then break; fi
    if ! kill -0 $server 2>/dev/null; then cat "$work/server.log"; exit 1; fi
    sleep 1
done

ask() {  # tasks that must be there, then options of `bench run`
    .venv/bin/bench run longbench --model openai/tiny --base-url "http://127.0.0.1:$port/v1" --concurrency 4 \
        --tokenizer "$work/tiny" --data "${DATA:-sample}" ${PROMPTS:+--prompts "$PROMPTS"} ${LIMIT:+--limit "$LIMIT"} \
        --out "$work/runs" --json "${@:2}" >"$work/result.json"
    .venv/bin/python - "$work/result.json" "$1" <<'CHECK'
import json
import sys

result = json.load(open(sys.argv[1]))
asked = sum(task["n"] for task in result["tasks"].values())
assert result["failures"] == {}, result["failures"]
assert len(result["tasks"]) == int(sys.argv[2]), list(result["tasks"])
assert result["tokens"]["input"] and result["tokens"]["output"], result["tokens"]
print(f"{result['setting']}: {asked} samples answered in {result['seconds']:.0f} s, {result['tokens']}, notes: {result['notes']}")
CHECK
}

if [ -z "${DATA:-}" ]; then ask 21; fi
ask 1 --tasks multifieldqa_zh --compress retrieval
ask 1 --tasks multi_news --compress summary --chunk 200
echo "passed"
