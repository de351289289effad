"""How many requests a server gets, which server gets them, and how long anything is waited for.

Would catch: a ramp that does not reach its ceiling, one bad moment that halves again and again, a pause that a server
asked for and does not get, one that never ends, a date that is taken for nothing, a dead replica that gets all the work
because it fails so fast, and work that waits, for ever even, although a server has room.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from email.utils import formatdate
from itertools import pairwise
from typing import Any

import pytest
from api_server import Reply, Request, Server, chat, either, prompt, quick, refusal, serve

from bench.models import load_model
from bench.models.api.clients import Clients
from bench.models.api.faults import MOST_PAUSE, Fault, pause_of
from bench.models.api.limits import Limit
from bench.models.api.patience import MOST, away_seconds, crowded_seconds, retry_seconds
from bench.models.api.replicas import Replica, Replicas
from bench.models.api.servers import Server as Place

pytest.importorskip("openai")
__all__ = ["quick", "serve"]


def rounds(limit: Limit, count: int, latency: Callable[[int], float], start: float = 0.0) -> list[int]:
    """The limit after each of some rounds, in each of which as many requests as it allows take the latency for it."""
    seen, now = [], start
    for _ in range(count):
        taken = latency(limit.now)
        for _ in range(limit.now):
            limit.answered(now, now + taken)
        now += taken
        seen.append(limit.now)
    return seen


def test_where_latency_holds_the_ceiling_is_three_rounds_away() -> None:
    assert rounds(Limit(16, 128), 4, lambda _: 1.0) == [32, 64, 128, 128]


def test_where_latency_grows_with_the_requests_the_limit_stays_behind() -> None:
    seen = rounds(Limit(16, 128), 4, lambda now: now / 16)
    assert max(seen) < 64


def test_a_limit_that_was_given_is_also_the_ceiling() -> None:
    assert rounds(Limit(8, 8), 3, lambda _: 1.0) == [8, 8, 8]


def test_requests_under_way_together_halve_the_limit_once() -> None:
    limit = Limit(64, 64)
    for _ in range(64):
        limit.refused(began=1.0, ended=2.0)
    assert limit.now == 32
    limit.refused(began=2.5, ended=3.0)
    assert limit.now == 16


def test_the_limit_never_falls_below_one_and_grows_again() -> None:
    limit = Limit(4, 4)
    for moment in range(5):
        limit.refused(moment, moment + 0.5)
    assert limit.now == 1
    assert rounds(limit, 5, lambda _: 1.0, start=10.0)[-1] == 4


def test_an_answer_to_a_request_from_before_a_change_says_nothing_of_the_new_limit() -> None:
    limit = Limit(2, 64)
    limit.refused(began=0.0, ended=5.0)
    for _ in range(50):
        limit.answered(1.0, 6.0)
    assert limit.now == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("0", 0.0),
        (formatdate(1_000_060, usegmt=True), 60.0),
        (formatdate(999_000, usegmt=True), 0.0),
        ("86400", MOST_PAUSE),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("nan", None),
        ("Wed, 99 Foo 2024", None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(value: str, seconds: float | None) -> None:
    assert pause_of({"retry-after": value}, now=1_000_000) == seconds


def test_waiting_grows_and_is_bounded() -> None:
    assert [away_seconds(times) for times in (1, 2, 3, 6, 5000)] == [1, 2, 4, 30, 30]
    for times in (1, 4, 5000):
        assert 0 <= retry_seconds(times) <= MOST
        assert 0 < crowded_seconds(times) <= MOST
    assert max(retry_seconds(1) for _ in range(50)) <= 0.5


def test_a_server_that_asks_to_be_left_alone_gets_nothing_in_the_meantime(serve: Callable[..., Server]) -> None:
    moments: list[float] = []
    pause = 0.5

    def script(path: str, request: Request) -> Reply:
        moments.append(time.monotonic())
        if len(moments) == 3:
            return (*refusal(429, "slow down"), {"Retry-After": str(pause)})
        return either(path, request)

    server = serve(script)
    model = load_model("openai/m", base_url=server.url, concurrency=1, retries=1)
    assert all(one.error is None for one in model.generate(prompt(str(number)) for number in range(6)))
    gaps = [after - before for before, after in pairwise(moments)]
    assert gaps[2] >= pause


@pytest.mark.usefixtures("quick")
def test_a_replica_that_only_fails_is_left_to_the_others(serve: Callable[..., Server]) -> None:
    def slow(path: str, request: Request) -> Reply:
        time.sleep(0.02)
        return either(path, request)

    broken, well = serve(lambda *_: refusal(500, "no disk")), serve(slow)
    model = load_model("openai/m", base_url=[broken.url, well.url], concurrency=4, retries=4)
    found = list(model.generate(prompt(str(number)) for number in range(40)))
    assert [one.error for one in found] == [None] * 40
    assert len(well.requests) == 40
    assert len(broken.requests) < 40


def test_the_work_is_spread_over_replicas_within_the_limit_of_all(serve: Callable[..., Server]) -> None:
    gate = threading.Barrier(4)

    def together(path: str, request: Request) -> Reply:
        gate.wait(10)  # four requests must be in flight at once, two at each
        return either(path, request)

    servers = [serve(together), serve(together)]
    model = load_model("openai/m", base_url=[server.url for server in servers], concurrency=4, retries=0)
    found = list(model.generate(prompt(str(number)) for number in range(16)))
    assert [one.error for one in found] == [None] * 16
    assert [server.most_in_flight for server in servers] == [2, 2]


def test_questions_on_one_document_go_to_the_server_that_has_it_while_it_has_room() -> None:
    async def places() -> list[Replica | Fault]:
        servers = [Place.at(f"http://127.0.0.1:{port}/v1") for port in (1, 2)]
        replicas = Replicas([Replica(server, Clients(server), Limit(2, 2)) for server in servers], 4, 0)
        first, second = await replicas.take(111), await replicas.take(222)
        return [first, second, await replicas.take(222), await replicas.take(222)]

    first, second, third, fourth = asyncio.run(places())
    assert second is not first
    assert third is second
    assert fourth is first


@pytest.mark.parametrize("failures", [1, 2, 3, 8])
def test_where_no_other_is_well_either_a_request_still_goes_to_another_than_failed_it(failures: int) -> None:
    """The other may be back; the one that has the document, and fails, would use up every try."""

    async def scene() -> tuple[Replica | Fault, Replica | Fault, Replica]:
        home, other = (Replica(place, Clients(place), Limit(2, 2)) for place in places)
        replicas, fault = Replicas([home, other], 4, 0), Fault("connection", "cut off", passing=True)
        first = await replicas.take(7, other)
        replicas.give(home)
        for number in range(3):
            other.failed(fault, number + 0.1, number + 0.2)
        for number in range(failures):
            home.failed(fault, number + 0.1, number + 0.2)
        other.well_at = home.well_at = asyncio.get_running_loop().time() + 60
        return first, await asyncio.wait_for(replicas.take(7, home), 10), other

    places = [Place.at(f"http://127.0.0.1:{port}/v1") for port in (1, 2)]
    first, second, other = asyncio.run(scene())
    assert isinstance(first, Replica)
    assert second is other
    assert first is not other


def test_without_a_number_more_and_more_is_in_flight_while_latency_holds(serve: Callable[..., Server]) -> None:
    def steady(*_: object) -> Reply:
        time.sleep(0.1)
        return chat("ok")

    server = serve(steady)
    list(load_model("openai/m", base_url=server.url, retries=0).generate(prompt(str(n)) for n in range(160)))
    assert server.most_in_flight > 16


def test_one_server_named_twice_is_refused() -> None:
    with pytest.raises(Exception, match="names one server twice"):
        load_model("openai/m", base_url=["http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1/"])


def left_alone(seconds: float) -> tuple[Replicas, Replica]:
    """One server with room for one, that gets nothing for so long; to be called in a loop."""
    place = Place.at("http://127.0.0.1:9/v1")
    replica = Replica(place, Clients(place), Limit(1, 1))
    replica.free_at = asyncio.get_running_loop().time() + seconds
    return Replicas([replica], 4, 0), replica


def test_whoever_comes_while_a_pause_ends_unnoticed_leaves_nobody_waiting() -> None:
    async def scene() -> None:
        replicas, replica = left_alone(0.05)
        first = asyncio.create_task(replicas.take(0))
        await asyncio.sleep(0)
        time.sleep(0.1)  # noqa: ASYNC251 - the loop is busy: the alarm is due and has not rung
        second = asyncio.create_task(replicas.take(1))
        assert await asyncio.wait_for(first, 20) is replica
        replicas.give(replica)
        assert await asyncio.wait_for(second, 20) is replica

    asyncio.run(scene())


def test_a_pause_that_ends_between_looking_and_waiting_leaves_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        replicas, replica = left_alone(0.05)
        look = Replicas._best

        def slowly(*arguments: Any) -> Replica | None:
            found = look(*arguments)
            time.sleep(0.1 if found is None else 0)
            return found

        monkeypatch.setattr(Replicas, "_best", slowly)
        assert await asyncio.wait_for(replicas.take(0), 20) is replica

    asyncio.run(scene())
