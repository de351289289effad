"""Few-shot tasks by analogy: what stood after the cue in the solved examples most like the one to solve.

The cue is what the question ends with: `Type:`, `类别：`, `Answer:`, `Summary:`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from bench.models.lexical_answers import answer
from bench.models.lexical_summaries import dialogue_lead
from bench.retrieval import BM25, best, words

_CUE = re.compile(r"([^\s:：][^\n:：]{0,40}[:：])\s*$")
_LABEL = re.compile(r"^([^\s:：][^\n:：]{0,40}[:：])", re.MULTILINE)
_NEIGHBOURS = 5
"""Examples that vote, each with its score."""
_DIALOGUE = {"en": 24, "zh": 40}
"""Words (characters) of the lead of a dialogue."""
_USUAL = 0.8
"""A label belongs to the form of the examples if it stands in this share of them; a speaker's name does not."""


def solve(question: str, examples: str, language: str) -> str:
    """The answer for `question`, one line; empty where nothing can be learnt from the examples."""
    cue = _CUE.search(question)
    if not cue:
        return _last_line(examples)
    problems, answers = _solved(examples, cue[1])
    fields = _fields(question[: cue.start()], examples, len(answers))
    if len(fields) > 1:
        return _one_line(answer(fields[-1], "\n".join(fields[:-1]), language))
    if fields and _is_dialogue(fields[0]):
        return dialogue_lead(fields[0], language, _DIALOGUE.get(language, 24))
    return _vote(question, problems, answers, language)


def _solved(examples: str, cue: str) -> tuple[list[str], list[str]]:
    """What stands before each cue, and the first line that is not blank after it."""
    problems: list[str] = []
    answers: list[str] = []
    start = 0
    for match in re.finditer(rf"^{re.escape(cue)}\s*([^\n]*)", examples, re.MULTILINE):
        problems.append(examples[start : match.start()])
        answers.append(match[1].strip())
        start = match.end()
    return problems, answers


def _fields(problem: str, examples: str, count: int) -> list[str]:
    """The problem cut at the labels that most examples have: a passage and a question, say."""
    labels = Counter(_LABEL.findall(examples))
    starts = [match for match in _LABEL.finditer(problem) if labels[match[1]] >= max(_USUAL * count, 1)]
    ends = [*(match.start() for match in starts), len(problem)][1:]
    return [problem[match.end() : end].strip() for match, end in zip(starts, ends, strict=True)]


def _is_dialogue(text: str) -> bool:
    lines = text.count("\n") + 1
    return lines > 1 and len(_LABEL.findall(text)) > lines / 2


def _vote(question: str, problems: Sequence[str], answers: Sequence[str], language: str) -> str:
    if not answers:
        return ""
    scores = BM25(words(problem, language) for problem in problems).scores(words(question, language))
    votes: dict[str, float] = defaultdict(float)
    for index in best(scores, _NEIGHBOURS):
        votes[answers[index]] += scores[index]
    return max(votes, key=lambda label: votes[label])


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return re.sub(_LABEL, "", lines[-1]).strip() if lines else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
