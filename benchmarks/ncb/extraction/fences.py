"""Fenced blocks of Markdown as models write them: any length, either mark, indented, attributed, unclosed."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

_OPENING = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*([^\n`]*)\Z")
_WORD = re.compile(r"[\w#+.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fenced:
    """One block.

    Attributes:
        language: the first word after the mark, in lower case; empty where there is none.
        code: what stands inside, without the indentation that the block has as a whole.
        longer: the same block where it is taken to go on to a later closing mark: text inside may hold one.
    """

    language: str
    code: str
    longer: tuple[str, ...] = ()


LONGER = 3  # closing marks after the first that are looked at
MOST_LINES = 200_000


def fenced_blocks(text: str) -> list[Fenced]:
    """Every block, in order; one that nothing closes ends with the text."""
    lines = re.split(r"\r\n|\n|\r", text, maxsplit=MOST_LINES)
    found, number = [], 0
    while number < len(lines):
        opening = _OPENING.match(lines[number])
        if opening is None:
            number += 1
            continue
        closings = _closings(lines, number + 1, opening.group(1))
        found.append(_block(lines, number, opening.group(2), closings))
        number = closings[0] + 1
    return found


def _block(lines: list[str], opened: int, info: str, closings: list[int]) -> Fenced:
    word = _WORD.search(info)
    codes = [textwrap.dedent("\n".join(lines[opened + 1 : end])) for end in closings]
    return Fenced(language=word.group().lower().strip(".") if word else "", code=codes[0], longer=tuple(codes[1:]))


def _closings(lines: list[str], start: int, mark: str) -> list[int]:
    """The lines that may close a block; the end of the text where none does."""
    pattern = re.compile(rf"[ \t]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*\Z")
    found = []
    for number in _lines_with(lines, start, mark[:3]):
        if pattern.match(lines[number]):
            found.append(number)
        if len(found) > LONGER:
            break
    return found or [len(lines)]


def _lines_with(lines: list[str], start: int, mark: str) -> Iterator[int]:
    return (number for number in range(start, len(lines)) if mark in lines[number])
