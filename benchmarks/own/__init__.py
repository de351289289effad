"""Data sets of the user's own: `bench run path/to/card.toml` asks and scores them without a line of code.

The heavier modules are imported where they are used, so that listing benchmarks stays quick.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench.errors import UserError
from bench.protocols import Benchmark, Imported, Row, Selection, Setting
from bench.records import Completion, Execution, Job, Sample, Score, Truncation

if TYPE_CHECKING:
    from bench.benchmarks.ncb.problem_set import ProblemSet
    from bench.benchmarks.own.card import Card
    from bench.benchmarks.own.data import OwnData
    from bench.benchmarks.own.problems import Problem

CARD = "card.toml"


def is_card(name: str) -> bool:
    """Whether what stands in the place of a benchmark's name is the path of a card."""
    return name.endswith(".toml") or "/" in name or (Path(name) / CARD).is_file()


def load_own(path: Path, reserved: Iterable[str]) -> Benchmark:
    """The benchmark of a card, or of the folder that holds it.

    Args:
        reserved: names that no card may take, by themselves or as a beginning: a number would be taken for theirs.

    Raises:
        DataError: the card is missing or not whole, or its name is reserved.
    """
    from bench.benchmarks.ncb import NCB
    from bench.benchmarks.ncb.problem_set import ProblemSet, problem_card, read_problem_set
    from bench.benchmarks.own.card import read_card

    is_problems = problem_card(path) is not None
    card = read_problem_set(path) if is_problems else read_card(path)
    problem = reserved_name(card, reserved)
    if problem is not None:
        raise problem.error
    return NCB.of_card(card) if isinstance(card, ProblemSet) else Own(own=card)


def reserved_name(card: Card | ProblemSet, reserved: Iterable[str]) -> Problem | None:
    """What is wrong where a card is called like a benchmark that others publish."""
    from bench.benchmarks.own.problems import Problem

    taken = next((name for name in reserved if f"{card.name.lower()}-".startswith(f"{name}-")), None)
    if taken is None:
        return None
    return Problem(card.path, f"the name {card.name} is kept for {taken}", "choose another")


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A data set with a card of its own; a `Benchmark`."""

    own: Card
    setting: str = "zero-shot"
    score_version: int = 1
    temperature: float = 0.0
    executes: bool = False
    card: str | None = None

    @property
    def name(self) -> str:
        """The card's."""
        return self.own.name

    @property
    def tasks(self) -> Sequence[str]:
        """In the order of the card."""
        return tuple(self.own.tasks)

    @property
    def truncation(self) -> Truncation | None:
        """The card's."""
        return self.own.truncation

    @property
    def catalogue(self) -> Sequence[Mapping[str, str]]:
        """What `bench list` shows of each task."""
        return [
            {
                "task": task.name,
                "category": task.category,
                "language": task.language,
                "metric": task.metric,
                "prompt": "chat" if task.chat else "raw",
                "new tokens": str(task.max_new_tokens),
            }
            for task in self.own.tasks.values()
        ]

    @property
    def scoring(self) -> Mapping[str, Any]:
        """The metric of each task, with the sha256 of its file."""
        from bench.benchmarks.own.metrics import metric_spec

        return {"metrics": {name: metric_spec(self.own, task) for name, task in self.own.tasks.items()}}

    def in_setting(self, setting: Setting) -> Self:
        """This benchmark: it is asked in one way alone.

        Raises:
            UserError: another one was named.
        """
        if setting != Setting():
            raise UserError(f"{self.name}: --cot, --no-context, --rag and --compress are of longbench and longbench-v2")
        return self

    def located(self, data: str | None) -> Self:  # noqa: ARG002 - the seam's
        """Itself: everything it needs is in the samples."""
        return self

    def load(self, selection: Selection) -> OwnData:
        """Read and check the data, and import the metrics.

        Raises:
            UserError: an unknown task, or a metric that cannot be imported.
            DataError: a file is missing, or a line is no sample.
        """
        from bench.benchmarks.own.data import OwnData
        from bench.benchmarks.own.metrics import load_metric

        for task in self.own.tasks.values():
            load_metric(self.own, task)
        return OwnData(self.own, selection)

    def jobs(self, sample: Sample, completion: Completion) -> Sequence[Job]:  # noqa: ARG002 - the seam's
        """None: answers are texts."""
        return ()

    def gate(self, sample: Sample) -> Sequence[Job]:  # noqa: ARG002 - the seam's
        """None."""
        return ()

    def score(
        self,
        sample: Sample,
        completions: Sequence[Completion],
        options: Mapping[str, Any],
        executions: Sequence[Execution] = (),  # noqa: ARG002 - the seam's
    ) -> list[Score]:
        """One score for each attempt; `options` takes `edit_similarity`.

        Raises:
            UserError: the card has no such task any more, or its metric cannot be imported.
        """
        from bench.benchmarks.own.metrics import judge_text
        from bench.benchmarks.scoring import score_texts

        task = self.own.tasks.get(sample.task)
        if task is None:
            raise UserError(
                f"{self.own.path}: has no task {sample.task!r}, which the run has; score it by its own card"
            )
        return score_texts(task, sample, completions, lambda text: judge_text(self.own, task, sample, text, options))

    def heavy(self, task: str) -> bool:
        """Chinese metrics load jieba's dictionary."""
        return "_zh_" in self.own.tasks[task].metric if task in self.own.tasks else False

    def aggregate(
        self, rows: Iterable[Row], *, partial: str | None, expected: Mapping[str, int] | None
    ) -> dict[str, Any]:
        """`tasks`, `categories` and `overall` of result.json, per cent."""
        from bench.benchmarks.own.results import aggregate

        return aggregate(self.own, rows, partial=partial, expected=expected)

    def predictions(self, path: Path, *, dedupe: bool, data: str | None = None) -> Imported:  # noqa: ARG002
        """None: there is no layout of predictions but a run folder's.

        Raises:
            UserError: always.
        """
        raise UserError(f"{path}: is no run folder; answers made elsewhere are taken by --model replay/FOLDER")

    def official_file(self, task: str, model: str, setting: str) -> Path:  # noqa: ARG002 - the seam's
        """None.

        Raises:
            UserError: always.
        """
        raise UserError(f"{self.name} has no official layout; use --format jsonl or parquet")

    def official_row(self, sample: Sample, completion: Completion) -> dict[str, Any]:  # noqa: ARG002 - the seam's
        """Nothing: there is no such file."""
        return {}
