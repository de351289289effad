"""Questions about problems that are being built, and what decisions make of the problems.

Bugs these would catch: a person asked what a mark settles already, or asked twice; a decision that holds for a
text that nobody saw; an edit that is lost, or that reaches another test; a test that stays although nobody let it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from review_folders import JAVA, PYTHON, asked, by_kind, decision, found, repaired, rows

from bench.benchmarks.ncb.construction.records import Aligned, Draft, Mark, Question, Screened
from bench.benchmarks.ncb.construction.review.asking import KINDS, applied, decided, open_questions, pardoned, questions
from bench.benchmarks.ncb.construction.review.deciding import edited_texts, files_of, files_text
from bench.benchmarks.ncb.construction.source.suites import units
from bench.benchmarks.ncb.extraction import official_java, official_python
from bench.records import from_plain, to_plain

VALUE, HIDDEN, CLOCK, TRANSLATION = "expected_value", "hidden_name", "clock", "translation"


def of(problem: str, kind: str) -> Question:
    return by_kind(kind, [one for one in asked() if one.problem == problem])


def names(draft: Draft | None) -> list[str]:
    assert draft is not None
    return [unit.name for unit in units(draft.language, draft.tests)]


def test_every_kind_of_question_is_asked_once_for_each_thing_to_decide() -> None:
    kinds = [one.kind for one in asked()]
    assert set(kinds) == set(KINDS)
    assert len({one.id for one in asked()}) == len(kinds) == 9


def test_the_most_doubtful_problem_comes_first_and_its_questions_stay_together() -> None:
    problems = [one.problem for one in asked()]
    assert problems[0] == "rivers"
    assert problems == sorted(problems, key=problems.index)
    doubts = [one.doubt for one in asked() if one.problem == "discounts"]
    assert doubts == sorted(doubts, reverse=True)


def test_a_question_about_the_whole_problem_comes_before_its_tests() -> None:
    screened, problems, _ = rows()
    found_ = questions(screened, problems, [Aligned(id="discounts", suspicion=0.6)])
    assert next(one for one in found_ if one.problem == "discounts").kind == "misaligned"


def test_every_question_has_a_careful_default_among_its_choices_and_keys_that_differ() -> None:
    for one in asked():
        assert one.default in {choice.name for choice in one.choices}
        assert one.default.startswith("drop")
        assert len({choice.key for choice in one.choices}) == len(one.choices)


def test_questions_survive_their_file() -> None:
    for one in asked():
        assert from_plain(Question, to_plain(one)) == one


def test_expected_and_observed_stand_in_the_question_with_the_line_marked() -> None:
    one = of("discounts", VALUE)
    assert one.ask == "test_members_pay_less expects 11172, the solution gives 11160: which is right?"
    assert one.shown["test"].splitlines()[int(one.shown["line"]) - 1] == "    assert paid == 11172"
    assert "120 · 0.95" in one.shown["for_test"]


def test_a_line_of_java_is_marked_too() -> None:
    one = of("intervals", VALUE)
    assert "assertEquals(1, Intervals" in one.shown["test"].splitlines()[int(one.shown["line"]) - 1]


def test_what_cannot_be_written_is_not_offered() -> None:
    assert "take_observed" in {choice.name for choice in of("discounts", VALUE).choices}
    assert "take_observed" not in {choice.name for choice in of("intervals", VALUE).choices}


def test_a_test_that_a_mark_settles_is_not_asked_about() -> None:
    assert not [one for one in asked() if one.test == "testSpan"]


def test_a_name_is_asked_about_once_whatever_number_of_tests_use_it() -> None:
    one = of("discounts", HIDDEN)
    assert one.tests == ("test_cents_are_rounded", "test_half_cents")
    assert one.ask == "The tests use round_cents, which the text does not show: may they?"


def test_a_long_value_is_shortened_in_the_question_and_whole_in_the_evidence() -> None:
    screened, (first, *_), _ = rows()
    long = replace(first.proposals[0], observed="[" + "1,\n " * 100 + "]")
    one = by_kind(VALUE, questions(screened, [replace(first, proposals=(long,))], []))
    assert len(one.ask) < 200
    assert "\n" not in one.ask
    assert one.shown["observed"] == long.observed


def test_little_doubt_asks_nobody() -> None:
    request = rows()[0][0].request
    clear = Screened(id="weather", request=request, keep=True, doubt=0.1)
    assert questions([clear], [], []) == ()
    assert not [
        one
        for one in questions([], [repaired(PYTHON, [])], [Aligned(id="discounts", suspicion=0.4)])
        if one.kind == "misaligned"
    ]


def test_the_suspicion_from_which_one_is_asked_can_be_named() -> None:
    row, aligned = repaired(replace(PYTHON, statements={"en": "x"}), []), Aligned(id="discounts", suspicion=0.4)
    assert questions([], [row], [aligned], suspect=0.3)[0].kind == "misaligned"


def test_a_problem_without_a_draft_or_with_tests_that_cannot_be_read_asks_nothing_about_tests() -> None:
    marks = [found("test_small_basket", "fails", "x")]
    broken, absent = replace(PYTHON, tests="def (:\n"), replace(PYTHON, reason="no code")
    assert [one.kind for one in questions([], [repaired(broken, marks), repaired(absent, marks)], [])] == [TRANSLATION]


def test_the_same_records_give_the_same_ids_and_a_changed_test_gives_another() -> None:
    screened, (first, *_), aligned = rows()
    assert [one.id for one in asked()] == [one.id for one in asked()]
    changed = replace(first.draft, tests=first.draft.tests.replace("60.0, 60.0", "70.0, 60.0"))
    again = by_kind(VALUE, questions(screened, [replace(first, draft=changed)], aligned))
    assert again.id != of("discounts", VALUE).id
    assert decided([again], [decision(of("discounts", VALUE), "take_observed")]) == {}


def test_undo_takes_the_last_decision_on_a_question_back() -> None:
    one, two = of("discounts", VALUE), of("discounts", CLOCK)
    made = [decision(one, "drop"), decision(one, "edit"), decision(two, "keep"), decision(one, "undo")]
    assert {key: value.choice for key, value in decided(asked(), made).items()} == {one.id: "drop", two.id: "keep"}
    assert decided(asked(), [*made, decision(one, "undo"), decision(one, "undo")]) == {two.id: made[2]}


def test_looking_decides_nothing_and_unknown_lines_are_passed_over() -> None:
    one = of("discounts", VALUE)
    made = [
        decision(one, "look", seconds=3.0),
        decision(one, "no such choice"),
        replace(decision(one, "drop"), question="x/y"),
    ]
    assert decided(asked(), made) == {}
    assert open_questions(asked(), made) == asked()


def test_nothing_is_left_of_a_problem_that_was_dropped() -> None:
    left = open_questions(asked(), [decision(of("discounts", VALUE), "drop_problem")])
    assert "discounts" not in {one.problem for one in left}


def test_nothing_is_left_of_a_test_that_was_dropped() -> None:
    screened, _, aligned = rows()
    both = repaired(PYTHON, [found("test_negative", "fails", "x"), found("test_negative", "clock", "y")])
    found_ = questions(screened, [both], aligned)
    left = open_questions(found_, [decision(by_kind("failing", found_), "drop")])
    assert CLOCK not in {one.kind for one in left}
    assert CLOCK in {one.kind for one in open_questions(found_, [decision(by_kind("failing", found_), "edit")])}


def test_without_decisions_every_test_and_translation_in_doubt_is_left_out() -> None:
    after = applied(PYTHON, asked(), [])
    assert names(after) == ["test_small_basket", "test_negative"]
    assert after is not None
    assert set(after.statements) == {"en"}


def test_a_suspicious_problem_is_dropped_unless_somebody_keeps_it() -> None:
    one = of("rivers", "misaligned")
    draft = next(row.draft for row in rows()[1] if row.id == "rivers")
    assert applied(draft, asked(), []) is None
    assert applied(draft, asked(), [decision(one, "keep")]) == draft


def test_the_observed_value_is_taken_over_and_nothing_else_changes() -> None:
    after = applied(PYTHON, asked(), [decision(of("discounts", VALUE), "take_observed")])
    assert after is not None
    assert "paid == 11160" in after.tests
    assert "11172" not in after.tests
    assert names(after) == ["test_small_basket", "test_members_pay_less", "test_negative"]


def test_an_edited_test_takes_the_place_of_the_old_one_also_under_another_name() -> None:
    source = "def test_other():\n    assert net([]) == 0\n"
    after = applied(PYTHON, asked(), [decision(of("discounts", CLOCK), "edit", edited=source)])
    assert names(after) == ["test_small_basket", "test_other", "test_negative"]


def test_the_last_edit_of_a_test_holds() -> None:
    both = repaired(PYTHON, [found("test_negative", "fails", "x"), found("test_negative", "clock", "y")])
    found_ = questions([], [both], [])
    first = decision(by_kind("failing", found_), "edit", edited="def test_first():\n    assert net([]) == 0\n")
    second = decision(by_kind(CLOCK, found_), "edit", edited="def test_second():\n    assert net([]) == 0\n")
    for made, last in (([first, second], "test_second"), ([second, first], "test_first")):
        assert names(applied(PYTHON, found_, made))[-1] == last
        assert last in edited_texts(found_, made)["discounts", "tests/test_negative"]


def test_an_edit_that_cannot_be_read_loses_its_test_and_not_the_problem() -> None:
    after = applied(PYTHON, asked(), [decision(of("discounts", CLOCK), "edit", edited="def (:\n")])
    assert names(after) == ["test_small_basket", "test_negative"]


def test_a_dropped_test_stays_away_although_it_was_edited() -> None:
    both = repaired(PYTHON, [found("test_negative", "fails", "x"), found("test_negative", "clock", "y")])
    found_ = questions([], [both], [])
    edit = decision(by_kind("failing", found_), "edit", edited="def test_other():\n    assert True\n")
    assert "test_other" not in names(applied(PYTHON, found_, [edit, decision(by_kind(CLOCK, found_), "drop")]))


def test_a_name_that_is_let_through_keeps_its_tests_and_is_pardoned() -> None:
    made = [decision(of("discounts", HIDDEN), "keep"), decision(of("discounts", CLOCK), "keep")]
    kept = names(applied(PYTHON, asked(), made))
    assert {"test_cents_are_rounded", "test_half_cents", "test_receipt_is_from_today"} <= set(kept)
    marks = pardoned(asked(), made)["discounts"]
    assert marks["test_half_cents"] == {Mark.HIDDEN_NAME}
    assert marks["test_receipt_is_from_today"] == {Mark.CLOCK}
    assert pardoned(asked(), []) == {}


def test_a_solution_is_edited_file_by_file() -> None:
    text = files_text(JAVA.files).replace("int from, to;", "int from, to, step;")
    after = applied(JAVA, asked(), [decision(of("intervals", VALUE), "edit_solution", edited=text)])
    assert after is not None
    assert after.files["Intervals.java"] == JAVA.files["Intervals.java"]
    assert after.files["Span.java"] == "class Span {\n    int from, to, step;\n}\n"


WITH_HARNESS = {
    "python": {"python_x.py": official_python.module("\nx = 1")},
    "java": {name: official_java.IMPORTS + "\n\n" + text for name, text in JAVA.files.items()},
}


def test_nobody_is_shown_what_the_harness_wrote() -> None:
    assert files_text(WITH_HARNESS["python"]) == "x = 1\n"
    assert "junit" not in files_text(WITH_HARNESS["java"])
    assert files_of("x = 2\n", WITH_HARNESS["python"]) == {"python_x.py": official_python.module("\nx = 2")}


@pytest.mark.parametrize("files", [PYTHON.files, JAVA.files, {"a.py": ""}, *WITH_HARNESS.values()])
def test_files_come_back_from_their_text_as_they_were(files: dict[str, str]) -> None:
    assert files_of(files_text(files), files) == dict(files)


def test_a_translation_of_a_text_that_was_edited_afterwards_is_left_out() -> None:
    kept = decision(of("discounts", TRANSLATION), "keep")
    text = decision(of("discounts", HIDDEN), "edit_text", edited="Another text: round_cents(value).\n")
    stale, fresh = applied(PYTHON, asked(), [kept, text]), applied(PYTHON, asked(), [text, kept])
    assert stale is not None
    assert fresh is not None
    assert stale.statements == {"en": "Another text: round_cents(value).\n"}
    assert fresh.statements == {"en": "Another text: round_cents(value).\n", "zh": PYTHON.statements["zh"]}


def test_an_edited_translation_takes_its_place() -> None:
    after = applied(PYTHON, asked(), [decision(of("discounts", TRANSLATION), "edit_text", edited="新的译文")])
    assert after is not None
    assert after.statements == {"en": PYTHON.statements["en"], "zh": "新的译文"}


def test_a_problem_that_nobody_asks_about_stays_as_it_is() -> None:
    calm = replace(PYTHON, id="calm")
    assert applied(calm, asked(), []) == calm
