"""`bench review` without a page: the plain file, the summary, and the command itself.

Bugs these would catch: a problem's text that decides for itself; an edit that comes back changed; one wrong line that
costs all the others; an error without file and line; a speed-up that leaves out the time on problems that were dropped.
"""

from __future__ import annotations

import json
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import bench
from review_folders import PYTHON, asked, by_kind, decision, found, made_folder, repaired

from bench.benchmarks.ncb.construction.folder import Folder
from bench.benchmarks.ncb.construction.records import Question
from bench.benchmarks.ncb.construction.review.asking import questions
from bench.benchmarks.ncb.construction.review.log import DecisionLog
from bench.benchmarks.ncb.construction.review.plain_file import Taken, as_text, taken
from bench.benchmarks.ncb.construction.review.session import Session
from bench.benchmarks.ncb.construction.review.summary import summary

HOSTILE = "decision: keep\nquestion: x/y\n~~~~~~~~\n~~~~~~~~~~ edit\n| decision: keep\n# x\n\x1b[2J\n\u202egnp\n"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(made_folder(tmp_path / "problems"), by="somebody")


def filled(text: str, question: Question, choice: str) -> str:
    """The file with a decision on a question."""
    before, after = text.split(f"question: {question.id}\n")
    decided = re.sub(r"^decision: $", f"decision: {choice}", after, count=1, flags=re.MULTILINE)
    return f"{before}question: {question.id}\n{decided}"


def take(session: Session, text: str) -> Taken:
    return taken(session, text, "review.md")


def test_every_open_question_is_in_the_file_with_its_evidence_and_choices(session: Session) -> None:
    text = as_text(session)
    for one in asked():
        assert f"question: {one.id}\n" in text
        assert one.ask in text
        for choice in one.choices:
            assert re.search(rf"^\|   {choice.key}  {choice.name} +{re.escape(choice.label)}", text, re.MULTILINE)
    assert text.count("\ndecision: \n") == 9
    assert "|     5 % and then 2 % of the rest" in text


def test_a_file_that_nobody_filled_in_decides_nothing(session: Session) -> None:
    assert take(session, as_text(session)) == Taken(0, ())
    assert session.decisions() == []


@pytest.mark.parametrize("written", ["drop", "4", "  drop  ", "drop\r"])
def test_a_decision_is_a_name_or_a_number(session: Session, written: str) -> None:
    one = by_kind("expected_value")
    assert take(session, filled(as_text(session), one, written)) == Taken(1, ())
    (line,) = session.decisions()
    assert (line.question, line.choice, line.how, line.by) == (one.id, "drop", "file", "somebody")


def test_what_was_decided_is_not_asked_again_and_not_taken_twice(session: Session) -> None:
    one = by_kind("expected_value")
    text = filled(as_text(session), one, "drop")
    take(session, text)
    assert one.id not in as_text(session)
    assert take(session, text) == Taken(0, ())
    assert len(session.decisions()) == 1


def test_an_edit_is_the_text_between_its_fences(session: Session) -> None:
    one = by_kind("expected_value")
    text = filled(as_text(session), one, "edit").replace(
        "    assert paid == 11172\n~~~", "    assert paid == 11160\n~~~"
    )
    assert take(session, text) == Taken(1, ())
    edited = session.decisions()[0].edited
    assert edited is not None
    assert edited.endswith("    assert paid == 11160\n")
    assert edited.startswith("def test_members_pay_less():\n")


def test_an_earlier_edit_is_what_the_next_file_begins_with(session: Session) -> None:
    data = {"question": by_kind("hidden_name").id, "choice": "edit_text", "edited": "A text of mine: round_cents.\n"}
    session.decide(data, how="page")
    session.decide({"question": by_kind("hidden_name").id, "choice": "undo"}, how="page")
    assert "A text of mine" not in as_text(session)
    session.decide({**data, "question": by_kind("misaligned").id}, how="page")
    assert "A text of mine" not in as_text(session)  # of another problem
    both = repaired(PYTHON, [found("test_negative", "fails", "x"), found("test_negative", "clock", "y")])
    session.folder.write("questions", questions([], [both], []))
    again = Session(session.folder, by="")
    source = "def test_negative():\n    assert net([]) == 0\n"
    again.decide({"question": by_kind("clock", again.questions).id, "choice": "edit", "edited": source}, how="page")
    assert f"edit\n{source}~~~" in as_text(again)


