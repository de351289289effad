"""`bench build-tests` without containers.

It would catch a prompt that is asked twice, an answer that is lost by a kill, a stage that is not done again although
what it rests on changed, a bad answer that ends in a traceback, and an unfinished build that ends with 0.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, write_lines

from bench.benchmarks.ncb.construction.building import Built, build
from bench.benchmarks.ncb.construction.folder import Folder
from bench.benchmarks.ncb.construction.interview import Asked
from bench.benchmarks.ncb.construction.records import Decision, Request
from bench.benchmarks.ncb.construction.templates import own_templates
from bench.benchmarks.ncb.construction.work import Settings
from bench.errors import RunFolderError, UserError
from bench.models.fake import Fake
from bench.progress import Silent
from bench.records import Ended, Observation, Prompt, Trial
from bench.sandbox.fake import FakeObserver

REQUESTS = [
    Request(
        id="sum", text="Write a function that adds up all numbers in a list.", language="python", natural_language="en"
    ),
    Request(
        id="cut",
        text="Write a function that cuts a text at a length, dots at its end.",
        language="python",
        natural_language="en",
    ),
    Request(id="wrong", text="Write a macro that colours cells of a sheet.", language="vba", natural_language="en"),
]
ANSWERS = {
    "screen": '{"keep": true, "domain": "Data Science", "doubt": 0}',
    "statement": "Write `total(numbers)`.",
    "solution": "```python\ndef total(numbers):\n    return sum(numbers)\n```",
    "tests": "```python\ndef test_total():\n    assert total([1, 2]) == 3\n```",
    "solve": "```python\ndef total(numbers):\n    return sum(numbers)\n```",
}


def answer(prompt: Prompt) -> str:
    return ANSWERS.get(prompt.sample_id.partition("/")[0], "NONE")


class Lines(Silent):
    """Progress that remembers what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, line: str) -> None:
        """Kept."""
        self.said.append(line)


def unloadable(trial: Trial) -> Observation:
    return Observation(sample_id=trial.sample_id, variant=trial.variant, ended=Ended.CANNOT_LOAD, reason="it raises")


class Place:
    """A work folder with a fake model and a fake sandbox, which counts what they were asked."""

    def __init__(self, path: Path, say: Callable[[Prompt], str] = answer, *, failing: Sequence[str] = ()) -> None:
        self.folder, self.lines = Folder(path), Lines()
        self.model, self.observer = Fake(say, failing=failing), FakeObserver(unloadable)

    def build(self, requests: Sequence[Request] | None = REQUESTS, **options: Any) -> Built:
        """One start."""
        settings = Settings(**{name: options.pop(name) for name in ("tests", "solutions") if name in options})
        asked = Asked(name="fake", identity=options.pop("identity", {"model": "fake"}), make=lambda: self.model)
        with self.folder:
            return build(
                requests,
                model=asked,
                observer=lambda: self.observer,
                folder=self.folder,
                settings=settings,
                templates=own_templates(),
                progress=self.lines,
                **options,
            )

    @property
    def asked(self) -> list[str]:
        """Sample ids of the prompts that went out."""
        return [sample_id for sample_id, _, _ in self.model.asked]


def test_each_request_ends_in_each_stages_file_with_its_reason(tmp_path: Path) -> None:
    place = Place(tmp_path)
    built = place.build()
    assert [(row.id, row.keep) for row in built.screened] == [("sum", True), ("cut", True), ("wrong", False)]
    assert "asks for vba" in built.screened[2].reason
    assert [row.verified.reason is not None for row in built.repaired] == [True, True]
    assert built.published is not None
    assert set(built.published.left_out) == {"sum", "cut"}
    assert not built.finished
    assert "wrong" not in " ".join(place.asked)


def test_going_on_asks_nobody_and_runs_nothing_again(tmp_path: Path) -> None:
    Place(tmp_path).build()
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.jsonl")}
    again = Place(tmp_path)
    again.build(None)
    assert (again.asked, again.observer.seen) == ([], [])
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.jsonl")} == before
    assert again.lines.said == [f"going on in {tmp_path}"]


def test_a_changed_setting_does_its_stage_and_what_rests_on_it_again(tmp_path: Path) -> None:
    Place(tmp_path).build()
    again = Place(tmp_path)
    again.build(None, tests=5)
    assert again.asked == ["tests/sum", "tests/cut"]
    assert "draft: tests changed; done again" in again.lines.said
    assert not any(line.startswith("screen") for line in again.lines.said)


