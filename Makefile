# Everything happens in .venv, made from requirements/dev.txt; nothing is installed elsewhere.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= auto
UV := $(shell command -v uv 2>/dev/null)

# `make oracle /some/dir` and `make oracle DIR=/some/dir` are the same.
ifeq (oracle,$(firstword $(MAKECMDGOALS)))
  DIR ?= $(word 2,$(MAKECMDGOALS))
  $(eval .PHONY: $(wordlist 2,9,$(MAKECMDGOALS)))
  $(foreach goal,$(wordlist 2,9,$(MAKECMDGOALS)),$(eval $(goal): ; @:))
endif

.PHONY: demo demo-ncb sandbox bench-ncb test check format lock oracle bench-scoring test-serve test-retrieval test-vllm bench-vllm bench-api bench-api-memory bench-retrieval bench-v2-memory bench-json-rows bench-leaderboard axe screenshots clean

demo: $(VENV)/.ready  ## the first number: LongBench's tasks on the sample data that comes along
	$(BIN)/bench run longbench --model lexical --data sample

sandbox: $(VENV)/.ready  ## the image in which code is run, and proof that its limits hold here: needs a Docker daemon
	$(BIN)/bench sandbox build
	$(BIN)/bench sandbox check

demo-ncb: $(VENV)/.ready  ## NaturalCodeBench's own solutions on the sample data: needs the image
	$(BIN)/bench run ncb --model reference --data sample

test: $(VENV)/.ready  ## the whole suite; says what it left out
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadgroup

check: $(VENV)/.ready  ## style, types and layers
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

oracle: $(VENV)/.ready  ## rebuild the test vectors: make oracle DIR [REPO=path or git address] [NCB_REPO=...]
	@test -n "$(DIR)" || { echo "usage: make oracle DIR [REPO=PATH]"; exit 2; }
	$(BIN)/python scripts/make_oracle.py "$(DIR)" $(if $(REPO),--repo "$(REPO)") $(if $(NCB_REPO),--ncb-repo "$(NCB_REPO)")

bench-scoring: $(VENV)/.ready  ## against the official eval.py: make bench-scoring OFFICIAL=... ORACLE=... PREDICTIONS=...
	$(BIN)/python benches/scoring_speed.py --official "$(OFFICIAL)" --oracle "$(ORACLE)" "$(PREDICTIONS)"

bench-ncb: $(VENV)/.ready  ## against the authors' evaluator: make bench-ncb OFFICIAL=checkout ENV=their interpreter
	$(BIN)/python benches/ncb_speed.py --official "$(OFFICIAL)" --python "$(ENV)"

test-serve: $(VENV)/.ready  ## a real local server of a tiny random model, answered through openai/...
	scripts/test_serve.sh

test-retrieval:  ## retrieval by a real sentence-transformers model with random weights
	scripts/test_retrieval.sh

bench-retrieval: $(VENV)/.ready  ## the best chunks of real documents: make bench-retrieval DATA=questions.jsonl
	$(BIN)/python benches/retrieval_speed.py "$(DATA)"

test-vllm:  ## real vLLM on a CPU: three engines compared, two runs to the end; VLLM_VENV=path uses one that is there
	scripts/test_vllm.sh

bench-v2-memory: $(VENV)/.ready  ## memory of LongBench v2 with contexts of 12 MB
	$(BIN)/python benches/v2_memory.py

bench-json-rows: $(VENV)/.ready  ## reading a large data.json row by row beside json.load
	$(BIN)/python benches/json_rows.py

bench-leaderboard: $(VENV)/.ready  ## 20 runs on one page: make bench-leaderboard [PREDICTIONS=folder of LongBench predictions]
	$(BIN)/python benches/leaderboard_speed.py $(PREDICTIONS)

axe: $(VENV)/.ready  ## axe-core from npm, for the browser tests: needs npm
	scripts/axe_core.sh "$(VENV)/axe"

screenshots: $(VENV)/.ready  ## the pictures in docs/images: make screenshots [RUNS="run folders"]; needs Chromium
	$(BIN)/python scripts/screenshots.py $(RUNS)

bench-vllm:  ## the prefix cache by order of prompts: make bench-vllm MODEL=folder [VLLM_VENV=path]
	$(or $(VLLM_VENV),.venv-vllm)/bin/python benches/vllm_order.py "$(MODEL)"

bench-api: $(VENV)/.ready  ## the client against stand-in servers: throughput beside the ideal and beside the bare library
	$(BIN)/python benches/api_throughput.py

bench-api-memory: $(VENV)/.ready  ## memory with 2,000 prompts of 500 kB each
	$(BIN)/python benches/api_memory.py

lock:  ## pin what the tests run with; needs uv
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" -q -o requirements/dev.txt

$(VENV)/.ready: pyproject.toml requirements/dev.txt
ifdef UV
	uv venv -q --clear --python $(PYTHON) $(VENV)
	uv pip install -q --compile-bytecode --python $(BIN)/python -r requirements/dev.txt
	uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