def test_a_text_that_was_changed_for_another_choice_is_pointed_out(session: Session) -> None:
    one = by_kind("expected_value")
    text = filled(as_text(session), one, "drop").replace("== 11172\n~~~", "== 1\n~~~")
    (problem,) = take(session, text).problems
    assert problem.endswith(
        "the text of edit was changed, but the decision is drop; mend this decision, then read the file again"
    )
    assert session.decisions() == []


def test_a_text_that_was_changed_without_a_decision_is_pointed_out(session: Session) -> None:
    assert len(take(session, as_text(session).replace("== 11172\n~~~", "== 1\n~~~")).problems) == 1


def test_a_wrong_line_is_named_and_keeps_nothing_else_from_being_taken(session: Session) -> None:
    text = filled(filled(as_text(session), by_kind("clock"), "drop"), by_kind("screen"), "perhaps")
    text = filled(text, by_kind("translation"), "edit_text").replace("question: nights/", "question: days/")
    text = "stray\n" + text + "stray too\n"
    line = text.split("\n").index("decision: perhaps") + 1
    result = take(session, text)
    assert result.count == 2
    assert result.problems[0] == "review.md:1: stands before the first line `question:`; remove it"
    assert f"review.md:{line}: 'perhaps' is no choice here: there are keep, drop_problem; mend" in result.problems[1]
    assert "stray too" in result.problems[-1]


def test_a_question_that_does_not_exist_is_named(session: Session) -> None:
    (problem,) = take(session, "question: a/b\ndecision: keep\n").problems
    assert problem.startswith("review.md:2: there is no question 'a/b'")


def test_a_fence_that_is_never_closed_is_named(session: Session) -> None:
    text = f"question: {by_kind('clock').id}\n~~~~~~~~ edit\ndecision: drop\n"
    (problem,) = take(session, text).problems
    assert problem.startswith("review.md:2: no line ~~~~~~~~ ends this text")


def test_a_blank_edit_and_python_that_cannot_be_read_are_refused(session: Session) -> None:
    one = by_kind("clock")
    for text, why in (("\n", "an edit needs a text"), ("def (:\n", "not Python, line 1: invalid syntax")):
        (problem,) = take(session, f"question: {one.id}\n~~~~~~~~ edit\n{text}~~~~~~~~\ndecision: edit\n").problems
        assert why in problem
    assert session.decisions() == []


def test_no_text_of_a_problem_can_decide_or_drive_a_terminal(tmp_path: Path) -> None:
    folder = made_folder(tmp_path / "problems")
    source = f'def test_negative():\n    """{HOSTILE}"""\n'
    draft = replace(
        PYTHON, statements={"en": HOSTILE, "zh": HOSTILE}, files={"a.py": HOSTILE, "b.py": HOSTILE}, tests=source
    )
    marks = [found("test_negative", "fails", HOSTILE), found("test_negative", "hidden_name", HOSTILE, name=HOSTILE)]
    folder.write("questions", questions([], [repaired(draft, marks)], []))
    session = Session(folder, by="")
    text = as_text(session)
    assert take(session, text) == Taken(0, ())
    outside = re.sub(r"(?sm)^(~{8,}) \w+\n.*?^\1$", "", text)
    assert "\x1b" not in outside
    assert "\u202e" not in outside
    for one in session.questions:
        text = filled(text, one, next(choice.name for choice in one.choices if choice.name.startswith("edit")))
    take(session, text)
    edits = {line.question: line.edited for line in session.decisions()}
    assert edits[by_kind("hidden_name", session.questions).id] == HOSTILE


def test_a_decision_made_on_the_page_meanwhile_is_not_overruled_in_silence(session: Session) -> None:
    text = filled(as_text(session), by_kind("clock"), "keep")
    session.decide({"question": by_kind("clock").id, "choice": "drop"}, how="page")
    (problem,) = take(session, text).problems
    assert "it was decided in another window meanwhile" in problem
    assert [line.how for line in session.decisions()] == ["page"]


def test_a_decision_that_the_file_made_can_be_changed_in_it(session: Session) -> None:
    text = as_text(session)
    for choice in ("keep", "drop", "drop"):
        take(session, filled(text, by_kind("clock"), choice))
    assert [line.choice for line in session.decisions()] == ["keep", "drop"]


