"""The review as a plain file: every open question with its evidence and a line `decision:` to fill in.

What is shown only stands behind `|`. What an edit may change stands between fences of tildes, longer than any in the
texts. So nothing in a problem's text can be taken for a decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bench.benchmarks.ncb.construction.records import Choice, Question
from bench.benchmarks.ncb.construction.review.page import PACKAGE
from bench.benchmarks.ncb.construction.review.session import RefusedError, Session, State
from bench.pages.wording import visible, words_of

HEAD = """\
# {left} of {all} questions are open, the most doubtful problems first.
#
# Write the name or the number of a choice behind `decision:`. Where it says (edit), change the text between the fences
# above it as well. A line that stays empty is asked again. Lines that begin with | or # are not read.
"""
EDITABLE: Mapping[str, str] = {"edit": "test", "edit_solution": "solution", "edit_text": "text"}
"""The heading under which stands what a choice edits."""

_TILDES = re.compile(r"^~+", re.MULTILINE)
_SHORTEST = 8  # tildes of a fence
_OPENING = re.compile(r"(~{8,}) (\w+)\s*")


def as_text(session: Session) -> str:
    """The file, with the texts as earlier decisions have left them."""
    state = session.state()
    wanted = [question for question in session.questions if question.id in set(state.open)]
    parts = [HEAD.format(left=len(wanted), all=len(session.questions))]
    parts += ["\n".join(_lines(question, number, state)) for number, question in enumerate(wanted, start=1)]
    return _encodable("\n\n".join(parts)) + "\n"


def _encodable(text: str) -> str:
    """As it stands in a file: half of a surrogate pair does not, and lines end one way."""
    return text.encode("utf-8", "replace").decode().replace("\r\n", "\n")


def _lines(question: Question, number: int, state: State) -> Iterator[str]:
    texts = state.texts.get(question.problem, {})
    edits = {_heading(question, choice): choice for choice in question.choices if choice.name.startswith("edit")}
    yield f"## {number}. {visible(question.ask)}"
    yield f"question: {visible(question.id)}"
    for heading, text in question.shown.items():
        if heading not in edits:
            yield from ("|", f"| {_titled(heading)}:", *_quoted(text))
    for heading, choice in edits.items():
        text = texts.get(choice.target, choice.text)
        fence = _fence(text)
        yield from ("|", f"| {_titled(heading)}:", f"{fence} {choice.name}", text.rstrip("\n"), fence)
    yield "|"
    for choice in question.choices:
        default = ", if nobody decides" if choice.name == question.default else ""
        edit = " (edit)" if choice.name.startswith("edit") else ""
        yield f"|   {choice.key}  {choice.name:<14} {visible(choice.label)}{edit}{default}"
    yield "decision: "


def _heading(question: Question, choice: Choice) -> str:
    return "translation" if question.kind == "translation" else EDITABLE[choice.name]


def _titled(heading: str) -> str:
    words = words_of(PACKAGE)
    return words.text(f"shown.{heading}") if f"shown.{heading}" in words else visible(heading)


def _quoted(text: str) -> Iterator[str]:
    for line in visible(text).rstrip("\n").split("\n"):
        yield f"|     {line}".rstrip()


def _fence(text: str) -> str:
    return "~" * max(_SHORTEST, 1 + max(map(len, _TILDES.findall(text)), default=0))


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: how many decisions were taken, and what is wrong with the others, one line each."""

    count: int
    problems: tuple[str, ...]


@dataclass(slots=True)
class _Entry:
    """What a file says about one question."""

    question: str
    line: int
    decision: str = ""
    texts: dict[str, str] = field(default_factory=dict)


def taken(session: Session, text: str, name: str, *, seconds: float = 0.0) -> Taken:
    """Take what was decided in a file; what is wrong on one line keeps nothing else from being taken.

    Args:
        name: of the file, in messages.
        seconds: that it took, shared out among the decisions.
    """
    entries, problems = _entries(text)
    filled = [entry for entry in entries if entry.decision or _changed(session, entry)]
    count = 0
    for entry in filled:
        try:
            count += _decide(session, entry, seconds / len(filled))
        except RefusedError as error:
            problems.append((entry.line, f"{error}; mend this decision, then read the file again"))
    return Taken(count, tuple(f"{name}:{line}: {problem}" for line, problem in sorted(problems)))


def _decide(session: Session, entry: _Entry, seconds: float) -> bool:
    """Whether this is a new decision; one that holds already is passed over."""
    choice = _choice(session, entry)
    unused = _changed(session, entry) - {choice.name}
    if unused:
        raise RefusedError(f"the text of {', '.join(sorted(unused))} was changed, but the decision is {choice.name}")
    edited = entry.texts.get(choice.name) if choice.name.startswith("edit") else None
    holding = session.state().decided.get(entry.question)
    if holding is not None and (holding.choice, holding.edited) == (choice.name, edited):
        return False
    data = {"question": entry.question, "choice": choice.name, "edited": edited, "seconds": seconds}
    of_file = holding is not None and holding.how == "file"  # which a file may change
    session.decide(data if of_file else {**data, "before": None}, how="file")
    return True


def _choice(session: Session, entry: _Entry) -> Choice:
    question = next((one for one in session.questions if one.id == entry.question), None)
    if question is None:
        raise RefusedError(f"there is no question {entry.question!r}")
    for choice in question.choices:
        if entry.decision in {choice.key, choice.name}:
            return choice
    offered = ", ".join(choice.name for choice in question.choices)
    raise RefusedError(f"{entry.decision!r} is no choice here: there are {offered}")


def _changed(session: Session, entry: _Entry) -> set[str]:
    """Choices whose text is another one than the file was written with."""
    texts = session.state().texts
    return {
        choice.name
        for question in session.questions
        for choice in question.choices
        if question.id == entry.question and choice.name in entry.texts
        if entry.texts[choice.name].rstrip("\n")
        != _encodable(texts.get(question.problem, {}).get(choice.target, choice.text)).rstrip("\n")
    }


def _entries(text: str) -> tuple[list[_Entry], list[tuple[int, str]]]:
    """What stands in a file, and lines that cannot be read."""
    entries: list[_Entry] = []
    problems: list[tuple[int, str]] = []
    lines = enumerate(text.replace("\r\n", "\n").split("\n"), start=1)
    for number, line in lines:
        word, _, rest = line.partition(":")
        opening = _OPENING.fullmatch(line)
        if not line.strip() or line[0] in "|#":
            continue
        if word == "question":
            entries.append(_Entry(rest.strip(), number))
        elif not entries:
            problems.append((number, "stands before the first line `question:`; remove it"))
        elif word == "decision":
            entries[-1].line, entries[-1].decision = number, rest.strip()
        elif opening:
            found = _fenced(lines, opening[1])
            if found is None:
                problems.append((number, f"no line {opening[1]} ends this text; write one behind it"))
            else:
                entries[-1].texts[opening[2]] = found
        else:
            problems.append((number, f"not understood: {visible(line)[:60]!r}; remove it"))
    return entries, problems


def _fenced(lines: Iterator[tuple[int, str]], fence: str) -> str | None:
    """The text up to the closing fence; None where there is none."""
    found: list[str] = []
    for _, line in lines:
        if line.rstrip() == fence:
            return "\n".join(found) + "\n"
        found.append(line)
    return None