def test_another_model_is_asked_everything_anew(tmp_path: Path) -> None:
    Place(tmp_path).build()
    again = Place(tmp_path)
    again.build(None, identity={"model": "other"})
    assert set(again.asked) == {
        f"{what}/{name}" for what in ("screen", "statement", "solution", "tests") for name in ("sum", "cut")
    }


def test_redo_forgets_what_a_stage_was_told_and_saw(tmp_path: Path) -> None:
    Place(tmp_path).build()
    again = Place(tmp_path)
    again.build(None, redo=["draft"])
    assert {name.partition("/")[0] for name in again.asked} == {"statement", "solution", "tests"}
    assert again.observer.seen == []  # the same code came back, and it is known what it does
    third = Place(tmp_path)
    third.build(None, redo=["verify"])
    assert third.asked == []
    assert {trial.variant for trial in third.observer.seen} == {"reference"}


def test_stages_can_be_done_one_by_one_but_not_without_what_they_rest_on(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="verify needs draft"):
        Place(tmp_path).build(stages=["screen", "verify"])
    assert Place(tmp_path).build(None, stages=["draft"]).published is None
    with pytest.raises(UserError, match="no stage 'meazure'; did you mean measure"):
        Place(tmp_path).build(None, stages=["meazure"])


def test_a_prompt_that_failed_is_a_reason_and_is_asked_again(tmp_path: Path) -> None:
    built = Place(tmp_path, failing=["solution/sum"]).build()
    assert [row.reason for row in built.undrafted] == [
        "reference solution: the model gave no answer: fake: asked to fail"
    ]
    assert not built.finished
    again = Place(tmp_path)
    assert not again.build(None).undrafted
    assert again.asked == ["solution/sum", "tests/sum"]


@pytest.mark.parametrize(
    ("what", "said", "reason"),
    [
        ("statement", "", "text of the problem: the model's answer is empty"),
        ("statement", "word " * 9_000, "the text of the problem does not end (44,999 characters)"),
        (
            "solution",
            "I cannot help with that.",
            "reference solution: the model's answer holds none; it begins: I cannot",
        ),
        ("tests", "Tests are important.", "tests: the model's answer holds none; it begins: Tests are important."),
        ("tests", "```python\nx = 1\n```", "tests: the model's answer holds none"),
    ],
)
def test_a_bad_answer_is_a_recorded_reason(tmp_path: Path, what: str, said: str, reason: str) -> None:
    built = Place(tmp_path, lambda prompt: said if prompt.sample_id.startswith(what) else answer(prompt)).build(
        REQUESTS[:1]
    )
    assert [str(row.reason)[: len(reason)] for row in built.undrafted] == [reason]
    assert not built.finished


def test_a_person_can_keep_what_the_model_drops(tmp_path: Path) -> None:
    def say(prompt: Prompt) -> str:
        unsure = '{"keep": false, "reason": "is it useful?", "doubt": 0.7}'
        return unsure if prompt.sample_id == "screen/cut" else answer(prompt)

    built = Place(tmp_path, say).build()
    assert [one.problem for one in built.pending] == ["cut"]
    assert [draft.id for draft in built.drafts] == ["sum"]
    again = Place(tmp_path, say)
    keep = Decision(question=built.pending[0].id, choice="keep")
    assert [draft.id for draft in again.build(None, decisions=[keep]).drafts] == ["sum", "cut"]
    assert again.asked == ["statement/cut", "solution/cut", "tests/cut"]
    assert "draft: kept requests changed; done again" in again.lines.said


def test_a_damaged_file_is_told_by_its_line(tmp_path: Path) -> None:
    Place(tmp_path).build()
    (tmp_path / "2-drafted.jsonl").write_text('{"id": 3}\n{"no": "draft"}\n', encoding="utf-8")
    done = bench("build-tests", "--out", tmp_path, "--model", "lexical", "--stages", "verify")
    assert done.returncode == 2
    assert done.stderr.count("\n") <= 3
    assert "2-drafted.jsonl:1: not a Draft" in done.stderr


def test_a_folder_is_built_in_by_one_process_at_a_time(tmp_path: Path) -> None:
    with Folder(tmp_path), pytest.raises(RunFolderError, match="another process is building here"):
        Place(tmp_path).build()


# -- as a command

MODEL = """
import os
from bench.records import Completion

ANSWERS = {answers!r}


class Model:
    def generate(self, prompts):
        left = int(os.environ.get("KILLED_AFTER", "1000"))
        for prompt in prompts:
            if left == 0:
                os.kill(os.getpid(), 9)
            left -= 1
            text = ANSWERS.get(prompt.sample_id.partition("/")[0], "NONE")
            yield Completion(sample_id=prompt.sample_id, attempt=prompt.attempt, step=prompt.step, text=text)


def factory():
    return Model()
"""


