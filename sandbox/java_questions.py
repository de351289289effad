"""The questions that the assertions of a Java test class become, and the source that puts them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bench.sandbox.exam import Question
from bench.sandbox.java_assertions import Assertion, Span, assertions
from bench.sandbox.java_choices import chosen, hands
from bench.sandbox.java_constants import NULL, Constant, key_of, unboxed, written
from bench.sandbox.java_exceptions import NOTHING, Exceptions

TEXT = 200  # characters of an assertion that its question keeps
_TYPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "int": ("var", "int", "long", "double", "Object"),
        "long": ("var", "long", "double", "Object"),
        "float": ("var", "float", "double", "Object"),
        "double": ("var", "double", "Object"),
        "char": ("var", "char", "int", "Object"),
        "boolean": ("var", "boolean", "Object"),
    }
)
"""What may be the type of the value asked about, by the kind of the constant it is compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """An assertion as it is put to the process.

    Attributes:
        name: what the process knows the question by.
        span: the characters of the source that it replaces.
        forms: statements that put it; where the first does not compile, the next is tried.
        needs: declarations that go away with it.
    """

    name: str
    question: Question
    span: Span
    forms: tuple[str, ...]
    needs: tuple[Span, ...] = ()


def questions(source: str, name: str, rng: random.Random) -> list[Put]:
    """What can be put as a question in the test class `name`, in the order of the source."""
    found = assertions(source, name)
    writer = _Writer(source, found, rng)
    puts = [writer.put(f"q{number}", assertion) for number, assertion in enumerate(found, 1)]
    alone = {span for put in puts if put.question.choices < 2 for span in put.needs}
    return [put for put in puts if put.question.choices > 1 and not alone.intersection(put.needs)]


class _Writer:
    """Draws the choices of all questions of a file, and writes them."""

    def __init__(self, source: str, found: Sequence[Assertion], rng: random.Random) -> None:
        self._source, self._rng = source, rng
        groups: dict[str, list[Constant]] = defaultdict(list)
        kinds = {assertion.answer.kind for assertion in found if assertion.answer is not None}
        self._nulls_group = "String" if "String" in kinds else ""
        for assertion in found:
            answer = self._answer(assertion)
            if answer is not None:
                groups[self._group(answer)].append(answer)
        delta = max((assertion.delta[1] for assertion in found), default=0.0)
        self._hands = {group: hands(answers, rng, delta) for group, answers in groups.items()}
        self._exceptions = Exceptions.of(assertion.expects for assertion in found if assertion.expects)
        compares = (item.callee for item in found if item.name == "assertEquals" and item.answer is not None)
        self._equals = next(compares, "")

    def _answer(self, assertion: Assertion) -> Constant | None:
        """The constant that an assertion expects; null only where texts are expected elsewhere."""
        answer = NULL if assertion.name == "assertNull" else assertion.answer
        return None if answer == NULL and not self._nulls_group else answer

    def _group(self, answer: Constant) -> str:
        return self._nulls_group if answer == NULL else answer.kind

    def put(self, name: str, assertion: Assertion) -> Put:
        """One assertion as a question."""
        answer = self._answer(assertion)
        if answer is not None:
            choices, right, forms = self._choice(name, assertion, answer)
        elif assertion.name in {"assertThrows", "assertDoesNotThrow"}:
            choices, right, forms = self._thrown(name, assertion)
        else:
            choices, right, forms = self._truth(name, assertion)
        start, end = assertion.span
        question = Question(
            test=assertion.test,
            choices=choices,
            right=right,
            required=assertion.required,
            text=" ".join(self._source[start:end].split())[:TEXT],
        )
        return Put(name=name, question=question, span=assertion.span, forms=forms, needs=assertion.needs)

    def _choice(self, name: str, assertion: Assertion, answer: Constant) -> tuple[int, int, tuple[str, ...]]:
        hand = self._hands[self._group(answer)][key_of(answer)]
        choices = chosen(answer, hand, assertion.delta[1], self._rng)
        right = [key_of(choice) for choice in choices].index(key_of(answer))
        cases = self._cases(name, assertion, choices)
        default = (f"{answer.kind}", "Object[]") if answer.kind.endswith("]") else ("Object",)
        types = _TYPES.get(unboxed(answer.kind), ("var", *default))
        return (
            len(choices),
            right,
            tuple(_asking(name, len(choices), f"{kind} bench_{name} = ({assertion.asked});", cases) for kind in types),
        )

    def _cases(self, name: str, assertion: Assertion, choices: Sequence[Constant]) -> str:
        callee = assertion.callee if assertion.name != "assertNull" else self._equals
        delta = f", {assertion.delta[0]}" if assertion.delta[0] else ""
        return " ".join(
            f"case {place}: {callee}({pair}{delta}); break;"
            for place, pair in enumerate(
                _pair(written(choice), f"bench_{name}", flipped=assertion.flipped) for choice in choices
            )
        )

    def _truth(self, name: str, assertion: Assertion) -> tuple[int, int, tuple[str, ...]]:
        """A truth value; which of the two letters stands for true is drawn."""
        method = "truth" if assertion.name in {"assertTrue", "assertFalse"} else "isNull"
        wanted = assertion.name not in {"assertFalse", "assertNotNull"}
        first = self._rng.randrange(2)
        asked = assertion.asked
        return 2, first if wanted else 1 - first, (f'BenchExam.{method}("{name}", {first}, {asked});',)

    def _thrown(self, name: str, assertion: Assertion) -> tuple[int, int, tuple[str, ...]]:
        right = assertion.expects or NOTHING
        types = self._exceptions.choices(right, self._rng)
        listed = ", ".join(f"{kind}.class" for kind in types)
        methods = ("thrown", "thrownByValue") if right == NOTHING else ("thrown",)
        forms = tuple(f'BenchExam.{method}("{name}", {assertion.asked}, {listed});' for method in methods)
        return len(types), types.index(right), forms


def _pair(constant: str, asked: str, *, flipped: bool) -> str:
    return f"{asked}, {constant}" if flipped else f"{constant}, {asked}"


def _asking(name: str, count: int, value: str, cases: str) -> str:
    """A value worked out once, then compared with each choice by JUnit itself."""
    asking, thrown = f"bench_a{name}", f"bench_t{name}"
    return (
        f'{{ {value} BenchExam.Asking {asking} = BenchExam.ask("{name}", {count});'
        f" while ({asking}.more()) try {{ switch ({asking}.choice()) {{ {cases} }} {asking}.held(); }}"
        f" catch (Throwable {thrown}) {{ {asking}.not({thrown}); }} {asking}.done(); }}"
    )
