"""LongBench v2 (Bai et al., ACL 2025, arXiv:2412.15204): 503 questions with four choices each, as the authors ask them.

The heavier modules are imported where they are used, so that listing benchmarks stays quick.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench.benchmarks.longbench.v2.groups import GROUPS
from bench.benchmarks.longbench.v2.settings import CARD, STEPS, TEMPERATURE, TRUNCATION, check_setting, setting_name
from bench.errors import UserError
from bench.protocols import Row, Selection, Setting
from bench.records import Completion, Execution, Job, Sample, Score, Truncation

if TYPE_CHECKING:
    from bench.benchmarks.longbench.v2.data import LongBenchV2Data
    from bench.benchmarks.longbench.v2.predictions import Predictions


@dataclass(frozen=True, slots=True, kw_only=True)
class LongBenchV2:
    """LongBench v2; a `Benchmark`. Its tasks are groups of questions, and each question is in three of them.

    Attributes:
        asked: the way in which it is asked.
    """

    name: str = "longbench-v2"
    asked: Setting = field(default_factory=Setting)
    score_version: int = 1
    temperature: float = TEMPERATURE
    card: str | None = CARD
    executes: bool = False
    truncation: Truncation | None = TRUNCATION

    @property
    def setting(self) -> str:
        """`zero-shot`, `cot`, `no-context` or `rag-N`."""
        return setting_name(self.asked)

    @property
    def scoring(self) -> Mapping[str, Any]:
        """Nothing besides `score_version`."""
        return {}

    @property
    def tasks(self) -> Sequence[str]:
        """The groups in the order of the authors' table."""
        return tuple(GROUPS)

    @property
    def catalogue(self) -> Sequence[Mapping[str, str]]:
        """What `bench list` shows of each group."""
        new_tokens = str(STEPS["zero-shot"][0].max_tokens)
        return [
            {
                "task": group.name,
                "category": group.category,
                "language": "en",
                "metric": "accuracy",
                "prompt": "chat",
                "new tokens": new_tokens,
                "questions": str(group.rows),
            }
            for group in GROUPS.values()
        ]

    def in_setting(self, setting: Setting) -> Self:
        """This benchmark, asked in that way.

        Raises:
            UserError: it is not asked so, or two ways exclude each other.
        """
        check_setting(setting)
        return dataclasses.replace(self, asked=setting)

    def located(self, data: str | None) -> Self:  # noqa: ARG002 - the seam's
        """Itself: everything it needs is in the samples."""
        return self

    def load(self, selection: Selection) -> LongBenchV2Data:
        """Find, verify and index the data and the prompt texts.

        Raises:
            UserError: an unknown group, or nothing at `selection.data`.
            DataError: a damaged file, or a row that is not what it should be.
        """
        from bench.benchmarks.longbench.v2.data import LongBenchV2Data

        if selection.languages is not None or selection.natural_languages is not None:
            raise UserError(f"{self.name}: --languages and --natural-languages are of ncb; name groups with --tasks")
        return LongBenchV2Data(self.name, self.asked, selection)

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
        options: Mapping[str, Any],  # noqa: ARG002 - the seam's
        executions: Sequence[Execution] = (),  # noqa: ARG002 - the seam's
    ) -> list[Score]:
        """One score for each attempt."""
        from bench.benchmarks.longbench.v2.scoring import score_sample

        return score_sample(sample, completions)

    def heavy(self, task: str) -> bool:  # noqa: ARG002 - the seam's
        """Two patterns are quick."""
        return False

    def aggregate(
        self, rows: Iterable[Row], *, partial: str | None, expected: Mapping[str, int] | None
    ) -> dict[str, Any]:
        """`tasks`, `categories` and `overall` of result.json, per cent."""
        from bench.benchmarks.longbench.v2.results import aggregate

        return aggregate(rows, partial=partial, expected=expected)

    def predictions(self, path: Path, *, dedupe: bool, data: str | None = None) -> Predictions:
        """Existing answers in the layout that the authors' pred.py writes.

        Raises:
            UserError: there are none, or several files.
            DataError: a row is not what it should be.
        """
        from bench.benchmarks.longbench.v2.predictions import find_predictions

        return find_predictions(path, dedupe=dedupe, data=data)

    def official_file(self, task: str, model: str, setting: str) -> Path:  # noqa: ARG002 - the seam's
        """Where the authors' pred.py puts the answers."""
        suffix = "" if setting == "zero-shot" else f"_{setting.replace('-', '_')}"
        return Path("results") / f"{model}{suffix}.jsonl"

    def official_row(self, sample: Sample, completion: Completion) -> dict[str, Any] | None:
        """A line of such a file, its keys in the authors' order; None for an empty answer, which has none there."""
        from bench.benchmarks.longbench.v2.predictions import official_row

        return official_row(sample, completion)


LONGBENCH_V2 = LongBenchV2()