def model_file(folder: Path, answers: dict[str, str]) -> str:
    path = folder / "mine.py"
    path.write_text(MODEL.format(answers=answers), encoding="utf-8")
    return f"python/{path}:factory"


def requests_file(folder: Path) -> Path:
    keys = ("id", "text", "language", "natural_language")
    return write_lines(folder / "requests.jsonl", [{key: getattr(one, key) for key in keys} for one in REQUESTS])


def test_killed_while_drafting_the_same_command_ends_as_if_nothing_had_been(tmp_path: Path) -> None:
    model, requests = model_file(tmp_path, ANSWERS), requests_file(tmp_path)
    command = ("build-tests", requests, "--model", model, "--stages", "screen,draft", "--out")
    for count in ("0", "1", "1"):
        killed = bench(*command, tmp_path / "a", env={"KILLED_AFTER": count})
        assert killed.returncode == -signal.SIGKILL
    assert len((tmp_path / "a" / "completions.jsonl").read_text().splitlines()) > 1
    with (tmp_path / "a" / "completions.jsonl").open("a") as stream:
        stream.write('{"sample_id": "tests/su')  # as a kill in the middle of a line leaves it
    finished, other = bench(*command, tmp_path / "a"), bench(*command, tmp_path / "b")
    assert (finished.returncode, other.returncode) == (0, 0), finished.stderr
    for name in ("1-screened.jsonl", "2-drafted.jsonl"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_model_that_writes_prose_ends_with_reasons_and_three(tmp_path: Path) -> None:
    prose = dict.fromkeys(ANSWERS, "Once upon a time there was a program that nobody wrote.")
    done = bench(
        "build-tests", requests_file(tmp_path), "--model", model_file(tmp_path, prose), "--out", tmp_path / "out"
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "not drafted: sum: reference solution: the model's answer holds none" in done.stderr
    assert "dropped: wrong: asks for vba" in done.stderr
    rows = [json.loads(line) for line in (tmp_path / "out" / "1-screened.jsonl").read_text().splitlines()]
    assert [row["keep"] for row in rows] == [True, True, False]
    assert "answered in prose" in rows[0]["reason"]
    assert done.stderr.strip().splitlines()[-1] == str(tmp_path / "out")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.jsonl", "--model", "lexical"), "nowhere.jsonl: no such file"),
        ((), "holds no build.json; `bench build-tests REQUESTS --out"),
        (("sample", "--model", "nobody/x"), "no backend is called 'nobody'"),
        (("sample", "--model", "reference", "--stages", "meazure"), "no stage 'meazure'; did you mean measure?"),
        (
            ("sample", "--model", "reference", "--python-package", "requests"),
            "--python-package requests: write NAME==VERSION",
        ),
        (("sample", "--model", "reference", "--prompts", "nowhere"), "--prompts nowhere: no such folder"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = bench("build-tests", *arguments, "--out", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_reference_answers_for_the_sample_requests_alone(tmp_path: Path) -> None:
    done = bench("build-tests", requests_file(tmp_path), "--model", "reference", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "it goes with `sample` alone" in done.stderr


def test_a_dry_run_says_what_it_takes_and_writes_nothing(tmp_path: Path) -> None:
    done = bench("build-tests", "sample", "--model", "reference", "--dry-run", "--json", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["requests"], found["dropped"]) == (8, 1)
    assert found["prompts"] == 7 * 8
    assert not (tmp_path / "out").exists()


def test_what_was_given_once_need_not_be_given_again(tmp_path: Path) -> None:
    model, requests, out = model_file(tmp_path, ANSWERS), requests_file(tmp_path), tmp_path / "out"
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    (prompts / "tests_en.txt").write_text("{count} tests of {statement}", encoding="utf-8")
    first = bench(
        *("build-tests", requests, "--model", model, "--tests", "4", "--translate", "--prompts", prompts),
        *("--stages", "screen,draft", "--out", out),
    )
    assert first.returncode == 0, first.stderr
    before = (out / "completions.jsonl").read_bytes()
    again = bench("build-tests", "--stages", "screen,draft", "--out", out)
    assert again.returncode == 0, again.stderr
    assert "done again" not in again.stderr
    assert (out / "completions.jsonl").read_bytes() == before
    other = bench("build-tests", "--stages", "screen,draft", "--no-translate", "--out", out)
    assert "draft: translate changed; done again" in other.stderr
    assert (out / "completions.jsonl").read_bytes() == before
