"""The fake behind the embedder's seam: a text is near another with which it shares letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bench.models.embedding import Vectors

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class FakeEmbedder:
    """Counts letters; `asked` holds every text that it was given.

    Args:
        name: tells it from another.
    """

    def __init__(self, name: str = "fake") -> None:
        self.spec = {"backend": name}
        self.identity = name
        self.notes: list[str] = []
        self.asked: list[str] = []
        self.closed = False

    def check(self) -> None:
        """Nothing can be wrong."""

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:  # noqa: ARG002 - the seam's
        """How often each letter of the alphabet is in a text."""
        self.asked.extend(texts)
        counts = [[text.lower().count(letter) for letter in LETTERS] for text in texts]
        return np.array(counts, dtype=np.float32).reshape(len(texts), len(LETTERS))

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True
