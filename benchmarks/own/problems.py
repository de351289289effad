"""What is wrong with a card or with its data: gathered by `bench check`, raised one at a time by everything else."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Self

from bench.errors import DataError


class Problem(NamedTuple):
    """One thing to mend.

    Attributes:
        what: is wrong, without a full stop.
        line: of the file, counted from 1; None for the file as a whole.
        remedy: what to do about it.
    """

    path: Path
    what: str
    remedy: str
    line: int | None = None

    @classmethod
    def of(cls, error: DataError) -> Self:
        """What an error says, told like the others."""
        place, _, said = str(error).partition(": ")
        what, _, remedy = said.rpartition("; ")
        return cls(Path(place), what, remedy)

    @property
    def error(self) -> DataError:
        """To be raised; its text is what `bench check` prints."""
        return DataError(self.what, path=self.path, line=self.line, remedy=self.remedy)
