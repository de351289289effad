"""Tokenizers: the model's own from a folder or the hub, a server's, tiktoken's, and an estimate by characters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Tokenizer(Protocol):
    """What cutting and rendering need. A tokenizer can be pickled to a worker process."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """What tells it from another: sha256 of its files, or the server that was asked."""

    @property
    def window(self) -> int | None:
        """The context window that its folder or server states, in tokens."""

    @property
    def template(self) -> str | None:
        """Its own chat template; None where there is none."""

    def encode(self, text: str, *, special: bool = True) -> list[int]:
        """Token ids; with the special tokens that it puts around a text, or without."""

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token ids, special tokens skipped."""

    def render(self, messages: Sequence[Mapping[str, str]], template: str | None, options: Mapping[str, Any]) -> str:
        """Messages under a chat template, with the opening of the answer after them.

        Args:
            template: in place of its own.
            options: variables handed to the template.
        """


def load_tokenizer(name: str, *, revision: str | None = None) -> Tokenizer:
    """The tokenizer of a folder or a hub id, by `transformers`.

    Raises:
        ModelError: it cannot be had; the text says what to do.
    """
    raise NotImplementedError
