"""Existing answers in the authors' layout: a JSONL file, or a JSON array, of the rows that their pred.py writes.

A row holds the question with `response`, `pred` (the letter, or null) and `judge` (whether it is the answer). Their
result.py counts `judge` alone. Here the letter is read from `response` again, and both are reported.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.benchmarks.longbench.data import unique_id
from bench.benchmarks.longbench.v2.data import LANGUAGE
from bench.benchmarks.longbench.v2.extraction import official
from bench.benchmarks.longbench.v2.groups import GROUPS, NAMES, OVERALL, PUBLISHED, groups_of
from bench.benchmarks.longbench.v2.rows import ABOUT, ASKED, LETTERS
from bench.benchmarks.longbench.v2.scoring import STATED
from bench.benchmarks.longbench.v2.sources import SUFFIXES, find_source
from bench.errors import UserError
from bench.json_rows import JsonRows
from bench.jsonl import Line
from bench.records import Completion, Sample, StoredSample

NAMED = 5  # ids that a remark names
BAD_RESPONSE = "bad_response"
READ = ("judge", "pred", *NAMES)
"""Keys that the authors' result.py reads."""
SETTINGS: Mapping[str, str] = {"_cot": "cot", "_no_context": "no-context"}
_REMEDY = "a row needs _id, answer (A to D) and response, or pred, as the authors' pred.py writes it"

Row = Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Counts:
    """What a file of answers holds, found out in one pass.

    Attributes:
        ids: how often each `_id` stands in it.
        groups: rows of each group, as the authors count.
        lacking: rows without a key that result.py reads.
        differing: rows whose `judge` is not what the authors' patterns find in `response`.
    """

    ids: Counter[str] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
    lacking: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Take one row."""
        self.ids[str(row["_id"])] += 1
        self.groups.update(groups_of(row))
        self.lacking.update(key for key in READ if key not in row)
        if "response" in row and "judge" in row and bool(row["judge"]) != _is_right(row):
            self.differing.append(str(row["_id"]))

    @property
    def doubled(self) -> int:
        """Rows whose `_id` stood in an earlier one."""
        return self.ids.total() - len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """One file of answers; `Imported`.

    Attributes:
        published: the questions as the data have them, by `_id`; empty where no data were named.
    """

    path: Path
    counts: Counts
    unfinished: bool
    sha256: str
    published: Mapping[str, Row]
    dedupe: bool = False

    @property
    def name(self) -> str:
        """What tables call it."""
        stem, _ = _parted(self.path.stem)
        return stem

    @property
    def setting(self) -> str:
        """Told by the file's name, as pred.py gives it."""
        return _parted(self.path.stem)[1]

    @property
    def spec(self) -> Mapping[str, Any]:
        """The file with its sha256."""
        return {"files": {self.path.name: self.sha256}, "dedupe": self.dedupe}

    @property
    def expected(self) -> Mapping[str, int]:
        """Published questions of each group."""
        return PUBLISHED

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the result must know."""
        return ["answers made elsewhere: they carry no document, so intervals take every row as its own cluster"]

    def remarks(self) -> Sequence[str]:
        """What a reader should know about this file, one line each."""
        return [f"{self.path.name}: {line}" for line in (*self._about_rows(), *self._about_result_py())]

    def _about_rows(self) -> Iterator[str]:
        counts = self.counts
        if self.unfinished:
            yield "the last row is unfinished, passed over"
        if counts.doubled:
            what = "removed" if self.dedupe else "kept, --dedupe removes them"
            yield f"{counts.doubled} rows have an _id that stood before, as a resumed run writes them ({what})"
        yield from self._missing()
        if counts.differing:
            among = _named(counts.differing)
            yield f"judge is not what the authors' patterns find in response in {len(counts.differing)} rows: {among}"

    def _missing(self) -> Iterator[str]:
        ids, published = self.counts.ids, PUBLISHED[OVERALL]
        absent = [name for name in self.published if name not in ids]
        foreign = [name for name in ids if self.published and name not in self.published]
        if foreign:
            yield f"{len(foreign)} rows are no questions of the data: {_named(foreign)}"
        if absent:
            yield f"{len(absent)} of {len(self.published)} questions missing: {_named(absent)}"
        elif not self.published and len(ids) != published:
            yield f"{len(ids)} of {published} questions, {published - len(ids)} missing; --data PATH says which"

    def _about_result_py(self) -> Iterator[str]:
        """Why the authors' own script stops on this file, where it does."""
        lacking = {key: count for key, count in self.counts.lacking.items() if key != "pred"}
        empty = [name for name in GROUPS if not self.counts.groups[name]]
        if self.unfinished:
            yield "the authors' result.py stops at the unfinished row (JSONDecodeError)"
        for key, count in lacking.items():
            yield f"the authors' result.py stops: {count} rows have no {key!r} (KeyError)"
        if empty and not lacking:
            yield f"the authors' result.py stops: no question is {', '.join(empty)} (ZeroDivisionError)"

    def rows(self) -> Iterator[tuple[StoredSample, Sequence[Completion]]]:
        """Every row as a sample without its texts, and the completion of it."""
        seen: Counter[str] = Counter()
        rows = JsonRows(self.path, drop_unfinished=True)
        for number, line in enumerate(rows):
            row = _completed(line.data, self.published)
            if self.dedupe and seen[f"v2/{row['_id']}"]:
                continue
            sample_id = unique_id("v2", row, number, seen)
            yield _stored(sample_id, row, line.data), [_completion(sample_id, row)]


