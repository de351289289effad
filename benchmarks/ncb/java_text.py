"""As much of Java's syntax as it takes to tell types and methods apart: comments, literals and braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OPAQUE = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""|\Z)'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'(?:\\u+[0-9a-fA-F]{4}|\\[0-7]{1,3}|\\.|[^'\\\n])'"
    r"|//[^\n]*"
    r"|/\*.*?(?:\*/|\Z)",
    re.DOTALL,
)
_NOT_LINE_END = re.compile(r"[^\n]")
_BRACE = re.compile(r"[{};]")


def blank(text: str) -> str:
    """The text with everything inside comments and literals as spaces: every other character keeps its place."""
    return _OPAQUE.sub(lambda found: _NOT_LINE_END.sub(" ", found.group()), text)


@dataclass(frozen=True, slots=True)
class Block:
    """A pair of braces.

    Attributes:
        header: where what stands before it begins: after the last brace or semicolon.
        start: of the opening brace.
        end: after the closing one.
    """

    header: int
    start: int
    end: int


def blocks(blanked: str, start: int, end: int) -> Iterator[Block]:
    """The outermost pairs of braces between two places; one that is not closed is left out."""
    depth, header, opened = 0, start, start
    for found in _BRACE.finditer(blanked, start, end):
        mark, place = found.group(), found.start()
        if mark == "{":
            opened = place if depth == 0 else opened
            depth += 1
        elif mark == "}":
            depth = max(0, depth - 1)
            if depth == 0 and opened >= header:
                yield Block(header, opened, place + 1)
        if depth == 0:
            header, opened = place + 1, -1
