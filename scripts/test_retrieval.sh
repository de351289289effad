#!/usr/bin/env bash
# Retrieval by a real sentence-transformers model, made here with random weights: what is tested is that it is loaded and
# asked, that a result names it, and that nothing is embedded twice. Its choice of chunks is near to noise.
#
#   make test-retrieval                       builds .venv-retrieval first (about 2 GB; a CPU build of torch is enough)
#   RETRIEVAL_VENV=/path make test-retrieval  uses an environment with sentence-transformers 6 and this package's own needs
set -euo pipefail
cd "$(dirname "$0")/.."

venv="${RETRIEVAL_VENV:-.venv-retrieval}"
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check "${TORCH:-torch==2.13.0}"
    "$venv/bin/pip" install -q --disable-pip-version-check sentence-transformers==6.2.0 "setuptools>=77"
    "$venv/bin/pip" install -q --disable-pip-version-check --no-build-isolation -e .
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export BENCH_HOME="$work/home" HF_HUB_OFFLINE=1 PYTHONPATH=src
"$venv/bin/python" scripts/tiny_model.py "$work/tiny"
"$venv/bin/python" scripts/tiny_embedder.py "$work/tiny" "$work/embedder"

for turn in first second; do
    "$venv/bin/python" -m bench run longbench --model lexical --data sample --tasks hotpotqa,multifieldqa_zh \
        --compress retrieval --retriever "st/$work/embedder" --chunk 50 --out "$work/$turn" --json >"$work/$turn.json"
    sha256sum <"$work/home/embeddings/vectors.sqlite" >"$work/$turn.sum"
done

"$venv/bin/python" - "$work" <<'CHECK'
import json
import sys
from pathlib import Path

work = Path(sys.argv[1])
first, second = (json.loads((work / f"{turn}.json").read_text()) for turn in ("first", "second"))
assert first["setting"] == "retrieval-st-embedder-50x30", first["setting"]
assert first["tasks"] == second["tasks"]
assert (work / "first.sum").read_text() == (work / "second.sum").read_text(), "something was embedded twice"
embeddings = first["spec"]["generation"]["data"]["compress"]["embeddings"]
assert embeddings["files"] and str(work) not in json.dumps(embeddings), embeddings
print("passed")
CHECK
