"""Messages between this process and a runner: four bytes of length, big-endian, then JSON.

What a runner sends is not believed: a message is limited in size, and what is no message is a contradiction.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator
from typing import Any

from bench.records import Json
from bench.sandbox.exam import Contradiction

HEAD = struct.Struct(">I")
MOST = 4 << 20  # bytes of one message from a runner


def pack(message: Json) -> bytes:
    """A message as bytes."""
    body = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode()
    return HEAD.pack(len(body)) + body


def encode(content: bytes) -> str:
    """Bytes inside a message."""
    return base64.b64encode(content).decode("ascii")


class Unpacker:
    """Takes bytes as they come and gives messages.

    Args:
        most: bytes of one message.

    Raises:
        Contradiction: these bytes are no message.
    """

    def __init__(self, most: int = MOST) -> None:
        self._buffer, self._most = bytearray(), most

    def add(self, data: bytes) -> None:
        """Keep what came."""
        self._buffer += data

    def feed(self, data: bytes) -> Iterator[Json]:
        """The messages that are whole now."""
        self.add(data)
        while (message := self._next()) is not None:
            yield message

    @property
    def pending(self) -> int:
        """Bytes of a message that is not whole."""
        return len(self._buffer)

    def _next(self) -> Json | None:
        if len(self._buffer) < HEAD.size:
            return None
        (size,) = HEAD.unpack_from(self._buffer)
        if size > self._most:
            raise Contradiction("something that is no message on the runner's channel")
        if len(self._buffer) < HEAD.size + size:
            return None
        body = bytes(self._buffer[HEAD.size : HEAD.size + size])
        del self._buffer[: HEAD.size + size]
        return _object(body)


def _object(body: bytes) -> Json:
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Contradiction("something that is no message on the runner's channel")
    return found
