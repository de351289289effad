"""What a leaderboard says, as plain data: the page and every export are drawn from it and from nothing else.

All scores, intervals and differences are per cent, unrounded; what cannot be had is None with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    """A default: Python 3.11 takes the mapping itself for one that could change."""
    return NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number of one row.

    Attributes:
        score: None where it cannot be had; `reason` says why. Of a published row a score with a reason is one that was
            computed from its rounded figures.
        low, high: the 95 % interval; None for published figures.
        n: samples, where the number is a mean over samples.
        not_judged: samples among them that count 0 because nothing could be judged.
        official: the authors' number, where their rule gives another one: this is what stands beside published figures.
        official_n: samples that it is over.
        task: of the run, whose samples are behind this number; None where they are those of several.
    """

    score: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    not_judged: int = 0
    official: float | None = None
    official_n: int | None = None
    reason: str | None = None
    task: str | None = None


NO_CELL = Cell(score=None)
"""What stands where a row has nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        key: `[<setting>:]<kind>/<name>`, of a category `category/<language>/<name>`; unique in its table.
        kind: `overall`, `category` or `task`.
        name: as result.json has it.
        language: `en`, `zh` or empty: what the language filter goes by. NCB's programming language stands in `group`.
        category: of a task, for the category filter; of a category itself.
        setting: `zero-shot` or `cot` where one row shows both side by side (LongBench v2); empty else. Rows of other
            settings, `rag-4`, stand in the columns of `zero-shot`; the run behind their cells is their only one.
        group: what the columns beside it share, as a heading: the category of tasks, `python` or `java`, a v2 grouping.
    """

    key: str
    kind: str
    name: str
    language: str = ""
    category: str = ""
    setting: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """One fact of how a row was made.

    Attributes:
        name: a key of `bench.leaderboard.badges.BADGES`: `setting`, `edit_similarity`, `input_limit`, ...
        value: what it is here, in a word or two.
        unlike: whether this departs from the authors' protocol, so that the row is not ranked among those that keep it.
    """

    name: str
    value: str
    unlike: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRef:
    """The run behind a row, or behind one setting of it.

    Attributes:
        key: short, unique on the board, of letters, digits, `-` and `_`: names its folder of samples.
        run_id: the folder's name.
        created: when it was started, ISO 8601.
        state: `complete`, `not judged` (some samples), `partial` or `unfinished` (not scored).
    """

    key: str
    run_id: str
    created: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: a run, two runs of one model in two settings, or a published figure.

    Attributes:
        key: unique on the board, of letters, digits, `-` and `_`.
        kind: `run` or `published`.
        model: its name.
        label: its name as shown, unique in its table: two runs with one name are told apart.
        setting: `zero-shot` and its like; `zero-shot, cot` where one row shows both.
        cells: by column key; a column without one is empty for this row.
        ranks: by column key, among the rows of `Table.leading`: 1 and the number of rows whose interval lies wholly
            above. A row that is not ranked (published, partial, unlike) has none.
        runs: by setting.
        protocol: equal for rows made alike; rows are ranked among their likes alone.
        badges: how it was made.
        marks: what a reader must know, one line each.
        source, date, url: of a published row.
        lengths: score by length, by the names of `Table.lengths`; of v2 with the setting in front, `cot:short`.
        verdicts: NCB: by task, how many answers came to each verdict.
        spent: `input`, `output`, `thought` tokens, `cost` in USD, `seconds`; None where unknown. Sums over `runs`.
        tags: `--tag` by name.
    """

    key: str
    kind: str
    model: str
    label: str
    setting: str
    cells: Mapping[str, Cell]
    ranks: Mapping[str, int] = field(default_factory=_nothing)
    runs: Mapping[str, RunRef] = field(default_factory=_nothing)
    protocol: str = ""
    badges: tuple[Badge, ...] = ()
    marks: tuple[str, ...] = ()
    source: str | None = None
    date: str | None = None
    url: str | None = None
    lengths: Mapping[str, Cell] = field(default_factory=_nothing)
    verdicts: Mapping[str, Mapping[str, int]] = field(default_factory=_nothing)
    spent: Mapping[str, float | None] = field(default_factory=_nothing)
    tags: Mapping[str, str] = field(default_factory=_nothing)

    @property
    def unlike(self) -> tuple[Badge, ...]:
        """What sets this row apart from the authors' protocol."""
        return tuple(badge for badge in self.badges if badge.unlike)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two rows on the samples that they share, by the table's headline.

    Attributes:
        first, second: row keys.
        difference: second less first, with its 95 % interval; None where they cannot be compared, `reason` says why.
        p_value: two-sided, after Holm's correction over the pairs of the table.
    """

    first: str
    second: str
    difference: float | None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One benchmark's rows.

    Attributes:
        headline: key of the column that the table is ranked and sorted by at first.
        leading: the protocol whose rows carry ranks.
        lengths: names of the length groups, short first; empty where there are none.
        pairs: of the runs, each two once, in the order of the rows.
        published: where its published figures are from, one line each.
    """

    benchmark: str
    headline: str
    leading: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    lengths: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    published: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The whole leaderboard.

    Attributes:
        made: when, ISO 8601, UTC.
        version: of this package.
        remarks: what was found in the folders and is on no table, one line each.
    """

    tables: tuple[Table, ...]
    made: str
    version: str
    remarks: tuple[str, ...] = field(default=())
