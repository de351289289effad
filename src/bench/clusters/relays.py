"""Ports of this machine behind which servers of a cluster stand, each now on this machine and now on that one.

A client keeps its URL while its server dies and another one takes its place. Bytes go through as they are: whatever the
servers ask of a client, they ask through here.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

Result = TypeVar("Result")
Place = tuple[str, int]
"""A host and a port."""
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
HOST = "127.0.0.1"
REACH = 5.0  # seconds in which a server must take a connection: a machine that is gone says nothing at all
AGAIN = 0.5  # seconds after which a server that took none is tried again, where no other one is there
_BLOCK = 1 << 16


class Relays:
    """So many ports, in the event loop of a thread of their own.

    A connection to a port whose server is away is closed at once where another server is there, so that the client asks
    that one; where none is there it waits until there is one again, or none will ever be. A server that takes no
    connection is away before anybody has said so: Ray takes its time to see that a machine is gone.
    """

    def __init__(self, count: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._places: list[Place | None] = [None] * count
        self._silent: set[int] = set()  # ports whose server took no connection
        self._through: list[set[asyncio.Task[None]]] = [set() for _ in range(count)]
        self._connections: set[asyncio.Task[None]] = set()
        self._moved = asyncio.Event()
        self._over = False
        self._thread = threading.Thread(target=self._loop.run_forever, name="bench-relays", daemon=True)
        self._thread.start()
        self._servers = [self._call(self._listen(number)) for number in range(count)]
        self.urls = tuple(f"http://{HOST}:{server.sockets[0].getsockname()[1]}/v1" for server in self._servers)

    def lead(self, number: int, place: Place | None) -> None:
        """From now on this port leads there, or nowhere; what goes through it to another place is cut off."""
        self._call(self._lead(number, place))

    def give_up(self) -> None:
        """No server will be there any more: nobody waits for one."""
        self._call(self._give_up())

    def close(self) -> None:
        """Close the ports and all that goes through them."""
        if self._thread.is_alive():
            self._call(self._close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _call(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self, number: int) -> asyncio.Server:
        async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._carry(number, reader, writer)

        return await asyncio.start_server(taken, HOST, 0)

    async def _lead(self, number: int, place: Place | None) -> None:
        before, self._places[number] = self._places[number], place
        self._silent.discard(number)
        if before not in {None, place}:
            await _cut(self._through[number])
        self._tell()

    async def _give_up(self) -> None:
        self._over = True
        self._tell()

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        await self._give_up()
        await _cut(self._connections)

    def _tell(self) -> None:
        """Wake all who wait for a server."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def _carry(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until one of its ends is gone."""
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            far = await self._reached(number)
            if far is not None:
                self._through[number].add(task)
                await _spliced((reader, writer), far)
        except (OSError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._connections.discard(task)
            self._through[number].discard(task)
            writer.close()

    async def _reached(self, number: int) -> Streams | None:
        """The server to which the port leads; None where the client had better ask elsewhere."""
        while not self._over:
            moved, place = self._moved, self._places[number]
            far = None if place is None else await _connected(place)
            if place == self._places[number]:
                if far is not None:
                    self._silent.discard(number)
                    return far
                self._silent.add(number)
                if self._somewhere:
                    return None
                with suppress(TimeoutError):
                    await asyncio.wait_for(moved.wait(), AGAIN)
            elif far is not None:  # it was led elsewhere meanwhile
                far[1].close()
        return None

    @property
    def _somewhere(self) -> bool:
        """Whether a server is there, as far as is known."""
        return any(place is not None and number not in self._silent for number, place in enumerate(self._places))


async def _connected(place: Place) -> Streams | None:
    """A connection; None where nobody takes it."""
    with suppress(OSError):  # of which too long is one
        async with asyncio.timeout(REACH):
            return await asyncio.open_connection(*place)
    return None


async def _cut(connections: set[asyncio.Task[None]]) -> None:
    """End them, whatever goes through."""
    tasks = list(connections)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _spliced(near: Streams, far: Streams) -> None:
    """Until one of them has said all."""
    ways = [asyncio.create_task(_copied(near[0], far[1])), asyncio.create_task(_copied(far[0], near[1]))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        far[1].close()


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until the reader's end, or that of either connection."""
    with suppress(OSError):
        while block := await reader.read(_BLOCK):
            writer.write(block)
            await writer.drain()
