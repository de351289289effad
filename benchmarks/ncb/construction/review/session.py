"""One review: the questions of a work folder, what was decided on them, and what a decision must look like."""

from __future__ import annotations

import ast
import textwrap
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bench.benchmarks.ncb.construction.folder import Folder
from bench.benchmarks.ncb.construction.records import Decision, Question
from bench.benchmarks.ncb.construction.review.deciding import (
    LOOK,
    UNDO,
    choice_of,
    decided,
    edited_texts,
    open_questions,
)
from bench.benchmarks.ncb.construction.review.log import DecisionLog
from bench.errors import RunFolderError

LONGEST = 24 * 3600.0  # seconds on one question, which no page counts


class RefusedError(Exception):
    """A decision that cannot be taken as it is; the text says why.

    Attributes:
        conflict: somebody else decided meanwhile.
    """

    def __init__(self, why: str, *, conflict: bool = False) -> None:
        super().__init__(why)
        self.conflict = conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where the review stands.

    Attributes:
        decided: what holds, by question, in the order in which it was decided.
        open: ids of the questions that are left, in order.
        texts: the texts that were edited: by problem, by `Choice.target`.
        seconds: that people looked at a problem.
    """

    decided: Mapping[str, Decision]
    open: tuple[str, ...]
    texts: Mapping[str, Mapping[str, str]]
    seconds: Mapping[str, float]


class Session:
    """A review that is under way.

    Args:
        by: the user's own name for it.

    Raises:
        RunFolderError: nothing was built in the folder up to its questions.
        DataError: its questions cannot be read.
    """

    def __init__(self, folder: Folder, *, by: str) -> None:
        if not folder.has("questions"):
            raise RunFolderError(f"{folder.path}: holds no questions yet; run bench build-tests --out {folder.path}")
        self.folder = folder
        self.questions: Sequence[Question] = folder.read("questions")
        self._by = by
        self._known = {question.id: question for question in self.questions}
        self._drafts = {row.id: row.draft for row in folder.read("repair")}
        self._log = DecisionLog(folder)
        self._deciding = threading.Lock()  # what somebody expects must still hold when the line is written

    def decisions(self) -> list[Decision]:
        """All that was decided, in its order."""
        return self._log.read()

    def state(self) -> State:
        """Where it stands, by what is on disk."""
        decisions = self.decisions()
        texts: dict[str, dict[str, str]] = {}
        for (problem, target), text in edited_texts(self.questions, decisions).items():
            texts.setdefault(problem, {})[target] = text
        return State(
            decided=decided(self.questions, decisions),
            open=tuple(question.id for question in open_questions(self.questions, decisions)),
            texts=texts,
            seconds=seconds_by_problem(decisions),
        )

    def decide(self, data: Mapping[str, Any], *, how: str) -> State:
        """Take one decision and say where the review then stands.

        Args:
            data: `question`, `choice`, `seconds`, for an edit `edited`, and `before`: the choice that the person saw
                as the one that holds (None for an open question), where that is known.

        Raises:
            RefusedError: it is no decision on a question here, or somebody else decided meanwhile.
            RunFolderError: it cannot be written.
        """
        decision = self._checked(data, how)
        with self._deciding:
            if "before" in data:
                self._expect(decision.question, data["before"])
            self._log.add(decision)
            return self.state()

    def _checked(self, data: Mapping[str, Any], how: str) -> Decision:
        question = self._known.get(str(data.get("question")))
        if question is None:
            raise RefusedError("there is no such question")
        name, seconds = str(data.get("choice")), data.get("seconds", 0.0)
        if type(seconds) not in {int, float} or not 0 <= seconds <= LONGEST:  # not True, and not NaN
            raise RefusedError("seconds must be a number from 0 to a day")
        return Decision(
            question=question.id,
            choice=name,
            edited=None if name in {UNDO, LOOK} else self._edited(question, name, data.get("edited")),
            seconds=round(float(seconds), 2),
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            by=self._by,
            how=how,
        )

    def _expect(self, question: str, before: object) -> None:
        holding = decided(self.questions, self.decisions()).get(question)
        if (holding.choice if holding else None) != before:
            raise RefusedError("it was decided in another window meanwhile", conflict=True)

    def _edited(self, question: Question, name: str, text: object) -> str | None:
        """The text of an edit; None where the choice takes none."""
        try:
            choice = choice_of(question, name)
        except KeyError:
            raise RefusedError("this question has no such choice") from None
        if not choice.name.startswith("edit"):
            return None
        if not isinstance(text, str) or not text.strip():
            raise RefusedError("an edit needs a text")
        draft = self._drafts.get(question.problem)
        problem = unreadable(draft.language, choice.target, text) if draft else None
        if problem:
            raise RefusedError(problem)
        return text


def seconds_by_problem(decisions: Sequence[Decision]) -> dict[str, float]:
    """Time on each problem, whatever was decided in it."""
    spent: dict[str, float] = {}
    for decision in decisions:
        problem = decision.question.split("/")[0]
        spent[problem] = spent.get(problem, 0.0) + decision.seconds
    return spent


def unreadable(language: str, target: str, text: str) -> str | None:
    """Why an edited test or solution cannot be read, where that is plain to see: Python alone is parsed."""
    if language != "python" or target.startswith("statements/"):
        return None
    try:
        ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        return f"not Python{f', line {line}' if line else ''}: {getattr(error, 'msg', None) or error}"
    return None
