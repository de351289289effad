"""`lexical`: the floor of a leaderboard, a baseline of retrieval and rules without any weights.

It answers from a prompt's `kind`, `parts`, `language` and `max_tokens` alone, so it knows no benchmark, needs no
download and gives the same answers on every machine.
"""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bench.models.lexical_answers import answer
from bench.models.lexical_code import next_line
from bench.models.lexical_examples import solve
from bench.models.lexical_summaries import shorten, summarize
from bench.models.plain import Plain
from bench.records import Completion, Kind, Parts, Prompt
from bench.retrieval import BM25, best, chunks, words

VERSION = 1
"""Part of the spec: it is raised when an answer can change."""

_NUMBERED = re.compile(r"^[ \t]*(([A-Za-z]{2,12} ?|[\u4e00-\u9fff]{1,4} ?)(\d{1,9})) ?[:：]", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n\s*\n")
_OPTION = re.compile(r"^[ \t]*[(（]?([A-H])[)）.、:：][ \t]*(.*)$", re.MULTILINE)
_CHUNK = {"en": 120, "zh": 240}
"""Words (characters) of the windows that options are looked up in."""
_TOKENS_PER_WORD = {"en": 1.4, "zh": 1.0}
"""Tokens of a word (`zh`: a character), roughly and rather too many."""


class Lexical(Plain):
    """The baseline as a model; it never fails on a prompt."""

    name = "lexical"
    spec: Mapping[str, Any] = MappingProxyType({"backend": "lexical", "version": VERSION})

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """One completion after the other, in the order of the prompts."""
        return map(_complete, prompts)


def _complete(prompt: Prompt) -> Completion:
    begin = time.perf_counter()
    language = "zh" if prompt.language == "zh" else "en"
    whole = ANSWERERS[prompt.kind](prompt.parts, language)
    text = whole if prompt.kind is Kind.CODE else _fit(whole, prompt.max_tokens, language)
    return Completion(
        sample_id=prompt.sample_id,
        attempt=prompt.attempt,
        step=prompt.step,
        text=text,
        finish_reason="stop" if text == whole else "length",
        seconds=time.perf_counter() - begin,
    )


def _fit(text: str, max_tokens: int, language: str) -> str:
    return shorten(text, max(int(max_tokens / _TOKENS_PER_WORD[language]), 1), language)


def _qa(parts: Parts, language: str) -> str:
    return answer(parts.question, parts.context, language)


def _summary(parts: Parts, language: str) -> str:
    return summarize(parts.context, parts.question, language)


def _few_shot(parts: Parts, language: str) -> str:
    return solve(parts.question, parts.examples or parts.context, language)


def _count(parts: Parts, _language: str) -> str:
    return str(len({"".join(body.split()).casefold() for _, body in paragraphs(parts.context)}))


def _retrieval(parts: Parts, language: str) -> str:
    """The label of the paragraph that an abstract was made from, spelled as it stands there."""
    numbered = paragraphs(parts.context)
    index = BM25(words(body, language) for _, body in numbered)
    found = index.top(words(parts.question, language), 1)
    return numbered[found[0]][0] if found else ""


def _code(parts: Parts, _language: str) -> str:
    return next_line(parts.context + parts.question)


def _choice(parts: Parts, language: str) -> str:
    """The option that, together with the question, fits some window of the context best for its length."""
    options = _OPTION.findall(parts.question)
    if not options:
        return answer(parts.question, parts.context, language)
    index = BM25(words(chunk.text, language) for chunk in chunks(parts.context, _CHUNK[language], language))
    stem = index.scores(words(_OPTION.sub("", parts.question), language))
    fits = [_fitness(index, stem, words(text, language)) for _, text in options]
    return f"The correct answer is ({options[best(fits, 1)[0]][0]})"


def _fitness(index: BM25, stem: Sequence[float], option: Sequence[str]) -> float:
    own = index.scores(option)
    together = (mine + question for mine, question in zip(own, stem, strict=True))
    return max(together, default=0.0) / math.sqrt(len(option) + 4)


ANSWERERS: Mapping[Kind, Callable[[Parts, str], str]] = MappingProxyType(
    {
        Kind.QA: _qa,
        Kind.SUMMARY: _summary,
        Kind.FEW_SHOT: _few_shot,
        Kind.COUNT: _count,
        Kind.RETRIEVAL: _retrieval,
        Kind.CODE: _code,
        Kind.CHOICE: _choice,
    }
)


def paragraphs(context: str) -> list[tuple[str, str]]:
    """Label and text of every numbered paragraph; of every block between blank lines where none is numbered.

    Numbered paragraphs count upwards by one: `Paragraph 1: ...`, `段落1：...`. A heading of that look inside one
    (`Chapter 3:`) is part of its text.
    """
    starts = _numbered(context)
    if not starts:
        blocks = [block for block in _BLANK_LINES.split(context) if block.strip()]
        return [(f"Paragraph {number}", block) for number, block in enumerate(blocks, start=1)]
    ends = [match.start() for match in starts[1:]] + [len(context)]
    return [(match[1], context[match.end() : end]) for match, end in zip(starts, ends, strict=True)]


def _numbered(context: str) -> list[re.Match[str]]:
    matches = list(_NUMBERED.finditer(context))
    if not matches:
        return []
    usual = Counter(match[2] for match in matches).most_common(1)[0][0]
    found: list[re.Match[str]] = []
    for match in matches:
        if match[2] == usual and (not found or int(match[3]) == int(found[-1][3]) + 1):
            found.append(match)
    return found
