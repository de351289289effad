"""What people decided, and what it makes of a problem."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from bench.benchmarks.ncb.construction.records import Choice, Decision, Draft, Mark, Question
from bench.benchmarks.ncb.construction.source.suites import replaced, units, without
from bench.benchmarks.ncb.extraction import official_java, official_python

UNDO, LOOK = "undo", "look"
"""Decisions that decide nothing: the last one on a question is taken back; time was spent on it."""

PARDONED: Mapping[str, Mark] = {"clock": Mark.CLOCK, "hidden_name": Mark.HIDDEN_NAME}
"""The mark that a test keeps by a person's leave, by the kind of question."""

HARNESS: Sequence[str] = (official_python.module("").removesuffix("\n"), official_java.IMPORTS)
"""What the harness writes before a solution, by language: nobody wrote it, so nobody is shown it."""

_FILE = re.compile(r"^=== (.+) ===\n", re.MULTILINE)
_LONGEST = 60  # characters of a value in a sentence


def decided(questions: Sequence[Question], decisions: Sequence[Decision]) -> dict[str, Decision]:
    """The decision that holds on each question, by its id, in the order in which they were made.

    What was decided about something else, such as an earlier draft, is passed over.
    """
    known = {question.id: {choice.name for choice in question.choices} for question in questions}
    standing: dict[str, list[tuple[int, Decision]]] = {}
    for number, decision in enumerate(decisions):
        before = standing.setdefault(decision.question, [])
        if decision.choice == UNDO:
            del before[-1:]
        elif decision.choice in known.get(decision.question, ()):
            before.append((number, decision))
    last = sorted((stack[-1] for stack in standing.values() if stack), key=lambda one: one[0])
    return {decision.question: decision for _, decision in last}


def open_questions(questions: Sequence[Question], decisions: Sequence[Decision]) -> tuple[Question, ...]:
    """What is left to decide; nothing is left of a problem or of tests that a decision dropped."""
    holding = decided(questions, decisions)
    settled = [(question, holding[question.id].choice) for question in questions if question.id in holding]
    problems = {question.problem for question, choice in settled if choice == "drop_problem"}
    tests = {(question.problem, test) for question, choice in settled if choice == "drop" for test in question.tests}
    return tuple(
        question
        for question in questions
        if question.id not in holding
        and question.problem not in problems
        and not (question.tests and {(question.problem, test) for test in question.tests} <= tests)
    )


def applied(draft: Draft, questions: Sequence[Question], decisions: Sequence[Decision]) -> Draft | None:
    """The problem as it is after the decisions on it, by the default where there is none; None: it is dropped.

    Tests, texts and solutions that were edited or taken over have to be verified again.
    """
    choices = list(_holding([one for one in questions if one.problem == draft.id], decisions))
    if any(choice.name == "drop_problem" for _, choice, _ in choices):
        return None
    dropped = {test for question, choice, _ in choices if choice.name == "drop" for test in question.tests}
    edits = _edits((choice, text) for _, choice, text in choices)
    draft = dataclasses.replace(draft, tests=without(draft.language, draft.tests, dropped) if dropped else draft.tests)
    for target, text in _without_stale(draft, edits).items():
        draft = _replaced(draft, target, text, dropped)
    return draft


