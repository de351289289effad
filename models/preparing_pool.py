"""A few workers beside generation: prompts in, prepared prompts out in their order, through a bounded window."""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

from bench.models.fitting import Fitter
from bench.models.rendering import Prepared
from bench.records import Parts, Prompt

Work = Callable[[Prompt], Prepared]
_Task = tuple[Prompt, "Future[Prepared]"]
_DEAD = (OSError, EOFError, ValueError, pickle.UnpicklingError)
"""What talking to a process that has ended raises; ValueError is a pipe that was closed."""


def ahead_of(work: Work, prompts: Iterable[Prompt], count: int) -> Iterator[Prepared]:
    """`work(prompt)` for every prompt in `count` threads, in the order given.

    At most 2 * count + 2 prompts are pulled whose results were not taken. The threads are daemons: when the caller
    stops early nothing waits for them.
    """
    tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
    for _ in range(count):
        threading.Thread(target=_serve, args=(work, tasks), daemon=True).start()
    waiting: deque[Future[Prepared]] = deque()
    source = iter(prompts)
    try:
        while True:
            for prompt in islice(source, 2 * count + 2 - len(waiting)):
                waiting.append(Future())
                tasks.put((prompt, waiting[-1]))
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        for _ in range(count):
            tasks.put(None)


def _serve(work: Work, tasks: queue.SimpleQueue[_Task | None]) -> None:
    while (task := tasks.get()) is not None:
        prompt, future = task
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(work(prompt))
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is taken
            future.set_exception(error)


class Processes:
    """Worker processes, each with a tokenizer of its own.

    One that dies is replaced once; after that its prompts are prepared in this process.

    Args:
        fitter: what they do with a prompt.
        count: how many; they start at once and take seconds to load.

    Raises:
        pickle.PicklingError, AttributeError, TypeError: the fitter cannot be sent to another process.
    """

    def __init__(self, fitter: Fitter, count: int) -> None:
        self._fitter = fitter
        self._count = count
        self._greeting = pickle.dumps(fitter, protocol=pickle.HIGHEST_PROTOCOL)
        self._idle: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        self._ready = threading.Event()
        self._here = threading.Lock()
        self._spares = threading.Lock()
        self._spare = 1
        self._closed = False
        self._all = [_Worker() for _ in range(count)]
        for worker in self._all:
            threading.Thread(target=self._load, args=(worker,), daemon=True).start()

    @property
    def ready(self) -> bool:
        """Whether the first of them has loaded its tokenizer, or will never."""
        return self._ready.is_set()

    @property
    def workers(self) -> int:
        """How many were asked for."""
        return self._count

    def prepare(self, prompt: Prompt) -> Prepared:
        """By a process that has nothing to do; called from as many threads as there are processes."""
        worker = self._idle.get()
        try:
            while worker is not None:
                try:
                    return worker.ask(prompt)
                except _DEAD:
                    worker = self._replacement()
        finally:
            self._idle.put(worker)
        with self._here:  # a tokenizer is not for two threads at once
            return self._fitter.prepare(prompt)

    def close(self) -> None:
        """End the processes, at work or not."""
        with self._spares:
            self._closed = True
            for worker in self._all:
                worker.end()

    def _load(self, worker: _Worker) -> None:
        try:
            worker.load(self._greeting)
        except _DEAD:  # found out again by the first prompt, which gets another worker
            pass
        finally:
            self._idle.put(worker)
            self._ready.set()

    def _replacement(self) -> _Worker | None:
        """Another process in place of a dead one; None when one was replaced before, or dies as well."""
        with self._spares:
            if self._closed or not self._spare:
                return None
            self._spare -= 1
            worker = _Worker()
            self._all.append(worker)
        try:
            worker.load(self._greeting)
        except _DEAD:
            return None
        return worker


class _Worker:
    """One process and its pipes."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bench.models.preparing_worker"],  # -P: nothing from the current folder
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TOKENIZERS_PARALLELISM": "false"},
            start_new_session=True,  # Ctrl-C goes to the parent alone
        )

    def load(self, greeting: bytes) -> None:
        """Send it its fitter and wait until its tokenizer is loaded."""
        self._exchange(greeting)

    def ask(self, prompt: Prompt) -> Prepared:
        """One prompt's way there and back; its parts, as long as its text, stay here."""
        bare = replace(prompt, parts=Parts())
        prepared: Prepared = self._exchange(pickle.dumps(bare, protocol=pickle.HIGHEST_PROTOCOL))
        return replace(prepared, prompt=replace(prepared.prompt, parts=prompt.parts))

    def end(self) -> None:
        """Kill it and wait for its end; whoever waits for its answer finds the pipe's end."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(OSError):  # what was not written has no reader any more
                pipe.close()

    def _exchange(self, message: bytes) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(message)
        self._process.stdin.flush()
        return pickle.load(self._process.stdout)  # noqa: S301 - from our own process
