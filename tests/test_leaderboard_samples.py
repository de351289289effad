"""Would catch samples that the page cannot find or load, a text that ends its script, and a half-written folder.

And a cut that nobody is told of, an attempt or a step that goes missing, or a shard too large to be opened.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from made_runs import add_execution, own_run
from own_data import row

from bench.errors import DataError
from bench.leaderboard import samples
from bench.leaderboard.sample_texts import LIMIT, content, cut, families
from bench.leaderboard.samples import INDEX, RUNS, write_samples

CALL = re.compile(r'bench\.samples\.take\(("(?:[^"\\]|\\.)*"),("(?:[^"\\]|\\.)*"),("(?:[^"\\]|\\.)*")\);\n')
HOSTILE = "</script><script>canary()</script><!-- \u2028\u2029\u202e \ud800 \x00 \\u003c ' \" ` ${canary()}"


def taken(file: Path) -> tuple[str, str, Any]:
    """What the page is handed by one script."""
    found = CALL.fullmatch(file.read_text(encoding="ascii"))
    assert found, file
    key, part, text = (json.loads(argument) for argument in found.groups())
    return key, part, json.loads(text)


def shards(folder: Path) -> list[dict[str, Any]]:
    """Every sample of a run, in the order of the index."""
    numbers = sorted(int(file.stem) for file in folder.glob("*.js") if file.name != INDEX)
    assert numbers == list(range(1, len(numbers) + 1))
    return [sample for number in numbers for sample in taken(folder / f"{number}.js")[2]]


def rows(count: int, task: str = "dates", **other: Any) -> list[dict[str, Any]]:
    return [row(task, number, **other) for number in range(count)]


def answers(count: int, task: str = "dates") -> dict[str, str]:
    return {f"{task}/{number}": f"word{number}" if number % 2 else "nothing of it" for number in range(count)}


def test_every_sample_stands_in_the_shard_that_the_index_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "SHARD_SAMPLES", 4)
    run = own_run(tmp_path, rows(10), answers(10))
    write_samples({"a": run}, tmp_path / "out")
    key, part, index = taken(tmp_path / "out" / "a" / INDEX)
    assert (key, part) == ("a", INDEX)
    assert index["tasks"] == ["dates"]
    assert [entry[0] for entry in index["rows"]] == [f"dates/{number}" for number in range(10)]
    assert [entry[4] for entry in index["rows"]] == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3]
    assert [sample["id"] for sample in shards(tmp_path / "out" / "a")] == [entry[0] for entry in index["rows"]]
    assert taken(tmp_path / "out" / "a" / "2.js")[:2] == ("a", "2.js")


def test_a_shard_of_long_texts_holds_fewer_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "SHARD_CHARACTERS", 30_000)
    long = {f"dates/{number}": "long " * 5000 for number in range(6)}
    write_samples({"a": own_run(tmp_path, rows(6), long)}, tmp_path / "out")
    places = [entry[4] for entry in taken(tmp_path / "out" / "a" / INDEX)[2]["rows"]]
    assert places == [1, 1, 2, 2, 3, 3]


def test_the_list_tells_values_and_why_they_are_zero(tmp_path: Path) -> None:
    write_samples({"a": own_run(tmp_path, rows(4), answers(4))}, tmp_path / "out")
    index = taken(tmp_path / "out" / "a" / INDEX)[2]
    assert [entry[2] for entry in index["rows"]] == [0.0, 1.0, 0.0, 1.0]
    assert [index["reasons"][entry[3]] for entry in index["rows"]] == ["no word in common with any reference", ""] * 2


def test_a_sample_carries_what_was_asked_what_came_back_and_every_value(tmp_path: Path) -> None:
    told = {
        "dates/0": {"text": "It is word0", "thought": "Let me see.", "finish_reason": "length", "remarks": ("cut",)}
    }
    write_samples({"a": own_run(tmp_path, rows(1), told)}, tmp_path / "out")
    (sample,) = shards(tmp_path / "out" / "a")
    assert sample["head"] == "Document 0. Q: Say word0. A:"
    assert sample["targets"] == ["word0"]
    answer = sample["answer"]
    assert (answer["text"], answer["thought"], answer["finish"]) == ("It is word0", "Let me see.", "length")
    assert answer["remarks"] == ["cut"]
    assert answer["usage"] == [["input_tokens", 28], ["output_tokens", 5]]
    assert sample["value"] == pytest.approx(0.5)
    assert dict(sample["also"]) == {"corrected": 1.0}
    assert sample["extracted"] == "It is word0"


def test_an_answer_that_failed_is_there_with_its_error(tmp_path: Path) -> None:
    told = {"dates/0": {"error": "timeout: after 600 s"}}
    write_samples({"a": own_run(tmp_path, rows(1), told)}, tmp_path / "out")
    assert taken(tmp_path / "out" / "a" / INDEX)[2]["rows"][0][2] is None
    (sample,) = shards(tmp_path / "out" / "a")
    assert (sample["value"], sample["answer"]["error"]) == (None, "timeout: after 600 s")


def test_every_attempt_is_a_line_of_its_own(tmp_path: Path) -> None:
    run = own_run(tmp_path, rows(2), answers(2), attempts=2, temperature=0.5)
    write_samples({"a": run}, tmp_path / "out")
    entries = taken(tmp_path / "out" / "a" / INDEX)[2]["rows"]
    assert [(entry[0], entry[1]) for entry in entries] == [(f"dates/{n}", k) for n in range(2) for k in range(2)]


def test_code_comes_with_the_report_of_its_tests(tmp_path: Path) -> None:
    run = own_run(tmp_path, rows(1), answers(1))
    told = {"verdict": "failed", "passed": 1, "total": 2, "tests": {"one": "passed", "two": "failed"}}
    add_execution(run, sample_id="dates/0", extractor="official", output="AssertionError: 3", **told)
    write_samples({"a": run}, tmp_path / "out")
    (sample,) = shards(tmp_path / "out" / "a")
    (report,) = sample["runs"]
    assert (report["verdict"], report["passed"], report["total"]) == ("failed", 1, 2)
    assert report["tests"] == [["one", "passed"], ["two", "failed"]]
    assert report["output"] == "AssertionError: 3"


def test_a_long_text_is_cut_in_the_middle_and_says_by_how_much(tmp_path: Path) -> None:
    text = "".join(chr(ord("a") + n % 26) for n in range(1_000_000))
    assert cut(text) == [text[: LIMIT // 2], 1_000_000 - LIMIT, text[-LIMIT // 2 :]]
    assert cut("x" * LIMIT) == "x" * LIMIT
    write_samples({"a": own_run(tmp_path, rows(1), {"dates/0": text})}, tmp_path / "out")
    assert (tmp_path / "out" / "a" / "1.js").stat().st_size < 5 * LIMIT
    assert taken(tmp_path / "out" / "a" / INDEX)[2]["show"].startswith("bench show ")


def test_the_command_for_the_whole_text_does_not_tell_where_the_folder_lies(tmp_path: Path) -> None:
    run = own_run(tmp_path, rows(1), answers(1))
    write_samples({"a": run}, tmp_path / "out")
    show = taken(tmp_path / "out" / "a" / INDEX)[2]["show"]
    assert str(tmp_path) not in show
    assert show == f"bench show made/telling/{run.path.name}"


def test_nothing_in_a_text_can_end_the_script_or_add_to_it(tmp_path: Path) -> None:
    told = {"dates/0": {"text": HOSTILE, "thought": HOSTILE}}
    stored = HOSTILE.replace("\ud800", "")  # a file in UTF-8 can hold no half of a pair
    data = rows(1, targets=[stored], metadata={stored: stored, "__proto__": "polluted"})
    run = own_run(tmp_path, data, told, name=stored)
    write_samples({"a": run}, tmp_path / "out")
    for file in (tmp_path / "out").rglob("*.js"):
        text = file.read_text(encoding="ascii")
        assert "<" not in text
        assert text.count("\n") == 1
        taken(file)
    (sample,) = shards(tmp_path / "out" / "a")
    assert sample["answer"]["text"] == sample["answer"]["thought"] == HOSTILE
    assert sample["targets"] == [stored]
    assert [stored, stored] in sample["metadata"]
    assert ["__proto__", "polluted"] in sample["metadata"]


def test_a_number_that_json_does_not_know_is_named(tmp_path: Path) -> None:
    run = own_run(tmp_path, rows(2), answers(2))
    scores = run.path / "scores.jsonl"
    scores.write_text(scores.read_text().replace('"value": 0.0', '"value": NaN'))
    write_samples({"a": run}, tmp_path / "out")
    assert [entry[2] for entry in taken(tmp_path / "out" / "a" / INDEX)[2]["rows"]] == ["nan", 1.0]


def test_the_list_of_runs_names_those_that_have_samples(tmp_path: Path) -> None:
    first = own_run(tmp_path, rows(2), answers(2), name="one")
    unscored = own_run(tmp_path, rows(2), answers(2), name="two")
    (unscored.path / "result.json").unlink()
    write_samples({"a": first, "b": unscored}, tmp_path / "out")
    _, part, runs = taken(tmp_path / "out" / RUNS)
    assert part == RUNS
    assert runs == {"a": {"benchmark": "made", "model": "one", "setting": "zero-shot", "tasks": ["dates"]}}
    assert {item.name for item in (tmp_path / "out").iterdir()} == {"a", RUNS}


def test_folders_of_an_earlier_page_are_replaced_and_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_samples({"a": own_run(tmp_path, rows(3), answers(3)), "b": own_run(tmp_path, rows(1), answers(1))}, out)
    (out / "a" / "99.js").write_text("left over")
    (out / "notes").mkdir()
    (out / "c.tmp").mkdir()  # what a kill leaves
    write_samples({"a": own_run(tmp_path, rows(2), answers(2))}, out)
    assert {item.name for item in out.iterdir()} == {"a", RUNS, "notes"}
    assert len(shards(out / "a")) == 2


def test_a_damaged_run_leaves_what_was_there_before(tmp_path: Path) -> None:
    run = own_run(tmp_path, rows(3), answers(3))
    write_samples({"a": run}, tmp_path / "out")
    scores = run.path / "scores.jsonl"
    scores.write_text(scores.read_text().replace('"attempt"', '"attempt', 1))
    with pytest.raises(DataError, match=r"scores\.jsonl"):
        write_samples({"a": run}, tmp_path / "out")
    assert {item.name for item in (tmp_path / "out").iterdir()} == {"a", RUNS}
    assert len(shards(tmp_path / "out" / "a")) == 3


def test_what_belongs_to_a_group_is_listed_under_it(tmp_path: Path) -> None:
    data = [row("dates", number, metadata={"level": "easy" if number else "hard"}) for number in range(3)]
    run = own_run(tmp_path, data, answers(3))
    result = json.loads((run.path / "result.json").read_text())
    result["tasks"] |= {name: {**result["tasks"]["dates"], "part_of": "dates"} for name in ("easy", "hard")}
    (run.path / "result.json").write_text(json.dumps(result))
    write_samples({"a": run}, tmp_path / "out")
    index = taken(tmp_path / "out" / "a" / INDEX)[2]
    assert [[index["tasks"][number] for number in entry[5]] for entry in index["rows"]] == [
        ["dates", "hard"],
        ["dates", "easy"],
        ["dates", "easy"],
    ]


def test_samples_that_ask_for_the_same_are_told_by_it_whatever_their_row() -> None:
    one = {"targets": ["red"], "length": 5}
    assert content(one) == content({**one, "id": "qasper/7"})
    assert content(one) != content({**one, "length": 6})
    assert content(one) != content({**one, "targets": ["blue"]})


def test_rare_reasons_share_a_place() -> None:
    assert families(["b", "a", "b", ""], most=1) == ["", "b"]
