"""A started container as a channel: one socket carries its input, its messages and its output."""

from __future__ import annotations

import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from bench.sandbox.engine import Api, asking
from bench.sandbox.session import Ending, TooLong, TooLoud
from bench.sandbox.wire import MOST

CHUNK = 1 << 16
KEPT = 1 << 15  # bytes of output that are kept of its start, and as many of its end
FRAME = struct.Struct(">BxxxI")
MESSAGES = 1  # the stream of the runner's standard output; 2 is its error


class Demultiplexer:
    """Takes the bytes of an attached stream as they come and says which came from where."""

    def __init__(self) -> None:
        self._buffer, self._stream, self._left = bytearray(), 0, 0

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Pieces of (stream, bytes); a piece may be less than a frame."""
        self._buffer += data
        while self._buffer:
            if not self._left:
                if len(self._buffer) < FRAME.size:
                    return
                self._stream, self._left = FRAME.unpack_from(self._buffer)
                del self._buffer[: FRAME.size]
            piece = bytes(self._buffer[: self._left])
            del self._buffer[: len(piece)]
            self._left -= len(piece)
            if piece:
                yield self._stream, piece


class Excerpt:
    """The first and the last bytes of however many."""

    def __init__(self) -> None:
        self.seen, self._head, self._tail = 0, bytearray(), bytearray()

    def add(self, data: bytes) -> None:
        """Keep what is worth keeping."""
        self.seen += len(data)
        room = KEPT - len(self._head)
        self._head += data[:room]
        self._tail += data[max(0, room) :]
        del self._tail[:-KEPT]

    def __str__(self) -> str:
        left_out = self.seen - len(self._head) - len(self._tail)
        middle = f"\n... {left_out} bytes ...\n".encode() if left_out else b""
        return bytes(self._head + middle + self._tail).decode("utf-8", "replace")


class ContainerChannel:
    """A container whose runner waits for its first message; a `Channel`.

    Args:
        attached: what the client's `attach_socket` gave, before the container was started.
        output_mb: more output than this is too much.
        removed: called when the container is gone.
    """

    def __init__(self, api: Api, name: str, attached: Any, output_mb: int, removed: Callable[[str], None]) -> None:
        self._api, self.name, self._removed = api, name, removed
        self._attached: Any = attached
        self._destroying = threading.Lock()
        self._socket: socket.socket = getattr(attached, "_sock", attached)
        self._socket.setblocking(False)  # noqa: FBT003 - the standard library's own
        self._frames, self._said, self._output = Demultiplexer(), bytearray(), Excerpt()
        self._most, self._ended = output_mb << 20, False
        self._born = time.monotonic()

    @property
    def age(self) -> float:
        """Seconds since it was attached to."""
        return time.monotonic() - self._born

    def send(self, data: bytes, deadline: float) -> None:
        """Hand bytes over, taking what comes meanwhile: neither side may wait for the other. See `Channel`."""
        view = memoryview(data)
        while view and not self._ended:
            readable, writable = self._ready(deadline, to_write=True)
            if readable:
                self._receive()
            if writable:
                view = view[self._write(view[:CHUNK]) :]

    def read(self, deadline: float) -> bytes:
        """The next bytes of the runner's channel; see `Channel`."""
        while not self._said and not self._ended:
            self._ready(deadline, to_write=False)
            self._receive()
        data = bytes(self._said)
        self._said.clear()
        return data

    def _ready(self, deadline: float, *, to_write: bool) -> tuple[bool, bool]:
        left = max(0.0, deadline - time.monotonic())
        sockets = [self._socket]
        readable, writable, _ = select.select(sockets, sockets if to_write else [], [], left)
        if not readable and not writable:
            raise TooLong
        return bool(readable), bool(writable)

    def _write(self, view: memoryview) -> int:
        try:
            return self._socket.send(view)
        except BlockingIOError:
            return 0
        except OSError:
            self._ended = True  # nobody listens: how it ended tells why
            return 0

    def _receive(self) -> None:
        try:
            data = self._socket.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._ended = not data
        for stream, piece in self._frames.feed(data):
            self._take(stream, piece)

    def _take(self, stream: int, piece: bytes) -> None:
        if stream == MESSAGES:
            self._said += piece
        else:
            self._output.add(piece)
        if self._output.seen > self._most or len(self._said) > 2 * MOST:
            raise TooLoud

    def ending(self, deadline: float) -> Ending:
        """Wait until the container has ended; see `Channel`."""
        while (state := self._state())["Status"] in {"created", "running", "stopping"}:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TooLong
            time.sleep(min(left, 0.02))
        return Ending(state["ExitCode"], out_of_memory=bool(state["OOMKilled"]))

    def _state(self) -> dict[str, Any]:
        with asking("looking at a container"):
            state: dict[str, Any] = self._api.inspect_container(self.name)["State"]
        return state

    def output(self) -> str:
        """What was written on standard error."""
        return str(self._output)

    def destroy(self) -> None:
        """Kill and remove the container; see `Channel`."""
        with self._destroying:  # a worker that is done with it, and the run that is being closed, may come at once
            attached, self._attached = self._attached, None
        if attached is not None:
            close_attached(attached)
            self._removed(self.name)


def close_attached(attached: Any) -> None:
    """Let go of an attached stream; always before a kill, for which a daemon that cannot deliver output waits."""
    connection = getattr(attached, "_sock", attached)
    with suppress(OSError):  # the other side was quicker
        connection.shutdown(socket.SHUT_RDWR)
    if (response := getattr(attached, "_response", None)) is not None:
        response.close()
    attached.close()
    connection.close()
