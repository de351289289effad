"""Which samples of two runs are the same, and why two runs must not be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.comparing.values import UNKNOWN, USES_EDIT_SIMILARITY, RunValues, TaskValues
from bench.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bench.comparing.values import Floats

    Places = NDArray[np.intp]

AMBIGUOUS = 0.1
"""The greatest part of a task's samples that may look alike where ids do not tell them apart."""
FREE = frozenset({"packages", "edit_similarity"})
"""What of `scoring` may differ: package versions, and what only some tasks use."""


class Incomparable(UserError):
    """Two runs that must not be compared.

    Attributes:
        reason: why, without a remedy, for a table of many pairs.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paired:
    """One task on the samples that both runs hold.

    Attributes:
        a, b: the values, in one order.
        clusters: of each sample; the documents where either run knows them.
        whole: both runs hold all of the task, and the same of it.
        by_content: paired by what the data say of the samples, since ids are row numbers.
        alike: samples among them that nothing tells apart.
        part_of: the task that holds all of its samples, where it is a part of one.
    """

    name: str
    a: Floats
    b: Floats
    clusters: Sequence[str]
    whole: bool
    by_content: bool
    alike: int
    part_of: str | None


def pair(a: RunValues, b: RunValues, *, different_prompts: bool = False) -> dict[str, Paired]:
    """The tasks that two runs share, each on the samples that they share.

    Args:
        different_prompts: compare them although they were asked otherwise.

    Raises:
        Incomparable: benchmark, scoring, setting, prompts or data differ, or no sample is shared.
    """
    _demand_alike(a, b, different_prompts=different_prompts)
    matched = {name: _match(a, b, name) for name in a.tasks if name in b.tasks}
    paired = {
        name: _paired(a, b, found, name=name, different_prompts=different_prompts)
        for name, found in matched.items()
        if found
    }
    if not paired:
        raise Incomparable("they share no sample", "compare runs over the same tasks and data")
    return paired


def _demand_alike(a: RunValues, b: RunValues, *, different_prompts: bool) -> None:
    if a.benchmark != b.benchmark:
        raise Incomparable(f"benchmarks differ ({a.benchmark}, {b.benchmark})", "compare two runs of one benchmark")
    differing = _scoring(a, b)
    if differing:
        remedy = f"score both again alike: `bench score {a.benchmark} RUN`, with --edit-similarity for the code tasks"
        raise Incomparable(f"scoring differs ({', '.join(differing)})", remedy)
    if a.setting != b.setting and not different_prompts:
        raise Incomparable(
            f"settings differ ({a.setting}, {b.setting})", "--different-prompts compares them all the same"
        )


def _scoring(a: RunValues, b: RunValues) -> list[str]:
    """What of the scoring differs, as far as it touches the shared tasks."""
    keys = (a.scoring.keys() | b.scoring.keys()) - FREE
    if USES_EDIT_SIMILARITY in {a.metrics[name] for name in a.tasks if name in b.tasks}:
        keys.add("edit_similarity")
    both = ((key, a.scoring.get(key), b.scoring.get(key)) for key in sorted(keys))
    return [_said(key, one, other) for key, one, other in both if one != other]


def _said(key: str, one: Any, other: Any) -> str:
    short = all(isinstance(value, str | int | None) for value in (one, other))
    return f"{key}: {one}, {other}" if short else key


_Match = tuple["Places", "Places", bool, int]
"""Places of the shared samples in either run, whether content told them, and how many look alike."""


def _match(a: RunValues, b: RunValues, name: str) -> _Match | None:
    """The samples of a task that both hold; None where there are none, or where they cannot be told apart.

    Raises:
        Incomparable: samples of one id are not the same, and the ids are no row numbers.
    """
    import numpy as np

    one, other = a.tasks[name], b.tasks[name]
    here, there = _places(one.ids, other.ids)
    differing = np.flatnonzero(one.content[here] != other.content[there])
    row_numbers = a.predicted or b.predicted
    if row_numbers and (len(differing) or not len(here)):
        return _match_by_content(one, other)
    if len(differing):
        first = one.ids[here[differing[0]]]
        problem = f"data differ: targets or length of {len(differing)} samples with one id, the first {first}"
        raise Incomparable(problem, "make both runs over the same data")
    return (here, there, False, 0) if len(here) else None


def _places(one: Sequence[Any], other: Sequence[Any]) -> tuple[Places, Places]:
    """Where the keys that both have stand in either; a key that stands several times counts by its occurrences."""
    import numpy as np

    if one == other:
        return np.arange(len(one)), np.arange(len(other))
    place = {key: number for number, key in enumerate(_numbered(other))}
    both = [(number, place[key]) for number, key in enumerate(_numbered(one)) if key in place]
    here, there = ([pair[side] for pair in both] for side in (0, 1))
    return np.array(here, dtype=np.intp), np.array(there, dtype=np.intp)


def _numbered(keys: Iterable[Any]) -> Iterable[tuple[Any, int]]:
    seen: Counter[Any] = Counter()
    for key in keys:
        yield key, seen[key]
        seen[key] += 1


def _match_by_content(one: TaskValues, other: TaskValues) -> _Match | None:
    """Predictions that several processes wrote are in no fixed order: their targets and lengths tell rows apart.

    Rows that look alike are paired in their order: that leaves the difference of the means what it is, and its interval
    a little wider than it need be.
    """
    counts = Counter(one.content.tolist())
    here, there = _places(one.content.tolist(), other.content.tolist())
    alike = sum(counts[key] > 1 for key in one.content[here].tolist())
    return None if alike > AMBIGUOUS * len(here) or not len(here) else (here, there, True, alike)


def _paired(a: RunValues, b: RunValues, found: _Match, *, name: str, different_prompts: bool) -> Paired:
    one, other = a.tasks[name], b.tasks[name]
    here, there, by_content, alike = found
    if not different_prompts:
        _demand_same_prompts(one, other, here, there)
    return Paired(
        name=name,
        a=one.values[here],
        b=other.values[there],
        clusters=_clusters(one, other, here, there),
        whole=one.whole and other.whole and len(here) == len(one.ids) == len(other.ids),
        by_content=by_content,
        alike=alike,
        part_of=one.part_of,
    )


def _demand_same_prompts(one: TaskValues, other: TaskValues, here: Places, there: Places) -> None:
    import numpy as np

    left, right = one.prompts[here], other.prompts[there]
    differing = np.flatnonzero((left != right) & (left != UNKNOWN) & (right != UNKNOWN))
    if len(differing):
        count, first = len(differing), one.ids[here[differing[0]]]
        problem = f"prompts differ on {count} of {len(here)} shared samples of {one.name}, the first {first}"
        raise Incomparable(problem, "--different-prompts compares them all the same")


def _clusters(one: TaskValues, other: TaskValues, here: Places, there: Places) -> Sequence[str]:
    """The documents, where a run knows them.

    Raises:
        Incomparable: both know them, and they are others.
    """
    if not one.documented and not other.documented:
        return tuple(map(one.ids.__getitem__, here))
    mine, theirs = (tuple(map(run.clusters.__getitem__, places)) for run, places in ((one, here), (other, there)))
    if one.documented and other.documented and mine != theirs:
        first = next(place for place, pair in enumerate(zip(mine, theirs, strict=True)) if pair[0] != pair[1])
        problem = f"data differ: {one.ids[here[first]]} is asked of another document"
        raise Incomparable(problem, "make both runs over the same data")
    return mine if one.documented else theirs


def shared_averages(a: RunValues, b: RunValues, paired: Mapping[str, Paired]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The averages that both runs have over the same tasks, all of which are whole and shared."""
    return {
        name: groups
        for name, groups in a.averages.items()
        if b.averages.get(name) == groups and all(_is_whole(paired.get(task)) for group in groups for task in group)
    }


def _is_whole(task: Paired | None) -> bool:
    return task is not None and task.whole
