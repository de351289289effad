"""ROUGE-L as the authors measure it, with the `rouge` package 1.0.1, and as Google's `rouge-score` does.

The `rouge` package splits at every full stop, takes for each pair of a reference sentence and an answer's sentence
one longest common subsequence, and counts the different words of all of them together. The union does not depend on
the order of the pairs, so pairs that cannot add a word are left out here; the value is the same to the last bit.

Source: `rouge_score`, `rouge_zh_score` in the authors' `LongBench/metrics.py`; `rouge/rouge_score.py` of rouge 1.0.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.evaluators import subsequence
from bench.evaluators.segmentation import segment

STEPS_ENGLISH = 990
"""Steps back through the table that the authors' scorer survives; one more and the row counts 0.

The package walks by recursion, one frame a step and one for the end, and Python's limit is 1,000 frames. Nine are in
use when it starts: the script, scorer, rouge_score, get_scores, _get_avg_scores, a lambda, rouge_l_summary_level,
_union_lcs and _recon_lcs. 1000 - 9 - 1 = 990. The same with Python 3.11, 3.12 and 3.13.
"""

STEPS_CHINESE = STEPS_ENGLISH - 1
"""As above; rouge_zh_score stands between scorer and rouge_score."""

TOO_DEEP = "RecursionError: maximum recursion depth exceeded"
NO_ANSWER = "ValueError: Hypothesis is empty."
NO_REFERENCE = "ValueError: Reference is empty."

_TOKEN = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """ROUGE-L against one reference.

    Attributes:
        value: F in [0, 1] as the package would give it if it did not recurse; 0 where a side is empty.
        raised: the exception that the authors' code meets and counts as 0.
    """

    value: float
    raised: str | None = None

    @property
    def official(self) -> float:
        """What the authors' scorer counts."""
        return 0.0 if self.raised else self.value


class Summary:
    """A text cut into sentences and words as the package does; kept, since one answer meets several references."""

    def __init__(self, text: str) -> None:
        """Cut at full stops; a sentence of blanks is one empty word, and only nothing at all is no sentence."""
        # a model that repeats itself is compared once: the union of the words is the same
        pieces = dict.fromkeys(text.split("."))
        self.sentences = [piece.split() or [""] for piece in pieces if piece]
        self.words = set().union(*self.sentences)
        self.longest = max(map(len, self.sentences), default=0)
        self._columns: dict[int, subsequence.Columns] = {}

    def columns(self, number: int) -> subsequence.Columns:
        """Where the words of one sentence stand, worked out once."""
        if number not in self._columns:
            self._columns[number] = subsequence.columns(self.sentences[number])
        return self._columns[number]


def rouge_score(prediction: str, reference: str, _classes: Sequence[str] = ()) -> float:
    """The authors' ROUGE-L F of an English answer in [0, 1]; where the package raises, 0 as in their scorer."""
    return compare(Summary(prediction), Summary(reference), STEPS_ENGLISH).official


def rouge_zh_score(prediction: str, reference: str, _classes: Sequence[str] = ()) -> float:
    """The authors' ROUGE-L F of a Chinese answer in [0, 1], over jieba's words joined with spaces."""
    return compare(chinese_summary(prediction), chinese_summary(reference), STEPS_CHINESE).official


def chinese_summary(text: str) -> Summary:
    """A Chinese text cut by jieba and joined with spaces, then cut again as if it were English."""
    return Summary(" ".join(segment(text)))


def compare(answer: Summary, reference: Summary, most_steps: int) -> Outcome:
    """Compare an answer with one reference.

    Args:
        most_steps: recursion of the package beyond this many steps is an error in the authors' scorer.
    """
    if not answer.sentences:
        return Outcome(0.0, NO_ANSWER)
    if not reference.sentences:
        return Outcome(0.0, NO_REFERENCE)
    common = len(_union(answer, reference))
    precision, recall = common / len(answer.words), common / len(reference.words)
    value = 2.0 * ((precision * recall) / (precision + recall + 1e-8))
    return Outcome(value, TOO_DEEP if _too_deep(answer, reference, most_steps) else None)


def _union(answer: Summary, reference: Summary) -> set[str]:
    """The words of the common subsequences of all pairs of sentences."""
    shared = answer.words & reference.words
    bits = {word: 1 << place for place, word in enumerate(shared)}
    answer_masks, reference_masks = _masks(answer, bits), _masks(reference, bits)
    found = _certain({mask for _, mask in answer_masks}, {mask for _, mask in reference_masks})
    for row, wanted in reference_masks:
        for column, mask in answer_masks:
            if wanted & mask & ~found:
                for word in _pair_words(answer, column, reference.sentences[row]):
                    found |= bits[word]
    return {word for word, bit in bits.items() if bit & found}


def _certain(masks: set[int], others: set[int]) -> int:
    """The words that are all that two sentences have in common: their subsequence needs no looking for."""
    found = 0
    for mask in masks:
        for other in others:
            common = mask & other
            if not common & (common - 1):
                found |= common
    return found


def _masks(text: Summary, bits: dict[str, int]) -> list[tuple[int, int]]:
    """Number and shared words of each sentence that has any."""
    masks = []
    for number, sentence in enumerate(text.sentences):
        mask = 0
        for word in bits.keys() & sentence:
            mask |= bits[word]
        if mask:
            masks.append((number, mask))
    return masks


def _pair_words(answer: Summary, number: int, sentence: list[str]) -> set[str]:
    return subsequence.chosen_words(sentence, answer.columns(number), len(answer.sentences[number]))


def _too_deep(answer: Summary, reference: Summary, most_steps: int) -> bool:
    """Whether the package would recurse beyond the limit at any pair; nearly always the lengths alone say no."""
    if answer.longest + reference.longest <= most_steps:
        return False
    return any(
        len(rows) + len(words) > most_steps and subsequence.steps_back(rows, words) > most_steps
        for rows in reference.sentences
        for words in answer.sentences
    )


def google_tokens(text: str) -> list[str]:
    """The words of rouge-score's default tokeniser: runs of a-z and 0-9 after lowering the case."""
    return _TOKEN.findall(text.lower())


def chinese_tokens(text: str) -> list[str]:
    """jieba's words without those of white space; rouge-score's own tokeniser would drop every Chinese character."""
    return [word for word in segment(text) if not word.isspace()]


def google_rouge_l(answer: Sequence[str], references: Iterable[Sequence[str]]) -> float:
    """Best F of ROUGE-L over the references in [0, 1], as `rouge-score` computes it from these words."""
    return max((_google_f(answer, reference) for reference in references), default=0.0)


def _google_f(answer: Sequence[str], reference: Sequence[str]) -> float:
    common = subsequence.length(answer, reference) if answer and reference else 0
    if not common:
        return 0.0
    precision, recall = common / len(answer), common / len(reference)
    return 2 * precision * recall / (precision + recall)
