"""`vllm/<hub id or folder>`: vLLM in this process, or with `--serve` as a server that is started and stopped here.

With `--replicas` it is several servers on the machines of a cluster; this process then needs neither vLLM nor a GPU.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from bench.errors import ModelError, UserError
from bench.models.identity import adapter_spec, digests, find_weights
from bench.models.placing import Cluster, Serving
from bench.models.preparing import Preparer
from bench.models.rendering import Rendering
from bench.models.tokens import Tokenizer, load_tokenizer
from bench.records import Completion, Prompt, Truncation

INSTALL = "vLLM is not installed; pip install 'longcode-bench[vllm]'"
GENERATION_CONFIG: Mapping[str, str] = {"bench": "vllm", "model": "auto"}
"""vLLM's word for each of ours. The end tokens of generation_config.json are used with both."""
LORA_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
"""What vLLM can make room for."""
WITHOUT_EFFECT = frozenset(
    {
        "block_size",
        "cpu_offload_gb",
        "data_parallel_backend",
        "disable_custom_all_reduce",
        "disable_log_stats",
        "distributed_executor_backend",
        "download_dir",
        "enable_chunked_prefill",
        "enable_prefix_caching",
        "enforce_eager",
        "gpu_memory_utilization",
        "kv_cache_memory_bytes",
        "max_num_batched_tokens",
        "max_num_seqs",
        "max_parallel_loading_workers",
        "swap_space",
    }
)
"""Arguments of vLLM that say how fast and in how much memory, not what comes out: no part of a run's identity."""


