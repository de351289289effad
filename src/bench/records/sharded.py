"""A run that several machines share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from bench.errors import UserError

_WRITTEN = re.compile(r"([0-9]{1,9})/([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """One of the `count` parts into which the samples of a run are cut, counted from 1; written `1/4`."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @classmethod
    def read(cls, text: str) -> Self:
        """What `1/4` stands for.

        Raises:
            UserError: it is written otherwise, or there is no such part.
        """
        found = _WRITTEN.fullmatch(text.strip())
        shard = cls(int(found[1]), int(found[2])) if found else cls(0, 0)
        if not 1 <= shard.number <= shard.count:
            raise UserError(f"--shard {text}: write i/n, the i-th of n parts, 1/{max(shard.count, 2)} for example")
        return shard
