"""Would catch runs that must not be compared and are, samples paired wrongly, an average over a part, a wrong gate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.comparing import compare, pairwise, read_run
from bench.errors import DataError, RunFolderError, UserError
from bench.records import Score, StoredSample, to_json
from bench.runs import SCORES, RunFolder

ROWS = 12
PACKAGES = {"numpy": "1"}


def sample(task: str, number: int, **other: Any) -> StoredSample:
    """Every second sample shares its document with the one before."""
    return replace(
        StoredSample(
            id=f"{task}/id{number}",
            task=task,
            language="en",
            targets=(f"red{number}",),
            length=100 + number,
            cluster=f"document of {task} {number // 2}",
            metadata={"difficulty": "easy" if number % 2 else "hard"},
            prompt_sha256=f"{task} {number}",
        ),
        **other,
    )


def run(
    path: Path,
    *,
    model: str = "one",
    tasks: Sequence[str] = ("qasper", "trec"),
    rows: int = ROWS,
    values: Sequence[Sequence[float | None]] = ((0.5,), (0.25,)),
    benchmark: str = "longbench",
    setting: str = "zero-shot",
    generation: dict[str, Any] | None = None,
    scoring: dict[str, Any] | None = None,
    published: int = ROWS,
    parts: Sequence[str] = (),
    groups: bool = True,
    scored: bool = True,
    samples: Sequence[StoredSample] | None = None,
) -> Path:
    """A run folder; sample i of a task has the attempts of `values[i % len(values)]`."""
    folder = RunFolder.create(
        path,
        name=model,
        benchmark=benchmark,
        setting=setting,
        generation=generation or {"data": {"files": {}}},
        expected=dict.fromkeys(tasks, published),
    )
    folder.started({"score_version": 1, "edit_similarity": "difflib", **(scoring or {})}, PACKAGES)
    stored = samples if samples is not None else [sample(task, i) for task in tasks for i in range(rows)]
    folder.write_samples(stored)
    with folder.writing_scores() as write:
        for place, found in enumerate(stored):
            for attempt, value in enumerate(values[place % len(values)]):
                score = Score(sample_id=found.id, task=found.task, attempt=attempt, value=value)
                write(json.dumps(to_json(score)) + "\n")
    if scored:
        _write_result(folder, tasks, whole=rows == published and samples is None, parts=parts, groups=groups)
    return path


def _write_result(folder: RunFolder, tasks: Sequence[str], *, whole: bool, parts: Sequence[str], groups: bool) -> None:
    """What of result.json a comparison reads, with what its record demands."""
    entries: dict[str, Any] = {name: {"metric": "qa_f1_score"} for name in tasks}
    entries |= {name: {"metric": "qa_f1_score", "part_of": tasks[0]} for name in parts}
    average: dict[str, Any] = {"score": 50.0 if whole else None}
    if groups:
        average["groups"] = [[name] for name in tasks]
    empty: dict[str, Any] = {
        "categories": {},
        "failures": {},
        "tokens": {},
        "seconds": None,
        "partial": None,
        "notes": [],
    }
    spec: dict[str, Any] = {"generation": {}, "scoring": {}}
    result = {"benchmark": folder.benchmark, "setting": folder.setting, "model": folder.name, "spec": spec}
    result |= {"tasks": entries, "overall": {"mean": average}, **empty}
    (folder.path / "result.json").write_text(json.dumps(result))


PREDICTED: dict[str, Any] = {"predictions": {"files": {}}}
CODE = "code_sim_score"


def test_a_run_against_itself_differs_in_nothing(tmp_path: Path) -> None:
    path = run(tmp_path / "a")
    found = compare(path, path)
    assert found.headline.name == "mean"
    assert (found.headline.difference, found.headline.p_value) == (0.0, 1.0)
    assert found.headline.low < 0 < found.headline.high  # equal rows are no proof that others would be equal
    assert "the same value on every one of the 24 shared samples" in found.sentence


def test_differences_are_b_less_a_sample_by_sample(tmp_path: Path) -> None:
    a = run(tmp_path / "a", values=((0.5,), (0.25,)))
    b = run(tmp_path / "b", model="two", values=((0.75,), (0.0,), (0.5,), (0.25,)))
    found = compare(a, b)
    assert [task.name for task in found.tasks] == ["qasper", "trec"]
    assert found.tasks[0].difference == pytest.approx(0.0)
    assert (found.tasks[0].better, found.tasks[0].worse) == (3, 3)
    assert (found.tasks[0].n, found.tasks[0].clusters) == (12, 6)
    assert (found.a, found.b, found.benchmark) == ("one", "two", "longbench")
    other = compare(b, a)
    assert [-d.difference for d in other.tasks] == pytest.approx([d.difference for d in found.tasks])
    assert (other.tasks[1].low, other.tasks[1].high) == pytest.approx((-found.tasks[1].high, -found.tasks[1].low))


def test_the_order_of_samples_changes_nothing(tmp_path: Path) -> None:
    a = run(tmp_path / "a")
    forth = [sample(task, i) for task in ("qasper", "trec") for i in range(ROWS)]
    b = run(tmp_path / "b", model="two", samples=forth[::-1], values=((0.3,),))
    c = run(tmp_path / "c", model="two", samples=forth, values=((0.3,),))
    one, other = compare(a, b), compare(a, c)
    assert one.headline.difference == pytest.approx(other.headline.difference)
    assert (one.headline.low, one.headline.high) == pytest.approx((other.headline.low, other.headline.high))


def test_attempts_are_averaged_first_and_what_is_not_judged_counts_zero(tmp_path: Path) -> None:
    a = run(tmp_path / "a", values=((1.0, 0.0),))
    b = run(tmp_path / "b", model="two", values=((1.0, None), (None, None)))
    found = compare(a, b)
    assert (found.headline.a, found.headline.b) == (50.0, 25.0)
    assert "two: 24 samples are not judged and count 0" in found.remarks


def test_rows_that_another_machine_wrote_in_another_order_are_paired_by_what_the_data_say(tmp_path: Path) -> None:
    def rows(order: Sequence[int]) -> list[StoredSample]:
        numbered = [(place, sample("qasper", number)) for place, number in enumerate(order)]
        return [
            replace(found, id=f"qasper/{place}", cluster=f"qasper/{place}", prompt_sha256=None)
            for place, found in numbered
        ]

    values = [(number / 20,) for number in range(ROWS)]
    a = run(tmp_path / "a", tasks=["qasper"], samples=rows(range(ROWS)), values=values, generation=PREDICTED)
    back = list(reversed(range(ROWS)))
    b = run(tmp_path / "b", tasks=["qasper"], samples=rows(back), values=values[::-1], generation=PREDICTED)
    found = compare(a, b)
    assert (found.tasks[0].better, found.tasks[0].worse, found.tasks[0].n) == (0, 0, 12)
    assert any("paired by references and length" in remark for remark in found.remarks)
    assert any("every row is taken as its own cluster" in remark for remark in found.remarks)


def test_the_documents_that_one_run_knows_are_used_for_both(tmp_path: Path) -> None:
    known = run(tmp_path / "a", tasks=["qasper"])
    rows = [replace(sample("qasper", i), cluster=f"qasper/id{i}", prompt_sha256=None) for i in range(ROWS)]
    for name, order in (("b", rows), ("c", rows[::-1])):
        made = run(tmp_path / name, model=name, tasks=["qasper"], samples=order, generation=PREDICTED)
        assert compare(known, made).tasks[0].clusters == 6
        assert compare(made, known).tasks[0].clusters == 6


def test_rows_that_nothing_tells_apart_are_not_paired(tmp_path: Path) -> None:
    alike = [
        replace(sample("trec", i), id=f"trec/{i}", cluster=f"trec/{i}", targets=("LOC",), length=None)
        for i in range(ROWS)
    ]
    other = [*alike[1:], replace(alike[0], targets=("HUM",), id="trec/12")]
    whole = [sample("qasper", i) for i in range(ROWS)]
    a, b = (
        run(tmp_path / name, samples=[*whole, *rows], generation=PREDICTED)
        for name, rows in (("a", alike), ("b", [replace(row, id=f"trec/{i}") for i, row in enumerate(other)]))
    )
    found = compare(a, b)
    assert [task.name for task in found.tasks] == ["qasper"]
    assert any(remark.startswith("trec: left out") for remark in found.remarks)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"benchmark": "ncb"}, r"benchmarks differ \(longbench, ncb\); compare two runs of one benchmark"),
    ({"scoring": {"score_version": 2}}, r"scoring differs \(score_version: 1, 2\); score both again alike"),
    ({"scoring": {"metrics": {"exact": "ab"}}}, r"scoring differs \(metrics\)"),
    ({"setting": "cot"}, r"settings differ \(zero-shot, cot\); --different-prompts"),
    (
        {"samples": [sample("qasper", 0), sample("qasper", 1, prompt_sha256="other")]},
        "prompts differ on 1 of 2 shared samples of qasper, the first qasper/id1; --different-prompts",
    ),
    (
        {"samples": [sample("qasper", 1, targets=("blue",))]},
        "data differ: targets or length of 1 samples .* qasper/id1;",
    ),
    ({"samples": [sample("qasper", 1, length=7)]}, "data differ: targets or length"),
    ({"samples": [sample("qasper", 1, cluster="another")]}, "data differ: qasper/id1 is asked of another document"),
    ({"samples": [sample("qasper", 99)]}, "they share no sample; compare runs over the same tasks and data"),
    ({"tasks": ("hotpotqa",)}, "they share no sample"),
]


@pytest.mark.parametrize(("other", "said"), REFUSED)
def test_unlike_runs_are_refused_in_one_line_with_a_remedy(tmp_path: Path, other: dict[str, Any], said: str) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", **other)
    with pytest.raises(UserError, match=said) as refusal:
        compare(a, b)
    assert str(refusal.value).startswith(f"{a} and {b}: ")
    assert "\n" not in str(refusal.value)
    (pair,) = pairwise([read_run(a), read_run(b)])
    assert (pair.difference, pair.p_value) == (None, None)
    assert pair.reason is not None
    assert pair.reason in str(refusal.value)


def test_package_versions_do_not_matter_and_edit_similarity_only_where_a_shared_task_uses_it(tmp_path: Path) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", scoring={"edit_similarity": "indel"})
    assert compare(a, b).headline.name == "mean"
    for path in (a, b):
        text = (path / "result.json").read_text()
        (path / "result.json").write_text(text.replace("qa_f1_score", CODE))
    with pytest.raises(UserError, match=r"scoring differs \(edit_similarity: difflib, indel\)"):
        compare(a, b)


def test_other_prompts_are_compared_where_that_is_asked_for(tmp_path: Path) -> None:
    a = run(tmp_path / "a", generation={"data": {"files": {"qasper.jsonl": "1"}}})
    b = run(
        tmp_path / "b",
        setting="cot",
        generation={"data": {"files": {"qasper.jsonl": "2"}}},
        samples=[sample(task, i, prompt_sha256="cot") for task in ("qasper", "trec") for i in range(ROWS)],
    )
    found = compare(a, b, different_prompts=True)
    assert (found.a, found.b) == ("one (zero-shot)", "one (cot)")
    assert any("settings zero-shot and cot" in remark for remark in found.remarks)
    assert any("data files differ (qasper.jsonl)" in remark for remark in found.remarks)


def test_a_run_that_is_not_scored_is_refused_with_the_command_that_scores_it(tmp_path: Path) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", scored=False)
    with pytest.raises(RunFolderError, match=f"is not scored; run `bench score longbench {b}`"):
        compare(a, b)


@pytest.mark.parametrize("value", ["NaN", "1.5", "-0.1", '"1"', "Infinity"])
def test_a_value_that_is_no_number_in_0_1_is_named_by_file_and_line(tmp_path: Path, value: str) -> None:
    path = run(tmp_path / "a")
    text = (path / SCORES).read_text().replace('"value": 0.5', f'"value": {value}', 1)
    (path / SCORES).write_text(text)
    with pytest.raises(DataError, match=rf"{SCORES}:1: value .* is no number in \[0, 1\]; run `bench score"):
        read_run(path)


def test_a_run_without_rows_and_a_damaged_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="holds no sample"):
        read_run(run(tmp_path / "a", samples=[]))
    path = run(tmp_path / "b")
    (path / "samples.jsonl").write_text('{"id": "qasper/id0", "task": "qasper"}\n')
    with pytest.raises(RunFolderError, match=r"its files are damaged \(KeyError\('targets'\)\)"):
        read_run(path)


def test_a_run_of_some_tasks_is_never_averaged_as_if_whole(tmp_path: Path) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", model="two", tasks=("qasper",))
    found = compare(a, b)
    assert found.overall == ()
    assert found.headline.name == "shared tasks"
    assert "over their shared tasks" in found.sentence
    assert "only one has trec: left out" in found.remarks


def test_a_run_of_some_rows_is_never_averaged_as_if_whole(tmp_path: Path) -> None:
    found = compare(run(tmp_path / "a"), run(tmp_path / "b", model="two", rows=5))
    assert (found.overall, found.headline.name, found.tasks[0].n) == ((), "shared tasks", 5)
    assert "qasper: 5 shared samples of 12 and 5" in found.remarks


def test_averages_of_an_older_version_are_left_out_with_the_command_that_adds_them(tmp_path: Path) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", model="two", groups=False)
    found = compare(a, b)
    assert (found.overall, found.headline.name) == ((), "shared tasks")
    assert any(f"`bench score longbench {b}`" in remark for remark in found.remarks)


def test_a_run_folder_of_the_first_version_is_compared() -> None:
    path = Path(__file__).parent / "fixtures" / "run-schema-1"
    found = compare(path, path)
    assert (found.headline.name, found.overall) == ("shared tasks", ())


def test_a_task_that_is_a_part_of_another_is_compared_and_counts_once(tmp_path: Path) -> None:
    a, b = (run(tmp_path / name, tasks=("overall",), parts=("easy", "hard"), rows=5) for name in "ab")
    found = compare(a, b)
    assert [(task.name, task.n) for task in found.tasks] == [("overall", 5), ("easy", 2), ("hard", 3)]
    assert found.headline.n == 5
    assert compare(a, b, tasks=["easy"]).headline.n == 2


def test_only_the_tasks_that_are_asked_for_are_compared(tmp_path: Path) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", model="two")
    found = compare(a, b, tasks=["trec"])
    assert [task.name for task in found.tasks] == ["trec"]
    assert (found.headline.name, found.remarks) == ("trec", ())
    assert compare(a, b, tasks=["trec", "qasper"]).headline.name == "chosen tasks"
    with pytest.raises(UserError, match="the runs share no task 'qaspar'; did you mean qasper"):
        compare(a, b, tasks=["qaspar"])


def test_two_runs_of_one_model_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    found = compare(run(tmp_path / "first"), run(tmp_path / "second"))
    assert (found.a, found.b) == ("one (first)", "one (second)")


def test_a_matrix_agrees_with_the_comparison_of_each_pair(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    names = ["a", "b", "c"]
    paths = [
        run(tmp_path / name, model=name, rows=150, published=150, values=[(float(v),) for v in rng.random(300)])
        for name in names
    ]
    pairs = pairwise([read_run(path) for path in paths], "mean")
    assert [(pair.first, pair.second) for pair in pairs] == [(0, 1), (0, 2), (1, 2)]
    for pair in pairs:
        found = compare(paths[pair.first], paths[pair.second]).headline
        assert pair.difference == pytest.approx(found.difference)
        assert (pair.low, pair.high) == pytest.approx((found.low, found.high), abs=0.6)
        assert (pair.average, pair.reason) == ("mean", None)


def test_pairs_without_the_wanted_average_say_so(tmp_path: Path) -> None:
    runs = [read_run(run(tmp_path / "a")), read_run(run(tmp_path / "b", tasks=("qasper",)))]
    assert pairwise(runs, "mean")[0].reason == "they do not both hold all of mean"
    assert pairwise(runs)[0].average == "shared tasks"
