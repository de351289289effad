"""Pure functions over chunks of rows on every core, results in order, memory bounded.

Processes are forked, so that a worker costs nothing to start and shares what is loaded; where that is not safe (another
system, other threads alive) the same loop runs in this process. Chunks that need something heavy, like a dictionary of
words, all go to one worker, so that it is in memory once.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol, TypeVar

from bench.errors import BenchError

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

WINDOW = 64  # chunks under way or waiting: what bounds the memory


class MapChunks(Protocol):
    """Something that does what `map_chunks` does, on this machine or on others."""

    def __call__(self, work: Callable[[Chunk], Result], chunks: Iterable[tuple[bool, Chunk]]) -> Iterator[Result]:
        """`work` applied to every chunk, in the order given; see `map_chunks`."""


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def may_fork() -> bool:
    """Whether a forked child is safe: on Linux, with no thread alive that could hold a lock."""
    return sys.platform == "linux" and threading.active_count() == 1


def map_chunks(
    work: Callable[[Chunk], Result], chunks: Iterable[tuple[bool, Chunk]], *, workers: int | None = None
) -> Iterator[Result]:
    """`work` applied to every chunk, in the order given.

    Args:
        chunks: pairs of (heavy, chunk), taken at most WINDOW ahead.
        workers: processes; None for one a core.

    Raises:
        Exception: what `work` raised.
        BenchError: a worker died.
    """
    count = cores() if workers is None else workers
    if count == 1 or not may_fork():
        yield from (work(chunk) for _, chunk in chunks)
        return
    pool = _Pool(work, count)
    try:
        yield from pool.run(iter(chunks))
    finally:
        pool.close()


class _Pool:
    def __init__(self, work: Callable[[Any], Any], count: int) -> None:
        context = multiprocessing.get_context("fork")
        self._connections: list[Connection] = []
        self._processes = []
        for _ in range(count):
            ours, theirs = context.Pipe()
            inherited = [*self._connections, ours]
            process = context.Process(target=_serve, args=(work, theirs, inherited), daemon=True)
            process.start()
            theirs.close()
            self._connections.append(ours)
            self._processes.append(process)
        self._idle = set(self._connections)
        self._waiting: dict[bool, deque[tuple[int, Any]]] = {True: deque(), False: deque()}
        self._done: dict[int, Any] = {}

    def run(self, chunks: Iterator[tuple[bool, Any]]) -> Iterator[Any]:
        taken = given = 0
        while True:
            for heavy, chunk in _up_to(WINDOW - (taken - given), chunks):
                self._waiting[heavy].append((taken, chunk))
                taken += 1
            if taken == given:
                return
            self._dispatch()
            self._collect()
            while given in self._done:
                yield self._done.pop(given)
                given += 1

    def _dispatch(self) -> None:
        for number, connection in enumerate(self._connections):
            queue = self._waiting[True] if number == 0 and self._waiting[True] else self._waiting[False]
            if connection in self._idle and queue:
                connection.send(queue.popleft())
                self._idle.discard(connection)

    def _collect(self) -> None:
        for ready in wait([c for c in self._connections if c not in self._idle]):
            assert isinstance(ready, Connection)
            try:
                number, result, error = ready.recv()
            except (EOFError, OSError):
                raise BenchError("a scoring process died, perhaps for want of memory; score the run again") from None
            if error is not None:
                raise error
            self._done[number] = result
            self._idle.add(ready)

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        for process in self._processes:
            process.terminate()
            process.join()


def _up_to(count: int, items: Iterator[Chunk]) -> Iterator[Chunk]:
    for _ in range(count):
        try:
            yield next(items)
        except StopIteration:
            return


def _serve(work: Callable[[Any], Any], connection: Connection, inherited: list[Connection]) -> None:
    """A worker's life: it ends when the parent closes the pipe, or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; the parent decides
    for other in inherited:
        other.close()  # else this worker would keep a sibling's pipe open after the parent's death
    while True:
        try:
            number, chunk = connection.recv()
        except EOFError:
            return
        try:
            connection.send((number, work(chunk), None))
        except Exception as error:  # noqa: BLE001 - it is raised again in the parent
            connection.send((number, None, error))
