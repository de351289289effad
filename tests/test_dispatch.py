"""Would catch work that is lost or done twice in a result when machines die, and work that waits for a slow machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest

from bench.clusters.dispatch import NO_PLACE, TRIES, Lost, dispatch

Script = Callable[["Made"], None]


@dataclass
class Made:
    """A fleet of which a test decides what happens in each second; work takes one second by itself.

    Attributes:
        rooms: by place.
        slow: seconds that a piece takes at a place, where not one.
        deadly: work that takes its place down with it.
        script: called before each look at the places.
    """

    rooms: dict[str, int]
    slow: dict[tuple[str, int], float] = field(default_factory=dict)
    deadly: set[int] = field(default_factory=set)
    script: Script = lambda _: None
    now: float = 0.0
    given: list[tuple[str, int]] = field(default_factory=list)
    cancelled: list[tuple[str, int]] = field(default_factory=list)
    ends: dict[int, tuple[float, str, int]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def places(self) -> Mapping[str, int]:
        self.script(self)
        return self.rooms

    def submit(self, place: str, work: int) -> int:
        ticket = next(self.numbers)
        self.given.append((place, work))
        self.ends[ticket] = (self.now + self.slow.get((place, work), 1.0), place, work)
        return ticket

    def wait(self, tickets: Sequence[int], seconds: float) -> list[int]:
        lost = [ticket for ticket in tickets if self.ends[ticket][1] not in self.rooms]
        if lost:
            return lost
        first = min((self.ends[ticket][0] for ticket in tickets), default=self.now + seconds)
        self.now = min(max(first, self.now), self.now + seconds)
        ended = [ticket for ticket in tickets if self.ends[ticket][0] <= self.now]
        for ticket in ended:
            if self.ends[ticket][2] in self.deadly:
                self.rooms.pop(self.ends[ticket][1], None)
        return ended

    def take(self, ticket: int) -> str:
        _, place, work = self.ends[ticket]
        if place not in self.rooms:
            raise Lost(f"{place} died")
        return f"{work} at {place}"

    def cancel(self, ticket: int) -> None:
        self.cancelled.append(self.ends[ticket][1:])

    def run(self, works: Sequence[int] | Iterator[int], patience: float = 5.0) -> Iterator[str]:
        return dispatch(self, works, lambda work, why: f"{work} failed: {why}", patience=patience, clock=self.clock)

    def clock(self) -> float:
        return self.now


def done(results: Sequence[str]) -> list[int]:
    """The work of results, in order of its number."""
    return sorted(int(result.split()[0]) for result in results)


def test_every_piece_has_one_result_and_the_places_share_the_work() -> None:
    fleet = Made({"a": 2, "b": 3})
    assert done(list(fleet.run(range(50)))) == list(range(50))
    assert len(fleet.given) == 50
    assert {place for place, _ in fleet.given} == {"a", "b"}


def test_no_place_holds_more_than_it_has_room_for() -> None:
    fleet = Made({"a": 2, "b": 3})
    results = fleet.run(range(50))
    next(results)
    assert [sum(place == name for place, _ in fleet.given) for name in ("a", "b")] == [2, 3]


def test_work_is_pulled_only_when_a_place_has_room_for_it() -> None:
    pulled: list[int] = []

    def works() -> Iterator[int]:
        for number in range(1000):
            pulled.append(number)
            yield number

    results = Made({"a": 2, "b": 3}).run(works())
    next(results)
    assert len(pulled) == 5


def test_what_a_lost_place_had_is_done_elsewhere_before_anything_else() -> None:
    def dies(fleet: Made) -> None:
        if fleet.now >= 2.5:
            fleet.rooms.pop("a", None)

    fleet = Made({"a": 4, "b": 1}, script=dies)
    results = list(fleet.run(range(40)))
    assert done(results) == list(range(40))
    lost = [work for place, work in fleet.given if place == "a" and f"{work} at a" not in results]
    again = [work for place, work in fleet.given if place == "b" and work in lost]
    assert len(lost) == 4
    assert sorted(again) == sorted(lost)
    assert max(fleet.given.index(("b", work)) for work in again) < fleet.given.index(("b", 39))


def test_without_any_place_the_rest_fails_in_plain_words_after_the_patience() -> None:
    def dies(fleet: Made) -> None:
        if fleet.now >= 2:
            fleet.rooms.clear()

    fleet = Made({"a": 3}, script=dies)
    results = list(fleet.run(range(20)))
    assert done(results) == list(range(20))
    failed = [result for result in results if "failed" in result]
    assert len(failed) == 14
    assert all(NO_PLACE in result for result in failed)
    assert 6 <= fleet.now <= 8


def test_a_place_that_comes_back_in_time_goes_on_with_all_of_it() -> None:
    def naps(fleet: Made) -> None:
        fleet.rooms = {} if 2 <= fleet.now < 5 else {"a": 3}

    results = list(Made({"a": 3}, script=naps).run(range(20)))
    assert done(results) == list(range(20))
    assert not [result for result in results if "failed" in result]


def test_a_place_that_joins_gets_work() -> None:
    def joins(fleet: Made) -> None:
        if fleet.now >= 3:
            fleet.rooms["b"] = 2

    fleet = Made({"a": 2}, script=joins)
    assert done(list(fleet.run(range(20)))) == list(range(20))
    assert "b" in {place for place, _ in fleet.given}


def test_work_that_takes_its_place_down_does_not_take_all_of_them() -> None:
    fleet = Made({f"p{number}": 1 for number in range(TRIES + 2)}, deadly={7})
    results = list(fleet.run(range(30)))
    assert done(results) == list(range(30))
    (failed,) = [result for result in results if "failed" in result]
    assert failed.startswith("7 failed: p")
    assert len(fleet.rooms) == 2


def test_a_straggler_is_begun_once_more_elsewhere_and_the_first_result_wins() -> None:
    fleet = Made({"a": 1, "b": 1}, slow={("a", 0): 1000.0})
    results = list(fleet.run(range(10)))
    assert done(results) == list(range(10))
    assert "0 at b" in results
    assert fleet.given.count(("b", 0)) == 1
    assert fleet.cancelled == [("a", 0)]
    assert fleet.now < 20


def test_a_second_answer_is_dropped() -> None:
    fleet = Made({"a": 1, "b": 1}, slow={("a", 0): 12.0, ("b", 0): 20.0, ("a", 9): 9.0})
    results = list(fleet.run([*range(9), 0]))
    assert done(results) == [0, 0, *range(1, 9)]


def test_nothing_is_begun_twice_that_is_as_quick_as_the_rest() -> None:
    fleet = Made({"a": 8, "b": 8})
    list(fleet.run(range(20)))
    assert len(fleet.given) == 20


def test_a_straggler_whose_both_places_die_is_done_a_third_time() -> None:
    def dies(fleet: Made) -> None:
        if fleet.now >= 12:
            fleet.rooms = {"c": 1}

    fleet = Made({"a": 1, "b": 1}, slow={("a", 0): 1000.0, ("b", 0): 1000.0}, script=dies)
    results = list(fleet.run(range(6)))
    assert done(results) == list(range(6))
    assert "0 at c" in results


def test_closed_early_it_cancels_what_is_under_way() -> None:
    fleet = Made({"a": 2, "b": 1}, slow={("a", 0): 50.0, ("a", 1): 50.0, ("a", 2): 50.0})
    results = fleet.run(range(20))
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert len(fleet.cancelled) == 2


def test_what_the_source_of_the_work_raises_is_raised_and_nothing_is_left_behind() -> None:
    def works() -> Iterator[int]:
        yield 0
        raise OSError("no such file")

    fleet = Made({"a": 3})
    with pytest.raises(OSError, match="no such file"):
        list(fleet.run(works()))
    assert fleet.cancelled == [("a", 0)]


def test_no_more_than_may_be_is_pulled() -> None:
    fleet, given = Made({"a": 8}), 0
    works = dispatch(fleet, range(20), lambda _, why: why, may_pull=lambda: len(fleet.given) - given < 3)
    for _ in works:
        assert len(fleet.given) - given <= 3
        given += 1
    assert given == 20
