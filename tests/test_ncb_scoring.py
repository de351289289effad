"""Would catch a verdict that becomes the wrong number, an unsolvable problem that counts, a lost denominator."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ncb_helpers import JAVA, PYTHON, TASKS, execution, gate, row_of, rows, sample

from bench.benchmarks.ncb import NATURAL_CODE_BENCH as NCB
from bench.records import Completion, Execution, Score, to_json

PY_FENCE = PYTHON.replace("```python", "```py")


def score(text: str, executions: list[Execution], task: str = "python_en", number: int = 1, **other: Any) -> Score:
    about = sample(task, number)
    return NCB.score(about, [Completion(sample_id=about.id, text=text, **other)], {}, executions)[0]


def test_a_pass_is_one_and_every_other_verdict_is_zero() -> None:
    about = sample()
    for verdict in ("passed", "failed", "compile_error", "timeout", "out_of_memory", "no_code", "tampered"):
        found = score(PYTHON, [execution(about, "official", verdict, reason="test_two: assert 5 == 4\nmore")])
        assert found.value == (1.0 if verdict == "passed" else 0.0)
        assert found.verdict == verdict
        assert found.reason == (None if verdict == "passed" else f"{verdict}: test_two: assert 5 == 4")
    assert found.answer.endswith("return 2 * number\n")


def test_what_is_not_the_codes_fault_is_not_judged() -> None:
    about = sample()
    broken = score(PYTHON, [execution(about, "official", "sandbox_error", reason="the daemon died")])
    assert (broken.value, broken.verdict, broken.reason) == (None, "sandbox_error", "sandbox_error: the daemon died")
    absent = score(PYTHON, [])
    assert absent.value is None
    assert str(absent.reason).startswith("not executed")
    failed = score("", [], error="timeout: too late")
    assert (failed.value, failed.reason) == (None, "timeout: too late")
    assert NCB.score(about, [], {}, [])[0].reason == "no completion"


def test_equal_extractions_share_a_verdict_and_others_do_not() -> None:
    about = sample()
    same = score(PYTHON, [execution(about, "official", "passed")])
    assert same.also == {"robust": 1.0}
    lost = score(PY_FENCE, [execution(about, "official", "failed"), execution(about, "robust", "passed")])
    assert (lost.value, lost.also) == (0.0, {"robust": 1.0})
    assert lost.detail["lost_to_format"] is True
    assert lost.detail["robust_verdict"] == "passed"
    unknown = score(PY_FENCE, [execution(about, "official", "failed")])
    assert unknown.also == {}
    assert unknown.detail["lost_to_format"] is False


def test_every_attempt_has_its_own_execution() -> None:
    about = sample()
    completions = [Completion(sample_id=about.id, attempt=attempt, text=PYTHON) for attempt in (0, 1)]
    runs = [execution(about, "official", "failed"), execution(about, "official", "passed", attempt=1)]
    assert [found.value for found in NCB.score(about, completions, {}, runs)] == [0.0, 1.0]


def test_an_answer_that_stops_the_authors_is_named() -> None:
    found = score("```java\nclass A/b {\n  int x;\n}\n```", [], "java_en")
    assert str(found.raised).startswith("FileNotFoundError")


@pytest.mark.parametrize(
    ("task", "number", "reference", "trivial", "status"),
    [
        ("python_en", 131, "passed", "failed", "valid"),
        ("python_en", 154, "failed", "failed", "needs input files"),
        ("java_zh", 189, "failed", "failed", "needs input files"),
        ("java_en", 184, "passed", "failed", "vacuous"),
        ("java_en", 186, "passed", "failed", "misaligned"),
        ("java_en", 195, "passed", "compile_error", "misaligned"),
        ("python_zh", 160, "failed", "failed", "needs library"),
        ("java_en", 156, "compile_error", "failed", "needs library"),
        ("java_en", 156, "passed", "failed", "valid"),
        ("python_en", 132, "passed", "passed", "vacuous"),
        ("python_en", 132, "timeout", "failed", "reference fails"),
        ("python_en", 132, "sandbox_error", "failed", "unknown"),
    ],
)
def test_the_gate_tells_what_a_verdict_is_worth(
    task: str, number: int, reference: str, trivial: str, status: str
) -> None:
    about = sample(task, number)
    found = score(JAVA, gate(about, reference=reference, trivial=trivial), task, number)
    assert found.detail["status"] == status


def test_without_the_gate_nothing_is_known() -> None:
    assert score(PYTHON, []).detail["status"] == "unknown"


def test_with_its_input_files_a_failing_reference_is_what_it_is() -> None:
    about = sample("python_en", 154, inputs="python_en/input_files/154")
    done = Completion(sample_id=about.id, text=PYTHON)
    assert NCB.score(about, [done], {}, gate(about, reference="failed"))[0].detail["status"] == "reference fails"


def test_problems_of_ones_own_are_not_looked_up_in_the_tables() -> None:
    about = sample("java_en", 186, published=False)
    done = Completion(sample_id=about.id, text=JAVA)
    assert NCB.score(about, [done], {}, gate(about))[0].detail["status"] == "valid"


def test_tests_that_a_solution_without_a_body_passes_are_named() -> None:
    about = sample()
    runs = [execution(about, "trivial", "failed", tests={"test_a": "passed", "test_b": "failed"})]
    assert score(PYTHON, runs).detail["trivial_tests"] == ["test_a"]


@pytest.mark.parametrize(
    "change", [{"verdict": 3}, {"verdict": None}, {"attempt": {}}, {"tests": None}, {"reason": 7}, {"verdict": "great"}]
)
def test_a_malformed_execution_crashes_nothing(change: dict[str, Any]) -> None:
    about = sample()
    runs = [execution(about, name, "failed") for name in ("official", "robust", "reference", "trivial")]
    broken = [Execution(**{**to_json(run), **change}) for run in runs]
    assert score(PYTHON, broken).value in {0.0, None}


# -- tables


def tables(
    values: Mapping[str, Sequence[Sequence[float | None]]], expected: dict[str, int] | None = None, **detail: Any
) -> Any:
    return NCB.aggregate(rows(values, **detail), partial=None, expected=expected)


def test_a_task_counts_everything_that_was_asked() -> None:
    found = tables({"python_en": [[1.0], [0.0], [None], [1.0]]})["tasks"]["python_en"]
    assert (found["score"], found["n"], found["not_judged"]) == (50.0, 4, 1)
    assert found["score_judged"] == pytest.approx(200 / 3)
    assert found["pass@k"] == {"1": 50.0}
    assert found["verdicts"] == {"failed": 1, "not_executed": 1, "passed": 2}


def test_the_authors_denominator_drops_empty_answers() -> None:
    one = rows({"java_en": [[1.0]]})
    empty = rows({"java_en": [[0.0]] * 70}, answered=False)[1:]
    found = NCB.aggregate([*one, *empty], partial=None, expected=None)["tasks"]["java_en"]
    assert (found["official_score"], found["official_denominator"]) == (100.0, 1)
    assert found["score"] == pytest.approx(100 / 70)


def test_pass_at_k_is_given_for_every_k_that_all_problems_have() -> None:
    found = tables({"python_en": [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]})["tasks"]["python_en"]
    assert found["pass@k"] == pytest.approx({"1": 400 / 9, "2": 500 / 9, "3": 200 / 3})
    assert found["pass@k_valid"] == found["pass@k"]
    assert found["pass@k_ci95"]["1"] == found["ci95"]
    for k, (low, high) in found["pass@k_ci95"].items():
        assert 0 <= low < found["pass@k"][k] < high <= 100


def test_the_valid_problems_are_counted_apart() -> None:
    good = rows({"python_en": [[1.0], [0.0]]})
    bad = rows({"python_en": [[0.0]] * 4}, status="needs input files")[2:]
    found = NCB.aggregate([*good, *bad], partial=None, expected=None)
    task = found["tasks"]["python_en"]
    assert (task["score"], task["valid"]["score"], task["valid"]["n"]) == (25.0, 50.0, 2)
    assert task["statuses"] == {"needs input files": 2, "valid": 2}


def test_averages_are_means_of_tasks() -> None:
    values = {"python_en": [[1.0], [1.0]], "python_zh": [[1.0], [0.0]], "java_en": [[0.0]] * 3, "java_zh": [[1.0]] * 3}
    found = tables(values)["overall"]
    scores = {name: table["score"] for name, table in found.items()}
    assert scores == {"all": 62.5, "python": 75.0, "java": 50.0, "en": 50.0, "zh": 75.0, "all_valid": 62.5}
    assert all(table["reason"] is None for table in found.values())


def test_both_natural_languages_of_a_problem_are_one_observation() -> None:
    alone: Any = {"python_en": [[float(i % 2)] for i in range(40)]}
    one = tables({**alone, "python_zh": alone["python_en"]})["overall"]["python"]
    single = tables(alone)["tasks"]["python_en"]
    assert one["stderr"] == pytest.approx(single["stderr"])


def test_an_average_over_less_than_everything_is_none() -> None:
    three: Any = {task: [[1.0]] for task in TASKS[:3]}
    found = tables(three)["overall"]
    assert found["all"]["score"] is None
    assert found["all"]["reason"] == "no java_zh"
    assert found["python"]["score"] == 100.0
    short = tables({task: [[1.0]] for task in TASKS}, expected=dict.fromkeys(TASKS, 70))
    assert short["overall"]["en"]["reason"] == "python_en has 1 of 70 rows, java_en has 1 of 70 rows"
    assert short["tasks"]["java_en"]["missing"] == 69
    partial = NCB.aggregate(rows(three), partial="--limit 1", expected=None)
    assert partial["overall"]["python"] == {
        "score": None,
        "stderr": None,
        "ci95": None,
        "reason": "partial: --limit 1",
        "groups": [["python_en"], ["python_zh"]],
    }


def test_without_the_gate_there_is_no_valid_average() -> None:
    found = tables({task: [[1.0]] for task in TASKS}, status="unknown")
    assert found["overall"]["all_valid"]["score"] is None
    assert found["overall"]["all_valid"]["reason"].startswith("no valid problems in python_en")


def test_domains_are_told_apart_in_each_task_and_over_both_programming_languages() -> None:
    found = tables({task: [[1.0], [0.0], [1.0]] for task in TASKS})
    assert found["tasks"]["java_en"]["classifications"] == {
        "Data Science": {"score": 100.0, "n": 2},
        "Front-End": {"score": 0.0, "n": 1},
    }
    assert set(found["categories"]) == {"en", "zh"}
    assert found["categories"]["en"]["Data Science"]["score"] == 100.0
    assert found["categories"]["en"]["Front-End"]["n"] == 2


def test_lost_and_cut_answers_are_counted() -> None:
    found = tables({"python_en": [[0.0], [0.0]]}, lost_to_format=True, cut=True)["tasks"]["python_en"]
    assert (found["lost_to_format"], found["answers_cut"]) == (2, 2)


def test_nothing_in_the_tables_is_nan() -> None:
    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                walk(inner)
        assert not isinstance(value, float) or math.isfinite(value)

    walk(tables({"python_en": [[None]], "java_zh": [[1.0, None]]}))


GOLDEN = {
    "chatgpt": {"python_en": 24, "python_zh": 24, "java_en": 28, "java_zh": 26},
    "reference": {"python_en": 61, "python_zh": 61, "java_en": 66, "java_zh": 66},
}


@pytest.mark.parametrize("model", list(GOLDEN))
def test_the_authors_verdicts_give_the_authors_numbers(ncb: Path, model: str) -> None:
    golden_file = ncb / "golden" / f"{model}.json"
    if not golden_file.is_file():
        pytest.skip(f"NOT TESTED: no verdicts of the authors' evaluator for {model}")
    golden = json.loads(golden_file.read_text(encoding="utf-8"))
    imported = NCB.predictions(ncb / "responses" / model, dedupe=False, data=str(ncb))
    gathered = []
    for stored, completions in imported.rows():
        about = stored.sample("ncb")
        verdict = golden[stored.task][stored.metadata["problem"]]
        scores = NCB.score(about, completions, {}, [execution(about, "official", verdict), *gate(about)])
        gathered.append(row_of(stored, completions, scores))
    found = NCB.aggregate(gathered, partial=None, expected=imported.expected)
    for task, passed in GOLDEN[model].items():
        table = found["tasks"][task]
        assert table["score"] == table["official_score"] == pytest.approx(100 * passed / 70)
        assert (table["official_denominator"], table["missing"], table["not_judged"]) == (70, 0, 0)
        assert sum(table["verdicts"].values()) == 70
    assert found["overall"]["all"]["score"] == pytest.approx(100 * sum(GOLDEN[model].values()) / 280)
