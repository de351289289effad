"""Workers beside generation, threads and processes.

What these tests would catch: prompts gathered in memory, answers given to the wrong prompt, a run that dies with a
worker process or leaves one behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator

import pytest
from made_tokenizers import tokenizer_folder
from preparing_helpers import Swelling, preparer, prompt, questions
from tokenizer_server import serving

from bench.models import preparing
from bench.models.preparing import Preparer
from bench.models.preparing_pool import Processes, ahead_of
from bench.models.rendering import Prepared
from bench.models.tokens import Tokenizer, load_tokenizer, server_tokenizer
from bench.records import Prompt


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    return load_tokenizer(str(tokenizer_folder(tmp_path_factory.mktemp("tokenizer"))))


def test_only_a_few_prompts_are_pulled_ahead() -> None:
    pulled = 0

    def source() -> Iterator[Prompt]:
        nonlocal pulled
        for question in questions(100):
            pulled += 1
            yield question

    taken = ahead_of(lambda question: Prepared(prompt=question), source(), 3)
    for number in range(40):
        assert next(taken).prompt.sample_id == f"t/{number}"
        assert pulled <= number + 1 + 2 * 3 + 2
    taken.close()  # type: ignore[attr-defined]


def test_results_come_in_order_even_where_the_first_takes_longest() -> None:
    released = threading.Event()

    def work(question: Prompt) -> Prepared:
        if question.sample_id == "t/0":
            released.wait(30)
        elif question.sample_id == "t/3":
            released.set()
        return Prepared(prompt=question)

    results = ahead_of(work, questions(10), 2)
    assert [result.prompt.sample_id for result in results] == [f"t/{number}" for number in range(10)]


def test_what_preparing_raises_is_raised_where_the_result_is_taken() -> None:
    def work(question: Prompt) -> Prepared:
        if question.sample_id == "t/2":
            raise RuntimeError("no memory")
        return Prepared(prompt=question)

    results = ahead_of(work, questions(5), 2)
    assert [next(results).prompt.sample_id, next(results).prompt.sample_id] == ["t/0", "t/1"]
    with pytest.raises(RuntimeError, match="no memory"):
        next(results)


@pytest.fixture(params=["swelling"])
def with_processes(
    request: pytest.FixtureRequest, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Preparer]:
    """A preparer whose two worker processes have loaded; with a tokenizer of no weight where none is asked for."""
    monkeypatch.setattr(preparing, "_ALONE", 0)
    monkeypatch.setattr(preparing, "cores", lambda: 2)
    made = preparer(tokenizer) if request.param == "real" else preparer(Swelling(), render=False)
    processes = made._started(made._ready())
    assert isinstance(processes, Processes)
    assert processes._ready.wait(120)
    yield made
    made.close()
    assert all(worker._process.poll() is not None for worker in processes._all)


@pytest.mark.parametrize("with_processes", ["real"], indirect=True)
def test_worker_processes_give_what_this_process_gives(with_processes: Preparer, tokenizer: Tokenizer) -> None:
    asked = [prompt(), *questions(30), prompt(chat=False)]
    alone = preparer(tokenizer)._ready()
    assert list(with_processes.prepare(asked)) == [alone.prepare(question) for question in asked]


def test_ctrl_c_does_not_reach_the_worker_processes(with_processes: Preparer) -> None:
    assert isinstance(with_processes._helpers, Processes)
    for worker in with_processes._helpers._all:
        os.kill(worker._process.pid, signal.SIGINT)
    assert len(list(with_processes.prepare(questions(12)))) == 12
    assert all(worker._process.poll() is None for worker in with_processes._helpers._all)


def test_a_dead_worker_is_replaced_once_and_then_the_work_is_done_here(with_processes: Preparer) -> None:
    processes = with_processes._helpers
    assert isinstance(processes, Processes)
    asked = questions(24)
    for expected in (3, 3):  # two and one in a dead one's place; the second time none
        for worker in processes._all:
            worker._process.kill()
            worker._process.wait()
        results = list(with_processes.prepare(asked))
        assert [result.prompt.text for result in results] == [question.text for question in asked]
        assert len(processes._all) == expected


def test_a_worker_ends_when_its_parent_is_gone(with_processes: Preparer) -> None:
    assert isinstance(with_processes._helpers, Processes)
    worker: subprocess.Popen[bytes] = with_processes._helpers._all[0]._process
    assert worker.stdin is not None
    worker.stdin.close()
    assert worker.wait(60) == 0


def test_a_servers_tokenizer_is_asked_from_several_threads_and_keeps_the_order(tokenizer: Tokenizer) -> None:
    with serving(tokenizer) as server:
        made = preparer(server_tokenizer(server.url, "tiny"), render=False)
        results = list(made.prepare(questions(20)))
        assert made._helpers is None
    assert [result.prompt.text for result in results] == [question.text for question in questions(20)]
    counts = [result.input_tokens for result in preparer(tokenizer, render=False).prepare(questions(3))]
    assert [result.input_tokens for result in results[:3]] == counts
