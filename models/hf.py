"""`hf/<hub id or folder>`: transformers' `generate`, called as the benchmark's authors call it.

What changes a model's insides, compression of its cache for example, patches transformers: `HF("folder", patch=...)`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bench.errors import ModelError, UserError
from bench.models.answers import completion
from bench.models.identity import find_weights
from bench.models.placing import Cluster
from bench.models.preparing import Preparer
from bench.models.rendering import Prepared, Rendering
from bench.models.thinking import split
from bench.models.tokens import Tokenizer, load_tokenizer
from bench.own_code import told
from bench.records import Completion, Prompt, Truncation, Usage

INSTALL = "transformers and torch are not installed; pip install 'longcode-bench[hf]'"
WINDOW = 8
"""Batches whose prompts are gathered and put in order of their length, so that little of a batch is padding."""
NEUTRAL: Mapping[str, Any] = {
    "num_beams": 1,
    "top_k": 0,
    "min_p": None,
    "typical_p": 1.0,
    "repetition_penalty": 1.0,
    "no_repeat_ngram_size": 0,
}
"""Fields of `generate` that no benchmark sets, at the value that changes nothing."""
_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")

Patch = Callable[[Any], Any]
"""Takes the loaded model and gives the one to use; None stands for the same."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory.

    Attributes:
        model: transformers' own.
        ends: its end tokens, those of generation_config.json.
    """

    model: Any
    ends: tuple[int, ...]


class HF:
    """A model that transformers runs in this process.

    Args:
        model: a hub id or a folder.
        concurrency: prompts in one call; one by default, as the authors do, without padding.
        dtype: of the weights, by torch's name; by default what the model's config says.
        max_model_len: context window in tokens, in place of the model's own.
        model_revision: branch, tag or commit of a hub id.
        patch: called with the loaded model; its name becomes part of the spec.
        cluster: machines that prepare prompts.
        rendering: the fields of `Rendering`.

    Attributes:
        said: what is worth saying before the first prompt; complete once `check` has returned.

    Raises:
        UserError: an argument is out of range, a folder is not there.
    """

    def __init__(
        self,
        model: str,
        *,
        concurrency: int | None = None,
        dtype: str | None = None,
        max_model_len: int | None = None,
        model_revision: str | None = None,
        patch: Patch | None = None,
        cluster: Cluster | None = None,
        **rendering: Any,
    ) -> None:
        self.name = f"hf/{Path(model).expanduser().resolve().name if Path(model).is_dir() else model}"
        self.said: Sequence[str] = ()
        self._rendering = Rendering(**rendering)
        self._weights = find_weights(model, revision=model_revision)
        self._batch = 1 if concurrency is None else concurrency
        self._dtype = dtype or "auto"
        self._max_model_len = max_model_len
        self._patch = patch
        self._cluster = cluster
        self._loaded: Loaded | None = None
        self._tokenizer: Tokenizer | None = None
        self._preparer: Preparer | None = None
        if self._batch < 1:
            raise UserError(f"--concurrency must be at least 1, not {concurrency}")

    @property
    def spec(self) -> Mapping[str, Any]:
        """Weights, precision, patch, and all that prompts go through."""
        patched = {"patch": getattr(self._patch, "__qualname__", repr(type(self._patch)))} if self._patch else {}
        prepared = self._preparer.spec if self._preparer else {}
        return {"backend": "hf", **self._weights.spec, "dtype": self._dtype, **patched, **prepared}

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know."""
        return [*self._weights.notes, *(self._preparer.notes if self._preparer else ())]

    @property
    def observed(self) -> Mapping[str, Any]:
        """See `RunSpec.observed`."""
        dtype = {"dtype": str(self._loaded.model.dtype).removeprefix("torch.")} if self._loaded else {}
        return {**(self._preparer.observed if self._preparer else {}), **dtype}

    def check(self, truncation: Truncation | None = None) -> None:
        """Load the model, once, and see that its prompts can be cut.

        Raises:
            ModelError: transformers is missing, cannot load the model, or prompts cannot be prepared.
        """
        if self._preparer is None:
            self._preparer = self.preparer()
        self.said = self._preparer.check(truncation)
        if self._loaded is None:
            self._loaded = self._load()

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """Completions as they land."""
        assert self._preparer is not None, "check comes before generate"
        for prepared in _gathered(self._preparer.prepare(prompts), self._batch):
            yield from (completion(one, error=one.error) for one in prepared if one.error)
            for call in _calls([one for one in prepared if not one.error]):
                yield from self._in_batches(call)

    def close(self) -> None:
        """Give the memory back."""
        if self._preparer is not None:
            self._preparer.close()
        if self._loaded is not None:
            self._loaded = None
            _free()

    def preparer(self) -> Preparer:
        """What prompts go through, made from the tokenizer alone, without the weights."""
        if self._tokenizer is None:
            own = self._rendering.tokenizer
            revision = None if own else self._weights.revision
            self._tokenizer = load_tokenizer(own or self._weights.source, revision=revision)
        window = self._max_model_len or self._tokenizer.window
        return Preparer(self._rendering, self._tokenizer, window=window, render=True, cluster=self._cluster)

    def _load(self) -> Loaded:
        try:
            import torch
            from transformers import AutoModelForCausalLM
        except ImportError as error:
            raise ModelError(INSTALL) from error
        where = {"device_map": "auto"} if torch.cuda.is_available() else {}
        try:
            model = AutoModelForCausalLM.from_pretrained(
                self._weights.source, revision=self._weights.revision, **{_dtype_name(): self._dtype}, **where
            )
        except Exception as error:  # what a stranger's folder makes the library raise has no common base
            name = Path(self._weights.source).name
            raise ModelError(f"transformers cannot load {name}: {told(error)}; see --dtype") from error
        if torch.backends.mps.is_available():
            model = model.to("mps")
        patched = None if self._patch is None else self._patch(model)
        return self._configured(model if patched is None else patched)

    def _configured(self, model: Any) -> Loaded:
        """The model with no sampling field of its own, unless they are asked for; its special tokens stay."""
        own = model.generation_config
        ends = own.eos_token_id
        listed = ends if isinstance(ends, list) else [ends] if ends is not None else []
        if self._rendering.generation_config == "bench":
            kept = {"bos_token_id": own.bos_token_id, "pad_token_id": own.pad_token_id, "eos_token_id": ends}
            model.generation_config = type(own)(**kept)
        return Loaded(model, tuple(listed))

    def _in_batches(self, call: Sequence[Prepared]) -> Iterator[Completion]:
        """Prompts with the same options of `generate`, in batches that get smaller when memory runs out."""
        rest = list(call)
        while rest:
            size = 1 if rest[0].prompt.sampling.temperature > 0 else self._batch
            done = self._answered(rest[:size])
            if done is None and len(rest[:size]) > 1:
                self._batch = max(1, len(rest[:size]) // 2)
                continue
            yield from done or [completion(rest[0], error="out_of_memory: this prompt alone does not fit")]
            rest = rest[size:]

    def _answered(self, batch: Sequence[Prepared]) -> list[Completion] | None:
        """The completions of one call; None where it ran out of memory."""
        began = time.perf_counter()
        try:
            rows = self._call(batch)
        except Exception as error:  # noqa: BLE001 - a patched model may raise anything, and it is this prompt's failure
            if not _ran_out(error):
                return [completion(one, error=f"generate: {told(error)}") for one in batch]
            rows = None
        if rows is None:  # here and not above: the exception held on to the tensors
            _free()
            return None
        seconds = time.perf_counter() - began
        return [self._completed(one, row, seconds) for one, row in zip(batch, rows, strict=True)]

    def _call(self, batch: Sequence[Prepared]) -> list[list[int]]:
        """The new tokens of each prompt of a batch, padding included."""
        import torch

        assert self._loaded is not None, "the model is closed"
        model, prompt = self._loaded.model, batch[0].prompt
        longest = max(len(one.ids or ()) for one in batch)
        missing = [longest - len(one.ids or ()) for one in batch]
        pad = self._ends(prompt)[0] if self._ends(prompt) else 0
        ids = torch.tensor([[pad] * gap + list(one.ids or ()) for gap, one in zip(missing, batch, strict=True)])
        mask = torch.tensor([[0] * gap + [1] * (longest - gap) for gap in missing])
        torch.manual_seed(prompt.sampling.seed)
        out = model.generate(
            input_ids=ids.to(model.device),
            attention_mask=mask.to(model.device),
            pad_token_id=pad,
            **self._fields(prompt),
        )
        rows: list[list[int]] = out[:, longest:].tolist()
        return rows

    def _fields(self, prompt: Prompt) -> dict[str, Any]:
        """The options of `generate`; none is left to the model's generation_config, unless that is asked for."""
        sampling = prompt.sampling
        fields = dict(NEUTRAL) if self._rendering.generation_config == "bench" else {}
        warm = {"do_sample": True, "temperature": sampling.temperature, "top_p": sampling.top_p}
        cold = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
        fields |= warm if sampling.temperature > 0 else cold
        lengths = {"max_new_tokens": prompt.max_tokens, "min_new_tokens": sampling.min_tokens or None}
        return {**fields, **lengths, "eos_token_id": self._ends(prompt) or None}

    def _ends(self, prompt: Prompt) -> list[int]:
        """The end tokens: the model's, and the last token of each stop, as the authors do for samsum's newline."""
        assert self._loaded is not None, "the model is closed"
        assert self._tokenizer is not None
        stops = [self._tokenizer.encode(stop, special=False)[-1] for stop in prompt.stop]
        return list(dict.fromkeys([*self._loaded.ends, *stops]))

    def _completed(self, prepared: Prepared, row: Sequence[int], seconds: float) -> Completion:
        assert self._tokenizer is not None
        ends = self._ends(prepared.prompt)
        end = next((place for place, token in enumerate(row) if token in ends), None)
        text = self._tokenizer.decode(row[:end])
        answer, thought = split(text, self._rendering.thinking, opened=prepared.opens_thought)
        usage = Usage(
            input_tokens=len(prepared.ids or ()),
            output_tokens=len(row) if end is None else end + 1,
            thought_tokens=None if thought is None else len(self._tokenizer.encode(thought, special=False)),
        )
        return completion(
            prepared,
            text=answer,
            thought=thought,
            finish_reason="length" if end is None else "stop",
            usage=usage,
            seconds=seconds,
        )


def _dtype_name() -> str:
    """What transformers calls the argument: it was renamed in 4.56."""
    from transformers import __version__

    return "dtype" if tuple(map(int, __version__.split(".")[:2])) >= (4, 56) else "torch_dtype"


def _gathered(prepared: Iterator[Prepared], batch: int) -> Iterator[list[Prepared]]:
    """One by one where batches are of one; else a few batches at a time, the longest prompts first."""
    size = 1 if batch == 1 else WINDOW * batch
    while window := list(islice(prepared, size)):
        yield sorted(window, key=lambda one: -len(one.ids or ()))


def _calls(window: Sequence[Prepared]) -> list[list[Prepared]]:
    """The prompts of a window apart by what `generate` is told besides the ids."""
    calls: dict[Any, list[Prepared]] = {}
    for one in window:
        prompt = one.prompt
        calls.setdefault((prompt.max_tokens, prompt.stop, prompt.sampling), []).append(one)
    return list(calls.values())


def _ran_out(error: BaseException) -> bool:
    """Whether memory ran out: torch says so by a class on a GPU, and by words elsewhere."""
    return isinstance(error, MemoryError) or any(words in str(error).lower() for words in _OUT_OF_MEMORY)


def _free() -> None:
    import gc

    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
