"""Prompts in, completions out: every sample that has no completion yet is asked, and each answer is on disk at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bench.protocols import Entry, Model, SampleSet
from bench.records import Completion, Prompt
from bench.spending import Meter, Prices, Spending, disk_bytes, estimated_tokens, money
from bench.stages import Workspace
from bench.stages.asking import Asking, Conduct
from bench.stages.order import Queue, Unit, units_left
from bench.stopwatch import Stopwatch

FIRST_ANSWERS, CUT_AT_MOST = 20, 4
"""Of the first 20 answers 4 may be cut inside a thought; with the fifth the new tokens are taken to be too few."""


CUT_THOUGHTS = (
    f"{CUT_AT_MOST + 1} of the first {FIRST_ANSWERS} answers used up their new tokens inside a thought: "
    "give room by --thinking-tokens N or turn thinking off by --no-thinking; --allow-cut-thoughts goes on as it is"
)


class Ended(Enum):
    """Why no further prompt went out."""

    FINISHED = auto()
    INTERRUPTED = auto()
    BUDGET = auto()
    CUT_THOUGHTS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How generation ended; `text` says more where it stopped before all was asked."""

    why: Ended = Ended.FINISHED
    text: str = ""


class Watch:
    """Looks at what a start takes and at how it goes, and says when to stop."""

    def __init__(self, conduct: Conduct, spending: Spending) -> None:
        self.spending = spending
        self._conduct = conduct
        self._answers = self._cut = 0
        self._began, self._output_before = time.monotonic(), spending.meter.output

    def handed_out(self, entry: Entry, prompt: Prompt) -> None:
        """A prompt went out."""
        self.spending.handed_out(entry.asked_size, prompt.max_tokens)

    def landed(self, entry: Entry, completion: Completion) -> None:
        """A completion came back."""
        self.spending.meter.add(completion, entry.asked_size)
        if completion.error is None and self._answers < FIRST_ANSWERS:
            self._answers += 1
            self._cut += completion.cut_in_thought

    def halted(self, in_flight: int) -> bool:
        """Whether to hand out no further prompt."""
        return self._conduct.stop.requested or self._cuts_thoughts or self.spending.reached(in_flight)

    def ended(self, *, more: bool) -> Ended:
        """Why, once nothing is in flight any more.

        Args:
            more: something could still have been asked.
        """
        if self._conduct.stop.requested:
            return Ended.INTERRUPTED
        if self._cuts_thoughts:
            return Ended.CUT_THOUGHTS
        return Ended.BUDGET if more and self.spending.reached(0) else Ended.FINISHED

    @property
    def _cuts_thoughts(self) -> bool:
        return self._cut > CUT_AT_MOST and not self._conduct.allow_cut_thoughts

    @property
    def status(self) -> str | None:
        """Speed, the cached share and the cost so far; None where nobody counts tokens."""
        return status(
            self.spending.meter,
            self._conduct.prices,
            (self.spending.meter.output - self._output_before) / max(time.monotonic() - self._began, 1e-3),
        )


def status(meter: Meter, prices: Prices | None, per_second: float) -> str | None:
    """What a stage took so far, in a few words."""
    if meter.estimated or not meter.answers:
        return None
    parts = [f"{per_second:,.0f} tokens/s"]
    if meter.cached_share is not None:
        parts.append(f"{100 * meter.cached_share:.0f} % cached")
    if prices is not None:
        parts.append(money(prices.cost(meter.input, meter.output)["total"]))
    return ", ".join(parts)


