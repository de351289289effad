"""Would catch results out of order, a lost exception, or a dictionary of words loaded in every process."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

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


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_the_order_of_the_chunks(workers: int) -> None:
    chunks = [(i % 3 == 0, i) for i in range(300)]
    results = list(map_chunks(_work, chunks, workers=workers))
    assert [square for square, _ in results] == [i * i for i in range(300)]


def test_heavy_chunks_all_go_to_one_process() -> None:
    chunks = [(i % 2 == 0, i) for i in range(100)]
    results = list(map_chunks(_work, chunks, workers=2))
    assert len({pid for (_, pid), (heavy, _) in zip(results, chunks, strict=True) if heavy}) == 1
    assert os.getpid() not in {pid for _, pid in results}


def test_what_the_work_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match="seven"):
        list(map_chunks(_fail_on_seven, [(False, i) for i in range(20)], workers=2))


def test_a_killed_worker_is_an_error_not_a_hang() -> None:
    with pytest.raises(BenchError, match="died"):
        list(map_chunks(_die, [(False, 1)], workers=2))


def test_chunks_are_not_read_far_ahead() -> None:
    taken = 0

    def endless() -> Iterator[Chunk]:
        nonlocal taken
        for i in range(10_000):
            taken += 1
            yield False, i

    results = map_chunks(_work, endless(), workers=2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert taken <= 2 * WINDOW


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
