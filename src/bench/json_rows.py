"""Rows of a file that is a JSON array of objects or JSON lines: one in memory at a time, each with its place in bytes.

A published data.json is an array of half a gigabyte, which `json.load` holds in memory several times over. Here its
bytes are scanned for strings and braces in pieces of bounded size, and a row is parsed once its last brace is found.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from bench.errors import DataError
from bench.jsonl import Hashing, Line, open_bytes, parse_line, read_lines

PIECE = 1 << 18  # bytes read at a time

_SPACE = b" \t\r\n"
_OUTSIDE = re.compile(rb'["{}\[\]]')
_OPENING = frozenset(b"{[")
_QUOTE, _BACKSLASH = b'"\\'
REMEDY = "mend or remove it, or fetch the file again"


class JsonRows:
    """The rows of one file; a row can be read again by its offset and size.

    Args:
        path: the file, and its name in messages.
        opened: gives a stream of it, where it is no file of its own.
        drop_unfinished: pass over a last row that breaks off, in place of raising.

    Attributes:
        array: whether the file is one JSON array; known once the first row was asked for.
        sha256: of the whole file, known once all rows were read.
        unfinished: whether the file breaks off within a row, known then too.
    """

    def __init__(
        self, path: Path, opened: Callable[[], IO[bytes]] | None = None, *, drop_unfinished: bool = False
    ) -> None:
        self.path = path
        self._opened = opened or (lambda: open_bytes(path))
        self.array = False
        self.sha256 = ""
        self.unfinished = False
        self._drop = drop_unfinished

    def __iter__(self) -> Iterator[Line]:
        """The rows, numbered from 1: as rows of an array, or as lines.

        Raises:
            DataError: the file cannot be opened, a row is not valid JSON, or something stands between the rows.
        """
        with self._opened() as stream:
            self.array = _opens_array(stream)
            stream.seek(0)
            yield from self._of_array(stream) if self.array else self._of_lines(stream)

    def error(self, line: Line, problem: str, remedy: str) -> DataError:
        """What is wrong with a row, with its place."""
        if self.array:
            return DataError(f"row {line.number}: {problem}", path=self.path, remedy=remedy)
        return DataError(problem, path=self.path, line=line.number, remedy=remedy)

    def _of_lines(self, stream: IO[bytes]) -> Iterator[Line]:
        hashing, end = Hashing(stream), 0
        for line in read_lines(self.path, hashing, drop_unfinished=self._drop):
            yield line
            end = line.offset + line.size
        self.sha256 = hashing.hexdigest()
        stream.seek(end)
        self.unfinished = bool(stream.read().strip())

    def _of_array(self, stream: IO[bytes]) -> Iterator[Line]:
        scan, number = _Scan(stream), 0
        try:
            scan.open()
            while scan.another(first=number == 0):
                number += 1
                offset, raw = scan.value()
                yield Line(number=number, offset=offset, raw=raw, data=parse_line(raw))
            scan.close()
        except _EndedError:
            self.unfinished = True
            if not self._drop:
                raise DataError(f"breaks off at row {number}", path=self.path, remedy=REMEDY) from None
        except ValueError as error:
            what = "not UTF-8" if isinstance(error, UnicodeDecodeError) else f"not valid JSON ({error})"
            raise DataError(f"row {number}: {what}", path=self.path, remedy=REMEDY) from None
        self.sha256 = scan.hexdigest()


class _EndedError(Exception):
    """The file is over before its array is."""


class _Scan:
    """A cursor over the bytes of an array; only what belongs to the present row is kept."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._buffer = bytearray()
        self._at = 0  # in the buffer
        self._before = 0  # bytes of the file that have left the buffer

    def hexdigest(self) -> str:
        """Of what was read so far."""
        return self._digest.hexdigest()

    def open(self) -> None:
        """Go behind the array's bracket, past a byte-order mark."""
        self._need()
        self._at = len(codecs.BOM_UTF8) if self._buffer.startswith(codecs.BOM_UTF8) else 0
        self._skip_space()
        self._at += 1

    def another(self, *, first: bool) -> bool:
        """Whether a row follows; the cursor then stands on it, and behind the closing bracket otherwise."""
        found = self._skip_space()
        if found == b"]":
            self._at += 1
            return False
        if not first:
            if found != b",":
                raise ValueError(f"expected a comma or a bracket behind it, not {_shown(found)}")
            self._at += 1
            found = self._skip_space()
        if found != b"{":
            raise ValueError(f"expected an object, not {_shown(found)}")
        return True

    def value(self) -> tuple[int, bytes]:
        """The object on which the cursor stands: its offset in the file and its bytes."""
        del self._buffer[: self._at]
        self._before += self._at
        self._at = depth = 0
        while True:
            mark = self._next(_OUTSIDE)
            if mark == _QUOTE:
                self._leave_string()
                continue
            depth += 1 if mark in _OPENING else -1
            if not depth:
                return self._before, bytes(self._buffer[: self._at])

    def close(self) -> None:
        """Read what is left of the file, which has to be white space.

        Raises:
            ValueError: it is not.
        """
        while True:
            rest = self._buffer[self._at :].strip(_SPACE)
            if rest:
                raise ValueError(f"behind the array stands {_shown(bytes(rest[:1]))}")
            self._at = len(self._buffer)
            if not self._more():
                return

    def _next(self, marks: re.Pattern[bytes]) -> int:
        """The next of some marks; the cursor goes behind it."""
        while (found := marks.search(self._buffer, self._at)) is None:
            self._at = len(self._buffer)
            self._need()
        self._at = found.end()
        return self._buffer[found.start()]

    def _leave_string(self) -> None:
        """Go behind the quotation mark that ends a string, which no backslash takes away."""
        begin, escaped = self._at, True
        while escaped:
            found = self._buffer.find(b'"', self._at)
            if found < 0:
                self._at = len(self._buffer)
                self._need()
                continue
            self._at = found + 1
            escaped = self._backslashes(begin, found) % 2 == 1

    def _backslashes(self, begin: int, end: int) -> int:
        """How many stand directly before `end`, none of them before `begin`."""
        at = end
        while at > begin and self._buffer[at - 1] == _BACKSLASH:
            at -= 1
        return end - at

    def _skip_space(self) -> bytes:
        """The next byte that is no white space; the cursor stands on it."""
        while True:
            while self._at < len(self._buffer):
                found = self._buffer[self._at : self._at + 1]
                if found not in _SPACE:
                    return bytes(found)
                self._at += 1
            self._need()

    def _need(self) -> None:
        if not self._more():
            raise _EndedError

    def _more(self) -> bool:
        piece = self._stream.read(PIECE)
        self._digest.update(piece)
        self._buffer += piece
        return bool(piece)


def _opens_array(stream: IO[bytes]) -> bool:
    """Whether the first sign is a bracket."""
    while piece := stream.read(PIECE):
        text = piece.removeprefix(codecs.BOM_UTF8).lstrip(_SPACE)
        if text:
            return text.startswith(b"[")
    return False


def _shown(byte: bytes) -> str:
    return repr(byte.decode("utf-8", "backslashreplace"))
