"""A response cache in front of a model: what was answered once is not asked again by another run."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench.errors import UserError
from bench.home import home
from bench.jsonl import to_line, writing
from bench.protocols import Model
from bench.records import FROM_CACHE, Completion, Prompt, Truncation, Usage, from_json, to_json

REFUSED: Mapping[str, str] = MappingProxyType(
    {"vllm": "the build and the settings of its engine are not part of the key; leave --cache out"}
)
"""Backends whose answers depend on what cannot be seen here and changes often, and why."""
WARNED: Mapping[str, str] = MappingProxyType(
    {"openai": "a server's own settings cannot be seen: change its weights or options and kept answers are out of date"}
)

_ASKED = ("text", "attempt", "step", "sampling", "max_tokens", "stop", "chat", "truncation")
"""What of a prompt determines its answer."""
_WAITING = 256
"""Kept answers that wait while the model is asked; with more the model's window is drained first."""


def cache_folder() -> Path:
    """Where answers are kept when no folder is named."""
    return home() / "completions"


def check_cache(model: Model) -> str | None:
    """Whether a model's answers may be kept; a warning where they may but a reader should think twice.

    Raises:
        UserError: they may not.
    """
    backend = str(model.spec.get("backend"))
    if backend in REFUSED:
        raise UserError(f"--cache is not for {backend}/: {REFUSED[backend]}")
    return f"--cache: {WARNED[backend]}" if backend in WARNED else None


def cache_key(generation: Mapping[str, Any], tags: Mapping[str, str]) -> str:
    """What an answer depends on besides its prompt; which data a prompt came from is told by its text."""
    relevant = {name: value for name, value in generation.items() if name != "data"}
    return _sha256({"generation": relevant, "tags": dict(tags)})


class Cached:
    """A model that remembers; a `Model`.

    A kept answer comes out in its prompt's turn, with no requests, no tokens and a remark. Only answers are kept,
    never failures; an entry is written whole or not at all, and a damaged one is asked again.

    Args:
        model: who is asked where nothing is kept.
        folder: of the cache; it is made when the first answer is kept.
        key: see `cache_key`.
    """

    def __init__(self, model: Model, folder: Path, key: str) -> None:
        self._model, self._folder, self._key = model, folder, key
        self.name = model.name

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's own."""
        return self._model.spec

    @property
    def notes(self) -> Sequence[str]:
        """The model's own."""
        return self._model.notes

    @property
    def observed(self) -> Mapping[str, Any]:
        """The model's own."""
        return self._model.observed

    def check(self, truncation: Truncation | None = None) -> None:
        """The model's own check."""
        self._model.check(truncation)

    def close(self) -> None:
        """Let go of the model."""
        self._model.close()

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """Kept answers as their prompts are pulled, the model's as they land."""
        source = iter(prompts)
        while (prompt := next(source, None)) is not None:
            kept = self._recall(prompt, self._place(prompt))
            if kept is None:
                yield from self._ask(prompt, source)
            else:
                yield kept

    def _ask(self, first: Prompt, source: Iterator[Prompt]) -> Iterator[Completion]:
        """Let the model pull until the prompts end, or until many kept answers wait to come out."""
        kept: deque[Completion] = deque()
        places: dict[tuple[str, int, int], Path] = {}
        for completion in self._model.generate(self._unknown(first, source, kept, places)):
            yield from _drained(kept)
            self._keep(completion, places.pop(completion.key, None))
            yield completion
        yield from _drained(kept)

    def _unknown(
        self,
        first: Prompt,
        source: Iterator[Prompt],
        kept: deque[Completion],
        places: dict[tuple[str, int, int], Path],
    ) -> Iterator[Prompt]:
        """The prompts that have to be asked; answers of the others are put aside on the way."""
        prompt: Prompt | None = first
        while prompt is not None:
            place = self._place(prompt)
            found = self._recall(prompt, place)
            if found is not None:
                kept.append(found)
            else:
                places[prompt.sample_id, prompt.attempt, prompt.step] = place
                yield prompt
            prompt = next(source, None) if len(kept) < _WAITING else None

    def _place(self, prompt: Prompt) -> Path:
        asked = {name: _plain(getattr(prompt, name)) for name in _ASKED}
        digest = _sha256({"key": self._key, **asked})
        return self._folder / digest[:2] / f"{digest}.json"

    def _recall(self, prompt: Prompt, place: Path) -> Completion | None:
        try:
            found = from_json(Completion, json.loads(place.read_bytes()))
        except (OSError, ValueError, TypeError, AttributeError):  # not there, or damaged
            return None
        return dataclasses.replace(
            found,
            sample_id=prompt.sample_id,
            attempt=prompt.attempt,
            step=prompt.step,
            usage=Usage(),
            requests=0,
            retries=0,
            remarks=(*found.remarks, FROM_CACHE),
        )

    def _keep(self, completion: Completion, place: Path | None) -> None:
        if completion.error is not None or place is None:
            return
        temporary = place.with_name(f"{place.name}.{os.getpid()}.tmp")
        with writing(place, "name another folder with --cache, or leave it out"):
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                temporary.write_text(to_line(completion), encoding="utf-8")
                temporary.replace(place)
            except BaseException:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
                raise


def _drained(kept: deque[Completion]) -> Iterator[Completion]:
    while kept:
        yield kept.popleft()


def _plain(value: object) -> object:
    return to_json(value) if dataclasses.is_dataclass(value) else value


def _sha256(data: object) -> str:
    canonical = json.dumps(data, sort_keys=True)  # escaped, so that halves of surrogate pairs do not matter
    return hashlib.sha256(canonical.encode()).hexdigest()
