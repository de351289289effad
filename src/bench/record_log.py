"""Append-only files of records, completions and executions, each with an index of it that leaves the texts on disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, KeysView
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, ClassVar, Generic, Protocol, TypeVar

from bench.errors import DataError
from bench.jsonl import open_bytes, parse_line, read_lines, replace_file, to_line, to_record, writing
from bench.records import Completion, Execution, Verdict, from_json

Key = tuple[Any, ...]
"""What makes a record unique in its file; a sample's id stands first."""


class Keyed(Protocol):
    """A record that knows what makes it unique."""

    @property
    def key(self) -> Key:
        """The sample's id, and what tells its records apart."""


Entry = TypeVar("Entry", bound=Keyed)


class RecordLog(Generic[Entry]):
    """An append-only file of one kind of record and an index of it; texts stay on disk.

    `mend` makes it ready for more lines: an unfinished last line, which is what a kill leaves behind, is cut off, and
    records that have to be made again are taken out, so that every key stands in the file once.
    """

    kind: ClassVar[type[Any]]

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader: IO[bytes] | None = None
        self._index()

    @staticmethod
    def failed(record: Entry) -> bool:
        """Whether this record says that it has to be made again."""
        raise NotImplementedError

    @staticmethod
    def line(record: Entry) -> str:
        """The record as a line of the file."""
        return to_line(record)

    def _index(self) -> None:
        self._places: dict[Key, tuple[int, int]] = {}
        self._keys: dict[str, list[Key]] = {}
        self._failed: set[Key] = set()
        self._end = 0
        for line in read_lines(self.path) if self.path.is_file() else ():
            self.note(to_record(self.kind, line, self.path), line.offset, line.size)
            self._end = line.offset + line.size

    def note(self, record: Entry, offset: int, size: int) -> None:
        """Index a line of the file."""
        key = record.key
        if key in self._places:
            problem = f"a second {self.kind.__name__.lower()} of {key[0]}"
            raise DataError(problem, path=self.path, remedy="remove one of the two lines")
        self._places[key] = (offset, size)
        self._keys.setdefault(key[0], []).append(key)
        if self.failed(record):
            self._failed.add(key)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[Entry]:
        """Every record, in the order of the file."""
        for key in list(self._places):
            yield self[key]

    def __getitem__(self, key: Key) -> Entry:
        found: Entry = from_json(self.kind, parse_line(self._read(key)))
        return found

    def sample_ids(self) -> KeysView[str]:
        """The samples that it holds records of."""
        return self._keys.keys()

    def failures(self) -> Iterator[Entry]:
        """Those that have to be made again, in no order."""
        return (self[key] for key in self._failed)

    def lines(self) -> Iterator[bytes]:
        """Every record as a line of the file, in its order."""
        return (self._read(key) for key in self._places)

    def of(self, sample_id: str) -> list[Entry]:
        """Every record of one sample, in the order of their keys."""
        return [from_json(self.kind, parse_line(raw)) for raw in self.lines_of(sample_id)]

    def lines_of(self, sample_id: str) -> list[bytes]:
        """The same as lines of the file."""
        return [self._read(key) for key in sorted(self._keys.get(sample_id, []))]

    def _read(self, key: Key) -> bytes:
        if self._reader is None:
            self._reader = open_bytes(self.path)
        offset, size = self._places[key]
        self._reader.seek(offset)
        return self._reader.read(size)

    def mend(self, stale: Callable[[Entry], bool] | None = None) -> int:
        """Make the file ready for more lines; returns how many records were taken out.

        Args:
            stale: which records have to be made again besides those that failed.
        """
        dropped = {*self._failed, *(record.key for record in self if stale(record))} if stale else self._failed
        if dropped:
            self._rewrite_without(dropped)
        elif self.path.is_file() and self.path.stat().st_size:
            self._cut_unfinished_line()
        return len(dropped)

    def _rewrite_without(self, dropped: set[Key]) -> None:
        kept = [key for key in self._places if key not in dropped]
        replace_file(self.path, (self._read(key).decode().rstrip("\n") + "\n" for key in kept))
        self.close()
        self._index()

    def _cut_unfinished_line(self) -> None:
        with writing(self.path), self.path.open("r+b") as stream:
            stream.truncate(self._end)
            stream.seek(max(self._end - 1, 0))
            if self._end and stream.read(1) != b"\n":
                stream.write(b"\n")

    @contextmanager
    def appending(self, *, flush: bool = True) -> Iterator[Appender[Entry]]:
        """Something to add records with.

        Args:
            flush: each line is on disk before the next is taken; needless where they could all be made again.
        """
        with writing(self.path), self.path.open("ab") as stream:
            yield Appender(self, stream, flush=flush)

    def close(self) -> None:
        """Let go of the file."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None


class CompletionLog(RecordLog[Completion]):
    """completions.jsonl; a completion with an error is asked again."""

    kind = Completion

    @staticmethod
    def failed(record: Completion) -> bool:
        """Whether there is no answer."""
        return record.error is not None


class ExecutionLog(RecordLog[Execution]):
    """executions.jsonl; what the sandbox failed at is run again."""

    kind = Execution

    @staticmethod
    def failed(record: Execution) -> bool:
        """Whether the code was never judged."""
        return record.verdict == Verdict.SANDBOX_ERROR


class Appender(Generic[Entry]):
    """Adds records to a log."""

    def __init__(self, log: RecordLog[Entry], stream: IO[bytes], *, flush: bool) -> None:
        self._log, self._stream, self._flush = log, stream, flush
        self._end = os.fstat(stream.fileno()).st_size

    def add(self, record: Entry) -> None:
        """Write one line.

        Raises:
            RunFolderError: it cannot be written.
        """
        raw = self._log.line(record).encode()
        self._stream.write(raw)
        if self._flush:
            self._stream.flush()
        self._log.note(record, self._end, len(raw))
        self._end += len(raw)
