"""The work folder of a set of problems: a file for each stage, two logs, what was asked, and what people decided.

    build.json               what was asked: settings, models, sha256 of each prompt template, versions, state of stages
    requests.jsonl           the requests as they were read
    1-screened.jsonl ...     one record of a problem a line, written whole or not at all
    questions.jsonl          what a person must decide
    decisions.jsonl          what was decided: only ever appended to
    completions.jsonl        what models answered: only ever appended to
    observations.jsonl       what the sandbox saw: only ever appended to
    card.toml, ncb_*.jsonl, provenance.jsonl, <task>/input_files/    what is published

Nothing in it holds an absolute path, so it may be moved.
"""

from __future__ import annotations

import dataclasses
import fcntl
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, Any, Self

from bench.benchmarks.ncb.construction.logs import AnswerLog, ObservationLog
from bench.benchmarks.ncb.construction.records import (
    Aligned,
    Decision,
    Draft,
    Measured,
    Question,
    Repaired,
    Request,
    Screened,
    Verified,
)
from bench.errors import DataError, RunFolderError, UserError, did_you_mean
from bench.jsonl import Line, pretty, read_lines, reason, replace_file, to_line, writing
from bench.records import from_plain, to_plain

BUILD, COMPLETIONS, OBSERVATIONS = "build.json", "completions.jsonl", "observations.jsonl"
QUESTIONS, DECISIONS, LOCK = "questions.jsonl", "decisions.jsonl", ".lock"
FORMAT = 1
"""Of build.json and of the files beside it."""


@dataclasses.dataclass(frozen=True, slots=True)
class StageFile:
    """One line of the table of files.

    Attributes:
        kind: of its records.
    """

    name: str
    kind: type[Any]


FILES: Mapping[str, StageFile] = MappingProxyType(
    {
        "requests": StageFile("requests.jsonl", Request),
        "screen": StageFile("1-screened.jsonl", Screened),
        "draft": StageFile("2-drafted.jsonl", Draft),
        "verify": StageFile("3-verified.jsonl", Verified),
        "measure": StageFile("4-measured.jsonl", Measured),
        "repair": StageFile("5-repaired.jsonl", Repaired),
        "align": StageFile("6-aligned.jsonl", Aligned),
        "questions": StageFile(QUESTIONS, Question),
    }
)
STAGES: Sequence[str] = ("screen", "draft", "verify", "measure", "repair", "align", "publish")
"""In their order; the questions are written with `align`."""


def check_stages(stages: Iterable[str]) -> None:
    """Refuse a stage that does not exist.

    Raises:
        UserError: naming it.
    """
    for stage in stages:
        if stage not in STAGES:
            raise UserError(f"no stage {stage!r}{did_you_mean(stage, STAGES)}")


class Folder:
    """A work folder; as a context it is held against other processes that build in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: IO[bytes] | None = None

    @classmethod
    def existing(cls, path: Path) -> Self:
        """The work folder at a path.

        Raises:
            RunFolderError: there is none.
        """
        if not (path / BUILD).is_file():
            raise RunFolderError(f"{path}: holds no {BUILD}; `bench build-tests REQUESTS --out {path}` makes one")
        return cls(path)

    # -- stages

    def has(self, stage: str) -> bool:
        """Whether the stage's file is there; it is never there in part."""
        return (self.path / FILES[stage].name).is_file()

    def read(self, stage: str) -> list[Any]:
        """The records of a stage, in the order of the requests; none where its file is not there.

        Raises:
            DataError: a line holds something else.
        """
        if not self.has(stage):
            return []
        found = FILES[stage]
        path = self.path / found.name
        return [self._absolute(_record(found.kind, line, path)) for line in read_lines(path, drop_unfinished=False)]

    def write(self, stage: str, records: Iterable[Any]) -> None:
        """A stage's file, whole or not at all."""
        replace_file(self.path / FILES[stage].name, (to_line(to_plain(self._relative(one))) for one in records))

    def drop(self, stage: str) -> None:
        """Take a stage's file away."""
        (self.path / FILES[stage].name).unlink(missing_ok=True)

    def _absolute(self, record: Any) -> Any:
        return _with_inputs(record, lambda inputs: str(self.path / inputs))

    def _relative(self, record: Any) -> Any:
        root = self.path
        return _with_inputs(
            record, lambda inputs: str(Path(inputs).relative_to(root)) if Path(inputs).is_relative_to(root) else inputs
        )

    # -- decisions

    def decisions(self) -> list[Decision]:
        """All that was decided, in its order; an unfinished last line is passed over."""
        path = self.path / DECISIONS
        return read_decisions(path) if path.is_file() else []

    # -- logs

    @cached_property
    def completions(self) -> AnswerLog:
        """What models answered; ready for more."""
        log = AnswerLog(self.path / COMPLETIONS)
        log.mend()
        return log

    @cached_property
    def observations(self) -> ObservationLog:
        """What the sandbox saw; ready for more."""
        log = ObservationLog(self.path / OBSERVATIONS)
        log.mend()
        return log

    # -- what was asked

    def build(self) -> dict[str, Any]:
        """What build.json says; empty where there is none.

        Raises:
            RunFolderError: it cannot be read, or a newer version wrote it.
        """
        path = self.path / BUILD
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            what = reason(error) if isinstance(error, OSError) else f"not valid JSON ({error})"
            raise RunFolderError(f"{path}: {what}; restore it, or remove it and name the requests again") from None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise RunFolderError(f"{path}: not of this version's format; install the version that wrote it")
        return found

    def write_build(self, build: Mapping[str, Any]) -> None:
        """build.json, whole or not at all."""
        replace_file(self.path / BUILD, [pretty({"format": FORMAT, **build})])

    # -- one writer at a time

    def __enter__(self) -> Self:
        """Make the folder where it is not there, and hold it.

        Raises:
            RunFolderError: another process builds in it, or it cannot be written.
        """
        with writing(self.path, "name another folder with --out"):
            self.path.mkdir(parents=True, exist_ok=True)
            handle = (self.path / LOCK).open("wb")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            raise RunFolderError(f"{self.path}: another process is building here; wait for it") from None
        self._lock = handle
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let go of it."""
        for name in ("completions", "observations"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def read_decisions(path: Path) -> list[Decision]:
    """The decisions of a file; an unfinished last line is passed over.

    Raises:
        DataError: it cannot be read, or a line is no decision.
    """
    return [_record(Decision, line, path) for line in read_lines(path)]


def _record(kind: type[Any], line: Line, path: Path) -> Any:
    try:
        return from_plain(kind, line.data)
    except (TypeError, AttributeError, ValueError) as error:
        problem = f"not a {kind.__name__} ({error})"
        remedy = "mend or remove the line" if kind is Decision else "remove the file: its stage is done again"
        raise DataError(problem, path=path, line=line.number, remedy=remedy) from None


def _with_inputs(record: Any, change: Any) -> Any:
    """The record with its folder of input files spelt otherwise."""
    if isinstance(record, Draft) and record.inputs is not None:
        return dataclasses.replace(record, inputs=change(record.inputs))
    if isinstance(record, Request) and record.files is not None:
        return dataclasses.replace(record, files=change(record.files))
    if isinstance(record, Screened):
        return dataclasses.replace(record, request=_with_inputs(record.request, change))
    if isinstance(record, Repaired):
        return dataclasses.replace(record, draft=_with_inputs(record.draft, change))
    return record
