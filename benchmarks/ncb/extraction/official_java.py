"""The files that the authors' evaluator makes of a Java answer, as in their ncb/test_setup.py.

Blocks are found by lazy regular expressions, then taken out of the answer by their text, then cut into types by
expressions that backtrack over everything that follows: on long text these take time with the cube of its length. The
result is the same here, by scanning; `Finder` says why it may be looked for so.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath

from bench.benchmarks.ncb.extraction import Extracted
from bench.benchmarks.ncb.extraction.encodable import why_not_encodable
from bench.benchmarks.ncb.extraction.official_python import CLOSING, NOTHING, between

IMPORTS = "import org.junit.jupiter.api.Test;\nimport static org.junit.jupiter.api.Assertions.*;\n"
"""What the authors write before every file."""

FENCE = "```"
LONGEST_NAME = 255  # bytes of a file name, on the file systems that the authors' evaluator runs on
_IMPORT = re.compile(r"(\n|^)(import .*?)\n", re.MULTILINE)
_BARE = {word: re.compile(rf"{word}\s") for word in ("import", "public", "interface", "class")}
_OPENINGS = (re.compile(r"```java[\n\r]"), re.compile(r"```[\n\r]"))


def files_of(text: str, number: str) -> Extracted:
    """One file for each type that they find, a later one in place of an earlier one of the same name.

    Files that their evaluator writes over afterwards, the tests and its runner, are left out.
    """
    raised = why_not_encodable(text)
    if not text or raised:
        return Extracted(raised=raised)
    files: dict[str, str] = {}
    for code in extract(text):
        for name, content in types_of(code):
            path = PurePosixPath(f"{name}.java")
            raised = raised or _why_not_writable(path)
            if len(path.parts) == 1:
                files[path.name] = content
    for name in (f"Test_java_{number}.java", "TestRunner.java"):
        files.pop(name, None)
    return Extracted(files=files, raised=raised)


def extract(text: str) -> list[str]:
    """The pieces of code, `NaN` alone where they find none."""
    if "[Java]" in text:
        tagged = between(text, "[Java]", "[/Java]")
        return [NOTHING] if tagged is None else [tagged]
    if FENCE in text:
        return _blocks(text)
    bare = _bare(text)
    return [NOTHING] if bare is None else [bare]


def _bare(text: str) -> str | None:
    """From the first word of the language to the last closing brace."""
    word = "import" if "import " in text else _first_word(text)
    start = _BARE[word].search(text) if word else None
    end = text.rfind("}", start.end()) if start else -1
    return text[start.start() : end + 1] if start and end >= 0 else None


def _first_word(text: str) -> str | None:
    found = {word: place for word in ("public", "interface", "class") if (place := text.find(f"{word} ")) >= 0}
    return min(found, key=lambda word: found[word], default=None)


def _blocks(text: str) -> list[str]:
    codes = list(_fenced(text, _OPENINGS[0]))
    text = without(text, "```java", codes)
    codes += [code for code, _, _ in _closed(text, "```Java")]
    text = without(text, "```Java", codes)
    return codes + list(_fenced(text, _OPENINGS[1]))


def _fenced(text: str, opening: re.Pattern[str]) -> Iterator[str]:
    """Blocks that open with a line end after the mark, and close after a line end."""
    place = 0
    while (start := opening.search(text, place)) and (end := CLOSING.search(text, start.end())):
        yield text[start.end() : end.start()]
        place = end.end()


def _closed(text: str, opening: str) -> Iterator[tuple[str, int, int]]:
    """What stands between `opening` and the next fence, with where the whole begins and ends."""
    start = text.find(opening)
    while start >= 0 and (end := text.find(FENCE, start + len(opening))) >= 0:
        yield text[start + len(opening) : end], start, end + len(FENCE)
        start = text.find(opening, end + len(FENCE))


def without(text: str, opening: str, codes: Sequence[str]) -> str:
    """The text after `text.replace(opening + code + "```", "")` for each code in turn.

    An occurrence begins at an `opening`, and up to its first fence it is what follows there; so a code that begins
    otherwise occurs nowhere, and nearly all do.
    """
    known = set(codes)
    spans = list(_closed(text, opening))
    regions = _joined([(start, end) for code, start, end in spans if code in known]) if len(spans) > 1 else []
    if regions and _independent(text, opening, known, spans, regions):
        return _cut(text, regions)
    following = _following(text, opening)
    tried: set[str] = set()
    for code in codes:
        if code in tried or _head(code) not in following:
            continue
        tried.add(code)
        shorter = text.replace(f"{opening}{code}{FENCE}", "")
        if shorter != text:
            text, tried = shorter, set()
            following = _following(text, opening)
    return text


def _head(code: str) -> str:
    """A code up to the first fence in it, or to one that its own last backticks make with the fence after it."""
    return f"{code}{FENCE}".split(FENCE, 1)[0]


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch as one."""
    ends, starts = {end for _, end in spans}, {start for start, _ in spans}
    return list(
        zip(
            (start for start, _ in spans if start not in ends),
            (end for _, end in spans if end not in starts),
            strict=True,
        )
    )


