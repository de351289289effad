"""Classification: which of the task's class names the answer holds.

Source: `classification_score` in `LongBench/metrics.py`.
"""

from __future__ import annotations

from collections.abc import Sequence


def matched_classes(prediction: str, reference: str, all_classes: Sequence[str]) -> list[str]:
    """The class names that count as named, in the order of the task's list.

    A name counts where it stands anywhere in the answer, inside other words too. The authors then drop the names
    that are a part of the reference, but from the very list they are walking over: after each name dropped the walk
    skips the one that follows, which so stays even if it is a part as well.
    """
    matches = [name for name in all_classes if name in prediction]
    place = 0
    while place < len(matches):
        name = matches[place]
        if name in reference and name != reference:
            matches.remove(name)
        place += 1
    return matches


def classification_score(prediction: str, reference: str, all_classes: Sequence[str]) -> float:
    """One divided by the number of classes named if the reference is among them, otherwise 0.

    Raises:
        TypeError: `all_classes` is None, which stops the authors' script too.
    """
    matches = matched_classes(prediction, reference, all_classes)
    return 1.0 / len(matches) if reference in matches else 0.0
