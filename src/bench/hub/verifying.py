"""Whether a file is the published one: by its sha256, or, where a card does not know that, by what else it knows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bench.errors import DataError
from bench.hub.cards import CardFile
from bench.json_rows import JsonRows
from bench.jsonl import open_bytes

PIECE = 1 << 20
CONTEXT = "context"  # the key that the hash over the questions leaves out


class Verdict(NamedTuple):
    """What was found out about a file.

    Attributes:
        how: by what it was judged: `sha256`, `rows` or `first seen`.
        problem: why it is not the published one, with both values; None where it is.
    """

    sha256: str
    size: int
    how: str
    problem: str | None = None


def verify(file: CardFile, path: Path, seen: str | None = None) -> Verdict:
    """Judge one file.

    Args:
        file: what the card says of it.
        seen: the sha256 that such a file had on this machine before, where the card knows none.

    Raises:
        DataError: it cannot be read.
    """
    found, size = sha256_of(path), path.stat().st_size
    known = file.sha256 or seen
    if known is not None:
        what = "the published one has" if file.sha256 else "the one that was here first has"
        length = f" ({size} bytes in place of {file.size})" if file.size not in {None, size} else ""
        problem = f"its sha256 is {found}{length}, {what} {known}" if found != known else None
        return Verdict(found, size, "sha256" if file.sha256 else "first seen", problem)
    if file.rows is None and file.questions_sha256 is None:
        return Verdict(found, size, "first seen")
    return Verdict(found, size, "rows", _wrong_rows(file, path))


def sha256_of(path: Path) -> str:
    """Of a whole file.

    Raises:
        DataError: it cannot be read.
    """
    digest = hashlib.sha256()
    with open_bytes(path) as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _wrong_rows(file: CardFile, path: Path) -> str | None:
    """What is wrong with the rows of a file whose sha256 nobody knows."""
    try:
        lines = sorted(_question(line.data) for line in JsonRows(path))
    except DataError as error:
        return f"it does not hold the published rows ({error})"
    if file.rows is not None and len(lines) != file.rows:
        return f"it holds {len(lines)} rows, the published one has {file.rows}"
    found = hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
    if file.questions_sha256 not in {None, found}:
        return f"the sha256 of its questions is {found}, the published one has {file.questions_sha256}"
    return None


def _question(row: Mapping[str, Any]) -> str:
    """A row without its context as one line of JSON, the same for every way of writing it."""
    kept = {key: value for key, value in row.items() if key != CONTEXT}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
