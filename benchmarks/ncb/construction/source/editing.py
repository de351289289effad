"""Changing a source text in places, so that every other character stays as it is."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """What stands in the place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str = ""


def inserted(place: int, text: str) -> Edit:
    """A text that is put between two characters."""
    return Edit(place, place, text)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with these changes; of two that overlap the first holds, and of two in one spot both, in their order."""
    pieces, place = [], 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if edit.start >= place:
            pieces += [text[place : edit.start], edit.text]
            place = edit.end
    return "".join([*pieces, text[place:]])


def parsed(text: str) -> ast.Module:
    """The tree of a Python source, without warnings about what stands in it.

    Raises:
        SyntaxError: it is none; a null character counts.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or type(error).__name__) from error


class Places:
    """Where Python's line numbers and columns, which count bytes of UTF-8, lie in a text."""

    def __init__(self, text: str) -> None:
        self._lines = _lines(text)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def at(self, line: int, column: int) -> int:
        """The character at a line, counted from 1, and a column."""
        if line > len(self._lines):
            return self._starts[-1]
        return self._starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode(errors="ignore"))

    def start(self, node: ast.stmt | ast.expr | ast.excepthandler) -> int:
        """Where a node begins; decorators stand before that."""
        return self.at(node.lineno, node.col_offset)

    def end(self, node: ast.stmt | ast.expr | ast.excepthandler) -> int:
        """Where a node ends."""
        return self.at(node.end_lineno or node.lineno, node.end_col_offset or 0)


def _lines(text: str) -> list[str]:
    """Lines as Python counts them: form feeds and their like end none."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def lead(text: str, floor: int, start: int) -> int:
    """Where the comments begin that stand directly above `start`; nothing but comments and space is after `floor`."""
    first = line_start(text, start)
    if floor > first:
        return start
    while first > floor:
        above = line_start(text, first - 1)
        if above < floor or not text[above:first].strip():
            break
        first = above
    return first


def line_start(text: str, place: int) -> int:
    """Where the line of a character begins."""
    return text.rfind("\n", 0, max(place, 0)) + 1


def line_end(text: str, place: int) -> int:
    """Behind the line's end where nothing but space follows on it, else the place itself."""
    stop = text.find("\n", place)
    stop = len(text) if stop < 0 else stop + 1
    return place if text[place:stop].strip() else stop


def blank_above(text: str, start: int) -> int:
    """Where the blank lines directly above begin."""
    first = line_start(text, start)
    if first != start:
        return start
    while first > 0:
        above = line_start(text, first - 1)
        if text[above:first].strip():
            break
        first = above
    return first
