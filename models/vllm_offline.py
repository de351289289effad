"""vLLM's engine in this process: requests go in one by one through a bounded window, completions come out as they land.

`LLM.generate` wants all prompts at once and gives nothing back before the last one is answered; a crash would lose them
all. So the engine under it is fed here.
"""

from __future__ import annotations

import gc
import inspect
import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from bench.errors import ModelError
from bench.models.answers import completion
from bench.models.preparing import Preparer
from bench.models.rendering import Prepared, Rendering
from bench.models.thinking import split
from bench.models.vllm_processes import Guardian, ctrl_c_spares_children, stdout_to_stderr
from bench.own_code import told
from bench.records import Completion, Prompt, Truncation, Usage

SPARE = 4
"""A quarter more requests are open than the engine works on at once: they wait inside it, so that it never runs dry.
More would make Ctrl-C, which lets open requests finish, take longer."""
FULL = 2
"""Input tokens open at once, in multiples of what the cache holds: prompts may share their beginnings there."""
TOKENS = 8_000_000
"""And at most so many: as Python integers they take about 36 bytes each, here and again in the engine."""
NEUTRAL: Mapping[str, float] = {
    "top_k": 0,
    "min_p": 0.0,
    "repetition_penalty": 1.0,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
}
"""Sampling fields that no benchmark sets, at the value that changes nothing."""
PATIENCE = 30.0
"""Seconds for the engine's processes to end by themselves; those that are killed leave shared memory behind."""
ENVIRONMENT: Mapping[str, str] = {
    "VLLM_LOGGING_STREAM": "ext://sys.stderr",  # results alone go to stdout
    "VLLM_LOGGING_LEVEL": "ERROR",  # else it tells of its end after the run has told where its folder is
}
_ENDED = frozenset({"stop", "length"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A loaded model.

    Attributes:
        llm: vLLM's `LLM`.
        window: its context window in tokens.
        dtype: of its weights.
        parallel: requests that it works on at once.
        tokens: input tokens that are worth having open at once.
        guardian: of its processes.
    """

    llm: Any
    window: int
    dtype: str
    parallel: int
    tokens: int
    guardian: Guardian


@dataclass(frozen=True, slots=True)
class Open:
    """A request under way."""

    prepared: Prepared
    began: float


def start(arguments: Mapping[str, Any]) -> Engine:
    """Load a model into vLLM; its own log goes to stderr.

    Raises:
        ModelError: it cannot be loaded.
    """
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    with stdout_to_stderr(), ctrl_c_spares_children():
        llm = _llm(arguments)
    config = llm.llm_engine.vllm_config
    return Engine(
        llm=llm,
        window=config.model_config.max_model_len,
        dtype=str(config.model_config.dtype).removeprefix("torch."),
        parallel=config.scheduler_config.max_num_seqs,
        tokens=_worth_opening(config.cache_config),
        guardian=Guardian(lambda: _tell_of_death(llm)),
    )


def _worth_opening(cache: Any) -> int:
    blocks = cache.num_gpu_blocks
    return min(TOKENS, FULL * blocks * cache.block_size) if blocks else TOKENS


def _tell_of_death(llm: Any) -> None:
    """Wake whoever waits for the engine's answers: vLLM itself leaves them waiting where its process was killed."""
    from vllm.v1.engine.exceptions import EngineDeadError

    answers = getattr(llm.llm_engine.engine_core, "outputs_queue", None)
    if answers is not None:
        answers.put(EngineDeadError())


def _llm(arguments: Mapping[str, Any]) -> Any:
    try:
        from vllm import LLM

        return LLM(**arguments)
    except Exception as error:  # vLLM, torch and the driver raise what they like; all of it means the same
        raise ModelError(
            f"vLLM cannot load {Path(arguments['model']).name}: {told(error)}; its log above says more"
            " (--max-model-len, --dtype and --vllm-arg change how it is loaded)"
        ) from error


class Offline:
    """Prompts through a loaded engine.

    Args:
        engine: the model.
        preparer: what makes token ids of prompts; closed with this.
        rendering: the options.
        lora: the folder of an adapter that every request uses.
    """

    def __init__(self, engine: Engine, preparer: Preparer, rendering: Rendering, *, lora: str | None) -> None:
        self._engine: Engine | None = engine
        self._preparer = preparer
        self._rendering = rendering
        self._lora = _lora_request(lora) if lora else None
        self._fields = _own_fields(engine.llm) if rendering.generation_config == "model" else dict(NEUTRAL)
        self._numbers = count()
        self._dtype = engine.dtype
        self.window: int | None = engine.window
        self.said: Sequence[str] = ()

    @property
    def notes(self) -> Sequence[str]:
        """The preparer's."""
        return self._preparer.notes

    @property
    def observed(self) -> Mapping[str, Any]:
        """The preparer's, and what the weights' `dtype` came to."""
        return {**self._preparer.observed, "dtype": self._dtype}

    def check(self, truncation: Truncation | None = None) -> None:
        """See that prompts with this rule can be cut."""
        self.said = self._preparer.check(truncation)

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """Completions as they land.

        Raises:
            ModelError: the engine died.
        """
        assert self._engine is not None, "the engine is closed"
        waiting = self._preparer.prepare(prompts)
        under_way: dict[str, Open] = {}
        try:
            yield from self._drive(self._engine, waiting, under_way)
        finally:
            if under_way:  # the caller stopped early, or the engine is dead: nobody waits for these
                with suppress(Exception):
                    self._engine.llm.llm_engine.abort_request(list(under_way))

    def close(self) -> None:
        """End the engine and its processes."""
        engine, self._engine = self._engine, None
        self._preparer.close()
        if engine is not None:
            _shut_down(engine)
            del engine
            gc.collect()

    def _drive(self, engine: Engine, waiting: Iterator[Prepared], under_way: dict[str, Open]) -> Iterator[Completion]:
        more = True
        while more or under_way:
            while more and _has_place(engine, under_way):
                prepared = next(waiting, None)
                more = prepared is not None
                if prepared is not None:
                    yield from self._add(engine, prepared, under_way)
            if under_way:
                yield from self._land(engine, under_way)

    def _add(self, engine: Engine, prepared: Prepared, under_way: dict[str, Open]) -> Iterator[Completion]:
        """Hand a prompt to the engine; a completion where it cannot be answered."""
        error = prepared.error or self._refused(engine, prepared, under_way)
        if error is not None:
            yield completion(prepared, error=error)

    def _refused(self, engine: Engine, prepared: Prepared, under_way: dict[str, Open]) -> str | None:
        """Why the engine does not take a prompt; None where it did."""
        from vllm.v1.engine.exceptions import EngineDeadError

        name = str(next(self._numbers))
        try:
            self._send(engine, name, prepared)
        except EngineDeadError as error:
            raise ModelError(_dead(error)) from error
        except Exception as error:  # noqa: BLE001 - vLLM's word on one request, of many classes: too long, a field out of range
            return f"refused: {told(error)}"
        under_way[name] = Open(prepared, time.perf_counter())
        return None

    def _send(self, engine: Engine, name: str, prepared: Prepared) -> None:
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        assert prepared.ids is not None, "a preparer that renders gives token ids"
        engine.llm.llm_engine.add_request(
            name,
            _tokens(prepared.ids),
            SamplingParams(output_kind=RequestOutputKind.FINAL_ONLY, **self._sampling(engine, prepared.prompt)),
            lora_request=self._lora,
        )

    def _sampling(self, engine: Engine, prompt: Prompt) -> dict[str, Any]:
        """Every sampling field of a request; none is left to vLLM or to the model's generation_config.

        A stop that holds only after some tokens is sent as a token, as the benchmark's authors do: vLLM counts the
        least number of tokens for end tokens, and not in every version for texts.
        """
        sampling = prompt.sampling
        fields: dict[str, Any] = {
            **self._fields,
            "n": 1,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "seed": sampling.seed,
            "max_tokens": prompt.max_tokens,
            "min_tokens": sampling.min_tokens,
        }
        if not sampling.min_tokens:
            return {**fields, "stop": list(prompt.stop)}
        return {**fields, "stop_token_ids": [_encode(engine, stop)[-1] for stop in prompt.stop]}

    def _land(self, engine: Engine, under_way: dict[str, Open]) -> Iterator[Completion]:
        """The requests that one step of the engine has finished."""
        with _alive():
            outputs = engine.llm.llm_engine.step()
        for output in outputs:
            if output.finished and output.request_id in under_way:
                yield self._landed(engine, output, under_way.pop(output.request_id))

    def _landed(self, engine: Engine, output: Any, request: Open) -> Completion:
        best = output.outputs[0]
        seconds = time.perf_counter() - request.began
        if best.finish_reason not in _ENDED:
            return completion(request.prepared, seconds=seconds, error=f"engine: ended by {best.finish_reason!r}")
        text, thought = split(best.text, self._rendering.thinking, opened=request.prepared.opens_thought)
        usage = Usage(
            input_tokens=len(output.prompt_token_ids),
            output_tokens=len(best.token_ids),
            cached_tokens=output.num_cached_tokens,
            thought_tokens=None if thought is None else len(_encode(engine, thought)),
        )
        fields = {"text": text, "thought": thought, "finish_reason": best.finish_reason, "usage": usage}
        return completion(request.prepared, seconds=seconds, **fields)


def _encode(engine: Engine, text: str) -> list[int]:
    ids: list[int] = engine.llm.get_tokenizer().encode(text, add_special_tokens=False)
    return ids


def _has_place(engine: Engine, under_way: Mapping[str, Open]) -> bool:
    if len(under_way) >= engine.parallel + max(1, engine.parallel // SPARE):
        return False
    return sum(request.prepared.input_tokens or 0 for request in under_way.values()) < engine.tokens


def _tokens(ids: Sequence[int]) -> Any:
    """Token ids as the engine takes them; older versions know the plain form alone."""
    try:
        from vllm.inputs import tokens_input
    except ImportError:
        from vllm.inputs import TokensPrompt

        return TokensPrompt(prompt_token_ids=list(ids))
    return tokens_input(list(ids))


def _own_fields(llm: Any) -> dict[str, Any]:
    """What the model's generation_config sets, of the fields that no benchmark sets."""
    own = llm.get_default_sampling_params()
    return {name: getattr(own, name) for name in NEUTRAL}


def _lora_request(folder: str) -> Any:
    from vllm.lora.request import LoRARequest

    path = Path(folder).expanduser().resolve()
    return LoRARequest(path.name, 1, str(path))


def _shut_down(engine: Engine) -> None:
    """End the engine's processes now, and not when the last reference happens to go."""
    end = getattr(engine.llm.llm_engine.engine_core, "shutdown", None)
    logging.getLogger("vllm").setLevel(logging.ERROR)  # it warns of processes that it has to kill
    if end is not None:
        end(**({"timeout": PATIENCE} if "timeout" in inspect.signature(end).parameters else {}))
    engine.guardian.dismiss()


@contextmanager
def _alive() -> Iterator[None]:
    """Whatever the engine raises is its end."""
    try:
        yield
    except Exception as error:  # vLLM, torch and the driver raise what they like
        raise ModelError(_dead(error)) from error


def _dead(error: Exception) -> str:
    return f"vLLM's engine died: {told(error)}; its log above says why, and what was answered is kept"
