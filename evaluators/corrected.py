"""Values beside the official ones where the authors' rule is known to misjudge an answer; never instead of them.

All rules here look at the answer without marked thoughts, with full-width letters and digits made plain (NFKC), and
at nothing but the answer, the references and the class names. They err on the side of the authors' value: a right
answer in words that no rule foresees stays where it was. They cannot read: `It is not Paris` names Paris.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bench.evaluators.qa import f1
from bench.evaluators.segmentation import segment
from bench.evaluators.synthetic import numbers
from bench.evaluators.text import chinese_text, chinese_words, english_words, first_full_line
from bench.evaluators.thoughts import without_thoughts

MOST_WORDS = 50
"""A longer English line is no answer that can contain the reference, but a passage that happens to."""

MOST_CHARACTERS = 100
"""The same for a Chinese line."""

VERDICTS = frozenset({"yes", "no", "unanswerable", "true", "false"})
"""References that are a word of any English sentence: they must be the first word of the line."""

VERDICTS_ZH = frozenset({"是", "否", "不是", "有", "没有", "能", "不能", "可以", "不可以", "会", "不会"})
"""The same in Chinese: they must open the line."""

EAST_ASIAN = "\u2e80"
"""The scripts from here on put no spaces between words, so that a word has no borders to look for."""

_LETTER = r"[^\W\u2e80-\uffff]"


def clean(text: str) -> str:
    """The answer without thoughts, in plain (NFKC) characters; case is kept."""
    text = without_thoughts(text)
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def qa(prediction: str, references: Sequence[str]) -> float:
    """An English answer: right where its first line holds the reference as a run of whole words, else its best F1.

    The authors' F1 gives `The capital is Paris, of course` 0.4 for `Paris`, and counts every word of a thought or of
    a second paragraph against the answer.
    """
    answer = clean(prediction)
    words = english_words(answer)
    line = english_words(first_full_line(answer))
    return max((_qa(words, line, english_words(clean(text))) for text in references), default=0.0)


def _qa(words: Sequence[str], line: Sequence[str], reference: Sequence[str]) -> float:
    if reference and len(line) <= MOST_WORDS and _holds(line, reference):
        return 1.0
    return f1(words, reference) if words == line else max(f1(words, reference), f1(line, reference))


def _holds(line: Sequence[str], reference: Sequence[str]) -> bool:
    if len(reference) == 1 and (reference[0] in VERDICTS or len(reference[0]) < 2):
        return line[:1] == reference
    return f" {' '.join(reference)} " in f" {' '.join(line)} "


def qa_zh(prediction: str, references: Sequence[str]) -> float:
    """A Chinese answer: right where its first line holds the reference, else its best F1 over jieba's words.

    The authors' F1 also depends on how jieba cuts the words around the reference: `在北京大学` can miss `北京`.
    """
    answer = clean(prediction)
    first = first_full_line(answer)
    words = chinese_words(segment(answer))
    line = words if first == answer else chinese_words(segment(first))
    return max((_qa_zh(words, line, chinese_text(first), clean(text)) for text in references), default=0.0)


def _qa_zh(words: Sequence[str], line: Sequence[str], text: str, reference: str) -> float:
    normal = chinese_text(reference)
    if normal and len(text) <= MOST_CHARACTERS and _holds_zh(text, normal):
        return 1.0
    wanted = chinese_words(segment(reference))
    return max(f1(words, wanted), f1(line, wanted))


def _holds_zh(text: str, reference: str) -> bool:
    if len(reference) < 2 or reference in VERDICTS_ZH:
        return text.startswith(reference)
    return any(_alone(text, start, start + len(reference)) for start in _places(text, reference))


def _places(text: str, part: str) -> Iterator[int]:
    """Where a part of a text begins, every time."""
    start = text.find(part)
    while start >= 0:
        yield start
        start = text.find(part, start + 1)


def _alone(text: str, start: int, end: int) -> bool:
    """Whether this is not a part of a longer word or number, as `20` is of `2023`; Chinese knows no such border."""
    return not (_joined(text[max(0, start - 1) : start + 1]) or _joined(text[end - 1 : end + 1]))


def _joined(pair: str) -> bool:
    return len(pair) > 1 and all(character.isalnum() and character < EAST_ASIAN for character in pair)


def _has_border(name: str) -> bool:
    return any(character.isalnum() and character < EAST_ASIAN for character in (name[0], name[-1]))


def _bordered(names: Sequence[str]) -> str:
    """A pattern for any of some names of a script with spaces."""
    return f"(?<!{_LETTER})(?:{'|'.join(map(re.escape, names))})(?!{_LETTER})"


def classification(prediction: str, references: Sequence[str], all_classes: Sequence[str]) -> float:
    """One divided by the number of classes named in the first line if the reference is among them.

    Names are whole words in any case, from left to right, the longest first; a name inside a longer one (`Group` in
    `Group or organization`) does not count, which is what the authors meant to reach by dropping names.
    """
    line = first_full_line(clean(prediction)).casefold()
    named = set(_any_of(tuple(all_classes)).findall(line))
    return 1 / len(named) if any(clean(text).casefold() in named for text in references) else 0.0


@lru_cache(maxsize=64)
def _any_of(all_classes: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds the class names; compiled once for a task, it takes longer than all its rows."""
    names = sorted({clean(name).casefold() for name in all_classes if name}, key=lambda name: (-len(name), name))
    bordered = [name for name in names if _has_border(name)]
    others = [re.escape(name) for name in names if not _has_border(name)]
    return re.compile("|".join([_bordered(bordered)] * bool(bordered) + others) or r"(?!)")


def number(prediction: str, rights: Sequence[str]) -> float:
    """One divided by the number of different numbers in the first line that has one, if a right one is among them.

    The authors count every number of the answer, so that an explanation below it, or saying the same number twice
    beside another, moves the score.
    """
    lines = map(_plain_numbers, clean(prediction).splitlines())
    named = next(filter(None, lines), set())
    return 1 / len(named) if any(_plain(right) in named for right in rights) else 0.0


def _plain_numbers(line: str) -> set[str]:
    return {_plain(digits) for digits in numbers(line)}


def _plain(digits: str) -> str:
    return clean(digits).lstrip("0") or "0"
