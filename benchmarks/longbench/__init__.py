"""LongBench v1 and LongBench-E (Bai et al., ACL 2024, arXiv:2308.14508), scored as the authors score; v2 is in `v2`.

The heavier modules are imported where they are used, so that listing benchmarks stays quick.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench.benchmarks.longbench.tasks import TASKS, TASKS_E, TRUNCATION, Task
from bench.benchmarks.longbench.v2 import LONGBENCH_V2
from bench.errors import UserError, did_you_mean
from bench.protocols import Row, SampleSet, Selection, Setting
from bench.records import Completion, Execution, Job, Sample, Score, Truncation

if TYPE_CHECKING:
    from bench.benchmarks.longbench.predictions import Predictions


@dataclass(frozen=True, slots=True, kw_only=True)
class LongBench:
    """LongBench v1, or LongBench-E with its three length buckets; a `Benchmark`.

    Attributes:
        table: the data sets.
        suffix: of their file names, before `.jsonl`.
        folder: of the authors' prediction files.
        asked: the setting that `setting` names, see `bench.benchmarks.longbench.ways`.
    """

    name: str
    table: Mapping[str, Task]
    suffix: str
    folder: str
    score_version: int = 1
    temperature: float = 0.0
    setting: str = "zero-shot"
    asked: Setting = field(default_factory=Setting)
    card: str | None = "longbench"
    executes: bool = False
    truncation: Truncation | None = TRUNCATION

    @property
    def scoring(self) -> Mapping[str, Any]:
        """Nothing: this package holds all that decides a score."""
        return {}

    @property
    def tasks(self) -> Sequence[str]:
        """The data sets in the order of the authors' table."""
        return tuple(self.table)

    @property
    def catalogue(self) -> Sequence[Mapping[str, str]]:
        """What `bench list` shows of each task."""
        return [
            {
                "task": task.name,
                "category": task.category.value,
                "language": task.language,
                "metric": task.metric,
                "prompt": "chat" if task.chat else "raw",
                "new tokens": str(task.max_new_tokens),
            }
            for task in self.table.values()
        ]

    @property
    def _has_buckets(self) -> bool:
        return self.suffix == "_e"

    @property
    def published(self) -> Mapping[str, int]:
        """Rows of each published data set."""
        return {name: task.rows_e if self._has_buckets else task.rows for name, task in self.table.items()}

    def in_setting(self, setting: Setting) -> Self:
        """This benchmark, asked in that way.

        Raises:
            UserError: it is not asked so, or two ways exclude each other.
        """
        from bench.benchmarks.longbench.ways import find_way

        return dataclasses.replace(self, asked=setting, setting=find_way(self.name, setting).name(setting))

    def located(self, data: str | None) -> Self:  # noqa: ARG002 - the seam's
        """Itself: everything it needs is in the samples."""
        return self

    def load(self, selection: Selection) -> SampleSet:
        """Find, verify and index the data and the prompt texts.

        Raises:
            UserError: an unknown task, or nothing at `selection.data`.
            DataError: a damaged file, or one that is not the published one.
        """
        from bench.benchmarks.longbench.data import LongBenchData
        from bench.benchmarks.longbench.prompts import load_texts
        from bench.benchmarks.longbench.sources import find_beside, find_source
        from bench.benchmarks.longbench.ways import find_way

        if selection.languages is not None or selection.natural_languages is not None:
            raise UserError(f"{self.name}: --languages and --natural-languages are of ncb; name data sets with --tasks")
        source = find_source(selection.data, self.suffix, unpinned=selection.unpinned)
        way = find_way(self.name, self.asked)
        chosen = self._choose(selection, source.tasks(self.tasks), way.of(self.tasks))
        texts = load_texts(source, selection.prompts, chosen)
        tasks = {name: self.table[name] for name in chosen}
        data = LongBenchData(self.name, tasks, source, texts, selection, self.published)
        return way.wrap(data, self.asked, partial(find_beside, source, selection.prompts))

    def _choose(self, selection: Selection, present: Sequence[str], allowed: Sequence[str]) -> list[str]:
        """The named tasks, or else those that are there; of neither any that the setting does not ask."""
        wanted = [task for task in allowed if task in present]
        if selection.tasks is not None:
            wanted = self.known_tasks(selection.tasks)
            self._refuse([task for task in wanted if task not in allowed], allowed)
        absent = [task for task in wanted if task not in present]
        if absent or not wanted:
            names = ", ".join(f"{task}{self.suffix}.jsonl" for task in absent) or f"<data set>{self.suffix}.jsonl"
            raise UserError(f"--data {selection.data}: holds no {names}; name the folder with the official JSONL files")
        return wanted

    def _refuse(self, tasks: Sequence[str], allowed: Sequence[str]) -> None:
        if tasks:
            problem = f"{self.name}: {', '.join(tasks)} cannot be asked in the setting {self.setting}"
            raise UserError(f"{problem}; leave --tasks out, or name some of {', '.join(allowed)}")

    def known_tasks(self, names: Sequence[str]) -> list[str]:
        """The given tasks in the order of the table.

        Raises:
            UserError: one of them is not a task of this benchmark.
        """
        for name in names:
            if name not in self.table:
                raise UserError(f"{self.name} has no task {name!r}{did_you_mean(name, self.table)}")
        return [name for name in self.table if name in names]

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
        """One score; `options` takes `edit_similarity`, `difflib` or `indel`."""
        from bench.benchmarks.longbench.scoring import score_sample

        return score_sample(self.table[sample.task], sample, completions, options)

    def heavy(self, task: str) -> bool:
        """Chinese metrics load jieba's dictionary."""
        return "_zh_" in self.table[task].metric and not self.table[task].metric.startswith("retrieval")

    def aggregate(
        self, rows: Iterable[Row], *, partial: str | None, expected: Mapping[str, int] | None
    ) -> dict[str, Any]:
        """`tasks`, `categories` and `overall` of result.json, per cent."""
        from bench.benchmarks.longbench.results import aggregate

        return aggregate(self.table, rows, partial=partial, expected=expected, has_buckets=self._has_buckets)

    def predictions(self, path: Path, *, dedupe: bool, data: str | None = None) -> Predictions:  # noqa: ARG002
        """Existing predictions in the authors' layout; they say themselves what was asked.

        Raises:
            UserError: there are none.
            DataError: a file is damaged.
        """
        from bench.benchmarks.longbench.predictions import find_predictions

        return find_predictions(path, self.name, self.table, self.published, dedupe=dedupe)

    def official_file(self, task: str, model: str, setting: str) -> Path:  # noqa: ARG002 - the seam's
        """Where the authors' pred.py puts a task's predictions."""
        return Path(self.folder) / model / f"{task}.jsonl"

    def official_row(self, sample: Sample, completion: Completion) -> dict[str, Any]:
        """A line of such a file, its keys in the authors' order."""
        row = {"pred": completion.text, "answers": list(sample.targets)}
        return {**row, **{key: sample.metadata.get(key) for key in ("all_classes", "length")}}


LONGBENCH = LongBench(name="longbench", table=TASKS, suffix="", folder="pred")
LONGBENCH_E = LongBench(name="longbench-e", table=TASKS_E, suffix="_e", folder="pred_e")
BENCHMARKS = (LONGBENCH, LONGBENCH_E, LONGBENCH_V2)
VARIANTS = {"longbench": {"v1": "longbench", "e": "longbench-e", "v2": "longbench-v2"}}
