"""Every error that `bench` raises on purpose, and what the command line makes of it.

    BenchError
    └── UserError              exit code 2: one line that says what to do
        ├── DataError          a data, prediction or prompt file is not what it should be
        ├── RunFolderError     a run folder is missing, damaged, newer than this version or in use
        ├── ModelError         the model cannot be loaded or reached at all
        └── SandboxError       code cannot be run here: no daemon, no image, or a limit that does not hold

A failure of one sample is never an exception: it is a `Completion` with `error` set, or a `Score` with value None.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class BenchError(Exception):
    """Base of every error raised on purpose."""


class UserError(BenchError):
    """A mistake that the user can mend; its text is one line that says how."""


class DataError(UserError):
    """A file that is not what it should be.

    Args:
        problem: what is wrong, without a full stop.
        path: the file.
        line: its line, counted from 1.
        remedy: what to do about it.
    """

    def __init__(self, problem: str, *, path: Path | str, line: int | None = None, remedy: str) -> None:
        place = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{place}: {problem}; {remedy}")
        self._again = functools.partial(type(self), path=path, line=line, remedy=remedy), (problem,)

    def __reduce__(self) -> tuple[Any, ...]:
        """How it comes back from a process of its own, where the file was read."""
        return self._again


class RunFolderError(UserError):
    """A run folder that cannot be read, continued or written."""


class ModelError(UserError):
    """A model that cannot be loaded, or a server that does not answer at all."""


class SandboxError(UserError):
    """Code cannot be run here: there is no daemon, no image, or a limit that does not hold."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest known one, or all of them where few."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; there are {', '.join(names)}"
