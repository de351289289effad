"""Code blocks of an answer in any spelling of a fence: ```py, ~~~, longer ones, indented, unclosed, amid a line.

Everything here takes time that grows with the length of the text alone: an answer may have millions of characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_FENCE = re.compile(r"^(?P<before>[^\n]*?)(?<![`~])(?P<mark>`{3,}+|~{3,}+)[ \t]*+(?P<info>[^\n`~]*+)$", re.MULTILINE)
_WORD = re.compile(r"[\s{.]*([a-z]\w*[+#]*)", re.IGNORECASE)
_LEAD = re.compile(r"\s*(?:>\s*)*(?:[-*+]|\d+[.)])?\s*")
_WRAPPERS = frozenset({"markdown", "md"})
"""A block in one of these holds the blocks of an answer."""

LONGEST = 1 << 18  # characters of a block that is looked at as a whole; no answer holds as much
LOOKS = 8
"""Blocks of an answer whose first closing fence is doubted: more do not occur, and each look reads what follows."""


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two fences.

    Attributes:
        language: the first word after the opening fence in lower case; empty where there is none.
    """

    language: str
    code: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a language's source is made of, as far as telling code from text takes.

    Attributes:
        pattern: one piece; its group `opener` is what begins a piece of several lines.
        closers: what ends such a piece.
    """

    pattern: re.Pattern[str]
    closers: Mapping[str, str]

    def pieces(
        self, text: str, start: int = 0, stop: int | None = None, absent: set[str] | None = None
    ) -> Iterator[tuple[int, int, str]]:
        """Where each piece begins and ends, with its text; with its opener alone if it has one.

        Args:
            stop: pieces that begin from here on are left out.
            absent: openers that nothing closes from `start` on, so that it need not be looked for twice; added to.
        """
        absent = set() if absent is None else absent
        stop = len(text) if stop is None else stop
        while found := self.pattern.search(text, start, stop):
            start, opener = found.end(), found["opener"]
            if opener is None:
                yield *found.span(), found[0]
            elif opener not in absent:
                end = text.find(self.closers[opener], start)
                if end < 0:
                    absent.add(opener)
                    continue
                start = end + len(self.closers[opener])
                yield found.start(), start, opener


@dataclass(frozen=True, slots=True)
class _Fence:
    """A line with a fence."""

    start: int
    end: int
    before: str
    mark: str
    info: str

    @property
    def place(self) -> int:
        """Where the fence itself stands."""
        return self.start + len(self.before)

    @property
    def language(self) -> str:
        word = _WORD.match(self.info)
        return word[1].lower() if word else ""

    @property
    def opens(self) -> bool:
        """Whether a block can begin here; amid a line only where a language is named."""
        return _LEAD.fullmatch(self.before) is not None or (self.info != "" and " " not in self.info)

    def ends(self, opening: _Fence) -> bool:
        """Whether the block of another fence cannot go on beyond this one."""
        if self.mark[0] != opening.mark[0] or len(self.mark) < len(opening.mark):
            return False
        return not self.info or (self.opens and not self.before.strip())


def normalised(text: str) -> str:
    """The text with line feeds alone."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def blocks(text: str, lexicon: Lexicon, is_whole: Callable[[str], bool]) -> list[Block]:
    """The blocks of an answer in their order.

    A fence within a string or a comment of the code ends a block only where the code before it is whole.

    Args:
        is_whole: tells whether code can end where it does.
    """
    fences = [_Fence(m.start(), m.end(), m["before"], m["mark"], m["info"].strip()) for m in _FENCE.finditer(text)]
    doubts = _Doubts(text, fences, lexicon, is_whole)
    found, at = [], 0
    while at < len(fences):
        opening = fences[at]
        at += 1
        if opening.opens and opening.language not in _WRAPPERS:
            last = doubts.closing(opening, at)
            found.append(Block(opening.language, _code(text, opening, None if last is None else fences[last])))
            at = len(fences) if last is None else last + (not fences[last].info)
    return found


@dataclass(slots=True)
class _Doubts:
    """Tells which fence ends a block.

    Attributes:
        looks: how many more first fences may be doubted.
        absent: see `Lexicon.pieces`.
    """

    text: str
    fences: Sequence[_Fence]
    lexicon: Lexicon
    is_whole: Callable[[str], bool]
    looks: int = LOOKS
    absent: set[str] = field(default_factory=set)

    def closing(self, opening: _Fence, at: int) -> int | None:
        """The fence that ends the block of another, from `at` on; None where it goes on to the end."""
        first = _first(self.fences, at, opening, [])
        if first is None or not self.looks or not self._covers(opening.end, self.fences[first].place):
            return first
        self.looks -= 1
        later = _first(
            self.fences, first, opening, [piece[:2] for piece in self.lexicon.pieces(self.text, opening.end)]
        )
        return first if self._is_whole(opening, first) or not self._is_whole(opening, later) else later

    def _covers(self, start: int, place: int) -> bool:
        """Whether a string or a comment of the code from `start` on stands around a place."""
        return any(end >= place for _, end, _ in self.lexicon.pieces(self.text, start, place, self.absent))

    def _is_whole(self, opening: _Fence, closing: int | None) -> bool:
        code = _code(self.text, opening, None if closing is None else self.fences[closing])
        return len(code) <= LONGEST and self.is_whole(code)


def _first(fences: Sequence[_Fence], at: int, opening: _Fence, covered: Sequence[tuple[int, int]]) -> int | None:
    """The first fence from `at` on that ends a block and stands in none of the given spans."""
    spans = iter(covered)
    span = next(spans, None)
    for number in range(at, len(fences)):
        place = fences[number].place
        while span is not None and span[1] <= place:
            span = next(spans, None)
        if fences[number].ends(opening) and (span is None or not span[0] <= place):
            return number
    return None


def _code(text: str, opening: _Fence, closing: _Fence | None) -> str:
    """What stands between two fences, moved to the left as far as the opening one stands to the right."""
    start, end = opening.end + 1, len(text) - text.endswith("\n")
    if closing is not None:
        amid = closing.before.strip() and not closing.info
        end = closing.place if amid else closing.start - 1
    code = text[start : max(start, end)]
    width = len(opening.before) if not opening.before.strip() else 0
    return re.sub(rf"^[ \t]{{1,{width}}}", "", code, flags=re.MULTILINE) if width else code


def tagged(text: str, name: str) -> list[Block]:
    """What stands between `[Name]` and `[/Name]`, where no fence does."""
    found = re.search(rf"\[{name}\]", text, re.IGNORECASE)
    end = re.compile(rf"\[/{name}\]", re.IGNORECASE).search(text, found.end()) if found else None
    code = text[found.end() : end.start()] if found and end else ""
    return [Block(name.lower(), code)] if code.strip() and "```" not in code else []
