"""F1 over words between an answer and a reference, as LongBench (and SQuAD before it) scores question answering.

Source: `f1_score`, `qa_f1_score` and `qa_f1_zh_score` in `LongBench/metrics.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bench.evaluators.segmentation import segment
from bench.evaluators.text import chinese_words, english_words


def f1(answer: Sequence[str], reference: Sequence[str]) -> float:
    """Harmonic mean of precision and recall over words with their counts, in [0, 1]; 0 where none is common."""
    if set(answer).isdisjoint(reference):
        return 0.0
    common = (Counter(answer) & Counter(reference)).total()
    precision, recall = common / len(answer), common / len(reference)
    return (2 * precision * recall) / (precision + recall)


def qa_f1_score(prediction: str, reference: str, _classes: Sequence[str] = ()) -> float:
    """F1 of an English answer in [0, 1], over words without punctuation, articles and case."""
    return f1(english_words(prediction), english_words(reference))


def qa_f1_zh_score(prediction: str, reference: str, _classes: Sequence[str] = ()) -> float:
    """F1 of a Chinese answer in [0, 1], over jieba's words without punctuation."""
    return f1(chinese_words(segment(prediction)), chinese_words(segment(reference)))