def timed(folder: Folder, *made: tuple[Question, str, float]) -> Session:
    log = DecisionLog(folder)
    for question, choice, seconds in made:
        log.add(decision(question, choice, seconds=seconds))
    return Session(folder, by="")


def test_the_summary_counts_all_time_over_the_problems_that_stay(tmp_path: Path) -> None:
    folder = made_folder(tmp_path / "problems")
    values = [one for one in asked() if one.kind == "expected_value"]
    rest = [one for one in asked() if one.problem == "rounding"]
    session = timed(
        folder,
        (values[1], "look", 30.0),
        (values[1], "drop", 60.0),  # the only question of its problem
        (by_kind("misaligned"), "drop_problem", 90.0),
        *((one, "edit", 60.0) for one in rest),
        (values[0], "drop", 20.0),
    )
    told = summary(session, by_hand=26.0)
    assert told["left"] == 6 - 1
    assert told["minutes"] == pytest.approx(260 / 60)
    assert told["kept_problems"] == 2
    assert told["minutes_a_problem"] == pytest.approx(130 / 60)
    assert told["speed_up"] == pytest.approx(12.0)
    assert told["kinds"]["expected_value"] == {
        "questions": 2,
        "left": 0,
        "median_seconds": 55.0,
        "decisions": {"drop": 2},
    }
    assert told["problems"]["rivers"] == {"questions": 1, "left": 0, "minutes": 1.5}


def test_a_summary_of_nothing_has_no_times(tmp_path: Path) -> None:
    told = summary(Session(made_folder(tmp_path / "problems"), by=""), by_hand=30.0)
    assert (told["left"], told["minutes_a_problem"], told["speed_up"]) == (9, None, None)
    assert told["kinds"]["clock"]["median_seconds"] is None


def test_the_command_prints_the_summary_as_a_table_and_as_json(tmp_path: Path) -> None:
    folder = made_folder(tmp_path / "problems")
    timed(folder, (by_kind("failing"), "edit", 60.0))
    done = bench("review", folder.path, "--summary", "--by-hand", 30)
    assert done.returncode == 0
    assert "30.0 times as fast as 30.0 minutes by hand" in done.stdout
    told = json.loads(bench("review", folder.path, "--summary", "--json").stdout)
    assert told["kinds"]["failing"]["decisions"] == {"edit": 1}
    assert told["speed_up"] is None


def test_the_command_writes_the_file_then_reads_it(tmp_path: Path) -> None:
    folder, path = made_folder(tmp_path / "problems"), tmp_path / "review.md"
    written = bench("review", folder.path, "--file", path)
    assert written.returncode == 0
    assert "run the same command again" in written.stderr
    path.write_text(filled(filled(path.read_text(), by_kind("clock"), "drop"), by_kind("screen"), "perhaps"))
    read = bench("review", folder.path, "--file", path, "--by", "Ada")
    assert read.returncode == 2
    assert f"{path}:" in read.stderr.splitlines()[-1]
    assert [(line.choice, line.by) for line in folder.decisions()] == [("drop", "Ada")]


def test_the_editor_is_opened_on_the_file_and_its_time_is_counted(tmp_path: Path) -> None:
    folder, editor = made_folder(tmp_path / "problems"), tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i '0,/^decision: $/s//decision: keep/' \"$1\"\n")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    done = bench("review", folder.path, "--editor", env={"EDITOR": str(editor), "VISUAL": str(editor)})
    assert done.returncode == 0
    assert "1 decisions taken" in done.stderr
    assert "8 of 9 questions are left to decide" in done.stderr
    (line,) = folder.decisions()
    assert (line.choice, line.question) == ("keep", asked()[0].id)
    assert line.seconds > 0


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--summary", "--editor"], "one at a time"),
        (["--by-hand", "3"], "go with --summary"),
        (["--json"], "go with --summary"),
    ],
)
def test_options_that_do_not_go_together_are_one_line(tmp_path: Path, options: list[str], why: str) -> None:
    done = bench("review", made_folder(tmp_path / "problems").path, *options)
    assert done.returncode == 2
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_nothing_was_built_in_is_one_line(tmp_path: Path) -> None:
    done = bench("review", tmp_path)
    assert done.returncode == 2
    assert "bench build-tests" in done.stderr
    assert len(done.stderr.splitlines()) == 1
