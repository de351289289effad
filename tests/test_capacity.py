"""Would catch a simulation that loses work or time, shares cores or a replica wrongly, or has a driver in two places.

Each closed form is worked out by hand.
"""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.capacity import Driver, Executions, Forecast, Hosts, Load, Machines, Replicas, StageForecast, simulate
from bench.capacity.driving import drive
from bench.capacity.records import Pair
from bench.capacity.stations import Host, Replica, seconds_a_token
from bench.errors import UserError

IDLE = Driver(piece=0.0)
"""A driver that costs nothing."""


def programs(count: int, *seconds: Pair) -> Load:
    return Load(executions={"python": Executions(count=count, seconds=seconds)})


def executed(load: Load, hosts: Hosts, driver: Driver = IDLE, seed: int = 0) -> StageForecast:
    return stage(simulate(load, Machines(hosts=hosts, driver=driver), seed=seed), "execute")


def stage(forecast: Forecast, name: str) -> StageForecast:
    return next(found for found in forecast.stages if found.name == name)


def ends(host: Host) -> dict[int, float]:
    """When each program of a host is done."""
    found: dict[int, float] = {}
    while (now := host.next()) < float("inf"):
        found |= dict.fromkeys(host.ended(now), now)
    return found


@pytest.mark.parametrize(("count", "hosts", "jobs"), [(10, 2, 2), (12, 3, 4), (1, 5, 2), (13, 1, 6)])
def test_equal_programs_that_wait_go_in_rounds(count: int, hosts: int, jobs: int) -> None:
    found = executed(programs(count, (0.0, 5.0)), Hosts(count=hosts, cores=1, jobs=jobs))
    assert found.seconds == pytest.approx(-(-count // (hosts * jobs)) * 5.0)


def test_cores_are_shared_equally() -> None:
    host = Host(cores=1)
    host.begin(0.0, 1, (1.0, 0.0))
    host.begin(0.0, 2, (2.0, 0.0))
    assert ends(host) == pytest.approx({1: 2.0, 2: 3.0})
    assert host.worked == pytest.approx(3.0)


def test_a_program_takes_no_more_than_one_core_and_none_while_it_waits() -> None:
    host = Host(cores=2)
    for number, work in enumerate([(1.0, 3.0), (2.0, 0.0), (3.0, 0.0)]):
        host.begin(0.0, number, work)
    # At two thirds of a core each the first has computed at 1.5 and waits until 4.5; the two others then have one each.
    assert ends(host) == pytest.approx({0: 4.5, 1: 2.5, 2: 3.5})


def test_a_program_that_comes_later_slows_the_others_from_then_on() -> None:
    host = Host(cores=1)
    host.begin(0.0, 1, (2.0, 0.0))
    host.begin(1.0, 2, (2.0, 0.0))
    assert ends(host) == pytest.approx({1: 3.0, 2: 4.0})


def test_a_dropped_program_gives_its_core_back() -> None:
    host = Host(cores=1)
    host.begin(0.0, 1, (2.0, 0.0))
    host.begin(0.0, 2, (2.0, 0.0))
    host.drop(2.0, 1)
    assert ends(host) == pytest.approx({2: 3.0})


def test_a_replica_reads_one_prompt_after_the_other_and_writes_meanwhile() -> None:
    replica = Replica(Replicas(prefill=100.0, chunk=10, decode=((8, 0.1),)))
    replica.begin(0.0, 1, (20.0, 3.0))
    replica.begin(0.0, 2, (30.0, 1.0))
    # A step that reads takes 0.2 s. The first prompt needs two and the second three, in which the first answer gets its
    # three tokens; the one token of the second takes a step without reading.
    found: dict[int, float] = {}
    while (now := replica.next()) < float("inf"):
        found |= dict.fromkeys(replica.ended(now), now)
    assert found == pytest.approx({1: 1.0, 2: 1.1})


def test_a_token_takes_what_the_points_say_and_beyond_the_last_no_more_come_in_a_second() -> None:
    points = ((2.0, 0.01), (4.0, 0.02))
    assert [seconds_a_token(points, count) for count in (1, 2, 3, 4, 8)] == pytest.approx(
        [0.01, 0.01, 0.015, 0.02, 0.04]
    )


def test_a_driver_hands_out_one_piece_at_a_time() -> None:
    found = executed(programs(1000, (0.5, 0.0)), Hosts(count=1000, cores=4), Driver(piece=0.01))
    assert found.seconds == pytest.approx(1000 * 0.01 + 0.5)
    assert found.busy["driver"] == pytest.approx(10.0 / 10.5)
    halved = executed(programs(1000, (0.5, 0.0)), Hosts(count=1000, cores=4), Driver(piece=0.01, shards=2))
    assert halved.seconds == pytest.approx(5.5)


WORK = st.lists(st.tuples(st.floats(0, 5), st.floats(0, 5)), min_size=1, max_size=40)


@given(WORK, st.integers(1, 4), st.integers(1, 5), st.floats(0, 0.5))
def test_all_work_is_done_once_and_no_other(work: list[Pair], hosts: int, jobs: int, piece: float) -> None:
    stations = [Host(cores=2) for _ in range(hosts)]
    driven = drive(stations, jobs, work, Driver(piece=piece))
    assert len(driven.ends) == len(work)
    assert driven.ends == sorted(driven.ends)
    assert sum(host.worked for host in stations) == pytest.approx(sum(cpu for cpu, _ in work), abs=1e-3)
    assert all(took >= sum(pair) - 1e-5 for took, pair in zip(driven.took, work, strict=True))


def test_more_hosts_are_never_slower() -> None:
    load = programs(400, (0.3, 0.1), (1.0, 0.0), (0.2, 2.0))
    seconds = [executed(load, Hosts(count=count, cores=2), Driver()).seconds for count in (1, 2, 4, 8, 16, 64)]
    assert all(after <= before * 1.01 for before, after in pairwise(seconds)), seconds


def test_a_forecast_is_the_same_for_the_same_seed() -> None:
    load, hosts = programs(300, (0.3, 0.1), (1.0, 0.0), (0.2, 2.0)), Hosts(count=3, cores=2, slow=0.1)
    assert executed(load, hosts, seed=4) == executed(load, hosts, seed=4)
    assert executed(load, hosts, seed=4) != executed(load, hosts, seed=5)


def test_a_straggler_is_issued_again_elsewhere_and_holds_up_no_more() -> None:
    stations = [Host(cores=1), Host(cores=1)]
    pieces = [(1.0, 0.0)] * 5 + [(1.0, 100.0)]
    driven = drive(stations, 1, pieces, IDLE, again=[(1.0, 0.0)] * 6)
    assert driven.copies == 1
    # Begun at 2, found overdue at twice the mean of a second, and done a second after that.
    assert driven.ends[-1] == pytest.approx(2.0 + 2.0 + 1.0)
    assert len(driven.ends) == 6


def test_ten_thousand_programs_on_a_thousand_hosts_are_all_done() -> None:
    hosts = Hosts(count=1000, cores=16, slow=0.01, price=2.0)
    forecast = simulate(programs(10_000, (0.8, 0.2)), Machines(hosts=hosts, driver=Driver(piece=0.001)))
    found = stage(forecast, "execute")
    assert found.pieces == 10_000
    assert found.seconds >= 10.0
    assert "--shard" in forecast.bottleneck
    assert forecast.cost == pytest.approx(1000 * 2.0 * forecast.seconds / 3600)


def test_stages_follow_each_other_and_only_those_that_have_work() -> None:
    load = dataclasses.replace(programs(4, (1.0, 0.0)), prompts=2, tokens=[(100.0, 10.0)], rows=128, row_seconds=0.01)
    machines = Machines(replicas=Replicas(start=7.0), hosts=Hosts(start=5.0), driver=IDLE)
    forecast = simulate(load, machines)
    assert [found.name for found in forecast.stages] == ["start", "generate", "execute", "score"]
    assert stage(forecast, "start").seconds == 7.0
    assert forecast.seconds == pytest.approx(sum(found.seconds for found in forecast.stages))
    assert [found.name for found in simulate(programs(1, (1.0, 0.0)), machines).stages] == ["start", "execute"]


@pytest.mark.parametrize(
    ("load", "machines", "named"),
    [
        (Load(prompts=3), Machines(), "--tokens-in"),
        (programs(3), Machines(), "--cpu-seconds"),
        (Load(), Machines(hosts=Hosts(count=0)), "at least 1"),
        (Load(), Machines(replicas=Replicas(prefill=0)), "above 0"),
    ],
)
def test_work_without_a_size_and_machines_that_do_nothing_are_refused(
    load: Load, machines: Machines, named: str
) -> None:
    with pytest.raises(UserError, match=named):
        simulate(load, machines)
