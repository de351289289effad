"""How long a prompt may be, and the middle truncation of the benchmark's authors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bench.models.tokens import Tokenizer
from bench.records import Truncation

SHORTEST = 2  # one token of each half: below that nothing is left of a prompt
BYTES_PER_TOKEN = 3
"""What `--truncate-by chars` takes a token for: few, so that the estimate errs on the side that fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A text cut to size.

    Attributes:
        text: what is left.
        removed: tokens taken out of the middle; 0 where it was short enough.
    """

    text: str
    removed: int = 0


class Measured(Protocol):
    """A text and its length."""

    @property
    def tokens(self) -> int:
        """Special tokens around it included."""

    def cut(self, limit: int, *, joined: bool) -> Cut:
        """The text within `limit` tokens."""


Measure = Callable[[str], Measured]


class Tokens:
    """A text measured and cut by a tokenizer."""

    def __init__(self, text: str, tokenizer: Tokenizer) -> None:
        self._text = text
        self._tokenizer = tokenizer
        self._ids = tokenizer.encode(text)

    @property
    def tokens(self) -> int:
        """Special tokens around it included."""
        return len(self._ids)

    def cut(self, limit: int, *, joined: bool) -> Cut:
        """The first and the last half of `limit` tokens, decoded without special tokens.

        Two rules: LongBench's own `pred.py` takes int(limit/2) from either end and decodes each half by itself;
        LongBench v2's takes `[:limit//2]` and `[-limit//2:]`, of an odd limit one more from the end, and decodes them
        together, so that a character cut in two can be whole again.
        """
        if len(self._ids) <= limit:
            return Cut(text=self._text)
        head = limit // 2
        tail = limit - head if joined else head
        first, last = self._ids[:head], self._ids[-tail:]
        decode = self._tokenizer.decode
        text = decode(first + last) if joined else decode(first) + decode(last)
        return Cut(text=text, removed=len(self._ids) - head - tail)


class Characters:
    """A text measured and cut by its UTF-8 bytes, at borders of characters."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._bytes = text.encode()

    @property
    def tokens(self) -> int:
        """One for three bytes, rounded up."""
        return -(-len(self._bytes) // BYTES_PER_TOKEN)

    def cut(self, limit: int, *, joined: bool) -> Cut:  # noqa: ARG002 - the rules differ by tokens alone
        """The first and the last half of `limit` times three bytes, less the characters that this cuts in two."""
        if self.tokens <= limit:
            return Cut(text=self._text)
        half = limit * BYTES_PER_TOKEN // 2
        first, last = self._bytes[:half], self._bytes[-half:]
        return Cut(text=first.decode(errors="ignore") + last.decode(errors="ignore"), removed=self.tokens - limit)


def authors_limit(truncation: Truncation, window: int | None) -> int | None:
    """The most input tokens by the authors' table; None where what the window leaves is the limit."""
    by_window = next((most for size, most in truncation.limits if window is not None and window <= size), None)
    known = [most for most in (by_window, truncation.most) if most is not None]
    return min(known, default=None)


def input_limit(asked: str, truncation: Truncation, window: int | None, room: int | None) -> int | None:
    """The most tokens of a prompt's text.

    Args:
        asked: `auto`, `window` or a number.
        room: what the window leaves beside the new tokens and the template; None where the window is not known.

    Returns:
        None where there is no limit to be known.
    """
    if asked == "auto":
        wanted = authors_limit(truncation, window)
    else:
        wanted = None if asked == "window" else int(asked)
    known = [most for most in (wanted, room) if most is not None]
    return min(known, default=None)