def generate(work: Workspace, model: Model, samples: SampleSet, asking: Asking, conduct: Conduct) -> Ending:
    """Ask for every completion that is not there, failed ones included, until something ends it."""
    again = work.log.mend()
    if again:
        work.say(f"{again} failed completions are asked again")
    left = units_left(samples, work.log, asking.attempts)
    if not left:
        return Ending()
    work.folder.drop_result()
    work.say(forecast(left, asking, conduct.prices))
    watch = Watch(conduct, _spending(work, samples, conduct))
    queue = Queue(samples, work.log, asking, left, halted=watch.halted, handed_out=watch.handed_out)
    _start(work, samples, asking)
    began, before = Stopwatch(), len(work.log)
    try:
        with conduct.stop.listening(lambda: queue.in_flight):
            _ask(work, model, queue, watch)
    finally:
        work.progress.end()
        read = began.read()
        work.folder.add_seconds(read["seconds"] or 0.0)
        work.took("generate", len(work.log) - before, read)
    why = watch.ended(more=queue.more)
    return Ending(why=why, text=_text(why, watch.spending, work, samples, asking))


def _text(why: Ended, spending: Spending, work: Workspace, samples: SampleSet, asking: Asking) -> str:
    if why is Ended.CUT_THOUGHTS:
        return CUT_THOUGHTS
    if why is not Ended.BUDGET or spending.budget is None:
        return ""
    total = len(samples.entries) * asking.attempts
    done = total - len(units_left(samples, work.log, asking.attempts))
    guessed = ", partly estimated at one token for three bytes" if spending.meter.estimated else ""
    spent = f"{spending.budget.shown(spending.spent)} spent{guessed}"
    return f"stopped by --budget {spending.budget.text} after {done:,} of {total:,} answers ({spent})"


def forecast(left: Sequence[Unit], asking: Asking, prices: Prices | None) -> str:
    """What is left to do, in one line; nothing is read or tokenised for it."""
    prompts, size = sum(entry.steps for entry, _ in left), sum(entry.asked_size * entry.steps for entry, _ in left)
    tokens, most = estimated_tokens(size), sum(asking.most(entry) for entry, _ in left)
    text = f"about {tokens:,} tokens in ({size / 1e6:,.1f} MB of text)"
    disk = f"at most about {max(0.1, disk_bytes(prompts, most) / 1e6):,.1f} MB on disk"
    cost = f" and {money(prices.cost(tokens, most)['total'])}" if prices else ""
    return f"{prompts:,} prompts to answer: {text}, at most {most:,} new tokens out, {disk}{cost}"


def _spending(work: Workspace, samples: SampleSet, conduct: Conduct) -> Spending:
    """With all that the log holds: a budget is for a run, over all its starts."""
    sizes = {entry.id: entry.asked_size for entry in samples.entries}
    return Spending(conduct.budget, ((done, sizes.get(done.sample_id, 0)) for done in work.log))


def _start(work: Workspace, samples: SampleSet, asking: Asking) -> None:
    total = asking.attempts * sum(entry.steps for entry in samples.entries)
    work.progress.start("generate", total=total, done=len(work.log))


def _ask(work: Workspace, model: Model, queue: Queue, watch: Watch) -> None:
    """Rounds: the first asks all it can; each further one what became ready while the one before was drained."""
    with work.log.appending() as appender:
        while queue.more and not watch.halted(0):
            before = queue.handed
            for completion in model.generate(queue.prompts()):
                appender.add(completion)
                queue.landed(completion)
                watch.landed(queue.entry(completion.sample_id), completion)
                _tell(work, queue, watch, completion)
            if queue.handed == before:
                return


def _tell(work: Workspace, queue: Queue, watch: Watch, completion: Completion) -> None:
    if completion.error is not None:
        work.folder.log(f"{completion.sample_id}: {completion.error}")
    value = _running_value(work, queue, completion)
    work.progress.advance(score=value, failed=completion.error is not None, status=watch.status)


def _running_value(work: Workspace, queue: Queue, completion: Completion) -> float | None:
    if work.benchmark.executes or completion.step != queue.entry(completion.sample_id).steps - 1:
        return None
    return work.benchmark.score(queue.sample(completion.sample_id), [completion], {})[0].value
