"""Would catch a gate that passes a loss, a report that no CI reads, a number that differs from result.json's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from helpers import bench, result_of, run_folder
from test_comparing import run

from bench.cli.compare import command

LOSS = ((0.1,), (0.2,), (0.0,), (0.1,), (0.2,), (0.15,), (0.1,), (0.0,))
EVIL = "one\x1b[31m\x00 <b>&\ufffe \u202e"


def compared(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def worse(tmp_path: Path) -> tuple[Path, Path]:
    sizes: dict[str, Any] = {"rows": 40, "published": 40}
    return run(tmp_path / "a", **sizes), run(tmp_path / "b", model="two", values=LOSS, **sizes)


def test_the_table_the_averages_and_the_sentence_are_shown(worse: tuple[Path, Path]) -> None:
    done = compared(*worse)
    assert done.exit_code == 0
    assert "longbench · A one · B two" in done.stdout
    assert "two scores 26.88 points lower than one on mean: the 95 % interval" in done.stdout
    assert "Of 2 tasks, after Holm's correction, two is worse on qasper, trec." in done.stdout
    assert "detectable" not in done.stdout
    assert "detectable" in compared(*worse, "--min-detectable").stdout


def test_the_gate_ends_with_4_where_the_interval_reaches_below(worse: tuple[Path, Path]) -> None:
    done = compared(*worse, "--fail-below", "-1.0")
    assert done.exit_code == 4
    assert "bench: mean: the interval of two less one reaches down to" in done.stderr
    assert done.stderr.strip().endswith("below --fail-below -1")
    assert compared(*worse, "--fail-below", "-50").exit_code == 0
    assert compared(*worse[::-1], "--fail-below", "-1").exit_code == 0


def test_the_gate_looks_at_each_task_that_is_named(tmp_path: Path) -> None:
    values = [(0.5,), (0.25,)] * 6
    a, b = run(tmp_path / "a"), run(tmp_path / "b", values=[*values, *[(v[0] - 0.1,) for v in values]])
    assert compared(a, b, "--fail-below", "-1", "--task", "qasper").exit_code == 0
    done = compared(a, b, "--fail-below", "-1", "--task", "qasper", "--task", "trec")
    assert done.exit_code == 4
    assert "trec" in done.stderr
    assert "qasper" not in done.stderr


def test_runs_of_equal_answers_pass_the_gate_however_few_the_samples_are(tmp_path: Path) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", model="two")
    assert compared(a, b, "--fail-below", "-0.5").exit_code == 0
    assert compared(a, b, "--fail-below", "0.5").exit_code == 4


def test_the_json_holds_the_comparison_and_the_gate(worse: tuple[Path, Path]) -> None:
    done = compared(*worse, "--json", "--fail-below", "-1")
    found = json.loads(done.stdout)
    assert done.exit_code == 4
    assert found["gate"] == {"fail_below": -1.0, "failed": ["mean"]}
    assert found["headline"]["difference"] == pytest.approx(-26.875)
    assert [task["name"] for task in found["tasks"]] == ["qasper", "trec"]
    assert "gate" not in json.loads(compared(*worse, "--json").stdout)


def test_junit_has_a_case_for_each_task_and_average_and_fails_where_the_gate_does(
    worse: tuple[Path, Path], tmp_path: Path
) -> None:
    done = compared(*worse, "--junit", tmp_path / "report.xml", "--fail-below", "-1")
    assert done.exit_code == 4
    suite = ET.parse(tmp_path / "report.xml").getroot()[0]
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert list(cases) == ["qasper", "trec", "mean"]
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert [name for name, case in cases.items() if case.find("failure") is not None] == ["mean"]
    compared(*worse, "--junit", tmp_path / "report.xml")
    assert not list(ET.parse(tmp_path / "report.xml").getroot().iter("failure"))


def test_names_that_xml_and_terminals_cannot_hold_are_shown_as_escapes(tmp_path: Path) -> None:
    a, b = run(tmp_path / "a", model=EVIL), run(tmp_path / "b", model="two", values=LOSS)
    done = compared(a, b, "--junit", tmp_path / "report.xml")
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    name = ET.parse(tmp_path / "report.xml").getroot()[0].get("name") or ""
    assert "\\x00 <b>&\\ufffe" in name


def test_one_run_alone_says_what_two_could_show(worse: tuple[Path, Path], tmp_path: Path) -> None:
    full = bench("run", "longbench", "--model", "lexical", "--data", "sample", "--out", tmp_path / "runs")
    done = compared(run_folder(full), "--min-detectable", "--json")
    entry = result_of(full)["tasks"]["qasper"]
    assert json.loads(done.stdout)["qasper"]["detectable"] == pytest.approx(2**0.5 * 2.8016 * entry["stderr"], rel=1e-4)
    assert "two runs with errors like" not in done.stdout
    assert "detectable" in compared(run_folder(full), "--min-detectable").stdout


def test_averages_are_those_of_result_json(tmp_path: Path) -> None:
    common = ("run", "longbench", "longbench-e", "longbench-v2", "--model", "lexical", "--data", "sample")
    full = bench(*common, "--out", tmp_path / "runs")
    assert full.returncode == 0, full.stderr
    for path in sorted((tmp_path / "runs").glob("*/*/*")):
        result = json.loads((path / "result.json").read_text())
        found = json.loads(compared(path, path, "--json").stdout)
        averages = {entry["name"]: entry["a"] for entry in found["overall"]}
        assert averages == {name: e["score"] for name, e in result["overall"].items() if "groups" in e}
        assert {e["name"]: e["b"] for e in found["tasks"]} == {n: e["score"] for n, e in result["tasks"].items()}


def test_real_predictions_of_two_models_are_compared_over_the_tasks_that_both_have(
    tmp_path: Path, longbench: Path
) -> None:
    models = ("phi-2", "longlora-16k")
    done = [bench("score", "longbench", longbench / "predictions" / m, "--out", tmp_path / "runs") for m in models]
    found = json.loads(compared(*map(run_folder, done), "--json").stdout)
    results = [result_of(one) for one in done]
    assert len(found["tasks"]) == 16
    for entry in (*found["tasks"], *found["overall"]):
        kind = "tasks" if entry["kind"] == "task" else "overall"
        scores = [result[kind][entry["name"]]["score"] for result in results]
        assert [entry["a"], entry["b"]] == pytest.approx(scores)
    assert found["headline"]["name"] == "en"
    left = "only phi-2 has multifieldqa_zh, dureader, vcsum, lsht, passage_retrieval_zh: left out"
    assert left in found["remarks"]
    assert found["headline"]["low"] > 9


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("RUN",), "name two runs, RUN_A and RUN_B; with --min-detectable one is enough"),
        (("RUN", "--min-detectable", "--fail-below", "-1"), "need two runs; name RUN_B too"),
        (("RUN", "RUN", "--fail-below", "nan"), "--fail-below takes a number of points"),
        (("RUN", "nowhere"), "nowhere: is not a run folder"),
        (("RUN", "RUN", "--junit", "no/such/folder/x.xml"), "cannot be written"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    path = run(tmp_path / "a")
    done = bench("compare", *[path if argument == "RUN" else argument for argument in arguments])
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_command_ends_with_4_as_a_process_too(worse: tuple[Path, Path]) -> None:
    assert bench("compare", *worse, "--fail-below", "0").returncode == 4
