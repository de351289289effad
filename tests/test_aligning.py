"""Whether a text belongs to its tests: a wrong pair that looks right, a right one accused."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest
from alignment_ranking import FIRST
from hypothesis import given
from hypothesis import strategies as st
from made_trials import NAMES, draft, observation
from seeding.material import Material, materials

from bench.benchmarks.ncb.construction.evidence.aligning import SUSPECT, aligned, solver_trial, solving
from bench.benchmarks.ncb.construction.evidence.reading import Told
from bench.benchmarks.ncb.construction.evidence.wording import prose, words
from bench.benchmarks.ncb.construction.records import Aligned, Draft, Solving, TestReport, Verified
from bench.benchmarks.ncb.construction.source.suites import units
from bench.records import Ended

OTHER = "Rotate an image by ninety degrees and save every frame of the animation as a picture."


def word(kept: tuple[str, ...] = NAMES) -> Verified:
    """These tests stay."""
    return Verified(id="shop", tests=tuple(TestReport(name=name, kept=name in kept) for name in NAMES))


def solved(passed: tuple[str, ...], attempt: int = 0) -> Solving:
    """A solution that passes these tests."""
    failed = tuple(name for name in NAMES if name not in passed)
    return Solving(solver="second", attempt=attempt, passed=passed, failed=failed)


def align(*solutions: Solving, text: str | None = None) -> Aligned:
    """The small problem, with another text where there is one."""
    changed = draft() if text is None else draft(statements={"en": text})
    return aligned(changed, word(), solutions)


def test_a_text_of_something_else_is_more_suspicious_and_its_names_are_hidden() -> None:
    right, wrong = align(), align(text=OTHER)
    assert right.suspicion < SUSPECT < wrong.suspicion
    assert (dict(right.hidden), set(wrong.hidden)) == ({}, {"total"})
    assert right.overlap is not None
    assert wrong.overlap is not None
    assert right.overlap > wrong.overlap


def test_a_solution_from_the_text_that_passes_clears_a_text_of_other_words() -> None:
    assert align(solved(NAMES), text=OTHER).suspicion < SUSPECT


def test_solutions_from_the_text_that_all_fail_make_a_fitting_text_suspicious() -> None:
    found = align(solved(()), solved((), 1))
    assert found.suspicion > SUSPECT
    assert "passes 0 of 3 tests" in found.why


def test_one_solution_that_passes_outweighs_others_that_fail() -> None:
    assert align(solved(()), solved(NAMES, 1)).suspicion < SUSPECT


def test_tests_on_which_solutions_disagree_are_named() -> None:
    assert align(solved(NAMES[:2]), solved(NAMES[1:], 1)).disputed == (NAMES[0], NAMES[2])


def test_a_solver_is_judged_by_the_tests_that_stay() -> None:
    seen = observation("solver-second-0", {NAMES[0]: "failed", NAMES[1]: "error"})
    found = solving(word(NAMES[1:]), seen, "second")
    assert (found.passed, found.failed) == ((NAMES[2],), (NAMES[1],))


def test_a_solver_that_does_not_load_fails_every_test_and_says_why() -> None:
    found = solving(word(), observation(ended=Ended.CANNOT_LOAD), "second")
    assert (found.passed, found.failed, bool(found.problem)) == ((), NAMES, True)


def test_a_solver_meets_only_the_tests_that_stay() -> None:
    trial = solver_trial(draft(), "second", 1, {"python_shop.py": "def total(prices): ..."}, word(NAMES[1:]))
    assert NAMES[0] not in trial.tests
    assert all(name in trial.tests for name in NAMES[1:])


def test_code_that_a_text_shows_is_no_part_of_its_words() -> None:
    shown = (
        "Count the sheep.\n\n```python\ndef count_wolves(pack):\n    return 1\n```\n"
        "class WolfTest {\n    @Test\n    void testWolves() {\n        assertEquals(1, Pack.wolves());\n    }\n}\n"
    )
    assert words(prose(shown)) == words("Count the sheep.")


def test_words_are_found_in_identifiers_whatever_their_ending() -> None:
    assert words("rotateImages") == words("rotating image_rotation") == words("Image, rotates")


@given(st.text(), st.text())
def test_any_text_gets_a_share_and_stops_nothing(text: str, other: str) -> None:
    found = aligned(draft(statements={"en": text, "zh": other}), word())
    assert 0 <= found.suspicion <= 1
    assert found.overlap is None or 0 <= found.overlap <= 1


@pytest.fixture(scope="module")
def java(ncb: Path) -> list[Material]:
    return [one for one in materials(ncb) if one.draft.language == "java"]


@pytest.mark.parametrize("shown", ["problem", "prompt"])
def test_wrong_pairs_of_real_texts_and_tests_rank_above_right_ones(java: list[Material], shown: str) -> None:
    texts = [one.problem if shown == "problem" else one.draft.statements["en"] for one in java]
    told = [Told.of(one.draft) for one in java]
    right = [one.suspicion(text) for one, text in zip(told, texts, strict=True)]
    places = range(len(java))
    wrong = [told[one].suspicion(texts[other]) for one in places for other in places if one != other]
    assert sum(value > median(right) for value in wrong) / len(wrong) >= 0.9
    first = sorted(places, key=lambda place: -right[place])[:FIRST]
    assert sum(java[place].misaligned for place in first) >= 7


def test_a_draft_without_a_text_is_most_suspicious() -> None:
    assert aligned(Draft(id="shop", language="python", natural_language="en"), word(())).suspicion == 1.0


def test_the_small_problem_has_the_tests_that_it_says() -> None:
    assert tuple(unit.name for unit in units("python", draft().tests)) == NAMES
