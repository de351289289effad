"""In which order prompts go out: documents together, the longest first, and steps as soon as they can be asked."""

from __future__ import annotations

import dataclasses
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence

from bench.protocols import Entry, SampleSet
from bench.record_log import CompletionLog
from bench.records import Completion, Prompt, Sample
from bench.stages.asking import Asking

Unit = tuple[Entry, int]
"""A sample and one attempt at it."""


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Tasks in their order; in a task the samples of one document side by side, the longest documents first."""
    tasks = {task: number for number, task in enumerate(dict.fromkeys(entry.task for entry in entries))}
    longest: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        key = (entry.task, entry.document)
        longest[key] = max(longest[key], entry.size)
    return sorted(entries, key=lambda e: (tasks[e.task], -longest[e.task, e.document], e.document, e.offset))


def units_left(samples: SampleSet, log: CompletionLog, attempts: int) -> list[Unit]:
    """What is not answered, in the order of the data."""
    return [
        (entry, attempt)
        for entry in samples.entries
        for attempt in range(attempts)
        if (entry.id, attempt, entry.steps - 1) not in log
    ]


class Queue:
    """The prompts that are still to be asked.

    A model pulls them with `prompts` and every completion is handed to `landed`, both in one thread. Steps that follow
    others can be asked once those have landed, all of them: they go out before the next sample, while a server's prefix
    cache still holds its document. When a model has drained what it pulled, `more` tells whether steps became ready
    meanwhile. Nothing is handed out twice, so the rounds end.

    Args:
        halted: whether to hand out no more, given how many prompts are in flight.
        handed_out: told of every prompt that goes out.

    Attributes:
        in_flight: prompts handed out in this round that have not landed.
        handed: prompts handed out in all.
    """

    def __init__(
        self,
        samples: SampleSet,
        log: CompletionLog,
        asking: Asking,
        left: Sequence[Unit],
        *,
        halted: Callable[[int], bool],
        handed_out: Callable[[Entry, Prompt], None],
    ) -> None:
        self.in_flight = self.handed = 0
        self._samples, self._log, self._asking = samples, log, asking
        self._halted, self._handed_out = halted, handed_out
        self._entries = {entry.id: entry for entry, _ in left}
        self._waiting = deque(_consecutive(left))
        self._ready: deque[Unit] = deque()
        self._asked: set[tuple[str, int, int]] = set()
        self._open: Counter[tuple[str, int]] = Counter()
        self._failed: set[tuple[str, int]] = set()
        self._handing: tuple[str, int] | None = None
        self._sample: Sample | None = None
        self._bare: dict[str, Sample] = {}

    @property
    def more(self) -> bool:
        """Whether anything could be asked now."""
        return bool(self._waiting or self._ready)

    def prompts(self) -> Iterator[Prompt]:
        """One round: all that can be asked until it ends; only the prompt that is handed out is in memory."""
        self.in_flight = 0
        while self.more and not self._halted(self.in_flight):
            yield from self._of_unit(*self._next())
        self._sample = None

    def landed(self, completion: Completion) -> None:
        """Take note of a completion that stands in the log."""
        entry, key = self.entry(completion.sample_id), (completion.sample_id, completion.attempt)
        self.in_flight -= 1
        self._open[key] -= 1
        if completion.error is not None:
            self._failed.add(key)
        if completion.step < entry.steps - 1:
            self._settle(entry, completion.attempt)

    def entry(self, sample_id: str) -> Entry:
        """Where a sample lies."""
        return self._entries[sample_id]

    def sample(self, sample_id: str) -> Sample:
        """A sample that was asked, without its texts."""
        return self._bare[sample_id]

    def _of_unit(self, entry: Entry, attempt: int) -> Iterator[Prompt]:
        """What can be asked of one attempt; where it is halted amid its steps, the rest waits for the next round."""
        key, before = (entry.id, attempt), self.handed
        self._handing = key
        for prompt in self._askable(entry, attempt):
            if self.handed > before and self._halted(self.in_flight):
                self._waiting.appendleft((entry, attempt))
                break
            self._note(entry, prompt)
            yield prompt
        self._handing = None
        if self.handed > before:
            self._settle(entry, attempt)

    def _settle(self, entry: Entry, attempt: int) -> None:
        """The next steps are ready once those before are all out and back, and none of them failed."""
        key = (entry.id, attempt)
        if self._handing != key and not self._open[key] and key not in self._failed:
            self._ready.append((entry, attempt))

    def _next(self) -> Unit:
        """Steps that became ready, but not between the attempts at one sample: these share even more."""
        amid = self._sample is not None and bool(self._waiting) and self._waiting[0][0].id == self._sample.id
        return self._ready.popleft() if self._ready and not amid else self._waiting.popleft()

    def _askable(self, entry: Entry, attempt: int) -> Iterator[Prompt]:
        sample = self._read(entry)
        earlier = [done for done in self._log.of(entry.id) if done.attempt == attempt and done.error is None]
        for prompt in self._samples.prompts(sample, earlier):
            key = (entry.id, attempt, prompt.step)
            if key not in self._log and key not in self._asked:
                yield self._asking.of(prompt, attempt)

    def _read(self, entry: Entry) -> Sample:
        if self._sample is None or self._sample.id != entry.id:
            self._sample = self._samples.read(entry)
            self._bare.setdefault(entry.id, dataclasses.replace(self._sample, input={}))
        return self._sample

    def _note(self, entry: Entry, prompt: Prompt) -> None:
        self._asked.add((prompt.sample_id, prompt.attempt, prompt.step))
        self._open[entry.id, prompt.attempt] += 1
        self.in_flight += 1
        self.handed += 1
        self._handed_out(entry, prompt)


def _consecutive(left: Sequence[Unit]) -> Iterator[Unit]:
    """Samples in the order in which they are asked, the attempts at one of them side by side."""
    attempts: dict[Entry, list[int]] = {}
    for entry, attempt in left:
        attempts.setdefault(entry, []).append(attempt)
    for entry in in_order(list(attempts)):
        yield from ((entry, attempt) for attempt in attempts[entry])
