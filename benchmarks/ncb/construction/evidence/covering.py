"""The smallest set of tests that still sees what all of them see."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

EXACT_UP_TO = 20
"""Tests that are left after what is forced; with more of them the greedy set is taken."""

Wanted = Mapping[str, frozenset[str]]


def smallest_cover(wanted: Mapping[str, Collection[str]], costs: Mapping[str, float] | None = None) -> tuple[str, ...]:
    """A cheapest set of tests that reaches everything which any of them reaches.

    Greedy, then without what is not needed, then by branch and bound where up to `EXACT_UP_TO` tests are in question;
    so it is the smallest one there, and without a spare test everywhere.

    Args:
        wanted: what each test reaches.
        costs: of each test, above 0; 1 where it is not named.

    Returns:
        In the order of `wanted`. The same for the same input.
    """
    price = {test: (costs or {}).get(test, 1.0) for test in wanted}
    rows = {test: frozenset(reached) for test, reached in wanted.items() if reached}
    everything = frozenset[str]().union(*rows.values())
    forced = _forced(rows)
    reached = frozenset[str]().union(*(rows[test] for test in forced))
    left = _without_worse({test: row - reached for test, row in rows.items() if row - reached}, price)
    rest = _greedy(left, everything - reached, price)
    if len(left) <= EXACT_UP_TO:
        rest = _exact(left, everything - reached, price, rest)
    chosen = {*forced, *rest}
    return tuple(test for test in wanted if test in chosen)


def _forced(rows: Wanted) -> list[str]:
    """Tests that alone reach something."""
    reaching: dict[str, list[str]] = {}
    for test, row in rows.items():
        for one in row:
            reaching.setdefault(one, []).append(test)
    alone = {tests[0] for tests in reaching.values() if len(tests) == 1}
    return [test for test in rows if test in alone]


def _without_worse(rows: Wanted, price: Mapping[str, float]) -> Wanted:
    """Tests of which no other one reaches as much for as little; of two equal ones the first."""
    order = sorted(rows, key=lambda test: (price[test], -len(rows[test])))
    kept: dict[str, frozenset[str]] = {}
    for test in order:
        if not any(rows[test] <= row for row in kept.values()):
            kept[test] = rows[test]
    return {test: row for test, row in rows.items() if test in kept}


def _greedy(rows: Wanted, goal: frozenset[str], price: Mapping[str, float]) -> list[str]:
    chosen: list[str] = []
    missing = goal
    while missing:
        best = max(rows, key=lambda test: len(rows[test] & missing) / price[test])
        chosen.append(best)
        missing -= rows[best]
    for test in sorted(chosen, key=lambda one: -price[one]):
        others = [rows[other] for other in chosen if other != test]
        if goal <= frozenset[str]().union(*others):
            chosen.remove(test)
    return chosen


def _exact(rows: Wanted, goal: frozenset[str], price: Mapping[str, float], best: list[str]) -> list[str]:
    """Branch on what the fewest tests reach; what costs as much as the best set known is left."""
    bound = sum(price[test] for test in best)
    for found in _covers(rows, goal, price, bound):
        best = found
    return best


def _covers(rows: Wanted, goal: frozenset[str], price: Mapping[str, float], bound: float) -> Iterator[list[str]]:
    """Covers, each cheaper than the one before."""
    stack: list[tuple[frozenset[str], list[str], float]] = [(goal, [], 0.0)]
    while stack:
        missing, chosen, cost = stack.pop()
        if cost >= bound:
            continue
        if not missing:
            bound = cost
            yield chosen
            continue
        rarest = min(sorted(missing), key=lambda one: sum(one in row for row in rows.values()))
        reaching = [test for test, row in rows.items() if rarest in row]
        stack += [(missing - rows[test], [*chosen, test], cost + price[test]) for test in reaching]
