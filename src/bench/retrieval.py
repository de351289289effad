"""Cutting a text into sentences and chunks, and ranking them by BM25: pure functions on strings, no packages.

The ranking is Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, section 3.2) with
the idf of Lucene, ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative. Chinese words are character bigrams:
without a dictionary they are deterministic, need no start-up time and retrieve about as well as segmented words.

Everything here is linear in the length of the text: contexts of several megabytes are normal.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_WORD_EN = re.compile(r"[^\W_]+")
_WORD_ZH = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_TOKEN = re.compile(r"\S+\s*")

# A sentence ends after these; the closing quotes and the space that follow belong to it. A full stop after one capital
# letter, a title or a short month does not end a sentence: "J. Smith", "Mr. Smith", "Nov. 28".
_MONTHS = "(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_NO_END = ("[A-Z]", "(?:Mr|Ms|Dr|St|Jr|Lt|vs|No)", "(?:Mrs|Gen|Sen|Rep|Gov|Col)", _MONTHS, "Sept")
_TITLES = "".join(rf"(?<!\b{word}\.)" for word in _NO_END)
_END_EN = re.compile(rf"[.!?]{_TITLES}[\"'”’)\]]*\s+|\n\s*")
_END_ZH = re.compile(r"[。！？；!?;]+[\"”’」』）)]*\s*|[.…]\s+|\n\s*")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a text: `text` is the original's `[start:end]`, offsets in characters."""

    text: str
    start: int
    end: int


def words(text: str, language: str) -> list[str]:
    """The words to rank by, in lower case and in order.

    Chinese (`zh`): the overlapping bigrams of every run of Han characters (a run of one character stands for itself)
    and whole words between them. Any other language: runs of letters and digits.
    """
    lowered = text.lower()
    if language != "zh":
        return _WORD_EN.findall(lowered)
    found: list[str] = []
    for run in _WORD_ZH.findall(lowered):
        if len(run) > 1 and "\u3400" <= run[0] <= "\ufaff":
            found.extend(map("".join, pairwise(run)))
        else:
            found.append(run)
    return found


def sentences(text: str, language: str, longest: int) -> list[Chunk]:
    """The text as its sentences and lines, in order and without a gap: joined they give the text again.

    A sentence is cut after `longest` words (`zh`: characters), so that a text without any sentence end still falls
    into pieces of bounded length.

    Raises:
        ValueError: `longest` is below 1.
    """
    return [Chunk(text[start:end], start, end) for start, end, _ in _units(text, longest, language)]


def chunks(text: str, size: int, language: str) -> list[Chunk]:
    """The text in pieces of at most `size` words (`zh`: characters), in order and without a gap.

    Borders lie between sentences or lines wherever a sentence is not longer than `size` itself.

    Raises:
        ValueError: `size` is below 1.
    """
    found: list[Chunk] = []
    begin = end = used = 0
    for start, stop, length in _units(text, size, language):
        if used and used + length > size:
            found.append(Chunk(text[begin:start], begin, start))
            begin, used = start, 0
        end, used = stop, used + length
    if end > begin:
        found.append(Chunk(text[begin:end], begin, end))
    return found


def _units(text: str, size: int, language: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and length of every sentence; one longer than `size` comes in pieces of that size."""
    if size < 1:
        raise ValueError(f"size must be at least 1, not {size}")
    cut = _cut_characters if language == "zh" else _cut_words
    start = 0
    for end in _borders(text, language):
        yield from cut(text, start, end, size)
        start = end


def _borders(text: str, language: str) -> Iterator[int]:
    end = 0
    for match in (_END_ZH if language == "zh" else _END_EN).finditer(text):
        end = match.end()
        yield end
    if end < len(text):
        yield len(text)


def _cut_characters(_text: str, start: int, end: int, size: int) -> Iterator[tuple[int, int, int]]:
    for begin in range(start, end, size):
        stop = min(begin + size, end)
        yield begin, stop, stop - begin


def _cut_words(text: str, start: int, end: int, size: int) -> Iterator[tuple[int, int, int]]:
    length = len(text[start:end].split())
    if length <= size:
        yield start, end, length
        return
    begin, count = start, 0
    for match in _TOKEN.finditer(text, start, end):
        count += 1
        if count == size:
            yield begin, match.end(), count
            begin, count = match.end(), 0
    if begin < end:
        yield begin, end, count


class BM25:
    """An index over documents that are lists of words.

    Args:
        documents: the words of each; an iterator will do, the index keeps counts only.
        k1: how soon a repeated word stops adding.
        b: how much a long document is held back, 0 to 1.
    """

    def __init__(self, documents: Iterable[Sequence[str]], *, k1: float = 1.5, b: float = 0.75) -> None:
        self._k1 = k1
        self._b = b
        self._lengths: list[int] = []
        # word -> document, count, document, count, ...: a flat list takes a tenth of the memory of pairs
        self._postings: dict[str, list[int]] = {}
        for index, document in enumerate(documents):
            self._add(index, document)
        self._mean = sum(self._lengths) / len(self._lengths) if self._lengths else 0.0

    def _add(self, index: int, document: Sequence[str]) -> None:
        self._lengths.append(len(document))
        postings = self._postings
        for word, count in Counter(document).items():
            entry = postings.get(word)
            if entry is None:
                postings[word] = [index, count]
            else:
                entry += (index, count)

    def __len__(self) -> int:
        return len(self._lengths)

    def idf(self, word: str) -> float:
        """How rare a word is; 0 where no document has it."""
        holders = len(self._postings.get(word, ())) // 2
        return math.log1p((len(self._lengths) - holders + 0.5) / (holders + 0.5)) if holders else 0.0

    def scores(self, query: Sequence[str]) -> list[float]:
        """One score for each document, 0 where no word is shared; a word twice in the query counts twice."""
        scores = [0.0] * len(self._lengths)
        for word, weight in Counter(query).items():
            self._add_scores(scores, word, weight * self.idf(word))
        return scores

    def _add_scores(self, scores: list[float], word: str, weight: float) -> None:
        k1, flat, slope = self._k1, 1 - self._b, self._b / (self._mean or 1.0)
        entry = self._postings.get(word, ())
        for index, count in zip(entry[::2], entry[1::2], strict=True):
            scores[index] += weight * count * (k1 + 1) / (count + k1 * (flat + slope * self._lengths[index]))

    def top(self, query: Sequence[str], k: int) -> list[int]:
        """The `k` best documents, best first; equal scores in the order of the documents."""
        return best(self.scores(query), k)


def best(scores: Sequence[float], k: int) -> list[int]:
    """The indices of the `k` highest scores, highest first; equal scores in their order."""
    return heapq.nsmallest(k, range(len(scores)), key=lambda index: (-scores[index], index))
