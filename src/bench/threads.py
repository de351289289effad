"""A function over an iterator in a few threads: a bounded window in, results out as they land.

Not `concurrent.futures`: its threads are joined when the interpreter ends, so that Ctrl-C would wait for the slowest
request, minutes perhaps. These are daemons, and nothing waits for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_SPARE = 2
"""Items pulled beyond those at work, so that a thread finds its next one waiting."""


def in_threads(work: Callable[[Item], Result], items: Iterable[Item], count: int) -> Iterator[Result]:
    """`work(item)` for every item, `count` at a time, in the order in which they finish.

    At most `count + 2` items are pulled whose results were not yet taken. What `work` raises is raised here. When the
    caller stops early, items that no thread has begun are dropped and none is waited for.
    """
    waiting: SimpleQueue[Item | None] = SimpleQueue()
    done: SimpleQueue[Result | BaseException] = SimpleQueue()
    stopped = threading.Event()
    arguments = (work, waiting, done, stopped)
    threads = [threading.Thread(target=_serve, args=arguments, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield from _drive(iter(items), waiting, done, count + _SPARE)
    finally:
        stopped.set()
        for _ in threads:
            waiting.put(None)


def _drive(
    items: Iterator[Item], waiting: SimpleQueue[Item | None], done: SimpleQueue[Result | BaseException], window: int
) -> Iterator[Result]:
    """Keep the window full and hand results out."""
    open_items = 0
    more = True
    while more or open_items:
        while more and open_items < window:
            for item in items:
                waiting.put(item)
                open_items += 1
                break
            else:
                more = False
        if open_items:
            yield _result(done.get())
            open_items -= 1


def _result(outcome: Result | BaseException) -> Result:
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def _serve(
    work: Callable[[Item], Result],
    waiting: SimpleQueue[Item | None],
    done: SimpleQueue[Result | BaseException],
    stopped: threading.Event,
) -> None:
    while (item := waiting.get()) is not None and not stopped.is_set():
        try:
            done.put(work(item))
        except BaseException as error:  # noqa: BLE001 - it is raised in the thread that asked
            done.put(error)
