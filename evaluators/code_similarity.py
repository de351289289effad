"""Edit similarity of one line of code, in whole per cent as fuzzywuzzy gives it.

fuzzywuzzy takes difflib's ratio, or python-Levenshtein's where that happens to be installed; the two differ by
points, so both are here by name. difflib is the standard library's, with its `autojunk` on as in fuzzywuzzy: a
thousand lines take a tenth of a second, a faster copy is not worth a dependency.

Source: `code_sim_score` in `LongBench/metrics.py`; `fuzz.ratio` of fuzzywuzzy 0.18.0 and what it calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from bench.evaluators import subsequence

COMMENT_MARKS = ("`", "#", "//")


def picked_line(prediction: str) -> str:
    """The first line without a mark of a comment or of a fence; empty where every line has one."""
    lines = prediction.lstrip("\n").split("\n")
    return next((line for line in lines if not any(mark in line for mark in COMMENT_MARKS)), "")


def edit_difflib(line: str, reference: str) -> float:
    """difflib's ratio of two lines, rounded to hundredths."""
    known = _known(line, reference)
    return known if known is not None else _hundredths(SequenceMatcher(None, line, reference).ratio())


def edit_indel(line: str, reference: str) -> float:
    """python-Levenshtein's ratio of two lines, one less the share of characters put in or taken out, in hundredths."""
    known = _known(line, reference)
    if known is not None:
        return known
    total = len(line) + len(reference)
    return _hundredths(1.0 - (total - 2 * subsequence.length(line, reference)) / total)


def code_sim_score(prediction: str, reference: str, _classes: Sequence[str] = ()) -> float:
    """Edit similarity in [0, 1] of the answer's first line of code, by difflib."""
    return edit_difflib(picked_line(prediction), reference)


def _known(line: str, reference: str) -> float | None:
    """The values that need no comparison: equal lines, even empty ones, and one empty line."""
    if line == reference:
        return 1.0
    return None if line and reference else 0.0


def _hundredths(ratio: float) -> float:
    return round(100 * ratio) / 100
