"""What a run would take, told before it: prompts, tokens, rows that would be cut, disk and cost, without a model."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.errors import ModelError
from bench.jsonl import to_line
from bench.places import stored_sample
from bench.protocols import Benchmark, Entry, Model, SampleSet, Selection
from bench.records import Prompt, StoredSample
from bench.spending import Prices, estimated_tokens
from bench.stages.asking import Asking

if TYPE_CHECKING:
    from bench.models.preparing import Preparer

LINE_BYTES, TOKEN_BYTES = 600, 5
"""Of a completion and its score on disk: what stands beside the answer, and a new token, which stands there twice."""


@dataclass(slots=True, kw_only=True)
class TaskForecast:
    """One task.

    Attributes:
        prompts: of all attempts and steps.
        input_tokens: of these prompts, after the cut where it is known.
        max_output_tokens: if every answer takes all it may.
        truncated: rows whose prompt would be cut; None where nobody can count.
        refused: rows whose prompt could not be sent at all.
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
        disk_bytes: of the run folder, at most about.
        cost: USD at most by `input`, `output` and `total`; None without prices.
    """

    benchmark: str
    model: str
    exact: bool
    reason: str | None = None
    tasks: dict[str, TaskForecast] = field(default_factory=dict)
    disk_bytes: int = 0
    cost: Mapping[str, float] | None = None

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
    benchmark: Benchmark, model: Model, selection: Selection, asking: Asking, prices: Prices | None = None
) -> Forecast:
    """Count a run that is not made: no model is asked, and nothing is written.

    Every prompt is prepared where the model can say how without its weights; otherwise a token is taken to be three
    bytes.

    Raises:
        UserError: the data is not there, or an option is out of range.
    """
    asking.check()
    benchmark = benchmark.located(selection.data)
    with closing(benchmark.load(selection)) as samples:
        preparer, reason = _preparer(model, benchmark)
        found = Forecast(benchmark=benchmark.name, model=model.name, exact=preparer is not None, reason=reason)
        if benchmark.steps > 1:
            found.exact, found.reason = False, reason or "later steps hold answers that are not there yet"
        counted = _estimated(samples, asking) if preparer is None else _prepared(samples, asking, preparer)
        _count(found, counted, asking)
    total = found.total
    found.disk_bytes += total.prompts * LINE_BYTES + total.max_output_tokens * TOKEN_BYTES
    found.cost = prices.cost(total.input_tokens, total.max_output_tokens) if prices else None
    return found


Counted = tuple[Entry, StoredSample, int, int | None, str | None]
"""A sample, its input tokens, how many of its own were cut, and why it cannot be sent."""


def _preparer(model: Model, benchmark: Benchmark) -> tuple[Preparer | None, str | None]:
    """What prepares the prompts for this model, or why there is nothing."""
    make = getattr(model, "preparer", None)
    if make is None:
        return None, f"{model.name} has no tokenizer"
    try:
        made: Preparer = make()
        made.check(benchmark.truncation)
    except ModelError as error:
        return None, str(error)
    return made, None


def _prompts(samples: SampleSet, asking: Asking) -> Iterator[tuple[Entry, StoredSample, Prompt]]:
    """The first prompt of every sample, as it would be asked."""
    for entry in samples.entries:
        sample = samples.read(entry)
        prompt = samples.prompts(sample, [])[0]
        yield entry, stored_sample(sample, entry.document, prompt.text), asking.of(prompt, 0)


def _estimated(samples: SampleSet, asking: Asking) -> Iterator[Counted]:
    for entry, stored, prompt in _prompts(samples, asking):
        size = len(prompt.text.encode("utf-8", "surrogatepass"))
        yield entry, stored, estimated_tokens(size), None, None


def _prepared(samples: SampleSet, asking: Asking, preparer: Preparer) -> Iterator[Counted]:
    """They come out in their order; only those that were pulled ahead are in memory."""
    ahead: list[tuple[Entry, StoredSample]] = []

    def prompts() -> Iterator[Prompt]:
        for entry, stored, prompt in _prompts(samples, asking):
            ahead.append((entry, stored))
            yield prompt

    with closing(preparer):
        for prepared in preparer.prepare(prompts()):
            entry, stored = ahead.pop(0)
            tokens = prepared.input_tokens
            if tokens is None:
                tokens = estimated_tokens(len(prepared.prompt.text.encode("utf-8", "surrogatepass")))
            yield entry, stored, tokens, prepared.truncated_tokens, prepared.error


def _count(found: Forecast, counted: Iterator[Counted], asking: Asking) -> None:
    for entry, stored, tokens, cut, error in counted:
        task = found.tasks.setdefault(entry.task, TaskForecast())
        times = asking.attempts * entry.steps
        task.prompts += times
        task.input_tokens += tokens * times
        task.max_output_tokens += asking.most(entry) * asking.attempts
        task.refused += error is not None
        if cut is not None:
            task.truncated = (task.truncated or 0) + bool(cut)
        found.disk_bytes += len(to_line(stored).encode())
