"""One part of the selected samples, for a run that several machines share: `--shard i/n`, the same for every benchmark.

The parts are made from what the index says of the samples alone, so that every machine with the same data and the same
selection makes the same ones: no sample is in two of them, and together they are everything.
"""

from __future__ import annotations

import dataclasses
import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bench.benchmarks.wrapping import Wrapped
from bench.errors import UserError
from bench.protocols import Benchmark, Entry, SampleSet, Selection
from bench.records import Shard
from bench.spending import BYTES_PER_TOKEN


def load(benchmark: Benchmark, selection: Selection) -> SampleSet:
    """The samples of a benchmark that a selection names, its shard applied after all else.

    Raises:
        DataError, UserError: see `Benchmark.load`; or there are fewer documents than parts.
    """
    samples = benchmark.load(selection)
    return samples if selection.shard is None else Part(samples, selection.shard)


def parts(entries: Sequence[Entry], count: int) -> dict[str, int]:
    """The part, from 1 to `count`, of every document: the one with the most work left goes to the part with the least.

    The parts differ by at most the work of one document. Samples that share a document stay together: a server's prefix
    cache then holds it once, and what is resampled together is in one place.
    """
    work: Counter[str] = Counter()
    for entry in entries:
        work[entry.document] += work_of(entry)
    loads = [(0, number) for number in range(1, count + 1)]
    chosen = {}
    for document in sorted(work, key=lambda name: (-work[name], name)):
        load, number = loads[0]
        heapq.heapreplace(loads, (load + work[document], number))
        chosen[document] = number
    return chosen


def work_of(entry: Entry) -> int:
    """What answering a sample takes, in bytes: all that is sent, and all that may come back."""
    return entry.asked_size * entry.steps + entry.max_tokens * BYTES_PER_TOKEN


class Part(Wrapped):
    """The samples of one shard; each knows its position in the whole.

    What is said of the data, `notes` and `expected`, is said of all of them: it holds for the merged run.

    Raises:
        UserError: there are fewer documents than parts.
    """

    def __init__(self, plain: SampleSet, shard: Shard) -> None:
        super().__init__(plain)
        self._shard = shard
        chosen = parts(plain.entries, shard.count)
        if len(chosen) < shard.count:
            plain.close()
            raise UserError(
                f"--shard {shard}: the selected samples have {len(chosen)} documents, which are not cut: "
                f"some of {shard.count} parts would be empty; make at most {len(chosen)} parts"
            )
        self._entries = [
            dataclasses.replace(entry, position=position)
            for position, entry in enumerate(plain.entries)
            if chosen[entry.document] == shard.number
        ]

    @property
    def entries(self) -> Sequence[Entry]:
        """Those of this part, in the order of the data."""
        return self._entries

    @property
    def spec(self) -> Mapping[str, Any]:
        """What was selected, and which part of it."""
        return {**self.plain.spec, "shard": str(self._shard)}
