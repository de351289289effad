"""Stage 8: problems in NaturalCodeBench's seven keys, what they come from, and a card that `bench run` takes.

Only what nobody must decide any more is published: a test with an open question is left out, and so is a problem with
one that is about the whole of it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.benchmarks.ncb.construction.drafting import response
from bench.benchmarks.ncb.construction.folder import Folder
from bench.benchmarks.ncb.construction.problem_cards import write_card
from bench.benchmarks.ncb.construction.records import (
    MARKS,
    Decision,
    Draft,
    Mark,
    Measured,
    Question,
    Repaired,
    Request,
    TestReport,
    Verified,
)
from bench.benchmarks.ncb.construction.review.asking import applied, open_questions, pardoned
from bench.benchmarks.ncb.construction.screening import SPELLINGS
from bench.benchmarks.ncb.construction.source.suites import only, units
from bench.benchmarks.ncb.construction.work import Work
from bench.benchmarks.ncb.sources import INPUTS
from bench.benchmarks.ncb.tasks import DOMAINS, TASKS
from bench.jsonl import replace_file, to_line, writing
from bench.records import to_plain

PROVENANCE = "provenance.jsonl"
PROMPTS: Mapping[str, str] = {
    "en": (
        "Write {language} code for the problem below, all of it in a single code block between ```{fence} and ```:\n"
        "{statement}\n\nUse the names that this test uses, and leave tests out of your code:\n{demo}\n"
    ),
    "zh": (
        "请为下面的问题编写{language}代码，全部代码放在```{fence}和```之间的同一个代码块里：\n"
        "{statement}\n\n请使用下面这个测试所用的名字，代码中不要包含测试：\n{demo}\n"
    ),
}
_IMPORT = re.compile(r"^(?:import|package) [^\n]+;[ \t]*\n", re.MULTILINE)
_CHINESE = {english: chinese for chinese, english in DOMAINS.items()}
DROPPED = "somebody decided to drop it"
FEWEST = 2
"""Tests of a problem: one to show and one to hide."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A problem that can be published.

    Attributes:
        hidden: names of its hidden tests.
        demo: of the one that the prompt shows.
        marks: that people let tests keep, by test.
    """

    draft: Draft
    verified: Verified
    measured: Measured
    hidden: tuple[str, ...]
    demo: str
    marks: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was written.

    Attributes:
        tasks: problems by task.
        left_out: why a problem that was drafted is not there, by its id.
    """

    tasks: Mapping[str, int]
    ready: tuple[Ready, ...]
    left_out: Mapping[str, str]


def publish(work: Work, versions: Mapping[str, str], canary: str) -> Published:
    """Write card, problems and provenance; each file whole or not at all."""
    folder = work.folder
    rows: list[Repaired] = folder.read("repair")
    questions: list[Question] = folder.read("questions")
    decisions = folder.decisions()
    ready, left_out = _chosen(work, rows, questions, decisions)
    tasks = _tasks(ready)
    for name, problems in tasks.items():
        _write_task(folder, name, problems)
    for name in TASKS:
        if name not in tasks:
            (folder.path / TASKS[name].file).unlink(missing_ok=True)
    _write_provenance(work, ready, questions, decisions, {"versions": dict(versions), "canary": canary})
    write_card(folder.path, work.settings, tasks=list(tasks), canary=canary)
    return Published(tasks={name: len(found) for name, found in tasks.items()}, ready=tuple(ready), left_out=left_out)


# -- what is ready


