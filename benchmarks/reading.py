"""Lines read by their place, so that a data set of any size needs the memory of one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from bench.jsonl import parse_line


class Reader:
    """Reads JSON lines by offset; the file that was read last stays open.

    Args:
        open_file: opens a file, by a name that the caller knows it by, for reading and seeking.
    """

    def __init__(self, open_file: Callable[[str], IO[bytes]]) -> None:
        self._open_file = open_file
        self._open: tuple[str, IO[bytes]] | None = None

    def read(self, name: str, offset: int, size: int) -> Any:
        """The JSON value of the line that begins there."""
        if self._open is None or self._open[0] != name:
            self.close()
            self._open = (name, self._open_file(name))
        stream = self._open[1]
        stream.seek(offset)
        return parse_line(stream.read(size))

    def close(self) -> None:
        """Let go of the file that was read last."""
        if self._open is not None:
            self._open[1].close()
            self._open = None
