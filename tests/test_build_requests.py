"""Requests and their screen.

It would catch a request that is lost or taken for another, a rule that drops what can be tested, an answer in prose
that drops a request, and a template whose mistake shows only once a model was paid for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers import write_lines

from bench.benchmarks.ncb.construction.records import Request, Screened
from bench.benchmarks.ncb.construction.requests import read_requests
from bench.benchmarks.ncb.construction.screening import near_by_meaning, read_verdict, ruled
from bench.benchmarks.ncb.construction.templates import load_templates, own_templates, write_templates
from bench.errors import DataError, UserError
from bench.models.embedding_fake import FakeEmbedder

TEXT = "Write a function that adds up the prices of all items in a basket, with tax where it applies."


def request(text: str = TEXT, *, name: str = "a", language: str = "python", natural: str = "en") -> Request:
    return Request(id=name, text=text, language=language, natural_language=natural)


def test_a_jsonl_file_gives_each_request_with_its_own_fields(tmp_path: Path) -> None:
    (tmp_path / "input").mkdir()
    rows: list[dict[str, Any]] = [
        {"id": 7, "text": TEXT, "language": "java", "natural_language": "en"},
        {"id": "b", "text": "把价格加起来", "language": "python", "files": "input"},
    ]
    first, second = read_requests(str(write_lines(tmp_path / "r.jsonl", rows)))
    assert (first.id, first.language, first.natural_language) == ("7", "java", "en")
    assert (second.natural_language, second.files) == ("zh", str(tmp_path / "input"))


def test_a_text_file_has_one_request_a_block(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text(f"language: java\nid: first\n{TEXT}\n\nMore of it.\n---\n{TEXT}\n", encoding="utf-8")
    first, second = read_requests(str(path), language="python")
    assert (first.id, first.language, first.text) == ("first", "java", f"{TEXT}\n\nMore of it.")
    assert (second.id, second.language, second.text) == ("2", "python", TEXT)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "a"}', "r.jsonl:1: 'text' is missing"),
        ('{"id": "a/b", "text": "x", "language": "java"}', "r.jsonl:1: the id 'a/b' is not made of letters"),
        ('{"text": "x"}', "r.jsonl:1: says no language"),
        ('{"text": 3, "language": "java"}', "'text' is not a string"),
        ("[]", "r.jsonl:1: not a JSON object"),
        ('{"text": "x", "language": "java", "files": "nowhere"}', "there is no folder nowhere"),
        (
            '{"text": "x", "language": "java", "id": 1}\n{"text": "y", "language": "java", "id": 1}',
            "r.jsonl:2: the id 1",
        ),
        ("", "holds no request"),
    ],
)
def test_what_is_no_request_is_told_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(DataError) as raised:
        read_requests(str(path))
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (request(language="ruby"), "asks for ruby"),
        (request(natural="fr"), "natural language fr"),
        (request(" "), "is empty"),
        (request("Sort it."), "too short"),
        (request(TEXT * 200), "too long"),
        (request(natural="zh"), "not written in the language that it names"),
        (request("Draw a window with tkinter that shows the prices of all items in the basket."), "graphical"),
        (request("Crawl the shop's pages and collect the prices of all items that are on sale there."), "network"),
        (
            request("Return how many days the delivery is late, compared with the current date, for each order."),
            "current",
        ),
        (request("Draw five random winners out of a list of names and return them in the order drawn."), "random"),
        (request("请写一个爬虫，把商店网页上所有商品的价格收集起来并保存到文件里。", natural="zh"), "network"),
    ],
)
def test_rules_drop_what_cannot_be_tested(asked: Request, reason: str) -> None:
    verdict = ruled(asked, [])
    assert verdict is not None
    assert not verdict.keep
    assert reason in verdict.reason
    assert verdict.by == "rule"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Shuffle the deck with a given seed, so that a random order can be had again, and deal five cards to each.",
        "Parse a log line with a date and a URL such as http://example.org/x and return both parts of it.",
        "Return the time between two given dates in whole days, hours and minutes, as a readable text.",
    ],
)
def test_rules_let_pass_what_can_be_tested(text: str) -> None:
    assert ruled(request(text), []) is None


def test_a_repeated_request_names_the_one_that_it_repeats() -> None:
    again = request(f"Please: {TEXT.lower()}", name="b")
    verdict = ruled(again, [request()])
    assert verdict is not None
    assert verdict.similar_to == "a"
    assert ruled(request(TEXT, name="b", language="java"), [request()]) is None


def test_meaning_raises_a_doubt_and_drops_nothing() -> None:
    requests = [request(), request(TEXT[::-1], name="b"), request("zzz qqq " * 9, name="c")]
    rows = [Screened(id=one.id, request=one, keep=True) for one in requests]
    found = near_by_meaning(rows, FakeEmbedder())
    assert [one.similar_to for one in found] == [None, "a", None]
    assert all(one.keep for one in found)


@pytest.mark.parametrize(
    ("answer", "keep", "doubtful"),
    [
        ('{"keep": true, "reason": "fine", "domain": "Data Science", "doubt": 0}', True, False),
        ('Sure!\n```json\n{"keep": false, "reason": "vague"}\n```', False, False),
        ('{"keep": "no", "domain": 3, "doubt": "high"}', False, True),
        ("KEEP", True, False),
        ("丢弃：没有明确的需求。", False, False),
        ("<think>drop it?</think> keep", True, False),
        ("What a lovely request this is, and how much could be said about it.", True, True),
        ("", True, True),
        ('{"keep": tru', True, True),
    ],
)
def test_a_models_verdict_is_read_however_it_is_put(answer: str, keep: object, doubtful: object) -> None:
    said = read_verdict(answer)
    assert said["keep"] is keep
    assert (said["doubt"] >= 0.5) is doubtful


def test_templates_are_written_out_changed_and_read_again(tmp_path: Path) -> None:
    written = write_templates(tmp_path)
    assert len(written) == len(own_templates().texts)
    (tmp_path / "solve_en.txt").write_text("Solve {statement} now", encoding="utf-8")
    (tmp_path / "solve_zh.txt").unlink()
    mine = load_templates(tmp_path)
    assert mine.filled("solve", "en", {"statement": "X"}) == "Solve X now\n"
    assert mine.texts["solve_zh.txt"] == own_templates().texts["solve_zh.txt"]
    assert [name for name in mine.hashes if mine.hashes[name] != own_templates().hashes[name]] == ["solve"]
    assert write_templates(tmp_path) == [tmp_path / "solve_zh.txt"]  # what was changed stays


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("solve_en.txt", "Solve {statemnt}", "solve_en.txt: there is no field {statemnt}"),
        ("solve_en.txt", "Solve { this", "write a literal brace twice"),
        ("solve_en.txt", "Solve it", "the field {statement} is missing"),
        ("solv_en.txt", "{statement}", "no template has this name; did you mean solve_en.txt?"),
    ],
)
def test_a_templates_mistake_is_told_before_anything_is_asked(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as raised:
        load_templates(tmp_path)
    assert said in str(raised.value)


def test_every_template_of_ours_can_be_filled(tmp_path: Path) -> None:
    write_templates(tmp_path)
    assert load_templates(tmp_path) == own_templates()
