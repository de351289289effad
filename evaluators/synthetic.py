"""Counting paragraphs and finding one: the share of the answer's numbers that are right.

Source: `count_score`, `retrieval_score` and `retrieval_zh_score` in `LongBench/metrics.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

PARAGRAPH = re.compile(r"Paragraph (\d+)")
PARAGRAPH_ZH = re.compile(r"段落(\d+)")

_NUMBER = re.compile(r"\d+")


def numbers(text: str) -> list[str]:
    """All runs of digits, of any script, as they are written."""
    return _NUMBER.findall(text)


def share_right(found: Sequence[str], right: str) -> float:
    """How large a part of the numbers is written exactly as the right one, in [0, 1]; 0 where there is none."""
    return found.count(right) / len(found) if found else 0.0


def paragraph_number(reference: str, pattern: re.Pattern[str]) -> str:
    """The number of the paragraph that a reference names.

    Raises:
        IndexError: it names none, which stops the authors' script too.
    """
    found: list[str] = pattern.findall(reference)
    return found[0]


def count_score(prediction: str, reference: str, _classes: Sequence[str] = ()) -> float:
    """Share of the answer's numbers that are the reference, in [0, 1]."""
    return share_right(numbers(prediction), reference)


def retrieval_score(prediction: str, reference: str, _classes: Sequence[str] = ()) -> float:
    """Share of the answer's numbers that are the number in `Paragraph N`, in [0, 1].

    Raises:
        IndexError: the reference names no paragraph.
    """
    return share_right(numbers(prediction), paragraph_number(reference, PARAGRAPH))


def retrieval_zh_score(prediction: str, reference: str, _classes: Sequence[str] = ()) -> float:
    """Share of the answer's numbers that are the number in `段落N`, in [0, 1].

    Raises:
        IndexError: the reference names no paragraph.
    """
    return share_right(numbers(prediction), paragraph_number(reference, PARAGRAPH_ZH))
