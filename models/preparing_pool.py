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
from dataclasses import replace
from itertools import islice

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
        count: how many; they start with the first prompt.
    """

    def __init__(self, fitter: Fitter, count: int) -> None:
        self._fitter = fitter
        self._greeting = pickle.dumps(fitter, protocol=pickle.HIGHEST_PROTOCOL)
        self._idle: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        self._all: list[_Worker] = []
        self._spare = 1
        self._lock = threading.Lock()
        self._closed = False
        for _ in range(count):
            self._idle.put(self._start())

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
        return self._fitter.prepare(prompt)

    def close(self) -> None:
        """End the processes, at work or not."""
        with self._lock:
            self._closed = True
            for worker in self._all:
                worker.end()
            self._all.clear()

    def _start(self) -> _Worker:
        worker = _Worker(self._greeting)
        self._all.append(worker)
        return worker

    def _replacement(self) -> _Worker | None:
        with self._lock:
            if self._closed:
                raise RuntimeError("the worker processes were ended while a prompt was being prepared")
            self._spare -= 1
            return self._start() if self._spare >= 0 else None


class _Worker:
    """One process and its pipes."""

    def __init__(self, greeting: bytes) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.models.preparing_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TOKENIZERS_PARALLELISM": "false"},
            start_new_session=True,  # Ctrl-C goes to the parent alone
        )
        self._greeting = greeting

    def ask(self, prompt: Prompt) -> Prepared:
        """One prompt's way there and back; its parts, as long as its text, stay here."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        bare = replace(prompt, parts=Parts())
        self._process.stdin.write(self._greeting + pickle.dumps(bare, protocol=pickle.HIGHEST_PROTOCOL))
        self._process.stdin.flush()
        self._greeting = b""
        prepared: Prepared = pickle.load(self._process.stdout)  # noqa: S301 - from our own process
        return replace(prepared, prompt=replace(prepared.prompt, parts=prompt.parts))

    def end(self) -> None:
        """Kill it and wait for its end."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            _close(pipe)


def _close(pipe: object) -> None:
    try:
        pipe.close()  # type: ignore[attr-defined]
    except OSError:  # what was not written has nobody to read it
        return
