# Everything happens in .venv, made from requirements/dev.txt; nothing is installed elsewhere.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RAY := .venv-ray
WORKERS ?= auto
UV := $(shell command -v uv 2>/dev/null)

# `make oracle /some/dir` and `make oracle DIR=/some/dir` are the same.
ifeq (oracle,$(firstword $(MAKECMDGOALS)))
  DIR ?= $(word 2,$(MAKECMDGOALS))
  $(eval .PHONY: $(wordlist 2,9,$(MAKECMDGOALS)))
  $(foreach goal,$(wordlist 2,9,$(MAKECMDGOALS)),$(eval $(goal): ; @:))
endif

.PHONY: demo demo-ncb sandbox bench-ncb bench-build-tests test check format lock oracle bench-scoring bench-capacity test-serve test-retrieval test-cluster check-kuberay test-pods test-slurm bench-cluster test-vllm test-cluster-vllm bench-relays bench-vllm bench-api bench-api-memory bench-retrieval bench-v2-memory bench-json-rows bench-leaderboard axe screenshots clean

demo: $(VENV)/.ready  ## the first number: LongBench's tasks on the sample data that comes along
	$(BIN)/bench run longbench --model lexical --data sample

sandbox: $(VENV)/.ready  ## the image in which code is run, and proof that its limits hold here: needs a Docker daemon
	$(BIN)/bench sandbox build
	$(BIN)/bench sandbox check

demo-ncb: $(VENV)/.ready  ## NaturalCodeBench's own solutions on the sample data: needs the image
	$(BIN)/bench run ncb --model reference --data sample

test: $(VENV)/.ready  ## the whole suite; says what it left out
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadgroup --durations 20

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

bench-capacity: $(RAY)/.ready  ## what `bench capacity` foretells beside what is measured: make bench-capacity [DATA=problems] [PREDICTIONS=pred/model] [CHECKS=nodes]
	PYTHONPATH=src $(RAY)/bin/python benches/capacity.py $(if $(DATA),--data "$(DATA)") $(if $(CHECKS),--checks $(CHECKS)) $(if $(SEED),--seed $(SEED)) \
		$(if $(PREDICTIONS),--predictions "$(PREDICTIONS)")

bench-build-tests: $(VENV)/.ready  ## faults planted in real tests: make bench-build-tests DATA=folder [SEEDS="101 202 303"] [PROBLEMS=N] [WORKERS=N]
	$(BIN)/python benches/seeded_faults.py "$(DATA)" $(if $(SEEDS),--seeds $(SEEDS)) $(if $(PROBLEMS),--problems $(PROBLEMS)) \
		$(if $(filter-out auto,$(WORKERS)),--workers $(WORKERS)) $(if $(CACHE),--cache "$(CACHE)")

test-serve: $(VENV)/.ready  ## a real local server of a tiny random model, answered through openai/...
	scripts/test_serve.sh

test-cluster: $(RAY)/.ready  ## real Ray clusters whose nodes are killed: needs the image; FULL=1 takes all 280 real solutions
	BENCH_REQUIRE="ray,docker,$(BENCH_REQUIRE)" BENCH_CLUSTER_FULL=$(FULL) PYTHONPATH=src \
		$(RAY)/bin/python -m pytest tests/test_cluster*.py

test-slurm: $(RAY)/.ready  ## deploy/slurm on a real Slurm of two nodes on this machine: needs Debian's slurm-wlm and munge, and the image
	scripts/test_slurm.sh

test-pods: $(VENV)/.ready  ## deploy/kubernetes without Kubernetes: its pods as containers of this machine; needs the image
	scripts/test_pods.sh

check-kuberay: $(VENV)/.ready  ## deploy/kubernetes against KubeRay's own definition: make check-kuberay CRD=ray.io_rayjobs.yaml
	$(BIN)/python scripts/check_crd.py "$(CRD)" deploy/kubernetes/bench-job.yaml

bench-cluster: $(RAY)/.ready  ## a cluster of two nodes on this machine beside this machine alone: make bench-cluster DATA=ncb folder [JOBS=280]
	PYTHONPATH=src $(RAY)/bin/python benches/cluster_overhead.py "$(DATA)" $(if $(JOBS),--jobs $(JOBS)) \
		$(if $(ROUNDS),--rounds $(ROUNDS))

test-retrieval:  ## retrieval by a real sentence-transformers model with random weights
	scripts/test_retrieval.sh

bench-retrieval: $(VENV)/.ready  ## the best chunks of real documents: make bench-retrieval DATA=questions.jsonl
	$(BIN)/python benches/retrieval_speed.py "$(DATA)"

test-vllm:  ## real vLLM on a CPU: three engines compared, two runs to the end; VLLM_VENV=path uses one that is there
	scripts/test_vllm.sh

test-cluster-vllm:  ## two real vLLM servers on a Ray cluster on this machine; VLLM_VENV=path uses an environment with both
	scripts/test_cluster_vllm.sh

bench-relays: $(VENV)/.ready  ## what the ports before a cluster's servers cost
	$(BIN)/python benches/relay_speed.py

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
	uv pip compile pyproject.toml --extra ray -c requirements/dev.txt --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -o requirements/ray.txt

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

$(RAY)/.ready: pyproject.toml requirements/dev.txt requirements/ray.txt
ifdef UV
	uv venv -q --clear --python $(PYTHON) $(RAY)
	uv pip install -q --compile-bytecode --python $(RAY)/bin/python -r requirements/dev.txt -r requirements/ray.txt
	uv pip install -q --python $(RAY)/bin/python --no-deps --no-build-isolation -e .
else
	$(PYTHON) -m venv --clear $(RAY)
	$(RAY)/bin/python -m pip install -q --disable-pip-version-check -r requirements/dev.txt -r requirements/ray.txt
	$(RAY)/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@touch $@

clean:
	rm -rf $(VENV) $(RAY) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
