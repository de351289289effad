"""Files of JSON lines, read with bounded memory and written so that a kill or a full disk loses nothing."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar

from bench.errors import DataError, RunFolderError
from bench.records import from_json, to_json

Record = TypeVar("Record")

_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a JSONL file: `number` counts from 1, `offset` is in bytes, `data` is what `raw` says."""

    number: int
    offset: int
    raw: bytes
    data: Any

    @property
    def size(self) -> int:
        """Bytes, its line end included."""
        return len(self.raw)


class Lines(Protocol):
    """What lines are read from: an open file, or something that looks at them on their way."""

    def __iter__(self) -> Iterator[bytes]:
        """The lines, with their line ends."""

    def read(self, size: int = -1, /) -> bytes:
        """What is left of them."""


class Hashing:
    """Passes lines through from another stream and hashes what passes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for raw in self._stream:
            self._digest.update(raw)
            yield raw

    def read(self, size: int = -1, /) -> bytes:
        """What is left of the stream, not hashed."""
        return self._stream.read(size)

    def hexdigest(self) -> str:
        """Of the lines so far."""
        return self._digest.hexdigest()


def read_lines(path: Path, stream: Lines | None = None, *, drop_unfinished: bool = True) -> Iterator[Line]:
    """The lines of a JSONL file, one in memory at a time; blank lines are passed over.

    Args:
        path: the file, and its name in messages.
        stream: read this in its place (a member of an archive).
        drop_unfinished: pass over a last line that is not valid JSON, in place of raising.

    Raises:
        DataError: a line is not valid JSON or not UTF-8.
    """
    if stream is None:
        with open_bytes(path) as opened:
            yield from read_lines(path, opened, drop_unfinished=drop_unfinished)
        return
    offset = 0
    for number, raw in enumerate(stream, start=1):
        if raw.strip():
            try:
                yield Line(number=number, offset=offset, raw=raw, data=parse_line(raw))
            except ValueError as error:
                if drop_unfinished and not stream.read(1):
                    return
                raise _broken(path, number, error) from None
        offset += len(raw)


def parse_line(raw: bytes) -> Any:
    """The JSON value of one line; a byte-order mark before it is passed over.

    Raises:
        ValueError: it is not valid JSON or not UTF-8.
    """
    return _decode(raw.removeprefix(codecs.BOM_UTF8).decode())


def open_bytes(path: Path) -> IO[bytes]:
    """The file, open for reading.

    Raises:
        DataError: it cannot be opened.
    """
    try:
        return path.open("rb")
    except OSError as error:
        raise DataError(reason(error), path=path, remedy="check the path and its permissions") from None


def _broken(path: Path, number: int, error: ValueError) -> DataError:
    what = "not UTF-8" if isinstance(error, UnicodeDecodeError) else f"not valid JSON ({error})"
    return DataError(what, path=path, line=number, remedy="mend or remove this line")


KEPT = "make room or choose another --out, then start the same command again: what is finished is kept"


@contextmanager
def writing(path: Path, remedy: str = KEPT) -> Iterator[None]:
    """Turn a full or read-only disk into one line that says what to do.

    Raises:
        RunFolderError: the operating system refused to write.
    """
    try:
        yield
    except OSError as error:
        raise RunFolderError(f"{path}: cannot be written: {reason(error)}; {remedy}") from error


def reason(error: OSError) -> str:
    """What the operating system said, in its words."""
    return error.strerror or str(error)


@contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """A stream that becomes `path` when the block ends well, and nothing when it does not.

    Raises:
        RunFolderError: it cannot be written; the old file is still there.
    """
    temporary = path.with_name(path.name + ".tmp")
    with writing(path):
        try:
            with temporary.open("w", encoding="utf-8", newline="\n") as stream:
                yield stream
            temporary.replace(path)
        except BaseException:
            # A half-written file must not be taken for a whole one, and on a full disk its room is needed.
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def replace_file(path: Path, chunks: Iterable[str]) -> None:
    """Write `path` whole or not at all.

    Raises:
        RunFolderError: it cannot be written; the old file is still there.
    """
    with replacing(path) as stream:
        stream.writelines(chunks)


def pretty(data: object) -> str:
    """JSON for people; never NaN."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def to_line(data: object) -> str:
    """A record or plain data as one line of JSON, never NaN.

    A lone surrogate, which a model can produce and UTF-8 cannot hold, is written escaped.
    """
    plain = to_json(data) if is_dataclass(data) else data
    text = _encode(plain)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(plain, allow_nan=False)
    return text + "\n"


def to_record(kind: type[Record], line: Line, path: Path) -> Record:
    """The record that a line holds.

    Raises:
        DataError: it holds something else.
    """
    try:
        return from_json(kind, line.data)
    except (TypeError, AttributeError) as error:
        raise DataError(f"not a {kind.__name__} ({error})", path=path, line=line.number, remedy="remove it") from None
