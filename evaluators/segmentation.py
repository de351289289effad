"""Chinese words, exactly as jieba 0.42.1 cuts them: its segmentation is part of every official Chinese score.

`import jieba` costs about a second: it builds a dictionary of half a million entries and writes it to a cache file in
the shared temporary folder, which any other user may have put there first. Here only jieba's two data files are read,
checked by hash, and its default rule (`jieba.cut(text, cut_all=False)`: the likeliest path through the words of the
dictionary, a hidden Markov model for what is left over) is applied to them with the same sums in the same order.
Nothing is read from or written to a cache, and nothing is imported or read before the first Chinese text.

Source: `jieba/__init__.py` and `jieba/finalseg/__init__.py` of jieba 0.42.1.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log
from operator import add
from pathlib import Path

from bench.errors import DataError
from bench.evaluators.hidden_markov import NEVER, Emissions, cut_unknown, load_emissions

DICTIONARY = "dict.txt"
EMISSIONS = "finalseg/prob_emit.p"
SHA256 = {
    DICTIONARY: "7197c3211ddd98962b036cdf40324d1ea2bfaa12bd028e68faa70111a88e12a8",
    EMISSIONS: "1e1d1d835b0c77d234acaa6afa23a13ffce597a295be0d7a1ece6a0d440dcf08",
}
LOG_TOTAL = log(60101967)
"""Logarithm of the sum of all frequencies in the dictionary, of which the hash above is proof."""

LAST = "\U0010ffff"
"""Stands behind every character of the dictionary."""

CACHED_TEXTS = 256
"""Texts whose words are remembered: enough for references that come again, at most about 10 MB."""

_HAN = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+)")
_SPACE = re.compile(r"(\r\n|\s)")

Words = dict[str, float | None]
"""Log probability of each word; None for a beginning of longer words that is no word itself."""

NO_WORDS: Words = {}
"""What most pairs of characters begin."""


class Singles(dict[str, tuple[int, int]]):
    """Where the lines of the words with one first character begin and end, found when the character is first met."""

    def __init__(self, lines: list[str]) -> None:
        """Take the sorted lines of dict.txt, each `word frequency tag`."""
        super().__init__()
        self.lines = lines

    def __missing__(self, character: str) -> tuple[int, int]:
        """Find one character's lines; where it has none, both ends are the same."""
        start = bisect_left(self.lines, character)
        place = self[character] = start, bisect_left(self.lines, character + LAST, start)
        return place


class Weights(dict[str, float]):
    """Log probability of each single character; of one that is no word, that of a frequency of 1."""

    def __init__(self, singles: Singles) -> None:
        """Take the index to look in."""
        super().__init__()
        self._singles = singles

    def __missing__(self, character: str) -> float:
        """Look one character up; its own line is the first of its lines."""
        start, end = self._singles[character]
        line = self._singles.lines[start] if end > start else ""
        weight = self[character] = _log_probability(line) if line[1:2] == " " else -LOG_TOTAL
        return weight


class Pairs(dict[str, Words]):
    """The words that can begin with two given characters, the single character among them; parsed when first met.

    Empty where no longer word does. Parsing all of the dictionary takes longer than cutting all answers of a run.
    """

    def __init__(self, singles: Singles) -> None:
        """Take the index to look in."""
        super().__init__()
        self._singles = singles

    def __missing__(self, pair: str) -> Words:
        """Parse the lines that begin with these two characters."""
        lines, (first, end) = self._singles.lines, self._singles[pair[0]]
        start = bisect_left(lines, pair, first, end)
        if start == end or not lines[start].startswith(pair):
            words = NO_WORDS
        else:
            own = lines[first]
            alone = _log_probability(own) if own[1] == " " else None
            words = {pair[0]: alone} | _parse(lines[start : bisect_left(lines, pair + LAST, start, end)])
        self[pair] = words
        return words


