"""An event loop in a thread of its own, between an iterator of work and an iterator of results that know nothing of it.

The thread is a daemon and lives as long as the iterator: nothing that hangs in it can keep the program from ending, and
whoever starts processes afterwards finds no thread alive.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_GRACE = 5.0
"""Seconds that cancelled work has to let go of its connections."""
_HELPERS = 4  # threads for what would block the loop: names looked up, a prompt cut again


class LoopThread(Generic[Item, Result]):
    """Runs coroutines beside the thread that made it; leaving it cancels what is under way.

    Args:
        work: what is done with each item.
        close: what is done in the loop at the end.
    """

    def __init__(
        self, work: Callable[[Item], Coroutine[Any, Any, Result]], close: Callable[[], Awaitable[object]]
    ) -> None:
        self._work, self._close = work, close
        self._done: SimpleQueue[asyncio.Task[Result]] = SimpleQueue()
        self._tasks: set[asyncio.Task[Result]] = set()
        self._loop = asyncio.new_event_loop()
        self._name = f"api-{id(self):x}"
        self._helpers = ThreadPoolExecutor(_HELPERS, thread_name_prefix=self._name)
        self._loop.set_default_executor(self._helpers)
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"{self._name}-loop", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._finish(), self._loop)
        self._thread.join(2 * _GRACE)
        self._helpers.shutdown(wait=False, cancel_futures=True)
        for thread in threading.enumerate():
            if thread.name.startswith(self._name):
                thread.join(1.0)
        if not self._thread.is_alive():
            self._loop.close()

    def submit(self, item: Item) -> None:
        """Begin work on an item."""
        self._loop.call_soon_threadsafe(self._begin, item)

    def landed(self, *, wait: bool) -> Iterator[Result]:
        """Results that are there; at least one where it should be waited for. What work raised is raised."""
        if wait:
            yield self._done.get().result()
        while True:
            try:
                task = self._done.get_nowait()
            except Empty:
                return
            yield task.result()

    def _begin(self, item: Item) -> None:
        task = self._loop.create_task(self._work(item))
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[Result]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            self._done.put(task)

    async def _finish(self) -> None:
        """Cancel, let go, stop; each step in bounded time."""
        under_way = list(self._tasks)
        for task in under_way:
            task.cancel()
        try:
            async with asyncio.timeout(_GRACE):
                await asyncio.gather(*under_way, return_exceptions=True)
                await self._close()
        except TimeoutError:
            pass  # a daemon's connections end with the program
        finally:
            self._loop.stop()


def in_loop(
    work: Callable[[Item], Coroutine[Any, Any, Result]],
    items: Iterable[Item],
    *,
    window: Callable[[], int],
    close: Callable[[], Awaitable[object]],
) -> Iterator[Result]:
    """`work(item)` for every item, in the order in which they finish.

    Args:
        window: how many items may be under way at this moment.
        close: done at the end, in the loop.
    """
    source, more, under_way = iter(items), True, 0
    with LoopThread(work, close) as loop:
        while more or under_way:
            full = under_way >= window()
            if more and not full:
                for item in source:
                    loop.submit(item)
                    under_way += 1
                    break
                else:
                    more = False
            for result in loop.landed(wait=under_way > 0 and (full or not more)):
                under_way -= 1
                yield result
