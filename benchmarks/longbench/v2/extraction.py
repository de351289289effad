"""The letter that an answer gives: by the authors' two patterns, and by a reader who is less strict about the form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_OFFICIAL = (
    re.compile(r"The correct answer is \(([A-D])\)"),
    re.compile(r"The correct answer is ([A-D])"),
)


def official(response: str) -> str | None:
    """The authors' `extract_answer` (pred.py), on the response without white space around it.

    The second pattern takes the first letter of a word too: "The correct answer is Dover" gives D.
    """
    text = response.strip().replace("*", "")
    found = next((match for pattern in _OFFICIAL if (match := pattern.search(text))), None)
    return found[1] if found else None


# -- the less strict reader

_OPEN, _CLOSE = r"[\s$(\[{\"'“‘`:]*", r"[)\]}\"'”’`]"
_LETTER = r"(?P<letter>[A-D])(?![\w'’])"
_NOT_ALONE = rf"(?!{_CLOSE}?\s*(?:or|and|nor|/|,|&)\s*[(\[]?[A-D](?!\w))"
# "A" before a word in small letters is more often an article than a letter, but for these.
_ARTICLE = r"(?!(?<=[^(\[]A) (?!(?:as|because|since|for|based|and|which|with|is|\w+ing)\b)[a-z])"
_STATEMENT = re.compile(
    rf"\b(?i:answer|choice|option)(?i: choice| option)?(?i:\s*(?:is|would be|should be|must be|has to be)|\s*[:=])"
    rf"(?i:\s*(?:the )?(?:choice|option|answer)\b)?{_OPEN}{_LETTER}{_NOT_ALONE}{_ARTICLE}"
)
_AFTERWARDS = re.compile(
    rf"(?i:\b(?:choice|option) ){_OPEN}{_LETTER}{_CLOSE}*\s+(?i:is|would be) (?i:the )?"
    r"(?i:single )?(?i:most likely |best |only )?(?i:correct|right|answer)"
)
_AT_START = re.compile(rf"[(\[\"']?{_LETTER}(?:{_CLOSE}+|[.:](?!\w)|\s*(?:\n|$))")
_ALONE = re.compile(rf"^[ \t]*[(\[]?{_LETTER}[)\]]?[ \t]*[.]?[ \t]*$", re.MULTILINE)
_BOXED = re.compile(r"\\f?boxed\b")
_MARKUP = re.compile(r"\*|\\(?:text|textbf|mathrm|mathbf)\b")
_LEADS, _ROOM = 8, 100  # of many sentences that name an answer the last ones; beyond a choice's length, for white space
_AROUND = " .\"'“”‘’()[]{}$`"
_LEAD = re.compile(r"(?i)\b(?:answer|choice|option)(?: is:?|:)\s*")


def corrected(response: str, choices: Mapping[str, str]) -> str | None:
    """The letter that a reader would take from the answer; None where it gives none, or more than one.

    In this order: the last sentence that names a letter as the answer ("the answer is (B)", "Answer: B"), the last
    that calls one right ("option B is correct"), a letter at the very beginning, one letter alone on a line, one choice
    in its own words. A sentence that rules a letter out ("is not A") or leaves two ("A or B") names none.

    Args:
        choices: the text of each letter; empty where it is not known.
    """
    text = _MARKUP.sub("", _BOXED.sub(" answer: ", response)).strip()
    for pattern in (_STATEMENT, _AFTERWARDS):
        *_, last = None, *pattern.finditer(text)
        if last is not None:
            return last["letter"]
    first = _AT_START.match(text)
    if first:
        return first["letter"]
    alone = {match["letter"] for match in _ALONE.finditer(text)}
    if len(alone) == 1:
        return alone.pop()
    return _by_words(text, choices)


def _by_words(text: str, choices: Mapping[str, str]) -> str | None:
    """The one choice with whose words the answer, or what follows "the answer is", begins; the longest that fits."""
    plain = {letter: _plain(choice) for letter, choice in choices.items() if _plain(choice)}
    room = 2 * max(map(len, choices.values()), default=0) + _ROOM
    for start in _starts(text):
        said = _plain(text[start : start + room])
        fitting = {letter: choice for letter, choice in plain.items() if _begins(said, choice)}
        longest = [letter for letter in fitting if len(fitting[letter]) == max(map(len, fitting.values()))]
        if len(longest) == 1:
            return longest[0]
    return None


def _starts(text: str) -> Iterator[int]:
    yield from reversed([match.end() for match in _LEAD.finditer(text)][-_LEADS:])
    yield 0


def _begins(said: str, choice: str) -> bool:
    return said.startswith(choice) and not said[len(choice) : len(choice) + 1].isalnum()


def _plain(text: str) -> str:
    """In small letters, with single spaces, without the signs that people put around an answer."""
    return " ".join(text.casefold().split()).strip(_AROUND)
