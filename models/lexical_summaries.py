"""Summaries by extraction: lead sentences of every document, or the sentences that fit a question, in their order.

The lead of a news text is a hard baseline to beat (Nenkova, "Automatic text summarization of newswire", 2005). A
transcript has no lead, it opens with greetings: there the sentences with the most typical words are taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bench.models.lexical_answers import ranked
from bench.retrieval import best, sentences, words

_SIZES = {"en": 300, "zh": 200}
"""Words (characters) of a summary of everything; the limit on new tokens would allow more, precision would not."""
_FOCUSED = {"en": 90, "zh": 90}
"""Words (characters) of an answer to a question about a transcript."""
_SHORTEST = {"en": 6, "zh": 8}
"""Words (characters) below which a line is a headline, a date, a greeting or a page number."""
_CANDIDATES = 60
"""Sentences that are looked at for a summary by score."""
_LEAST = 0.25
"""A sentence with less than this share of the best one's score is not to the point."""
_LONGEST = {"en": 80, "zh": 120}

_DOCUMENT = re.compile(r"^(?:Passage|Document|Article|文章|文档|段落)\s*\d+\s*[:：]\s*", re.MULTILINE)
# Scraped news writes its line ends as a word in capitals.
_MARKUP = re.compile(r"\b[A-Z]+_CHAR\b|<[^<>\n]{1,40}>|\{[a-z]+\}")
_SPEAKER = re.compile(r"^[^\s:：][^:：\n]{0,40}[:：][ \t]*(?=\S)", re.MULTILINE)
_TRANSCRIPT_SHARE = 0.5
"""Share of the lines that must open with a speaker for the text to count as a transcript."""


def summarize(context: str, question: str, language: str) -> str:
    """A summary of `context` in its own sentences; only of what fits `question` where there is one."""
    language = "zh" if language == "zh" else "en"
    text = _MARKUP.sub("\n", context)
    transcript = _is_transcript(text)
    if transcript:
        text = _SPEAKER.sub("", text)
    if question.strip():
        return _focused(text, question, language)
    if transcript:
        return _typical(text, language)
    return _leads(text, language)


def dialogue_lead(dialogue: str, language: str, size: int) -> str:
    """The first `size` words (`zh`: characters) of what is said, with the speakers kept, on one line."""
    lines = [line.strip() for line in dialogue.splitlines() if line.strip()]
    return _until(lines, size, "zh" if language == "zh" else "en")


def _is_transcript(text: str) -> bool:
    lines = text.count("\n") + 1
    return lines > 3 and sum(1 for _ in _SPEAKER.finditer(text)) >= _TRANSCRIPT_SHARE * lines


def _leads(text: str, language: str) -> str:
    documents = [document for document in _DOCUMENT.split(text) if document.strip()]
    share = max(_SIZES[language] // max(len(documents), 1), _SHORTEST[language])
    leads = (_until(_full_sentences(document, language, share), share, language) for document in documents)
    return _until(leads, _SIZES[language], language)


def _full_sentences(text: str, language: str, size: int) -> Iterator[str]:
    """The sentences that are not headlines or crumbs; only as much of the text is cut as `size` can need."""
    head = text[: 40 * size + 4000]
    for piece in sentences(head, language, _LONGEST[language]):
        sentence = piece.text.strip()
        if _length(sentence, language) >= _SHORTEST[language]:
            yield sentence


def _typical(text: str, language: str) -> str:
    pieces = [piece.text.strip() for piece in sentences(text, language, _LONGEST[language])]
    counts: Counter[str] = Counter()
    for piece in pieces:
        counts.update(set(words(piece, language)))
    scores = [_typicality(piece, counts, language) for piece in pieces]
    return _in_order(pieces, scores, _SIZES[language], language)


def _typicality(sentence: str, counts: Counter[str], language: str) -> float:
    """The sum of the words' frequencies over the root of their number: long sentences win, rambling ones do not."""
    if _length(sentence, language) < _SHORTEST[language]:
        return 0.0
    found = set(words(sentence, language))
    return sum(counts[word] for word in found if len(word) > 1) / len(found) ** 0.5 if found else 0.0


def _focused(text: str, question: str, language: str) -> str:
    pieces, scores = ranked(question, text, language)
    return _in_order([piece.text.strip() for piece in pieces], scores, _FOCUSED[language], language)


def _in_order(pieces: Sequence[str], scores: Sequence[float], size: int, language: str) -> str:
    """The best pieces that fit into `size`, each said once, as they stand in the document."""
    chosen: dict[str, int] = {}
    least = _LEAST * max(scores, default=0.0)
    left = size
    for index in best(scores, _CANDIDATES):
        length = _length(pieces[index], language)
        if scores[index] > least and length <= left and pieces[index] not in chosen:
            chosen[pieces[index]] = index
            left -= length
    in_order = sorted(chosen.values())
    return _join((pieces[index] for index in in_order), language) or _until(pieces[:_CANDIDATES], size, language)


def _until(pieces: Iterator[str] | Sequence[str], size: int, language: str) -> str:
    """Pieces up to the one that reaches `size`, which is cut there."""
    chosen: list[str] = []
    left = size
    for piece in pieces:
        if left <= 0:
            break
        chosen.append(shorten(piece, left, language))
        left -= _length(piece, language)
    return _join(chosen, language)


def shorten(text: str, size: int, language: str) -> str:
    """The first `size` words (`zh`: characters) of a text."""
    if language == "zh":
        return text[:size]
    return text if len(text) <= size else " ".join(text.split(maxsplit=size)[:size])


def _join(pieces: Iterator[str] | Sequence[str], language: str) -> str:
    return ("" if language == "zh" else " ").join(" ".join(piece.split()) for piece in pieces)


def _length(text: str, language: str) -> int:
    return len(text) if language == "zh" else len(text.split())
