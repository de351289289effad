"""Documents in chunks: the rules of the authors' scripts, each linear in the text and held as offsets into it.

By words, for retrieval in v1, `LongBench/retrieval/splitter.py`: sentences are gathered until the next would be one too
many. By tokens, for RAG in v2: every so many tokens, wherever that is. By parts, for summaries in v1,
`LongBench/summ/compress.py`: about as many parts as the text has chunks, each ending with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, pairwise

Span = tuple[int, int]
"""Start and end of a stretch of a text, in characters."""
Chunk = tuple[Span, ...]
"""A chunk: its stretches, between which a blank stands (see `by_words`)."""
Starts = Callable[[str], Iterable[int]]
"""Where each token of a text begins, in order."""

_SEPARATOR = re.compile(r"[。？！；\n.!?;]\s*")
# A word to the authors' get_word_list: a run of word characters in which each Chinese character stands for itself.
_WORD = re.compile(r"[\u4e00-\u9fa5]|[^\W\u4e00-\u9fa5]+")
_HAN = "\u3400-\u9fff\uf900-\ufaff"
# A run without an end, base64 for example, must not make a chunk of megabytes.
_TOKEN = re.compile(rf"[{_HAN}]|[^\W{_HAN}]{{1,32}}|[^\w\s]")
_PART_END = re.compile(r"[\n.。?？!！]")
_PART_SEARCH = 1500  # characters in which compress.py looks for the end of a sentence


def count_words(text: str) -> int:
    """Words as the authors count them, each Chinese character one (`get_word_len` in splitter.py and compress.py)."""
    return sum(1 for _ in _WORD.finditer(text.lower()))


def joined(text: str, chunk: Chunk) -> str:
    """The chunk's text."""
    return " ".join(text[start:end] for start, end in chunk)


def by_words(text: str, size: int) -> list[Chunk]:
    """Sentences gathered into chunks of at most `size` words; a longer sentence is a chunk of its own.

    Equal to the authors' `split_long_sentence`, with what looks like a slip: where two separators follow each other a
    blank comes between them, unless the chunk is full. A word never reaches over the end of a sentence or of its
    separator, so that the sum of the parts' words is what they count again and again in the whole.
    """
    found: list[Chunk] = []
    spans: list[Span] = []
    used = 0
    for start, end in _sentences(text):
        length = count_words(text[start:end])
        if spans and used + length <= size:
            _append(spans, start, end)
            used += length
            continue
        if spans:
            found.append(tuple(spans))
        spans, used = ([(start, end)] if end > start else []), length
    return [*found, tuple(spans)] if spans else found


def _append(spans: list[Span], start: int, end: int) -> None:
    if start == end:
        spans.append((start, end))
    else:
        spans[-1] = (spans[-1][0], end)


def _sentences(text: str) -> Iterator[Span]:
    """Sentences and separators in turn, empty sentences among them, as `re.split` with a group gives them."""
    begin = 0
    for match in _SEPARATOR.finditer(text):
        yield begin, match.start()
        yield match.span()
        begin = match.end()
    yield begin, len(text)


def by_tokens(text: str, size: int, starts: Starts) -> list[Chunk]:
    """Chunks of `size` tokens each, the last with what is left; joined they give the text again."""
    borders = [0, *islice(starts(text), size, None, size), len(text)]
    return [((start, end),) for start, end in pairwise(borders) if end > start]


def token_starts(text: str) -> Iterator[int]:
    """Tokens counted without a tokenizer: words of at most 32 letters, single signs, single Chinese characters."""
    return (match.start() for match in _TOKEN.finditer(text))


def by_parts(text: str, size: int) -> list[Chunk]:
    """The text in about as many parts as it has `size` words, for summaries; none where it has fewer than that.

    The rule of the authors' `data_spilt`: a part ends with the first sentence that ends at the mean length of a part or
    up to 1500 characters later; where none does, all that is left is one part.
    """
    parts = count_words(text) // size
    if not parts:
        return []
    found: list[Chunk] = []
    start, mean = 0, len(text) // parts
    while start < len(text):
        at = _PART_END.search(text, start + mean, start + mean + _PART_SEARCH)
        end = at.end() if at else len(text)
        found.append(((start, end),))
        start = end
    return found