class Answering(Protocol):
    """What answers prompts once it is loaded: the engine in this process, or the client of the server."""

    @property
    def window(self) -> int | None:
        """The context window that prompts are cut to."""

    @property
    def said(self) -> Sequence[str]:
        """What is worth saying before the first prompt; complete once `check` has returned."""

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know."""

    @property
    def observed(self) -> Mapping[str, Any]:
        """See `RunSpec.observed`."""

    def check(self, truncation: Truncation | None = None) -> None:
        """Find out whether prompts with this rule can be sent."""

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """Completions as they land."""

    def close(self) -> None:
        """Let go of it."""


class VLLM:
    """A model that vLLM runs.

    Args:
        model: a hub id or a folder.
        serve: start vLLM's server and talk to it, in place of the engine in this process.
        tensor_parallel_size: GPUs that share each layer.
        pipeline_parallel_size: groups of GPUs that share the layers.
        data_parallel_size: copies of the model; with `serve` or `replicas` alone.
        replicas: servers, each on whichever machine of `cluster` has room for it.
        max_model_len: context window in tokens, where the model's own does not fit into memory.
        dtype: of weights and activations, `auto` or as vLLM calls it.
        quantization: as vLLM calls it.
        lora: the folder of an adapter.
        vllm_arg: further arguments of vLLM as `key=value`; the value is JSON where it parses.
        model_revision: branch, tag or commit of a hub id.
        concurrency, timeout, retries: of the requests to the server; with `serve` or `replicas` alone.
        cluster: machines that prepare prompts, and run servers where `replicas` asks for them.
        rendering: the fields of `Rendering`.

    Attributes:
        spec: complete once `check` has returned.

    Raises:
        UserError: an argument is out of range, a folder is not there.
    """

    def __init__(
        self,
        model: str,
        *,
        serve: bool = False,
        tensor_parallel_size: int | None = None,
        pipeline_parallel_size: int | None = None,
        data_parallel_size: int | None = None,
        replicas: int | None = None,
        max_model_len: int | None = None,
        dtype: str | None = None,
        quantization: str | None = None,
        lora: str | None = None,
        vllm_arg: Sequence[str] = (),
        model_revision: str | None = None,
        concurrency: int | None = None,
        timeout: float | None = None,
        retries: int | None = None,
        cluster: Cluster | None = None,
        **rendering: Any,
    ) -> None:
        self.name = f"vllm/{Path(model).expanduser().resolve().name if Path(model).is_dir() else model}"
        self._rendering = Rendering(**rendering)
        self._client = _given(concurrency=concurrency, timeout=timeout, retries=retries)
        self._weights = find_weights(model, revision=model_revision)
        self._max_model_len = max_model_len
        self._lora = lora
        self._replicas = replicas
        self._cluster = cluster
        self._serve = serve or replicas is not None
        sizes = _given(
            tensor_parallel_size=tensor_parallel_size,
            pipeline_parallel_size=pipeline_parallel_size,
            data_parallel_size=data_parallel_size,
        )
        precision = {"dtype": dtype or "auto", "quantization": quantization}
        self._extra = parse_arguments(vllm_arg)
        self._adapter = adapter_spec(lora) if lora else None
        self._arguments = (
            _given(**precision, max_model_len=max_model_len) | sizes | self._lora_arguments() | self._extra
        )
        self._answering: Answering | None = None
        self._tokenizer: Tokenizer | None = None
        self._spec: dict[str, Any] = {"backend": "vllm", **self._weights.spec, **precision, **self._further()}
        self._check_options(sizes | _given(replicas=replicas))

    @property
    def spec(self) -> Mapping[str, Any]:
        """Weights, precision, adapter, and all that prompts went through."""
        return self._spec

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know."""
        return [*self._weights.notes, *(self._answering.notes if self._answering else ())]

    @property
    def observed(self) -> Mapping[str, Any]:
        """See `RunSpec.observed`."""
        return self._answering.observed if self._answering else {}

    @property
    def said(self) -> Sequence[str]:
        """What is worth saying before the first prompt; complete once `check` has returned."""
        return self._answering.said if self._answering else ()

    def check(self, truncation: Truncation | None = None) -> None:
        """Load the model, once, and see that its prompts can be cut.

        Raises:
            ModelError: vLLM is missing, cannot load the model, or prompts cannot be prepared.
            UserError: `replicas` without a cluster.
        """
        if self._answering is None:
            self._answering = self._load()
            self._spec |= self.preparer(self._answering.window).spec
        self._answering.check(truncation)

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """Completions as they land.

        Raises:
            ModelError: the engine or the server died.
        """
        assert self._answering is not None, "check comes before generate"
        return self._answering.generate(prompts)

    def close(self) -> None:
        """End the engine and give its memory back."""
        if self._answering is not None:
            self._answering.close()
        self._answering = None

    def preparer(self, window: int | None = None) -> Preparer:
        """What prompts go through, made from the tokenizer alone, without the weights.

        Args:
            window: of the loaded engine; by default `max_model_len`, or what the model's folder states.
        """
        if self._tokenizer is None:
            self._tokenizer = self._load_tokenizer()
        known = window or self._max_model_len or self._tokenizer.window
        return Preparer(self._rendering, self._tokenizer, window=known, render=True, cluster=self._cluster)

    def _load_tokenizer(self) -> Tokenizer:
        if self._rendering.tokenizer is not None:
            return load_tokenizer(self._rendering.tokenizer)
        return load_tokenizer(self._weights.source, revision=self._weights.revision)

    def _load(self) -> Answering:
        if self._replicas is not None and self._cluster is None:
            raise UserError(
                "--replicas places servers on a cluster and needs --cluster; "
                f"on one machine take --serve --data-parallel-size {self._replicas}"
            )
        if self._replicas is None and importlib.util.find_spec("vllm") is None:
            raise ModelError(INSTALL)
        self.preparer()  # a tokenizer that is not there is found out before minutes go by
        return self._start_servers() if self._serve else self._load_here()

    def _load_here(self) -> Answering:
        from bench.models.vllm_offline import Offline, start

        engine = start(self._engine_arguments())
        return Offline(engine, self.preparer(engine.window), self._rendering, lora=self._lora)

    def _start_servers(self) -> Answering:
        from bench.models.vllm_serve import Local, Served, served

        rendering = replace(self._rendering, tokenizer=self._rendering.tokenizer or self._weights.folder)
        arguments = served(self._engine_arguments(), self._lora)
        serving: Serving
        if self._cluster is not None and self._replicas is not None:
            serving = self._cluster.serving(arguments, replicas=self._replicas, folders=self._folders())
        else:
            serving = Local(arguments)
        return Served(serving, rendering, adapter=bool(self._lora), cluster=self._cluster, **self._client)

    def _folders(self) -> dict[str, Mapping[str, str]]:
        """The folders that a server reads, with the digests of their files."""
        named = map(_absolute, [self._weights.source, self._rendering.tokenizer, self._lora])
        return {name: digests(Path(name)) for name in named if name and Path(name).is_dir()}

    def _engine_arguments(self) -> dict[str, Any]:
        """All the arguments that vLLM is given, those of `--vllm-arg` last."""
        fixed = {
            "model": self._weights.source,
            "generation_config": GENERATION_CONFIG.get(self._rendering.generation_config),
            "enable_prefix_caching": True,
        }
        chosen = _given(revision=self._weights.revision, tokenizer=_absolute(self._rendering.tokenizer))
        return fixed | chosen | self._arguments

    def _lora_arguments(self) -> dict[str, Any]:
        if not self._lora:
            return {}
        config = json.loads((Path(self._lora).expanduser() / "adapter_config.json").read_text(encoding="utf-8"))
        rank = max([config.get("r", 0), *config.get("rank_pattern", {}).values()])
        room = next((known for known in LORA_RANKS if known >= rank), rank)
        return {"enable_lora": True, "max_lora_rank": room}

    def _further(self) -> dict[str, Any]:
        """What else of the options determines completions."""
        extra = {name: _without_path(value) for name, value in self._extra.items() if name not in WITHOUT_EFFECT}
        return _given(vllm_arg=extra or None, lora=self._adapter)

    def _check_options(self, sizes: Mapping[str, int]) -> None:
        for name, size in sizes.items():
            if size < 1:
                raise UserError(f"--{name.replace('_', '-')} must be at least 1, not {size}")
        if self._arguments.get("data_parallel_size", 1) > 1 and not self._serve:
            raise UserError(
                "--data-parallel-size needs --serve or --replicas: vLLM runs one copy of a model in a process"
            )
        for name in self._client:
            if not self._serve:
                raise UserError(f"--{name} is for requests to a server; vllm takes it with --serve or --replicas")
        if self._rendering.generation_config not in GENERATION_CONFIG:
            raise UserError(f"--generation-config must be bench or model, not {self._rendering.generation_config!r}")


def parse_arguments(listed: Sequence[str]) -> dict[str, Any]:
    """`key=value` pairs as keyword arguments; a value is JSON where it parses, else text.

    Raises:
        UserError: there is no `=`, or no key.
    """
    parsed: dict[str, Any] = {}
    for item in listed:
        key, equals, text = item.partition("=")
        key = key.strip().lstrip("-").replace("-", "_")
        if not equals or not key.isidentifier():
            raise UserError(f"--vllm-arg {item}: write key=value, for example gpu_memory_utilization=0.8")
        parsed[key] = _value(text)
    return parsed


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _absolute(name: str | None) -> str | None:
    """A folder by its whole path, for a process that stands in another one; a hub id as it is."""
    return str(Path(name).expanduser().resolve()) if name and Path(name).expanduser().is_dir() else name


def _without_path(value: Any) -> Any:
    """A value with every absolute path in it reduced to its last part: a run folder may move to another machine."""
    if isinstance(value, dict):
        return {name: _without_path(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_path(item) for item in value]
    return Path(value).name if isinstance(value, str) and value.startswith("/") else value
