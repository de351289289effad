"""Where the tokens of a long text begin, by a tokenizer: for cutting documents into chunks of so many of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

_PIECE = 100_000
"""Characters that are encoded at a time: what a library keeps for each token is a hundred times the token."""
_LINE_END = re.compile(r"\n(?=\S)")


class Placing(Protocol):
    """A tokenizer that tells places."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """What tells it from another."""

    def places(self, text: str) -> list[int]:
        """Where each token begins, in characters, in order."""


class Places:
    """The places of a text of any length; long ones are encoded line by line in pieces of about 100,000 characters."""

    def __init__(self, tokenizer: Placing) -> None:
        self._tokenizer = tokenizer
        self.spec = tokenizer.spec

    def starts(self, text: str) -> Iterator[int]:
        """Where each token begins, in characters, in order."""
        begin = 0
        while begin < len(text):
            end = _end_of_piece(text, begin)
            yield from (begin + place for place in self._tokenizer.places(text[begin:end]))
            begin = end


def _end_of_piece(text: str, begin: int) -> int:
    """After a line end, where no tokenizer joins what stands on both sides; a text without lines is cut anywhere."""
    found = _LINE_END.search(text, begin + _PIECE, begin + 2 * _PIECE)
    return found.end() if found else min(begin + 2 * _PIECE, len(text))


def token_places(name: str) -> Places:
    """The places by a tokenizer: tiktoken's for a name of OpenAI's, else that of a folder or hub id.

    Raises:
        ModelError: it cannot be had, or does not tell places.
    """
    from bench.models import tokens_hub, tokens_tiktoken

    tokenizer = tokens_tiktoken.find(name) or tokens_hub.HubTokenizer(name)
    tokenizer.places("a")  # whether it can tell is known by the first text
    return Places(tokenizer)
