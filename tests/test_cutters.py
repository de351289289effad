"""Prompts prepared on the machines of a cluster, with workers that this process plays.

What these tests would catch: a prompt lost or given twice with a machine, a machine without the tokenizer that ends a
run or takes prompts, all workers on one machine, documents sent to workers twice over.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest
from preparing_helpers import Swelling, preparer, prompt, questions

from bench.clusters.actors import Gone
from bench.clusters.connecting import Node
from bench.clusters.cutters import MOST, TRIES, Cutter, Cutters
from bench.errors import ModelError
from bench.models import preparing
from bench.models.fitting import Fitter
from bench.models.placing import Serving
from bench.models.preparing import Preparer
from bench.models.rendering import Prepared
from bench.records import Parts, Prompt


def node(number: int, cores: int = 2) -> Node:
    return Node(f"id{number}", f"10.0.0.{number}", {"CPU": cores})


@dataclass
class Machines:
    """Machines that this process plays; a prompt with a sample id in `fatal` takes its worker down, so many times."""

    nodes: list[Node]
    fitter: Fitter = field(default_factory=lambda: preparer(Swelling(), render=False)._ready())
    without: set[str] = field(default_factory=set)
    fatal: Counter[str] = field(default_factory=Counter)
    hired: list[str] = field(default_factory=list)
    asked: list[Prompt] = field(default_factory=list)
    ended: int = 0
    load: Callable[[], object] = lambda: None

    def hire(self, node: Node) -> Cutter:
        self.hired.append(node.id)
        return Worker(self, node)


@dataclass(eq=False)
class Worker:
    """A worker that does what its machine is told to do."""

    machines: Machines
    node: Node

    def load(self) -> None:
        self.machines.load()
        if self.node.id in self.machines.without:
            raise ModelError("/models/tiny: no tokenizer can be loaded")

    def ask(self, prompt: Prompt) -> Prepared:
        self.machines.asked.append(prompt)
        if self.machines.fatal[prompt.sample_id] > 0:
            self.machines.fatal[prompt.sample_id] -= 1
            raise Gone("killed")
        return self.machines.fitter.prepare(prompt)

    def end(self) -> None:
        self.machines.ended += 1


class OneCluster:
    """A cluster of these machines."""

    def __init__(self, machines: Machines, said: list[str]) -> None:
        self.machines, self.said = machines, said
        self.cutters: Cutters | None = None

    def preparing(self, fitter: Fitter) -> Cutters:
        self.cutters = Cutters(fitter, lambda: self.machines.nodes, self.machines.hire, self.said.append)
        return self.cutters

    def serving(self, *_: object, **__: object) -> Serving:
        raise AssertionError("it has workers alone")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def machines() -> Machines:
    return Machines([node(1), node(2)])


@pytest.fixture
def spread(machines: Machines, said: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Preparer]]:
    """What makes a preparer that has these machines, with all workers loaded."""
    monkeypatch.setattr(preparing, "_ALONE", 0)
    made: list[Preparer] = []

    def make() -> Preparer:
        made.append(preparer(Swelling(), render=False, cluster=OneCluster(machines, said)))
        cutters = made[-1]._started(made[-1]._ready())
        assert isinstance(cutters, Cutters)
        with cutters._changed:
            assert cutters._changed.wait_for(lambda: not cutters._loading, 60)
        return made[-1]

    yield make
    for one in made:
        one.close()


def alone(asked: list[Prompt]) -> list[Prepared]:
    fitter = preparer(Swelling(), render=False)._ready()
    return [fitter.prepare(one) for one in asked]


def test_a_cluster_gives_what_this_machine_gives_in_the_same_order(
    spread: Callable[[], Preparer], machines: Machines
) -> None:
    asked = [prompt(), *questions(30)]
    assert list(spread().prepare(asked)) == alone(asked)
    assert len(machines.asked) == len(asked)


def test_the_parts_of_a_prompt_stay_here(spread: Callable[[], Preparer], machines: Machines) -> None:
    results = list(spread().prepare([prompt()]))
    assert machines.asked[0].parts == Parts()
    assert results[0].prompt.parts == prompt().parts


def test_workers_are_shared_out_by_cores_and_never_more_than_help(
    spread: Callable[[], Preparer], machines: Machines
) -> None:
    machines.nodes = [node(1, 6), node(2, 2), node(3, 64), node(4, 0)]
    spread()
    assert Counter(machines.hired) == {"id1": 1, "id2": 1, "id3": MOST - 2}


def test_a_prompt_whose_worker_dies_is_prepared_by_another_one(
    spread: Callable[[], Preparer], machines: Machines
) -> None:
    asked = questions(24)
    machines.fatal.update({"t/3": 1, "t/11": 1})
    assert list(spread().prepare(asked)) == alone(asked)
    assert Counter(one.sample_id for one in machines.asked)["t/3"] == 2
    assert len(machines.hired) == 4 + 2


def test_a_prompt_that_kills_every_worker_is_prepared_here(spread: Callable[[], Preparer], machines: Machines) -> None:
    asked = questions(12)
    machines.fatal["t/5"] = 100
    assert list(spread().prepare(asked)) == alone(asked)
    assert Counter(one.sample_id for one in machines.asked)["t/5"] == TRIES


def test_where_all_workers_are_gone_prompts_are_prepared_here(
    spread: Callable[[], Preparer], machines: Machines
) -> None:
    made, asked = spread(), questions(40)
    machines.nodes = []
    machines.fatal.update({one.sample_id: 1 for one in asked})
    assert list(made.prepare(asked)) == alone(asked)
    assert machines.ended == 4


def test_a_machine_without_the_tokenizer_is_left_out_and_told_of_once(
    spread: Callable[[], Preparer], machines: Machines, said: list[str]
) -> None:
    machines.without = {"id1"}
    made = spread()
    assert said == ["no prompts are prepared on the node 10.0.0.1: /models/tiny: no tokenizer can be loaded"]
    assert machines.hired.count("id2") == 4
    assert list(made.prepare(questions(9))) == alone(questions(9))


def test_where_no_machine_has_the_tokenizer_prompts_are_prepared_here(
    spread: Callable[[], Preparer], machines: Machines, said: list[str]
) -> None:
    machines.without = {"id1", "id2"}
    made = spread()
    assert list(made.prepare(questions(9))) == alone(questions(9))
    assert machines.asked == []
    assert len(said) == 2


def test_prompts_are_prepared_here_until_the_first_worker_is_ready(
    machines: Machines, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "_ALONE", 0)
    released = threading.Event()
    machines.load = partial(released.wait, 60)
    made = preparer(Swelling(), render=False, cluster=OneCluster(machines, said))
    try:
        assert list(made.prepare(questions(6))) == alone(questions(6))
        assert machines.asked == []
    finally:
        released.set()
        made.close()


def test_closing_ends_every_worker(spread: Callable[[], Preparer], machines: Machines) -> None:
    made = spread()
    list(made.prepare(questions(3)))
    made.close()
    assert machines.ended == 4