def pardoned(questions: Sequence[Question], decisions: Sequence[Decision]) -> dict[str, dict[str, frozenset[str]]]:
    """Marks that people let tests keep: by problem, by test."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    holding = decided(questions, decisions)
    for question in questions:
        if question.kind in PARDONED and question.id in holding and holding[question.id].choice == "keep":
            tests = found.setdefault(question.problem, {})
            tests |= {test: tests.get(test, frozenset()) | {PARDONED[question.kind]} for test in question.tests}
    return found


def edited_texts(questions: Sequence[Question], decisions: Sequence[Decision]) -> dict[tuple[str, str], str]:
    """The texts as they are now, where a decision changed them: by problem and `Choice.target`."""
    by_id = {question.id: question for question in questions}
    found: dict[tuple[str, str], str] = {}
    for name, decision in decided(questions, decisions).items():
        choice = choice_of(by_id[name], decision.choice)
        if choice.target and choice.name != "drop_text":
            found[by_id[name].problem, choice.target] = choice.text if decision.edited is None else decision.edited
    return found


def choice_of(question: Question, name: str) -> Choice:
    """The choice of a name.

    Raises:
        KeyError: the question has no such choice.
    """
    for choice in question.choices:
        if choice.name == name:
            return choice
    raise KeyError(name)


def files_text(files: Mapping[str, str]) -> str:
    """The solution's files as one text without the harness's lines, each under its name where there are several."""
    bare = {name: text.removeprefix(_harness(text)) for name, text in files.items()}
    if len(bare) == 1:
        return next(iter(bare.values()))
    return "".join(f"=== {name} ===\n" + text + ("" if text.endswith("\n") else "\n") for name, text in bare.items())


def files_of(text: str, files: Mapping[str, str]) -> dict[str, str]:
    """The files that such a text holds, with the harness's lines before those that had them.

    Args:
        files: as they were; a text without names of files is that of the first one.
    """
    parts = _FILE.split(text)
    found = dict(zip(parts[1::2], parts[2::2], strict=True)) or {next(iter(files), "Solution"): text}
    return {name: _harness(files.get(name, "")) + body for name, body in found.items()}


def _harness(text: str) -> str:
    """The harness's lines before a file, and the blank ones behind them."""
    for lines in HARNESS:
        if text.startswith(lines):
            rest = text.removeprefix(lines)
            return lines + rest[: len(rest) - len(rest.lstrip("\n"))]
    return ""


def shortened(text: str) -> str:
    """In one line that stays readable within a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


Holding = tuple[Question, Choice, str | None]


def _holding(questions: Sequence[Question], decisions: Sequence[Decision]) -> Iterator[Holding]:
    """What holds for each question, with the text that was given: defaults first, then in the order of decisions."""
    holding, by_id = decided(questions, decisions), {question.id: question for question in questions}
    for question in questions:
        if question.id not in holding:
            yield question, choice_of(question, question.default), None
    for name, decision in holding.items():
        yield by_id[name], choice_of(by_id[name], decision.choice), decision.edited


def _edits(choices: Iterator[tuple[Choice, str | None]]) -> dict[str, str | None]:
    """The text that each target gets, in the order of the decisions, the last one of a target; None: it goes."""
    found: dict[str, str | None] = {}
    for choice, text in choices:
        if choice.target:
            found.pop(choice.target, None)
            found[choice.target] = None if choice.name == "drop_text" else (choice.text if text is None else text)
    return found


def _without_stale(draft: Draft, edits: Mapping[str, str | None]) -> dict[str, str | None]:
    """And nothing for translations of a text that was edited after they were looked at."""
    original = f"statements/{draft.natural_language}"
    if edits.get(original) in {None, draft.statements.get(draft.natural_language)}:
        return dict(edits)
    later = list(edits)[list(edits).index(original) :]
    others = [f"statements/{language}" for language in draft.statements]
    return {**edits, **{other: None for other in others if other not in later}}


def _replaced(draft: Draft, target: str, text: str | None, dropped: Collection[str]) -> Draft:
    """The problem with one text replaced; a test that is no longer there stays away."""
    kind, _, name = target.partition("/")
    if kind == "statements":
        others = {language: one for language, one in draft.statements.items() if language != name}
        return dataclasses.replace(draft, statements=others if text is None else {**draft.statements, name: text})
    if text is None:
        return draft
    if kind == "solution":
        return dataclasses.replace(draft, files=files_of(text, draft.files))
    return draft if name in dropped else _with_test(draft, name, text)


def _with_test(draft: Draft, name: str, text: str) -> Draft:
    """The test with another source; without it where that cannot be read."""
    tests = replaced(draft.language, draft.tests, name, text)
    try:
        units(draft.language, tests)
    except SyntaxError:
        tests = without(draft.language, draft.tests, [name])
    return dataclasses.replace(draft, tests=tests)
