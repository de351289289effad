"""Stand-ins for what the engines are made of: prompts, a tokenizer, a preparer, and a vLLM that answers at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from bench.models.rendering import Prepared
from bench.records import Kind, Parts, Prompt, Truncation

ENDS = (1, 3)


def prompt(name: str = "s/0", **other: Any) -> Prompt:
    """A prompt that asks for little."""
    fields: dict[str, Any] = {"text": name, "parts": Parts(), "kind": Kind.QA, "language": "en", "max_tokens": 8}
    return Prompt(sample_id=name, **{**fields, **other})


class Letters:
    """A tokenizer with one token for each character."""

    spec: Mapping[str, Any] = {"letters": True}
    window: int | None = 4096
    template: str | None = None

    def encode(self, text: str, *, special: bool = True, add_special_tokens: bool = True) -> list[int]:
        begin = [0] if special and add_special_tokens else []
        return begin + [ord(letter) for letter in text]

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(chr(token) for token in ids if token > 9)

    def render(self, messages: Sequence[Mapping[str, str]], *_: Any) -> str:
        return "".join(message["content"] for message in messages)


class LetterPreparer:
    """Every prompt whole, as its letters' ids."""

    spec: Mapping[str, Any] = {"prepared": "by letters"}

    def __init__(self, *_: Any, **__: Any) -> None:
        self.notes: list[str] = []
        self.observed: dict[str, Any] = {}
        self.checked: list[Truncation | None] = []
        self.pulled = 0
        self.closed = False

    def check(self, truncation: Truncation | None) -> list[str]:
        self.checked.append(truncation)
        return ["worth saying"]

    def prepare(self, prompts: Iterable[Prompt]) -> Iterator[Prepared]:
        for one in prompts:
            self.pulled += 1
            ids = tuple(Letters().encode(one.text))
            error = "too_long: it must not be cut" if "refuse" in one.text else None
            yield Prepared(prompt=one, ids=ids, input_tokens=len(ids), truncated_tokens=0, error=error)

    def close(self) -> None:
        self.closed = True


class EngineDeadError(Exception):
    """vLLM's."""


class FakeEngine:
    """vLLM's engine: a step finishes the oldest requests."""

    def __init__(self, answer: Callable[[list[int], Any], tuple[str, str]], parallel: int, blocks: int) -> None:
        self.vllm_config = SimpleNamespace(
            model_config=SimpleNamespace(max_model_len=2048, dtype="torch.float32"),
            scheduler_config=SimpleNamespace(max_num_seqs=parallel),
            cache_config=SimpleNamespace(num_gpu_blocks=blocks, block_size=16),
        )
        self.engine_core = SimpleNamespace(shutdown=self._shut_down)
        self.requests: dict[str, tuple[list[int], Any]] = {}
        self.sampled: list[Any] = []
        self.most = 0
        self.dies_after: int | None = None
        self.aborted: list[str] = []
        self.shut_down = False
        self._answer = answer
        self._parallel = parallel

    def add_request(self, name: str, tokens: Mapping[str, Any], sampling: Any, **_: Any) -> None:
        ids = tokens["prompt_token_ids"]
        if len(ids) > 2048:
            raise LookupError(f"The prompt (length {len(ids)}) is longer\nthan the maximum")
        self.requests[name] = (ids, sampling)
        self.sampled.append(sampling)
        self.most = max(self.most, len(self.requests))

    def step(self) -> list[Any]:
        if self.dies_after is not None and self.dies_after <= 0:
            raise EngineDeadError("EngineCore encountered an issue")
        if self.dies_after is not None:
            self.dies_after -= 1
        done = list(self.requests)[: self._parallel][::-1]  # not in the order they came in
        return [self._output(name, *self.requests.pop(name)) for name in done]

    def abort_request(self, names: list[str]) -> None:
        self.aborted += names

    def _output(self, name: str, ids: list[int], sampling: Any) -> Any:
        text, reason = self._answer(ids, sampling)
        best = SimpleNamespace(text=text, token_ids=[1] * len(text), finish_reason=reason)
        return SimpleNamespace(
            request_id=name, finished=True, prompt_token_ids=ids, num_cached_tokens=2, outputs=[best]
        )

    def _shut_down(self) -> None:
        self.shut_down = True


def say_back(ids: list[int], _: Any) -> tuple[str, str]:
    """The prompt again."""
    return Letters().decode(ids), "stop"


class FakeVLLM:
    """The package `vllm`, for as long as a test lasts.

    Attributes:
        started: the arguments of each `LLM(...)`.
        dismissed: whether the engine had been shut down each time that its guardian was sent away.
        engine: of the last one.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.started: list[dict[str, Any]] = []
        self.engine: FakeEngine
        self.answer: Callable[[list[int], Any], tuple[str, str]] = say_back
        self.parallel = 2
        self.blocks = 1000
        self.own = {"repetition_penalty": 1.3, "top_k": 20}
        self.broken: Exception | None = None
        self.dismissed: list[bool] = []
        guardian = SimpleNamespace(dismiss=lambda: self.dismissed.append(self.engine.shut_down))
        monkeypatch.setattr("bench.models.vllm_offline.Guardian", lambda _: guardian)
        parts: dict[str, dict[str, Any]] = {
            "vllm": {"LLM": self._llm, "SamplingParams": SimpleNamespace, "__path__": []},
            "vllm.sampling_params": {"RequestOutputKind": SimpleNamespace(FINAL_ONLY="final")},
            "vllm.inputs": {"tokens_input": lambda ids: {"prompt_token_ids": ids}},
            "vllm.v1": {"__path__": []},
            "vllm.v1.engine": {"__path__": []},
            "vllm.v1.engine.exceptions": {"EngineDeadError": EngineDeadError},
        }
        for name, content in parts.items():
            module = ModuleType(name)
            module.__spec__ = ModuleSpec(name, None)
            module.__dict__.update(content)
            monkeypatch.setitem(sys.modules, name, module)

    def _llm(self, **arguments: Any) -> Any:
        self.started.append(arguments)
        if self.broken is not None:
            raise self.broken
        self.engine = FakeEngine(self.answer, self.parallel, self.blocks)
        neutral = {
            "top_k": 0,
            "min_p": 0.0,
            "repetition_penalty": 1.0,
            "presence_penalty": 0.0,
            "frequency_penalty": 0.0,
        }
        own = SimpleNamespace(**{**neutral, **self.own})
        return SimpleNamespace(llm_engine=self.engine, get_tokenizer=Letters, get_default_sampling_params=lambda: own)


def model_folder(folder: Path, *, weights: bytes = b"weights", **config: Any) -> Path:
    """A folder that looks like a model's."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"max_position_embeddings": 4096, **config}))
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": list(ENDS)}))
    (folder / "tokenizer.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(weights)
    return folder
