"""What a run would take, told before it: prompts, tokens, rows that would be cut, disk and cost, without a model."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.benchmarks.sharding import load
from bench.errors import ModelError
from bench.jsonl import to_line
from bench.pipeline import with_data
from bench.places import stored_sample
from bench.progress import Progress, Silent
from bench.protocols import Benchmark, Entry, Model, SampleSet, Selection
from bench.records import Prompt, StoredSample
from bench.spending import Prices, disk_bytes, estimated_tokens
from bench.stages.asking import Asking

if TYPE_CHECKING:
    from bench.models.preparing import Preparer


@dataclass(slots=True, kw_only=True)
class TaskForecast:
    """One task.

    Attributes:
        prompts: of all attempts and steps.
        input_tokens: of these prompts, after the cut where it is known.
        max_output_tokens: if every answer takes all it may.
        truncated: known prompts that would be cut; None where nobody can count.
        refused: known prompts that could not be sent at all.
    """

    prompts: int = 0
    input_tokens: int = 0
    max_output_tokens: int = 0
    truncated: int | None = None
    refused: int = 0


@dataclass(slots=True, kw_only=True)
class Forecast:
    """One benchmark.

    Attributes:
        exact: input tokens are counted by the model's own tokenizer, and every prompt is known before it is asked.
        reason: why they are not.
        remarks: what the model's side says of the prompts.
        disk_bytes: of the run folder, at most about.
        cost: USD at most by `input`, `output` and `total`; None without prices.
    """

    benchmark: str
    model: str
    exact: bool = True
    reason: str | None = None
    remarks: Sequence[str] = ()
    tasks: dict[str, TaskForecast] = field(default_factory=dict)
    disk_bytes: int = 0
    cost: Mapping[str, float] | None = None

    def doubt(self, reason: str) -> None:
        """The counts are estimates; the first reason is kept."""
        self.exact, self.reason = False, self.reason or reason

    def as_json(self) -> dict[str, Any]:
        """As plain data, with the sums over the tasks."""
        return dataclasses.asdict(self) | {"total": dataclasses.asdict(self.total)}

    @property
    def total(self) -> TaskForecast:
        """Over all tasks."""
        known = [task.truncated for task in self.tasks.values() if task.truncated is not None]
        return TaskForecast(
            prompts=sum(task.prompts for task in self.tasks.values()),
            input_tokens=sum(task.input_tokens for task in self.tasks.values()),
            max_output_tokens=sum(task.max_output_tokens for task in self.tasks.values()),
            truncated=sum(known) if known else None,
            refused=sum(task.refused for task in self.tasks.values()),
        )


def foretell(
    benchmark: Benchmark,
    model: Model,
    selection: Selection,
    asking: Asking,
    prices: Prices | None = None,
    progress: Progress | None = None,
) -> Forecast:
    """Count a run that is not made: no model is asked, and no run is written; published data are fetched.

    Every prompt that is known is prepared where the model can say how without its weights; otherwise, and for steps
    that hold earlier answers, a token is taken to be three bytes.

    Raises:
        UserError: the data is not there, or an option is out of range.
    """
    asking.check(benchmark.temperature)
    selection = with_data(benchmark, selection, progress or Silent())
    benchmark = benchmark.located(selection.data)
    found = Forecast(benchmark=benchmark.name, model=model.name)
    with closing(load(benchmark, selection)) as samples:
        preparer = _preparer(model, benchmark, found)
        if any(entry.steps > 1 for entry in samples.entries):
            found.doubt("later steps hold answers that are not there yet")
        for counted in _counted(samples, asking, preparer):
            _count(found, counted, asking)
    total = found.total
    found.disk_bytes += disk_bytes(total.prompts, total.max_output_tokens)
    found.cost = prices.cost(total.input_tokens, total.max_output_tokens) if prices else None
    return found


class Counted(NamedTuple):
    """A prompt that is known before anything is asked.

    Attributes:
        stored: the sample as the run folder keeps it, with the first of its prompts; None with the others.
        later: prompts of the sample that hold answers, with its first one; they are not known yet.
        later_tokens: of all of these, estimated.
        tokens: of the prompt; None where nobody counted.
        cut: how many the truncation took out; None where nobody counted.
        refused: it cannot be sent.
    """

    entry: Entry
    stored: StoredSample | None
    size: int
    later: int = 0
    later_tokens: int = 0
    tokens: int | None = None
    cut: int | None = None
    refused: bool = False


def _preparer(model: Model, benchmark: Benchmark, found: Forecast) -> Preparer | None:
    """What prepares the prompts for this model; None, with the reason in the forecast, where there is nothing."""
    make = getattr(model, "preparer", None)
    if make is None:
        found.doubt(f"{model.name} has no tokenizer")
        return None
    try:
        made: Preparer = make()
        found.remarks = made.check(benchmark.truncation)
    except ModelError as error:
        found.doubt(str(error))
        return None
    if made.spec.get("truncate_by") == "chars":
        found.doubt("--truncate-by chars")
    return made


def _counted(samples: SampleSet, asking: Asking, preparer: Preparer | None) -> Iterator[Counted]:
    """Every known prompt, in order; where prompts are prepared, only those that were pulled ahead are in memory."""
    ahead: deque[Counted] = deque()
    prompts = (asking.of(prompt, 0) for prompt in _known(samples, ahead))
    if preparer is None:
        yield from (ahead.popleft() for _ in prompts)
        return
    with closing(preparer):
        for made in preparer.prepare(prompts):
            yield ahead.popleft()._replace(
                tokens=made.input_tokens, cut=made.truncated_tokens, refused=made.error is not None
            )


def _known(samples: SampleSet, ahead: deque[Counted]) -> Iterator[Prompt]:
    """The prompts that can be asked before there is any answer; what is to be counted of each is put into `ahead`."""
    for entry in samples.entries:
        sample = samples.read(entry)
        known = samples.prompts(sample, [])
        sizes = [len(prompt.text.encode("utf-8", "surrogatepass")) for prompt in known]
        stored = stored_sample(sample, entry, known[0].text)
        ahead.append(Counted(entry, stored, sizes[0], *_later(entry, sizes)))
        yield known[0]
        for prompt, size in zip(known[1:], sizes[1:], strict=True):
            ahead.append(Counted(entry, None, size))
            yield prompt


def _later(entry: Entry, known: Sequence[int]) -> tuple[int, int]:
    """Prompts after the known ones, and their tokens; without an estimate of its own each is as long as the longest."""
    count = entry.steps - len(known)
    size = max(known) * count if entry.asked is None else max(0, entry.asked * entry.steps - sum(known))
    return count, estimated_tokens(size) if count else 0


def _count(found: Forecast, counted: Counted, asking: Asking) -> None:
    if counted.tokens is None and not counted.refused:
        found.doubt(f"{found.model} has no tokenizer")
    tokens = estimated_tokens(counted.size) if counted.tokens is None else counted.tokens
    task = found.tasks.setdefault(counted.entry.task, TaskForecast())
    task.prompts += (1 + counted.later) * asking.attempts
    task.input_tokens += (tokens + counted.later_tokens) * asking.attempts
    task.refused += counted.refused
    if counted.cut is not None:
        task.truncated = (task.truncated or 0) + bool(counted.cut)
    if counted.stored is not None:
        task.max_output_tokens += asking.most(counted.entry) * asking.attempts
        found.disk_bytes += len(to_line(counted.stored).encode())