def find_predictions(path: Path, *, dedupe: bool, data: str | None) -> Predictions:
    """Look a file of answers over; a folder must hold one alone.

    Args:
        data: where the questions lie; they name what is missing, and fill in what rows do not say.

    Raises:
        UserError: there is none, or more than one.
        DataError: a row is not JSON, or lacks what scoring needs.
    """
    file = _only_file(path) if path.is_dir() else path
    published = _published(data)
    counts, rows = Counts(), JsonRows(file, drop_unfinished=True)
    for line in rows:
        _check(rows, line, published)
        counts.add(line.data)
    if not counts.ids:
        raise UserError(f"{file}: holds no answers; name a file that the authors' pred.py wrote")
    return Predictions(
        path=file,
        counts=counts,
        unfinished=rows.unfinished,
        sha256=rows.sha256,
        published=published,
        dedupe=dedupe,
    )


def _only_file(folder: Path) -> Path:
    found = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.is_file())
    if len(found) == 1:
        return found[0]
    if not found:
        raise UserError(f"{folder}: no answers of longbench-v2 (<model>.jsonl); name the file")
    raise UserError(f"{folder}: holds {_named([path.name for path in found])}; name one of them")


def _published(data: str | None) -> dict[str, Row]:
    """The questions of the data without their contexts; the data may come without contexts too."""
    if data is None:
        return {}
    source = find_source(data)
    rows = JsonRows(source.path, source.open)
    found: dict[str, Row] = {}
    for line in rows:
        if not isinstance(line.data, dict) or not isinstance(line.data.get("_id"), str):
            raise rows.error(line, "has no _id", "name LongBench v2's data with --data")
        found[line.data["_id"]] = {key: line.data[key] for key in (*ABOUT, *ASKED, "answer") if key in line.data}
    return found


def _check(rows: JsonRows, line: Line, published: Mapping[str, Row]) -> None:
    """A row with everything that scoring needs, found out before a run is made of it."""
    if not isinstance(line.data, dict):
        raise rows.error(line, "not a JSON object", _REMEDY)
    if "_id" not in line.data:
        raise rows.error(line, "the key '_id' is missing", _REMEDY)
    row = _completed(line.data, published)
    if row.get("answer") not in LETTERS:
        raise rows.error(line, f"'answer' is {row.get('answer')!r}", f"{_REMEDY}; --data fills answers in")
    if not {"response", "pred"} & row.keys():
        raise rows.error(line, "neither 'response' nor 'pred' is there", _REMEDY)


def _completed(row: Row, published: Mapping[str, Row]) -> Row:
    """The row with what the data say of its question where it does not say it itself."""
    return {**published.get(str(row["_id"]), {}), **row}


def _stored(sample_id: str, row: Row, stated: Row) -> StoredSample:
    about = {key: row[key] for key in (*ABOUT, *ASKED) if key in row}
    return StoredSample(
        id=sample_id,
        task=OVERALL,
        language=LANGUAGE,
        targets=(row["answer"],),
        length=None,
        cluster=sample_id,
        metadata={**about, STATED: {key: _plain(stated[key]) for key in READ if key in stated}},
    )


def _plain(value: object) -> object:
    """The value; a bare NaN, which data frames write for nothing and our JSON never holds, is none."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _completion(sample_id: str, row: Row) -> Completion:
    """The response; where a file has letters alone, the letter in the form that the authors' patterns know."""
    if "response" not in row:
        letter = row["pred"]
        return Completion(sample_id=sample_id, text=f"The correct answer is ({letter})" if letter in LETTERS else "")
    if isinstance(row["response"], str):
        return Completion(sample_id=sample_id, text=row["response"])
    return Completion(sample_id=sample_id, error=f"{BAD_RESPONSE}: response is {row['response']!r}, not a text")


def _is_right(row: Row) -> bool:
    response = row["response"]
    return isinstance(response, str) and official(response) == row.get("answer")


def _parted(stem: str) -> tuple[str, str]:
    """The model's name and the setting in a file name of pred.py's."""
    name, found, number = stem.rpartition("_rag_")
    if found and number.isdigit():
        return name, f"rag-{number}"
    for suffix, setting in SETTINGS.items():
        if stem.endswith(suffix):
            return stem.removesuffix(suffix), setting
    return stem, "zero-shot"


def _named(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:NAMED]) + (", ..." if len(every) > NAMED else "")


def official_row(sample: Sample, completion: Completion) -> dict[str, Any] | None:
    """A line as pred.py writes it, its keys in the authors' order; the context, which nothing reads again, is empty.

    None for an empty answer, which it passes over. What came from such a file keeps what stood there.
    """
    stated = sample.metadata.get(STATED)
    if not completion.text and stated is None:
        return None
    response = completion.text.strip()
    pred, answer = official(response), sample.targets[0]
    about = {key: sample.metadata.get(key) for key in (*ABOUT, *ASKED)}
    own = {"_id": sample.id.removeprefix("v2/"), **about, "answer": answer, "context": ""}
    return {**own, "response": response, "pred": pred, "judge": pred == answer, **(stated or {})}