def _chosen(
    work: Work, rows: Sequence[Repaired], questions: Sequence[Question], decisions: Sequence[Decision]
) -> tuple[list[Ready], dict[str, str]]:
    """The problems that can be published, and why the others cannot."""
    left_out = {row.id: row.verified.reason for row in rows if row.verified.reason is not None}
    pending = _undecided(questions, decisions)
    left_out |= {row.id: "a question about the whole problem is open" for row in rows if row.id in pending}
    drafts: dict[str, Draft] = {}
    for row in rows:
        if row.id not in left_out:
            found = applied(row.draft, questions, decisions)
            if found is None:
                left_out[row.id] = DROPPED
            else:
                drafts[row.id] = found
    leave = pardoned(questions, decisions)
    known = {row.id: row for row in rows}
    examined = _examined(work, drafts, known, leave)
    ready = []
    for name, (draft, verified, measured) in examined.items():
        made = _ready(work, draft, verified, measured, leave.get(name, {}))
        if isinstance(made, Ready):
            ready.append(made)
        else:
            left_out[name] = made
    return ready, left_out


def _undecided(questions: Sequence[Question], decisions: Sequence[Decision]) -> set[str]:
    """Problems with an open question about the whole of it; a translation that nobody looked at is left out alone."""
    return {one.problem for one in open_questions(questions, decisions) if not one.tests and one.kind != "translation"}


def _examined(
    work: Work,
    drafts: Mapping[str, Draft],
    rows: Mapping[str, Repaired],
    leave: Mapping[str, Mapping[str, frozenset[str]]],
) -> dict[str, tuple[Draft, Verified, Measured]]:
    """Each draft with what is known of it; one whose tests or solution a person changed is verified again."""
    changed = [draft for name, draft in drafts.items() if _is_changed(draft, rows[name], leave.get(name, {}))]
    again = work.examine(changed, "verify again")
    found: dict[str, tuple[Draft, Verified, Measured]] = {}
    for name, draft in drafts.items():
        if name in again:
            one = again[name]
            measured = Measured(id=name) if one.verified.reason else one.measured(work.settings.mutants)
            found[name] = (draft, one.verified, measured)
        else:
            found[name] = (draft, rows[name].verified, rows[name].measured)
    return found


def _is_changed(draft: Draft, row: Repaired, leave: Mapping[str, Iterable[str]]) -> bool:
    """Whether what was seen of the problem no longer holds; tests that are left out change nothing."""
    before = {unit.name: unit.source for unit in units(row.draft.language, row.draft.tests)}
    after = {unit.name: unit.source for unit in units(draft.language, draft.tests)}
    kept = set(row.verified.kept)
    edited = any(before.get(name) != source for name, source in after.items())
    edited |= any(row.draft.statements.get(natural) != text for natural, text in draft.statements.items())
    return draft.files != row.draft.files or edited or not kept <= set(after) or bool(set(leave) & set(after))


def _ready(
    work: Work, draft: Draft, verified: Verified, measured: Measured, leave: Mapping[str, frozenset[str]]
) -> Ready | str:
    """The problem with its hidden tests and the one that is shown; the reason where too few are left."""
    if verified.reason is not None:
        return verified.reason
    there = {unit.name for unit in units(draft.language, draft.tests)}
    tests = [test for test in verified.tests if test.name in there and _stays(test, leave.get(test.name, frozenset()))]
    kept = [test.name for test in tests]
    if len(kept) < FEWEST:
        return f"{len(kept)} of {len(verified.tests)} tests are left, and {FEWEST} are needed"
    smallest = [name for name in measured.smallest if name in kept]
    demo = _demo(draft, kept, smallest)
    hidden = smallest if work.settings.smallest and smallest else kept
    hidden = [name for name in kept if name in hidden and name != demo]
    if not hidden:
        hidden = [next(name for name in kept if name != demo)]
    marks = {name: sorted(found) for name, found in leave.items() if name in kept}
    return Ready(draft=draft, verified=verified, measured=measured, hidden=tuple(hidden), demo=demo, marks=marks)


def _stays(test: TestReport, leave: frozenset[str]) -> bool:
    return all(MARKS[Mark(finding.mark)].keeps or finding.mark in leave for finding in test.findings)


def _demo(draft: Draft, kept: Sequence[str], smallest: Sequence[str]) -> str:
    """The simplest test that the smallest set does without; the simplest of all where it needs every one."""
    sizes = {unit.name: len(unit.source) for unit in units(draft.language, draft.tests)}
    return min([name for name in kept if name not in smallest] or kept, key=lambda name: (sizes[name], name))


