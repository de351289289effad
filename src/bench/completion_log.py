"""The completions of a run: an append-only file, and an index of it that leaves the texts on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bench.errors import DataError
from bench.jsonl import open_bytes, parse_line, read_lines, replace_file, to_line, to_record, writing
from bench.records import Completion, from_json


class CompletionLog:
    """completions.jsonl: an append-only file and an index of it; texts stay on disk.

    Opening it for appending mends what a kill left behind: an unfinished last line is cut off, and completions that
    failed are taken out, so that they are asked again and every key stands in the file once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader: IO[bytes] | None = None
        self._index()

    def _index(self) -> None:
        self._places: dict[tuple[str, int, int], tuple[int, int]] = {}
        self._keys: dict[str, list[tuple[str, int, int]]] = {}
        self._failed: set[tuple[str, int, int]] = set()
        self._end = 0
        for line in read_lines(self.path) if self.path.is_file() else ():
            self.note(to_record(Completion, line, self.path), line.offset, line.size)
            self._end = line.offset + line.size

    def note(self, completion: Completion, offset: int, size: int) -> None:
        """Index a line of the file."""
        key = completion.key
        if key in self._places:
            raise DataError(f"a second completion of {key[0]}", path=self.path, remedy="remove one of the two lines")
        self._places[key] = (offset, size)
        self._keys.setdefault(key[0], []).append(key)
        if completion.error is not None:
            self._failed.add(key)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def of(self, sample_id: str) -> list[Completion]:
        """Every completion of one sample, in the order of attempts and steps."""
        return [from_json(Completion, parse_line(raw)) for raw in self.lines_of(sample_id)]

    def lines_of(self, sample_id: str) -> list[bytes]:
        """The same as lines of the file."""
        return [self._read(key) for key in sorted(self._keys.get(sample_id, []))]

    def _read(self, key: tuple[str, int, int]) -> bytes:
        if self._reader is None:
            self._reader = open_bytes(self.path)
        offset, size = self._places[key]
        self._reader.seek(offset)
        return self._reader.read(size)

    def mend(self) -> int:
        """Make the file ready for more lines; returns how many failed completions will be asked again."""
        dropped = len(self._failed)
        if dropped:
            self._rewrite_without_failures()
        elif self.path.is_file() and self.path.stat().st_size:
            self._cut_unfinished_line()
        return dropped

    def _rewrite_without_failures(self) -> None:
        kept = [key for key in self._places if key not in self._failed]
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
    def appending(self, *, flush: bool = True) -> Iterator[Appender]:
        """Something to add completions with.

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


class Appender:
    """Adds completions to a log."""

    def __init__(self, log: CompletionLog, stream: IO[bytes], *, flush: bool) -> None:
        self._log, self._stream, self._flush = log, stream, flush
        self._end = os.fstat(stream.fileno()).st_size

    def add(self, completion: Completion) -> None:
        """Write one line.

        Raises:
            RunFolderError: it cannot be written.
        """
        raw = to_line(completion).encode()
        self._stream.write(raw)
        if self._flush:
            self._stream.flush()
        self._log.note(completion, self._end, len(raw))
        self._end += len(raw)