def _parse(lines: list[str]) -> Words:
    """The words of these lines and their beginnings of two characters and more."""
    words: Words = {}
    for line in lines:
        word, frequency, _ = line.split(" ")
        for length in range(2, len(word)):
            words.setdefault(word[:length], None)
        words[word] = log(int(frequency)) - LOG_TOTAL
    return words


def _log_probability(line: str) -> float:
    return log(int(line.split(" ", 2)[1])) - LOG_TOTAL


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that cutting needs, read once."""

    weights: Weights
    pairs: Pairs
    emissions: Emissions


@cache
def lexicon() -> Lexicon:
    """Read jieba's data files.

    Raises:
        DataError: the installed jieba is not 0.42.1 or was changed, so that scores could differ.
    """
    lines = sorted(_read(DICTIONARY).decode("utf-8").split("\n"))
    singles = Singles(lines)
    return Lexicon(Weights(singles), Pairs(singles), load_emissions(_read(EMISSIONS)))


@lru_cache(maxsize=CACHED_TEXTS)
def segment(text: str) -> tuple[str, ...]:
    """The words of a text in order, spaces and punctuation among them; joined they give the text again.

    Raises:
        DataError: the installed jieba is not 0.42.1 or was changed, so that scores could differ.
    """
    words: list[str] = []
    for position, block in enumerate(_HAN.split(text)):
        if position % 2:
            _cut_block(block, words)
        else:
            for inner, piece in enumerate(_SPACE.split(block)):
                words.extend((piece,) if inner % 2 else piece)
    return tuple(words)


def _cut_block(block: str, words: list[str]) -> None:
    """Append the words of a block without spaces: known words as they are, runs of single characters once more."""
    ends = _best_ends(block, lexicon())
    start, run = 0, 0
    while start < len(block):
        end = ends[start]
        if end - start > 1:
            _cut_singles(block[run:start], words)
            words.append(block[start:end])
            run = end
        start = end
    _cut_singles(block[run:], words)


def _cut_singles(run: str, words: list[str]) -> None:
    """Append a run of single characters, which the hidden Markov model may join to words the dictionary lacks."""
    if len(run) < 2 or lexicon().pairs[run[:2]].get(run) is not None:
        words.extend(run)
    else:
        words.extend(cut_unknown(run, lexicon().emissions))


def _best_ends(block: str, lexicon: Lexicon) -> list[int]:
    """For each position the end of the word with which the likeliest path from there begins."""
    size = len(block)
    ends = list(range(1, size + 1))
    paths = [*map(lexicon.weights.__getitem__, block), 0.0]
    longer = [*map(lexicon.pairs.__getitem__, map(add, block, block[1:])), None]
    for start in range(size - 1, -1, -1):
        if words := longer[start]:
            paths[start], ends[start] = _best_word(block, start, words, paths)
        else:
            paths[start] += paths[start + 1]
    return ends


def _best_word(block: str, start: int, words: Words, paths: list[float]) -> tuple[float, int]:
    """The best of the words that begin here and where it ends; of equals the longest."""
    best, best_end = NEVER, start + 1
    for end in range(start + 1, len(block) + 1):
        word = block[start:end]
        if word not in words:
            break
        known = words[word]
        if known is not None and known + paths[end] >= best:
            best, best_end = known + paths[end], end
    return (best, best_end) if best != NEVER else (paths[start] + paths[start + 1], best_end)


def _read(name: str) -> bytes:
    """One of jieba's data files, of the one version whose words the official scores are made of."""
    path = _jieba_folder() / name
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256[name]:
        raise DataError(
            "not the file of jieba 0.42.1, Chinese scores would differ",
            path=path,
            remedy="install it again with `pip install --force-reinstall jieba==0.42.1`",
        )
    return data


def _jieba_folder() -> Path:
    """Where jieba is installed, found without importing it."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        raise DataError("not installed", path="jieba", remedy="install it with `pip install jieba==0.42.1`")
    return Path(spec.origin).parent