def _independent(
    text: str,
    opening: str,
    codes: AbstractSet[str],
    spans: Sequence[tuple[str, int, int]],
    regions: Sequence[tuple[int, int]],
) -> bool:
    """Whether the regions are all that occurs, and no opening can arise where text closes up after them."""
    unclosed = text.find(opening, spans[-1][2])
    if text.count(opening) != len(spans) + (unclosed >= 0) or any(_head(code) != code for code in codes):
        return False
    return not any(
        text.endswith(opening[:size], 0, start) and text.startswith(opening[size], end)
        for start, end in regions
        for size in range(1, len(opening))
    )


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> str:
    places = [0, *(place for span in spans for place in span), len(text)]
    return "".join(text[places[i] : places[i + 1]] for i in range(0, len(places), 2))


def _following(text: str, opening: str) -> set[str]:
    """What follows each opening, up to the next fence. No two overlap, since an opening begins with a fence."""
    found, start = set(), text.find(opening)
    while start >= 0 and (end := text.find(FENCE, start + len(opening))) >= 0:
        found.add(text[start + len(opening) : end])
        start = text.find(opening, start + 1)
    return found


def types_of(code: str) -> Iterator[tuple[str, str]]:
    """Name and file content of each type, in the order in which the authors write them."""
    code = "\n" + code
    imports = "\n".join(found[1] for found in _IMPORT.findall(code)) + "\n"
    for word in ("interface", "class", "enum"):
        for declaration in Finder(code, word):
            yield _name(declaration, word), f"{IMPORTS}{imports}{declaration}\n"


def _name(declaration: str, word: str) -> str:
    """What follows the word up to white space."""
    start = declaration.index(f"{word} ") + len(word) + 1
    return declaration[start:].split(maxsplit=1)[0] if not declaration[start].isspace() else ""


def _why_not_writable(path: PurePosixPath) -> str | None:
    """The exception that opening this path for writing raises, in the authors' folder for one answer.

    A name that begins with a slash, or with `../`, leaves that folder without an exception; such a file is only lost.
    """
    if "\0" in path.name:
        return "ValueError: a class name with a null character cannot be a file name"
    if any(part.strip("/") not in {"", ".."} for part in path.parts[:-1]):
        return "FileNotFoundError: a class name with a slash names a folder that is not there"
    if len(path.name.encode()) > LONGEST_NAME:
        return "OSError: a class name is too long to be a file name"
    return None


class Finder:
    r"""All matches of the authors' `((@.*?)?(\n[^\n]*)?WORD .*?[;}]\s*\n+})`; for `enum` the `[;}]` is optional.

    A match needs a WORD with an end after it, an end being `;` or `}`, then white space that ends with a line end,
    then `}`. Ends after a word are ends after every earlier word. So a match begins at the first place from which such
    a word can be reached: an `@` anywhere before it, the line end before its line, or the word itself. From the word
    itself, and from an `@` on its line, the lazy `.*?` takes that word; across a line end the greedy `[^\n]*` takes the
    last word of that line that has an end after it. And the match goes on to the first end after the word it took.
    """

    def __init__(self, text: str, word: str) -> None:
        self._text, self._word = text, f"{word} "
        ends = list(_ends(text, optional=word == "enum"))
        self._tails, self._ends = [tail for tail, _ in ends], [end for _, end in ends]

    def __iter__(self) -> Iterator[str]:
        place = 0
        while (found := self._next(place)) is not None:
            start, place = found
            yield self._text[start:place]

    def _next(self, place: int) -> tuple[int, int] | None:
        """Where the next match at or after a place begins and ends."""
        text, word = self._text, self._word
        last = self._tails[-1] if self._tails else -1
        first = text.find(word, place, max(last, 0))
        if first < 0:
            return None
        line, at = text.rfind("\n", place, first), text.find("@", place, first)
        starts = [start for start in (line, at) if start >= 0]
        start = min(starts, default=first)
        taken = text.rfind(word, first, self._line_end(first, last)) if start <= line else first
        end = self._ends[bisect_left(self._tails, taken + len(word))]
        return start, end

    def _line_end(self, place: int, last: int) -> int:
        """Where the line of a place ends, or the last end begins if that is sooner."""
        end = self._text.find("\n", place)
        return last if end < 0 else min(end, last)


def _ends(text: str, *, optional: bool) -> Iterable[tuple[int, int]]:
    """Where the tails of matches begin and end."""
    if optional:
        return ((found.start(), found.end()) for found in re.finditer(r"\n\}", text))
    return (
        (found.start(), found.end(1))
        for found in re.finditer(r"[;}](?=(\s+\}))", text)
        if text[found.end(1) - 2] == "\n"
    )
