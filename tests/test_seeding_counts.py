"""The count of planted faults: a fault counted twice, an untouched test counted as found, a defect as sound."""

from __future__ import annotations

from dataclasses import replace

from made_trials import NAMES, TESTS, draft, observation, reference
from planting import Planted
from seeding.counting import Case, Share, cases, copies, defects, table, untouched
from seeding.judging import Judged
from seeding.material import Material

from bench.benchmarks.ncb.construction.evidence.aligning import aligned, solving
from bench.benchmarks.ncb.construction.evidence.examining import Examined
from bench.benchmarks.ncb.construction.evidence.measuring import measured
from bench.benchmarks.ncb.construction.evidence.verifying import verified
from bench.benchmarks.ncb.construction.records import Draft

TWO, NONE, ONE = NAMES


def judged(about: Draft, *, solved: bool = True) -> Judged:
    """One test fails, another passes with an empty solution, the third is sound."""
    others = [observation("empty", {TWO: "failed", ONE: "failed"}), observation("altered", {ONE: "failed"})]
    seen = [reference({TWO: "failed"}), *others]
    word = verified(about, seen)
    answer = observation("solver-scripted-0", {} if solved else dict.fromkeys(NAMES, "failed"))
    return Judged(
        draft=about,
        examined=Examined(draft=about, verified=word, seen=seen),
        measured=measured(about, word, seen),
        aligned=aligned(about, word, [solving(word, answer, "scripted")]),
    )


def material(*, misaligned: bool = False) -> Material:
    """The small problem as published."""
    return Material(draft(), "Sum up.", "```python\n```", misaligned)


def counted(*planted: Planted, solved: bool = True, misaligned: bool = False) -> list[Case]:
    """The small problem with these faults."""
    return list(cases(judged(draft(), solved=solved), planted, material(misaligned=misaligned)))


def test_a_fault_is_found_for_what_it_is_or_for_something_else() -> None:
    right = counted(Planted(test=TWO, kind="wrong_value", what="4 for 3"))
    other = counted(Planted(test=TWO, kind="clock", what="the year"))
    missed = counted(Planted(test=ONE, kind="vacuous", what="assert True"))
    assert dict(table(right)) == {"wrong_value": (Share(1, 1), Share(1, 1)), "all": (Share(1, 1), Share(1, 1))}
    assert table(other)["clock"] == (Share(1, 1), Share(0, 1))
    assert table(missed)["vacuous"] == (Share(0, 1), Share(0, 1))


def test_untouched_tests_with_a_published_defect_are_counted_apart() -> None:
    found = counted(Planted(test=TWO, kind="wrong_value", what="4 for 3"))
    assert untouched(found) == (Share(1, 2), Share(0, 1))
    assert dict(defects(found)) == {"passes with an empty solution": Share(1, 1)}
    assert untouched(counted(misaligned=True))[1] == Share(0, 0)


def test_a_problem_with_another_text_is_one_fault_and_none_of_its_tests_is_counted() -> None:
    fault = Planted(test=None, kind="swapped_text", what="the text is that of another")
    assert [(case.kind, case.flagged) for case in counted(fault)] == [("swapped_text", False)]
    assert [(case.kind, case.right) for case in counted(fault, solved=False)] == [("swapped_text", True)]


def test_a_copy_is_the_text_of_another_test_but_for_its_name() -> None:
    more = "\n\ndef test_again():\n    assert total([7])  ==  7\n\n\ndef test_other():\n    assert total([8]) == 8\n"
    assert copies(replace(draft(), tests=TESTS + more)) == {"test_again"}
