"""Java tests as a paper: the test class with its assertions put as questions, compiled with the solution.

What cannot be put without changing what the tests mean stays as its author wrote it. Whatever a solution's types are, a
test class that compiles with it still does when it is rewritten: a question that does not is put in another form. One
that compiles in none is left out, but a solution with which most do not has been made for that.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.records import Job, Trial, Verdict
from bench.sandbox.exam import AnswerKey, Paper, Question
from bench.sandbox.inputs import inputs_of
from bench.sandbox.java_questions import Put, questions
from bench.sandbox.java_source import Method, NotUnderstood, Token, declared_types, test_methods, tokens_of
from bench.sandbox.languages import Compiled, Compiler, Refused, TrialSheet
from bench.sandbox.wire import encode

ROUNDS = 12
"""Times that a test class is written anew because a question in it does not compile."""
ENOUGH = 8.0
"""Bits that are left when questions are left out, or half of what there was if that is less."""
CANARIES = 8
"""Choices of the question at the start of each test, which shows no more than that it was begun."""


def paper(job: Job, rng: random.Random, compiler: Compiler) -> Paper | Refused:
    """Compile a solution with its tests, their assertions put as questions.

    Raises:
        Broken: the compiler itself failed.
    """
    draft = Draft.of(job.tests, job.name, rng)
    compiled = _compiled(job, draft.written(), compiler)
    if compiled.error is not None:
        original = _compiled(job, job.tests, compiler)
        if original.error is not None:
            return refused(original.error)
        full = draft.bits()
        compiled = _mended(job, draft, compiled.error, compiler) or _surrender(draft, original)
        if draft.bits() < min(ENOUGH, full / 2):
            return Refused(Verdict.TAMPERED, "its types keep the tests from being put as questions")
    return _assembled(job, compiled, draft)


def refused(error: str) -> Refused:
    """A solution that does not compile, with the first line of what the compiler said."""
    return Refused(Verdict.COMPILE_ERROR, error.partition("\n")[0], error)


def _compiled(work: Job | Trial, tests: str, compiler: Compiler) -> Compiled:
    return compiler.compile({**work.files, f"{work.name}.java": tests}, work.name)


def _mended(job: Job, draft: Draft, error: str, compiler: Compiler) -> Compiled | None:
    """The tests with fewer questions, or with questions in other forms; None where that does not help."""
    said: str | None = error
    for _ in range(ROUNDS):
        if said is None or not draft.give_way(_lines(said, job.name)):
            return None
        compiled = _compiled(job, draft.written(), compiler)
        said = compiled.error
        if said is None:
            return compiled
    return None


def _surrender(draft: Draft, original: Compiled) -> Compiled:
    draft.leave_all()
    return original


def _lines(error: str, name: str) -> set[int]:
    """The lines of the test class that the compiler found fault with."""
    return {int(line) for line in re.findall(rf"^{re.escape(name)}\.java:(\d+): error:", error, re.MULTILINE)}


def _assembled(job: Job, compiled: Compiled, draft: Draft) -> Paper:
    """The two messages: the solution's classes first, those of the tests last."""
    sheet = _messages(job, compiled, draft.types)
    return Paper(solution=sheet.solution, tests=sheet.tests, key=draft.key())


def _messages(work: Job | Trial, compiled: Compiled, types: Sequence[str]) -> TrialSheet:
    """The solution's classes, and apart from them those of the test file, which declares these types."""
    own = {*types, work.name}
    later = {name for name in compiled.classes if re.split(r"[$.]", name.rpartition("/")[2])[0] in own}
    encoded = {name: encode(content) for name, content in compiled.classes.items()}
    return TrialSheet(
        {
            "classes": {name: text for name, text in encoded.items() if name not in later},
            "inputs": inputs_of(work.inputs),
        },
        {"classes": {name: encoded[name] for name in sorted(later)}, "test_class": work.name},
    )


def trial_sheet(trial: Trial, compiler: Compiler) -> TrialSheet | Refused:
    """Compile a solution with its tests as they are.

    Raises:
        Broken: the compiler itself failed.
    """
    compiled = _compiled(trial, trial.tests, compiler)
    if compiled.error is not None:
        return refused(compiled.error)
    sheet = _messages(trial, compiled, declared_types(tokens_of(trial.tests)))
    return TrialSheet(sheet.solution, {**sheet.tests, "sources": dict(trial.files)})


