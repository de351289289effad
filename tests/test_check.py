"""Would catch a mistake in a data set of one's own that `bench check` passes over, or a sound one that it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import bench, write_lines
from own_data import CARD, METRICS, ROWS, make_card, row

from bench.benchmarks.own.checking import check_card

RESERVED = ("longbench", "ncb")


def problems(card: Path) -> list[str]:
    """What is wrong, without the folder's name."""
    return [str(problem.error).removeprefix(f"{card.parent}/") for problem in check_card(card, RESERVED).problems]


def test_a_sound_card_is_counted_and_ends_with_0(tmp_path: Path) -> None:
    card = make_card(tmp_path)
    report = check_card(card, RESERVED)
    assert report.problems == []
    assert {name: (task.rows, len(task.documents)) for name, task in report.tasks.items()} == {
        "dates": (3, 2),
        "parties": (2, 2),
    }
    assert report.tasks["dates"].longest == len("Document 0. Q: Say word0. A:")
    done = bench("check", card)
    assert done.returncode == 0
    assert "contracts: nothing is wrong" in done.stderr
    assert "dates/0" in done.stdout


def test_every_problem_of_a_file_is_told_and_not_the_first_alone(tmp_path: Path) -> None:
    card = make_card(tmp_path)
    broken = [
        row("dates", 0, targets=[]),
        row("dates", 0, input={"context": "x"}),
        {"task": "dates", "input": 3, "targets": "x", "metadata": 1},
    ]
    path = write_lines(tmp_path / "contracts.jsonl", [*ROWS, *broken])
    path.write_text(path.read_text() + "[not json\n[1]\n")
    assert [line.partition("; ")[0] for line in problems(card)] == [
        "contracts.jsonl:6: 'targets' is not a list of strings with one at least",
        "contracts.jsonl:7: the id dates/0 stands in line 1 too",
        "contracts.jsonl:7: the prompt of dates names {question}, but input has context",
        "contracts.jsonl:8: 'input' is not an object of strings",
        "contracts.jsonl:8: 'targets' is not a list of strings with one at least",
        "contracts.jsonl:8: 'metadata' is not an object",
        "contracts.jsonl:9: not valid JSON (Expecting value: line 1 column 2 (char 1))",
        "contracts.jsonl:10: not a JSON object",
    ]


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    card = make_card(tmp_path)
    path = tmp_path / "contracts.jsonl"
    path.write_bytes(path.read_bytes() + b'{"input": {"question": "\xff"}}\n')
    (said,) = problems(card)
    assert said.startswith("contracts.jsonl:6: not valid JSON ('utf-8' codec")


def test_several_problems_of_the_card_are_told_together(tmp_path: Path) -> None:
    wrong = CARD.replace('"contracts"', '"a/b"').replace("qa_f1_score", "f1").replace("{context}", "{")
    card = make_card(tmp_path, wrong)
    said = problems(card)
    assert len(said) == 4, said  # the prompt counts for two tasks
    assert said[0].startswith("card.toml: name is 'a/b'; it must be letters")
    assert said[1].startswith("card.toml: metric is 'f1'; it must be FILE.py:function or one of")


def test_a_reserved_name_is_a_problem_beside_those_of_the_data(tmp_path: Path) -> None:
    card = make_card(tmp_path, CARD.replace('"contracts"', '"ncb"', 1), [row("dates", 0)])
    assert [line.partition("; ")[0] for line in problems(card)] == [
        "card.toml: the name ncb is kept for ncb",
        "contracts.jsonl: holds no sample of parties",
    ]


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        ("raise OSError('no')\n", "card.toml: metrics.py cannot be imported: OSError: no; mend the metric's file"),
        ("other = 1\n", "card.toml: metrics.py has no function exact; mend the metric's file"),
        (
            METRICS.replace("float(", "2 * ("),
            "contracts.jsonl:2: metrics.py:exact cannot score a target against itself",
        ),
        (METRICS.replace("target)", "target.x)"), "contracts.jsonl:2: metrics.py:exact cannot score a target against"),
    ],
)
def test_a_metric_is_tried_on_a_target_against_itself(metrics: str, said: str, tmp_path: Path) -> None:
    (found,) = problems(make_card(tmp_path, metrics=metrics))
    assert found.startswith(said)


def test_classification_without_its_class_list_is_told_of_every_line(tmp_path: Path) -> None:
    card = make_card(tmp_path, CARD.replace("metrics.py:exact", "classification_score"))
    assert [line.partition(" ")[0] for line in problems(card)] == ["contracts.jsonl:2:", "contracts.jsonl:5:"]


def test_a_missing_file_and_another_than_the_pinned_one_are_told(tmp_path: Path) -> None:
    card = make_card(tmp_path, f'sha256 = "{"0" * 64}"\n{CARD}')
    (said,) = problems(card)
    assert "the card says 0000" in said
    (tmp_path / "contracts.jsonl").unlink()
    (said,) = problems(card)
    assert said == "contracts.jsonl: cannot be read; put the file there, or name another as 'data' in card.toml"


def test_problems_end_with_2_and_the_first_fifty_are_shown(tmp_path: Path) -> None:
    card = make_card(tmp_path, rows=[row("dates", 0, targets=[]) for _ in range(60)])
    done = bench("check", tmp_path)
    lines = done.stderr.splitlines()
    assert done.returncode == 2
    assert len(lines) == 51
    assert lines[0].startswith(f"{card.parent / 'contracts.jsonl'}:1: 'targets'")
    assert lines[-1] == "and 12 more"  # 60 lines and two tasks without samples


def test_programs_get_the_same_as_json(tmp_path: Path) -> None:
    make_card(tmp_path, rows=[row("dates", 0)])
    done = bench("check", tmp_path, "--json")
    shown = json.loads(done.stdout)
    assert (shown["name"], shown["tasks"]["dates"]["rows"]) == ("contracts", 1)
    assert len(shown["problems"]) == 1
    assert done.returncode == 2


def test_no_card_is_one_line(tmp_path: Path) -> None:
    done = bench("check", tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        f"{tmp_path / 'card.toml'}: No such file or directory; name a card.toml, or the folder that holds one\n"
    )
