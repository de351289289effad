"""Would catch results out of order, a lost exception, or a dictionary of words loaded in every process.

Nothing is forked beside a living thread, and other tests may have left one in this process: what is to be forked is
forked by a fresh one.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

from bench.errors import BenchError
from bench.workers import WINDOW, map_chunks

Chunk = tuple[bool, int]


def _work(chunk: int) -> tuple[int, int]:
    return chunk * chunk, os.getpid()


def _fail_on_seven(chunk: int) -> int:
    if chunk == 7:
        raise ValueError("seven")
    return chunk


def _die(chunk: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return chunk


def _mapped(work: Callable[[int], Any], chunks: list[Chunk], workers: int) -> tuple[list[Any], int]:
    return list(map_chunks(work, chunks, workers=workers)), os.getpid()


def _taken_for_one_result() -> int:
    taken = 0

    def endless() -> Iterator[Chunk]:
        nonlocal taken
        for i in range(10_000):
            taken += 1
            yield False, i

    results = map_chunks(_work, endless(), workers=2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    return taken


def afresh(function: Callable[..., Any], *arguments: object) -> Any:
    """What a function gives in a process of its own, without threads."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_the_order_of_the_chunks(workers: int) -> None:
    results, _ = afresh(_mapped, _work, [(i % 3 == 0, i) for i in range(300)], workers)
    assert [square for square, _ in results] == [i * i for i in range(300)]


def test_heavy_chunks_all_go_to_one_process() -> None:
    chunks = [(i % 2 == 0, i) for i in range(100)]
    results, parent = afresh(_mapped, _work, chunks, 2)
    assert len({pid for (_, pid), (heavy, _) in zip(results, chunks, strict=True) if heavy}) == 1
    assert parent not in {pid for _, pid in results}


def test_what_the_work_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match="seven"):
        afresh(_mapped, _fail_on_seven, [(False, i) for i in range(20)], 2)


def test_a_killed_worker_is_an_error_not_a_hang() -> None:
    with pytest.raises(BenchError, match="died"):
        afresh(_mapped, _die, [(False, 1)], 2)


def test_chunks_are_not_read_far_ahead() -> None:
    assert afresh(_taken_for_one_result) <= 2 * WINDOW


def test_nothing_is_forked_beside_a_living_thread() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        results = list(map_chunks(_work, [(False, i) for i in range(3)], workers=2))
    finally:
        stop.set()
        thread.join()
    assert {pid for _, pid in results} == {os.getpid()}
