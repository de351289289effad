"""decisions.jsonl: every decision a line, on disk before the next is taken; a kill loses at most an unfinished line."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bench.benchmarks.ncb.construction.folder import DECISIONS, Folder
from bench.benchmarks.ncb.construction.records import Decision
from bench.jsonl import read_lines, to_line, writing

REMEDY = "make room, then decide this again: what was decided before is kept"


class DecisionLog:
    """What was decided in a work folder; several processes may add to it."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._path = folder.path / DECISIONS

    def read(self) -> list[Decision]:
        """All that was decided, in its order.

        Raises:
            DataError: a line that is not the last one is damaged.
        """
        return self._folder.decisions()

    def add(self, decision: Decision) -> None:
        """Write one line behind the last whole one.

        Raises:
            RunFolderError: it cannot be written.
            DataError: a line that is not the last one is damaged.
        """
        with writing(self._path, REMEDY), self._path.open("ab") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)  # until it is closed: another process may be at the same line
            _mend(self._path)
            stream.write(to_line(decision).encode())
            stream.flush()
            os.fsync(stream.fileno())


def _mend(path: Path) -> None:
    """Cut off an unfinished last line, and end a whole one that lacks its line end."""
    end, whole = 0, b"\n"
    for line in read_lines(path):
        end, whole = line.offset + line.size, line.raw
    with path.open("r+b") as stream:
        stream.truncate(end)
        if not whole.endswith(b"\n"):
            stream.seek(end)
            stream.write(b"\n")
