"""Small changes to a solution, one each, that its tests should notice.

Where a solution can be changed is found by `python_mutants` and `java_mutants`; which of these places are taken is
decided here, the same way every time: functions take turns, and in a function the kinds of change, so that ten mutants
are spread over a solution as wide as it goes.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bench.benchmarks.ncb.construction.solutions import java_mutants, python_mutants
from bench.benchmarks.ncb.construction.solutions.sites import Site

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A solution with one change.

    Attributes:
        name: `mutant-01`, in the order in which they were chosen.
        operator: what was changed, by the operator's name.
        line: where the change begins.
        before, after: that line, as it was and as it is.
        files: the solution's source files with the change.
    """

    name: str
    operator: str
    file: str
    line: int
    before: str
    after: str
    files: Files


@dataclass(frozen=True, slots=True)
class _Way:
    """How one language does it.

    Attributes:
        sites: the places of a file.
        form: what two texts have in common that are the same program; None for what is none.
    """

    sites: Callable[[str, str], Sequence[Site]]
    form: Callable[[str], str | None]


_WAYS: Mapping[str, _Way] = MappingProxyType(
    {
        "python": _Way(python_mutants.sites, python_mutants.form),
        "java": _Way(java_mutants.sites, java_mutants.form),
    }
)


def mutants(
    language: str, files: Files, *, most: int, lines: Collection[str] | None = None, seed: int = 0
) -> tuple[Mutant, ...]:
    """Up to `most` mutants of a solution.

    Args:
        language: `python` or `java`.
        files: the solution's source files.
        most: how many at most.
        lines: `file:line`, where changes may be made; None for everywhere. A statement over several lines may be
            changed where its first line is among them.
        seed: other mutants for another seed, the same for the same.

    Returns:
        None of them equal to another or to the solution. Python's compile; whether Java's do says the compiler.
    """
    way = _WAYS[language]
    found = [site for name in sorted(files) for site in way.sites(name, files[name])]
    allowed = [site for site in found if lines is None or {site.place, site.statement} & set(lines)]
    forms = {(name, way.form(files[name])) for name in files}
    made: list[Mutant] = []
    for site in _spread(allowed, random.Random(seed)):  # noqa: S311 - a choice, no secret
        if len(made) >= most:
            break
        text = site.make()
        form = None if text is None else way.form(text)
        if text is not None and form is not None and (site.file, form) not in forms:
            forms.add((site.file, form))
            made.append(_mutant(len(made) + 1, site, files, text))
    return tuple(made)


def _mutant(number: int, site: Site, files: Files, text: str) -> Mutant:
    before, after = files[site.file].split("\n"), text.split("\n")
    line = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), site.line - 1)
    return Mutant(
        name=f"mutant-{number:02}",
        operator=site.operator,
        file=site.file,
        line=line + 1,
        before=before[line].strip(),
        after=after[line].strip() if line < len(after) else "",
        files={**files, site.file: text},
    )


def _spread(found: Sequence[Site], rng: random.Random) -> Iterator[Site]:
    """Functions take turns, and each one's kinds of change; of one kind, a line that was not changed comes first."""
    scopes = list(dict.fromkeys((site.file, site.scope) for site in found))
    rng.shuffle(scopes)
    rows = [_turns([site for site in found if (site.file, site.scope) == scope], rng) for scope in scopes]
    for row in itertools.zip_longest(*rows):
        yield from (site for site in row if site is not None)


def _turns(found: Sequence[Site], rng: random.Random) -> list[Site]:
    kinds = list(dict.fromkeys(site.kind for site in found))
    rng.shuffle(kinds)
    rows = {kind: [site for site in found if site.kind == kind] for kind in kinds}
    for row in rows.values():
        rng.shuffle(row)
    ordered: list[Site] = []
    changed: set[int] = set()
    for kind in itertools.cycle(kinds):
        if len(ordered) == len(found):
            break
        if rows[kind]:
            best = next((site for site in rows[kind] if site.line not in changed), rows[kind][0])
            rows[kind].remove(best)
            changed.add(best.line)
            ordered.append(best)
    return ordered
