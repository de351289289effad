"""Problems in NaturalCodeBench's format, and executions that nobody ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers import write_lines

from bench.benchmarks.ncb import NATURAL_CODE_BENCH, NCB
from bench.protocols import Outcome, Row, Selection
from bench.records import Completion, Execution, Sample, Score, StoredSample

PYTHON = "```python\ndef double(number):\n    return 2 * number\n```"
PYTHON_TESTS = "class TestDouble:\n    def test_two(self):\n        assert double(2) == 4\n"
JAVA = (
    "```java\nimport java.util.List;\n\npublic class Doubler {\n    public static int twice(int number) {\n"
    "        return 2 * number;\n    }\n}\n```"
)
JAVA_TESTS = (
    "import org.junit.jupiter.api.Test;\nimport static org.junit.jupiter.api.Assertions.*;\n\nclass DoublerTest {\n"
    "    @Test\n    void testTwo() {\n        assertEquals(4, Doubler.twice(2));\n    }\n}\n"
)
TASKS = ("python_en", "python_zh", "java_en", "java_zh")


def problem(task: str, number: int, **other: Any) -> dict[str, Any]:
    """One problem with the authors' seven keys."""
    python = task.startswith("python")
    return {
        "_id": number,
        "prompt": f"Double a number, please ({number}).",
        "problem": "Double a number.",
        "testcases": PYTHON_TESTS if python else JAVA_TESTS,
        "setup_code": "",
        "reference_solution": PYTHON if python else JAVA,
        "classification": "Front-End" if number % 2 else "Data Science",
        **other,
    }


def make_problems(folder: Path, *, tasks: Sequence[str] = TASKS, numbers: Sequence[int] = (1, 2, 3)) -> Path:
    """A folder of problems as the authors' repository has it."""
    for task in tasks:
        write_lines(folder / f"ncb_{task}.jsonl", [problem(task, number) for number in numbers])
    return folder


def sample(task: str = "python_en", number: int = 1, **metadata: Any) -> Sample:
    """A problem as it is loaded."""
    data = problem(task, number)
    return Sample(
        id=f"{task}/{number}",
        benchmark="ncb",
        task=task,
        language=task.split("_", maxsplit=1)[0],
        targets=(data["reference_solution"],),
        metadata={
            "problem": str(number),
            "natural_language": task.split("_")[1],
            "published": True,
            "inputs": None,
            **{key: data[key] for key in ("classification", "testcases", "setup_code")},
            **metadata,
        },
    )


def execution(about: Sample, extractor: str, verdict: str, *, attempt: int = 0, **other: Any) -> Execution:
    """What the sandbox might say."""
    return Execution(sample_id=about.id, attempt=attempt, extractor=extractor, verdict=verdict, **other)


def gate(about: Sample, *, reference: str = "passed", trivial: str = "failed") -> list[Execution]:
    """The gate's executions."""
    return [execution(about, "reference", reference), execution(about, "trivial", trivial)]


def samples_of(folder: Path, benchmark: NCB = NATURAL_CODE_BENCH, **selection: Any) -> list[Sample]:
    """Every problem of a folder."""
    found = benchmark.load(Selection(data=str(folder), **selection))
    return [found.read(entry) for entry in found.entries]


def row_of(stored: StoredSample, completions: Sequence[Completion], scores: Sequence[Score]) -> Row:
    """What aggregation is handed of one sample."""
    return Row(
        sample_id=stored.id,
        task=stored.task,
        metadata=stored.metadata,
        cluster=stored.cluster,
        outcomes=tuple(Outcome(s.value, s.also, s.raised, s.verdict, s.detail) for s in scores),
        answered=any(completion.error is None for completion in completions),
    )


def outcome(value: float | None, **detail: Any) -> Outcome:
    """One attempt's numbers."""
    verdict = None if value is None else ("passed" if value else "failed")
    told = {"status": "valid", "answered": True, "cut": False, "lost_to_format": False, **detail}
    return Outcome(value, {} if value is None else {"robust": value}, None, verdict, told)


def rows(values: Mapping[str, Sequence[Sequence[float | None]]], **detail: Any) -> list[Row]:
    """Rows of tasks, each problem with the values of its attempts."""
    return [
        Row(
            sample_id=f"{task}/{number}",
            task=task,
            metadata={"classification": "Front-End" if number % 2 else "Data Science"},
            cluster=f"{task.split('_')[0]}/{number}",
            outcomes=tuple(outcome(value, **detail) for value in attempts),
            answered=True,
        )
        for task, problems in values.items()
        for number, attempts in enumerate(problems)
    ]
