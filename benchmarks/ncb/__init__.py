"""NaturalCodeBench (Zhang et al., Findings of ACL 2024, arXiv:2405.04520): real requests for code, with hidden tests.

The heavier modules are imported where they are used, so that listing benchmarks stays quick.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench.benchmarks.ncb.tasks import MAX_NEW_TOKENS, METRIC, TASKS
from bench.errors import UserError
from bench.protocols import Row, Selection, Setting
from bench.records import Completion, Execution, Job, Sample, Score, Truncation

if TYPE_CHECKING:
    from bench.benchmarks.ncb.data import NCBData
    from bench.benchmarks.ncb.predictions import Predictions
    from bench.benchmarks.ncb.problem_set import ProblemSet
    from bench.sandbox.layers import Layer

HUB, SAMPLE = "hub", "sample"
"""Of `--data`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NCB:
    """The four sets of NaturalCodeBench; a `Benchmark`.

    Attributes:
        data: where the problems lie, so that input files are found; None where it was not said.
        own: the card of problems of one's own in this format; None for those of the authors.
    """

    name: str = "ncb"
    setting: str = "zero-shot"
    score_version: int = 1
    temperature: float = 0.0
    executes: bool = True
    card: str | None = "ncb"
    truncation: Truncation | None = None
    data: str | None = None
    own: ProblemSet | None = None

    @classmethod
    def of_card(cls, own: ProblemSet) -> Self:
        """Problems of one's own, under their card's name: never under that of the authors' benchmark."""
        return cls(name=own.name, card=None, own=own)

    @property
    def layer(self) -> Layer | None:
        """What its problems need besides the sandbox's image; None for nothing."""
        return None if self.own is None else self.own.layer

    @property
    def scoring(self) -> Mapping[str, Any]:
        """Nothing: this package holds all that decides a score."""
        return {}

    @property
    def tasks(self) -> Sequence[str]:
        """The sets in the order of tables."""
        return tuple(TASKS) if self.own is None else self.own.tasks

    @property
    def catalogue(self) -> Sequence[Mapping[str, str]]:
        """What `bench list` shows of each task."""
        return [
            {
                "task": task.name,
                "category": "Code Synthesis",
                "language": task.language,
                "requests": task.natural_language,
                "metric": METRIC,
                "prompt": "chat",
                "new tokens": str(MAX_NEW_TOKENS),
            }
            for task in (TASKS[name] for name in self.tasks)
        ]

    def in_setting(self, setting: Setting) -> Self:
        """This benchmark: it is asked in one way alone.

        Raises:
            UserError: another one was named.
        """
        if setting != Setting():
            raise UserError(f"{self.name}: --cot, --no-context, --rag and --compress are of longbench and longbench-v2")
        return self

    def located(self, data: str | None) -> Self:
        """This benchmark, finding input files where the data lie: problems of one's own beside their card."""
        return dataclasses.replace(self, data=self._place(data))

    def _place(self, data: str | None) -> str | None:
        return data if self.own is None or data not in {None, HUB} else str(self.own.folder)

    def load(self, selection: Selection) -> NCBData:
        """Find, check and read the problems.

        Raises:
            UserError: an unknown task or language, or nothing at `selection.data`.
            DataError: a damaged file.
        """
        from bench.benchmarks.ncb.data import NCBData

        if self.own is not None and selection.data == SAMPLE:
            raise UserError(f"--data sample: {self.name} is problems of your own; leave the option out")
        found = self._place(selection.data)
        assert found is not None, "a selection names its data"
        return NCBData(self.name, dataclasses.replace(selection, data=found), self.own)

    def inputs(self, sample: Sample) -> str | None:
        """The folder with the input files of a problem; None where there is none."""
        from bench.benchmarks.ncb.sources import Source

        if self.data is None:
            return None
        found = Source.find(self.data).inputs(sample.task, str(sample.metadata["problem"]))
        return None if found is None else str(found)

    def jobs(self, sample: Sample, completion: Completion) -> Sequence[Job]:
        """The code of an answer: by the official extraction, and by the robust one where that differs."""
        from bench.benchmarks.ncb.jobs import answer_jobs

        return answer_jobs(sample, completion, self.inputs(sample))

    def gate(self, sample: Sample) -> Sequence[Job]:
        """The authors' solution, and one that does nothing."""
        from bench.benchmarks.ncb.jobs import gate_jobs

        return gate_jobs(sample, self.inputs(sample))

    def score(
        self,
        sample: Sample,
        completions: Sequence[Completion],
        options: Mapping[str, Any],  # noqa: ARG002 - the seam's
        executions: Sequence[Execution] = (),
    ) -> list[Score]:
        """One score for each attempt: 1 where every test passed with the officially extracted code."""
        from bench.benchmarks.ncb.scoring import score_sample

        return score_sample(sample, completions, executions, has_inputs=self._has_inputs(sample))

    def _has_inputs(self, sample: Sample) -> bool:
        return bool(sample.metadata.get("inputs")) if self.data is None else self.inputs(sample) is not None

    def heavy(self, task: str) -> bool:  # noqa: ARG002 - the seam's
        """Scoring reads verdicts; nothing is loaded for it."""
        return False

    def aggregate(
        self, rows: Iterable[Row], *, partial: str | None, expected: Mapping[str, int] | None
    ) -> dict[str, Any]:
        """`tasks`, `categories` and `overall` of result.json, per cent."""
        from bench.benchmarks.ncb.results import aggregate

        return aggregate(rows, partial=partial, expected=expected, tasks=self.tasks)

    def predictions(self, path: Path, *, dedupe: bool, data: str | None = None) -> Predictions:
        """Existing responses in the authors' layout.

        Raises:
            UserError: there are none, or `data` does not say where the problems lie.
            DataError: a file is damaged.
        """
        from bench.benchmarks.ncb.predictions import find_predictions

        return find_predictions(path, self.name, dedupe=dedupe, data=data or self.data)

    def official_file(self, task: str, model: str, setting: str) -> Path:  # noqa: ARG002 - the seam's
        """Where the authors' evaluate.py looks for a task's responses."""
        return Path("results") / model / f"{model}_{TASKS[task].file}"

    def official_row(self, sample: Sample, completion: Completion) -> dict[str, Any]:
        """A line of such a file."""
        number = str(sample.metadata["problem"])
        return {"_id": int(number) if number.isdecimal() else number, "response": completion.text}


NATURAL_CODE_BENCH = NCB()
BENCHMARKS = (NATURAL_CODE_BENCH,)
