"""Prompts in, prepared prompts out, in their order: cut to size and rendered by worker processes beside generation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bench.models.rendering import Prepared, Rendering
from bench.models.tokens import Tokenizer
from bench.records import Prompt, Truncation


class Preparer:
    """Cuts and renders prompts for one model.

    Args:
        rendering: the options.
        tokenizer: None where there is none; then only prompts that must never be cut can be prepared.
        window: the model's context window in tokens; None where it is not known.
        render: put the chat template on here and give token ids; False leaves a template `auto` to the server.

    Attributes:
        spec: rendering, tokenizer, template and window: what of this determines completions.
        notes: what a reader of the result must know; it may grow.
        observed: `first_prompt` and `first_tokens`, see `RunSpec.observed`.

    Raises:
        UserError: an option is out of range, a template cannot be read.
    """

    def __init__(self, rendering: Rendering, tokenizer: Tokenizer | None, *, window: int | None, render: bool) -> None:
        self.spec: Mapping[str, Any] = {}
        self.notes: list[str] = []
        self.observed: dict[str, Any] = {}
        raise NotImplementedError

    def check(self, truncation: Truncation | None) -> list[str]:
        """Find out whether prompts with this rule can be prepared; lines to say before the first one goes out.

        Raises:
            ModelError: they may have to be cut and there is no tokenizer, or no window is known and none was given.
        """
        raise NotImplementedError

    def prepare(self, prompts: Iterable[Prompt]) -> Iterator[Prepared]:
        """Every prompt prepared, in the order given; at most a few are pulled ahead.

        A prompt that cannot be sent comes out with `error` set.
        """
        raise NotImplementedError

    def shrink(self, prepared: Prepared) -> Prepared | None:
        """The same prompt cut further, after a server said that it is too long; None where it must not be cut."""
        raise NotImplementedError

    def close(self) -> None:
        """End the worker processes."""