# -- what is written


def _tasks(ready: Sequence[Ready]) -> dict[str, list[Ready]]:
    """The problems of each task that has some; one with two texts is in two tasks, with the same tests."""
    found: dict[str, list[Ready]] = {}
    for name, task in TASKS.items():
        problems = [
            one
            for one in ready
            if one.draft.language == task.language and task.natural_language in one.draft.statements
        ]
        if problems:
            found[name] = problems
    return found


def _write_task(folder: Folder, name: str, problems: Sequence[Ready]) -> None:
    rows = [_row(one, TASKS[name].natural_language) for one in problems]
    replace_file(folder.path / TASKS[name].file, (to_line(row) for row in rows))
    for one in problems:
        if one.draft.inputs is not None:
            copy_inputs(Path(one.draft.inputs), folder.path / name / INPUTS / one.draft.id)


def copy_inputs(source: Path, target: Path) -> None:
    """Put a problem's input files where an evaluator looks for them.

    Raises:
        RunFolderError: they cannot be copied.
    """
    if source.resolve() != target.resolve():
        with writing(target, "name another folder with --out"):
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)


def _row(one: Ready, natural_language: str) -> dict[str, Any]:
    """NaturalCodeBench's seven keys."""
    draft = one.draft
    statement = draft.statements[natural_language]
    values = {"language": SPELLINGS[draft.language], "fence": draft.language, "statement": statement}
    domain = draft.domain or "Other"
    return {
        "_id": int(draft.id) if draft.id.isdecimal() else draft.id,
        "prompt": PROMPTS[natural_language].format(**values, demo=_shown(draft, one.demo)),
        "problem": statement,
        "testcases": only(draft.language, draft.tests, one.hidden),
        "setup_code": draft.setup,
        "reference_solution": response(draft),
        "classification": _CHINESE.get(domain, domain) if natural_language == "zh" else domain,
    }


def _shown(draft: Draft, demo: str) -> str:
    """The one test that a prompt shows, without imports that any test file has."""
    text = only(draft.language, draft.tests, [demo])
    return (_IMPORT.sub("", text) if draft.language == "java" else text).strip()


def _write_provenance(
    work: Work,
    ready: Sequence[Ready],
    questions: Sequence[Question],
    decisions: Sequence[Decision],
    common: Mapping[str, Any],
) -> None:
    """Where each problem comes from, a line each."""
    requests: dict[str, Request] = {row.id: row.request for row in work.folder.read("screen")}
    asked = {one.id: one.problem for one in questions}
    rows = (
        {
            "id": one.draft.id,
            "language": one.draft.language,
            "request": _request(requests[one.draft.id]),
            "model": work.asked.name,
            "solvers": [solver.name for solver in work.solvers],
            "prompts_sha256": work.templates.hashes,
            "tests": {"hidden": list(one.hidden), "demo": one.demo, "kept_marks": dict(one.marks)},
            "line_coverage": one.measured.line_coverage,
            "branch_coverage": one.measured.branch_coverage,
            "mutation_score": one.measured.mutation_score,
            "mutants": len(one.measured.mutants),
            "smallest": list(one.measured.smallest),
            "decisions": [to_plain(found) for found in decisions if asked.get(found.question) == one.draft.id],
            "sandbox": work.watch.spec or work.folder.build().get("sandbox"),
            **common,
        }
        for one in ready
    )
    replace_file(work.folder.path / PROVENANCE, (to_line(row) for row in rows))


def _request(request: Request) -> dict[str, str]:
    text = request.text
    return {"sha256": hashlib.sha256(text.encode()).hexdigest(), "text": text}


def counts_of(verified: Verified) -> dict[str, int]:
    """How many tests there are, and how many carry each mark."""
    found: dict[str, int] = {"tests": len(verified.tests), "kept": len(verified.kept)}
    for test in verified.tests:
        for mark in {finding.mark for finding in test.findings}:
            found[mark] = found.get(mark, 0) + 1
    return found
