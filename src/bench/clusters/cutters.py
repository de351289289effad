"""Prompts prepared on the machines of a cluster: cut to size and rendered there, in the way of this machine."""

from __future__ import annotations

import pickle
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from bench.clusters.actors import Gone, told
from bench.clusters.connecting import Node, Say, on
from bench.errors import BenchError, ModelError
from bench.models.fitting import Fitter
from bench.models.rendering import Prepared
from bench.records import Parts, Prompt

MOST = 8
"""Workers that keep the quickest servers busy; more would only wait."""
TRIES = 2
"""Workers that a prompt may take down with it; then it is prepared here."""


class Cutter(Protocol):
    """A worker on a machine of the cluster."""

    def load(self) -> None:
        """Wait until it has its tokenizer.

        Raises:
            Gone: it died.
            BenchError: the tokenizer cannot be had on its machine.
        """

    def ask(self, prompt: Prompt) -> Prepared:
        """One prompt's way there and back.

        Raises:
            Gone: it died.
        """

    def end(self) -> None:
        """Kill it."""


class Hired(NamedTuple):
    """A worker and where it is."""

    worker: Cutter
    node: Node


class Cutters:
    """Workers on a cluster; see `bench.models.placing.Preparing`.

    One that dies is replaced, on another machine where its own is gone. A machine that cannot load the tokenizer is
    left out, and told of once; where none can, prompts are prepared here.

    Args:
        fitter: what is done with a prompt.
        nodes: the machines that may take part now.
        hire: a worker on a machine.
        say: told in a line of a machine that is left out.
    """

    def __init__(
        self, fitter: Fitter, nodes: Callable[[], Sequence[Node]], hire: Callable[[Node], Cutter], say: Say
    ) -> None:
        self._fitter, self._nodes, self._hire, self._say = fitter, nodes, hire, say
        self._changed = threading.Condition()
        self._here = threading.Lock()
        self._idle: list[Hired] = []
        self._hired: list[Hired] = []
        self._left_out: set[str] = set()
        self._lost_at: Counter[str] = Counter()
        self._able = self._loading = 0
        self._loaded = self._closed = False
        self.workers = max(1, min(MOST, sum(node.cpus for node in nodes())))
        self._spares = self.workers
        for _ in range(self.workers):
            self._hire_one()

    @property
    def ready(self) -> bool:
        """Whether the first of them has loaded its tokenizer, or will never."""
        with self._changed:
            return self._loaded or not self._loading

    def prepare(self, prompt: Prompt) -> Prepared:
        """By a worker that has nothing to do; called from as many threads as there are workers."""
        bare = replace(prompt, parts=Parts())  # the parts, as long as the text, stay here
        for _ in range(TRIES):
            hired = self._free()
            if hired is None:
                break
            try:
                prepared = hired.worker.ask(bare)
            except Gone:
                self._lost(hired)
            else:
                self._keep(hired)
                return replace(prepared, prompt=replace(prepared.prompt, parts=prompt.parts))
        with self._here:  # a tokenizer is not for two threads at once
            return self._fitter.prepare(prompt)

    def close(self) -> None:
        """End the workers, at work or not."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for hired in list(self._hired):
            hired.worker.end()

    def _free(self) -> Hired | None:
        """A worker with nothing to do; None where none is able any more, or not again yet."""
        with self._changed:
            self._changed.wait_for(lambda: self._idle or not self._able or self._closed)
            return self._idle.pop() if self._idle and not self._closed else None

    def _keep(self, hired: Hired) -> None:
        with self._changed:
            self._idle.append(hired)
            self._changed.notify()

    def _lost(self, hired: Hired) -> None:
        with self._changed:
            self._able -= 1
            self._changed.notify_all()
        self._replace(hired)

    def _hire_one(self) -> None:
        """Another worker, where there is a machine for it; it loads beside everything else."""
        with self._changed:
            node = self._roomiest()
            if node is None or self._closed:
                return
            hired = Hired(self._hire(node), node)
            self._hired.append(hired)
            self._loading += 1
        threading.Thread(target=self._load, args=(hired,), daemon=True).start()

    def _roomiest(self) -> Node | None:
        """The machine with the fewest workers for its cores, those counted too that died there: it may be gone."""
        counts = Counter(hired.node.id for hired in self._hired) + self._lost_at
        able = [node for node in self._nodes() if node.cpus and node.id not in self._left_out]
        return min(able, key=lambda node: counts[node.id] / node.cpus, default=None)

    def _load(self, hired: Hired) -> None:
        try:
            hired.worker.load()
        except Gone:
            self._replace(hired)
        except BenchError as error:
            self._dismiss(hired)
            self._leave_out(hired.node, error)
            self._hire_one()
        else:
            with self._changed:
                self._able += 1
                self._loaded = True
                self._idle.append(hired)
        finally:
            with self._changed:
                self._loading -= 1
                self._changed.notify_all()

    def _dismiss(self, hired: Hired) -> None:
        with self._changed:
            self._hired.remove(hired)
        hired.worker.end()

    def _replace(self, hired: Hired) -> None:
        self._dismiss(hired)
        with self._changed:
            self._lost_at[hired.node.id] += 1
            self._spares -= 1
            if self._spares >= 0:
                self._hire_one()

    def _leave_out(self, node: Node, error: BenchError) -> None:
        with self._changed:
            known = node.id in self._left_out
            self._left_out.add(node.id)
        if not known:
            self._say(f"no prompts are prepared on the node {node.address}: {error}")


class OnNode:
    """A worker as a Ray actor.

    It takes none of the cores that Ray hands out: it would hold them between two benchmarks, when scoring needs them.

    Args:
        greeting: Ray's reference to a pickled fitter.
        files: what tells its tokenizer from another.
    """

    def __init__(self, node: Node, greeting: Any, files: Mapping[str, Any]) -> None:
        import ray

        made = ray.remote(num_cpus=0, max_restarts=0, max_task_retries=0)(Desk)
        self._actor = made.options(scheduling_strategy=on(node.id)).remote()
        self._greeting, self._files = greeting, files

    def load(self) -> None:
        """See `Cutter`."""
        why = told(self._actor.load.remote(self._greeting, self._files))
        if why is not None:
            raise ModelError(why)

    def ask(self, prompt: Prompt) -> Prepared:
        """See `Cutter`."""
        prepared: Prepared = told(self._actor.prepare.remote(prompt))
        return prepared

    def end(self) -> None:
        """See `Cutter`."""
        import ray

        ray.kill(self._actor)


class Desk:
    """What the actor holds."""

    def load(self, greeting: bytes, files: Mapping[str, Any]) -> str | None:
        """Load the tokenizer; why it cannot be done here."""
        try:
            self._fitter: Fitter = pickle.loads(greeting)  # noqa: S301 - from the process that started this one
        except BenchError as error:
            return str(error)
        ours = self._fitter.tokenizer
        return None if ours is None or dict(ours.spec) == files else "its tokenizer has other files there"

    def prepare(self, prompt: Prompt) -> Prepared:
        """What the fitter does."""
        return self._fitter.prepare(prompt)


def hire_for(fitter: Fitter) -> Callable[[Node], Cutter]:
    """What makes workers with this fitter, which goes to the cluster once.

    Raises:
        pickle.PicklingError, AttributeError, TypeError: it cannot be sent.
    """
    import ray

    greeting = ray.put(pickle.dumps(fitter, protocol=pickle.HIGHEST_PROTOCOL))
    files = dict(fitter.tokenizer.spec) if fitter.tokenizer else {}
    return lambda node: OnNode(node, greeting, files)
