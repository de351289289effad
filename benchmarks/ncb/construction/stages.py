"""The stages as functions: each reads the files of those before it, and returns the records of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing

from bench.benchmarks.ncb.construction import drafting, repairing, screening
from bench.benchmarks.ncb.construction.evidence.aligning import SUSPECT, aligned, solver_trial, solving
from bench.benchmarks.ncb.construction.evidence.examining import Examined
from bench.benchmarks.ncb.construction.interview import Answers, Asked, prompt
from bench.benchmarks.ncb.construction.records import (
    Aligned,
    Draft,
    Measured,
    Question,
    Repaired,
    Request,
    Screened,
    Solving,
    Verified,
)
from bench.benchmarks.ncb.construction.review.asking import decided, questions
from bench.benchmarks.ncb.construction.source.code_answers import solution_files
from bench.benchmarks.ncb.construction.work import Work
from bench.records import Prompt, Trial

OTHERS: Mapping[str, str] = {"en": "zh", "zh": "en"}


def screen(work: Work, requests: Sequence[Request]) -> list[Screened]:
    """Stage 1: rules, then the model for what they let pass."""
    verdicts: dict[str, Screened] = {}
    for at, request in enumerate(requests):
        earlier = [one for one in requests[:at] if one.id not in verdicts]
        if (verdict := screening.ruled(request, earlier)) is not None:
            verdicts[request.id] = verdict
    left = [request for request in requests if request.id not in verdicts]
    answers = work.ask([screening.screen_prompt(request, work.templates) for request in left], "screen")
    found = screening.screened(requests, verdicts, answers)
    return _compared(work, found) if work.settings.embeddings else found


def _compared(work: Work, found: Sequence[Screened]) -> list[Screened]:
    from bench.models.embedding import load_embedder

    assert work.settings.embeddings is not None
    with closing(load_embedder(work.settings.embeddings, url=work.settings.embeddings_url)) as embedder:
        embedder.check()
        return screening.near_by_meaning(found, embedder)


def kept_requests(work: Work) -> list[Screened]:
    """Requests that become problems: those that the screen keeps, and those that a person keeps against it."""
    rows: list[Screened] = work.folder.read("screen")
    asked = questions(rows, (), ())
    holding = decided(asked, work.folder.decisions())
    by_person = {one.problem for one in asked if one.id in holding and holding[one.id].choice == "keep"}
    dropped = {one.problem for one in asked if one.id in holding and holding[one.id].choice == "drop_problem"}
    return [row for row in rows if (row.keep or row.id in by_person) and row.id not in dropped]


def draft(work: Work) -> list[Draft]:
    """Stage 2: text, solution and tests, each asked for where what comes before it is there."""
    rows = kept_requests(work)
    requests = {row.id: row.request for row in rows}
    drafts = [drafting.begun(row) for row in rows]
    made: list[tuple[str, Callable[[Draft], Prompt], Callable[[Draft, Answers], Draft]]] = [
        (
            "texts",
            lambda one: drafting.statement_prompt(requests[one.id], work.templates),
            drafting.with_statement,
        ),
        ("solutions", lambda one: drafting.solution_prompt(one, work.templates), drafting.with_solution),
        (
            "tests",
            lambda one: drafting.tests_prompt(one, work.templates, work.settings.tests),
            drafting.with_tests,
        ),
    ]
    for what, make_prompt, with_answer in made:
        answers = work.ask([make_prompt(one) for one in drafts if one.reason is None], what)
        drafts = [with_answer(one, answers) if one.reason is None else one for one in drafts]
    return _translated(work, drafts) if work.settings.translate else drafts


def _translated(work: Work, drafts: Sequence[Draft]) -> list[Draft]:
    """Each text in the other natural language too."""
    prompts = {}
    for one in drafts:
        if one.reason is None:
            other = OTHERS[one.natural_language]
            values = {key: drafting.common(one)[key] for key in ("statement", "language")}
            text = work.templates.filled("translate", other, values)
            prompts[one.id] = prompt(drafting.problem_name(one.id, "translate"), text, other)
    answers = work.ask(list(prompts.values()), "translations")
    return [
        drafting.with_translation(one, OTHERS[one.natural_language], answers) if one.id in prompts else one
        for one in drafts
    ]


def verify(work: Work) -> list[Verified]:
    """Stage 3: the tests against the solution, against what is no solution, and against mutants."""
    return [one.verified for one in _examined(work)]


def measure(work: Work) -> list[Measured]:
    """Stage 4: how much the kept tests see."""
    return [_measured(work, one) for one in _examined(work)]


def _examined(work: Work) -> list[Examined]:
    drafts = usable(work.folder.read("draft"))
    found = work.examine(drafts, "verify")
    return [found[one.id] for one in drafts]


def usable(drafts: Iterable[Draft]) -> list[Draft]:
    """Those that became a problem."""
    return [one for one in drafts if one.reason is None]


def _measured(work: Work, examined: Examined) -> Measured:
    if examined.verified.reason is not None:
        return Measured(id=examined.draft.id, reason=examined.verified.reason)
    return examined.measured(work.settings.mutants)


def repair(work: Work) -> list[Repaired]:
    """Stage 5: proposals, and more tests until the target or the budget is reached."""
    rows = {one.draft.id: repairing.begun(one, _measured(work, one)) for one in _examined(work)}
    if work.settings.argue:
        rows = _argued(work, rows)
    target = repairing.Target(branches=work.settings.target_branches, mutants=work.settings.target_mutants)
    for _ in range(work.settings.budget):
        going = [one for one in rows.values() if _wants_more(one, target)]
        if not going:
            break
        rows |= _round(work, going)
    return [_ended(one, target) for one in rows.values()]


def _argued(work: Work, rows: Mapping[str, Repaired]) -> dict[str, Repaired]:
    prompts = [one for row in rows.values() for one in repairing.argue_prompts(row, work.templates)]
    answers = work.ask(prompts, "arguments")
    return {name: repairing.with_arguments(row, answers) for name, row in rows.items()}


def _wants_more(one: Repaired, target: repairing.Target) -> bool:
    return one.verified.reason is None and not one.stopped and not target.met(one.measured)


def _round(work: Work, going: Sequence[Repaired]) -> dict[str, Repaired]:
    """Ask for more tests of each problem once, and keep those that are worth it."""
    answers = work.ask([repairing.more_prompt(one, work.templates) for one in going], "more tests")
    said = {one.id: answers[drafting.problem_name(one.id, "more_tests"), 0] for one in going}
    grown = {one.id: repairing.with_more(one.draft, said[one.id].text) for one in going}
    examined = work.examine([found for found, names in grown.values() if names], "verify")
    return {
        one.id: repairing.accepted(one, examined[one.id], grown[one.id][1], work.settings.mutants)
        if one.id in examined
        else dataclasses.replace(one, rounds=one.rounds + 1, stopped=_why_none(said[one.id].error))
        for one in going
    }


def _why_none(error: str | None) -> str:
    return "nothing new" if error is None else f"{screening.NO_ANSWER}: {error}"


def _ended(one: Repaired, target: repairing.Target) -> Repaired:
    if one.stopped:
        return one
    if one.verified.reason is not None:
        return dataclasses.replace(one, stopped=one.verified.reason)
    return dataclasses.replace(one, stopped="target" if target.met(one.measured) else "budget")


def align(work: Work) -> list[Aligned]:
    """Stage 6: whether the text belongs to the tests; solutions are written from the text alone."""
    rows = [one for one in work.folder.read("repair") if one.verified.reason is None]
    solved = _solved(work, rows)
    return [aligned(one.draft, one.verified, solved[one.id]) for one in rows]


def _solved(work: Work, rows: Sequence[Repaired]) -> dict[str, list[Solving]]:
    """What came of every solution, by problem."""
    found: dict[str, list[Solving]] = {one.id: [] for one in rows}
    trials: dict[tuple[str, str], tuple[Trial, Asked, int]] = {}
    by_id = {one.id: one for one in rows}
    for number, solver in enumerate(work.solvers, start=1):
        for attempt, draft_, files in _solutions(work, rows, solver, found):
            trial = solver_trial(draft_, str(number), attempt, files, by_id[draft_.id].verified)
            trials[draft_.id, trial.variant] = (trial, solver, attempt)
    seen = work.watch.observe([trial for trial, _, _ in trials.values()], "align")
    for observations in seen.values():
        for one in observations:
            _, solver, attempt = trials[one.sample_id, one.variant]
            found[one.sample_id].append(solving(by_id[one.sample_id].verified, one, solver.name, attempt))
    return found


def _solutions(
    work: Work, rows: Sequence[Repaired], solver: Asked, failed: Mapping[str, list[Solving]]
) -> Iterable[tuple[int, Draft, Mapping[str, str]]]:
    """Every solution that can be run; what cannot is noted at once."""
    wanted = [(row, attempt) for row in rows for attempt in range(work.settings.solutions)]
    prompts = [
        drafting.solution_prompt(row.draft, work.templates, what="solve", attempt=attempt) for row, attempt in wanted
    ]
    answers = work.ask(prompts, "solve", solver)
    for row, attempt in wanted:
        answer = answers[drafting.problem_name(row.id, "solve"), attempt]
        if answer.error is not None:
            continue  # asked again next time; it says nothing about the problem
        files = solution_files(row.draft.language, answer.text, row.id)
        if files:
            yield attempt, row.draft, files
        else:
            problem = "no code in the answer"
            failed[row.id].append(
                Solving(solver=solver.name, attempt=attempt, failed=row.verified.kept, problem=problem)
            )


def ask(work: Work) -> list[Question]:
    """What a person must decide."""
    rows = work.folder
    return list(questions(rows.read("screen"), rows.read("repair"), rows.read("align"), suspect=SUSPECT))