# Named one by one, since a solution's own Throwable would otherwise stand for Java's.
IMPORTS = "import bench.runner.BenchExam; import java.lang.Object; import java.lang.Throwable; "


@dataclass(slots=True)
class Draft:
    """A test class being rewritten.

    Attributes:
        types: the top-level types of its file.
        forms: for each question the form it takes now; past the last it is left out.
    """

    source: str
    tokens: Sequence[Token]
    types: Sequence[str]
    methods: Sequence[Method]
    puts: Sequence[Put]
    canaries: dict[str, tuple[Method, int]]
    forms: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, source: str, name: str, rng: random.Random) -> Draft:
        """The first draft, with every question in it."""
        tokens = tokens_of(source)
        try:
            methods, types = test_methods(tokens, name), declared_types(tokens)
        except NotUnderstood:
            methods, types = [], [name]
        canaries = {f"c{at}": (method, rng.getrandbits(31)) for at, method in enumerate(methods, 1)}
        return cls(source, tokens, types, methods, questions(source, name, rng), canaries)

    def active(self) -> list[Put]:
        """The questions that are put. Those that share a variable with one that is not are not put either."""
        out = {put.name for put in self.puts if self.forms.get(put.name, 0) >= len(put.forms)}
        kept = {span for put in self.puts if put.name in out for span in put.needs}
        return [put for put in self.puts if put.name not in out and not kept.intersection(put.needs)]

    def written(self) -> str:
        """The source as it stands now; every line keeps its number."""
        place = self._place_of_import()
        edits: list[tuple[int, int, str]] = [(place, place, IMPORTS)]
        for name, (method, number) in self.canaries.items():
            start = self.tokens[method.start - 1].end
            edits.append((start, start, f' BenchExam.begun("{name}", {number}L, {CANARIES});'))
        for put in self.active():
            edits += [(*put.span, put.forms[self.forms.get(put.name, 0)]), *((*span, "") for span in put.needs)]
        return _edited(self.source, edits)

    def _place_of_import(self) -> int:
        if not self.tokens or self.tokens[0].text != "package":
            return self.tokens[0].start if self.tokens else 0
        return next((token.end for token in self.tokens if token.text == ";"), 0)

    def bits(self) -> float:
        """Of the assertions that are put."""
        return math.fsum(math.log2(put.question.choices) for put in self.active() if put.question.required)

    def give_way(self, lines: set[int]) -> bool:
        """Change the questions on these lines to their next form; where there are none, leave out the longer half.

        Returns:
            Whether there was anything to change.
        """
        active = self.active()
        if not self._next_forms(active, lines):  # a method has grown too large, say
            longest = sorted(active, key=lambda put: len(put.forms[0]), reverse=True)
            self.forms.update({put.name: len(put.forms) for put in longest[: (len(active) + 1) // 2]})
        return bool(active)

    def _next_forms(self, active: Sequence[Put], lines: set[int]) -> bool:
        changed = False
        for put in active:
            first = self.source.count("\n", 0, put.span[0]) + 1
            last = first + self.source.count("\n", *put.span)
            if lines.intersection(range(first, last + 1)):
                self.forms[put.name] = self.forms.get(put.name, 0) + 1
                changed = True
        return changed

    def leave_all(self) -> None:
        """Put no question at all."""
        self.puts, self.canaries = (), {}

    def key(self) -> AnswerKey:
        """What a correct solution reports."""
        put = {put.name: put.question for put in self.active()}
        begun = {name: _begun(method, number) for name, (method, number) in self.canaries.items()}
        return AnswerKey(tests=tuple(dict.fromkeys(method.name for method in self.methods)), questions={**begun, **put})


def _begun(method: Method, number: int) -> Question:
    """What `BenchExam.begun` works out."""
    right = (number * 2654435761 % 2**32 >> 16) % CANARIES
    return Question(test=method.name, choices=CANARIES, right=right, required=True, text=f"{method.name} was begun")


def _edited(source: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """A source with pieces replaced, each by as many lines."""
    found, at = [], 0
    for start, end, text in sorted(set(edits)):
        lines = source.count("\n", start, end) - text.count("\n")
        found += [source[at:start], text, "\n" * max(0, lines)]
        at = end
    return "".join([*found, source[at:]])
