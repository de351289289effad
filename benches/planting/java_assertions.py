"""Assertions of Java tests, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.benchmarks.ncb.construction.source.java_suites import test_class
from bench.sandbox.java_source import Method, NotUnderstood, Token, closing, split, test_methods, tokens_of
from planting.spots import Spot


@dataclass(frozen=True, slots=True)
class Assertion:
    """A statement that asserts something.

    Attributes:
        start, end: its characters, with the semicolon.
        parts: the texts of its arguments.
        spans: where these are.
    """

    name: str
    start: int
    end: int
    parts: Sequence[str]
    spans: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class JavaTest:
    """A test of a Java suite, with the tokens of the whole.

    Attributes:
        method: which of them are its own.
    """

    text: str
    tokens: Sequence[Token]
    method: Method

    @property
    def qualifier(self) -> str:
        """What stands before the name of an assertion, so that it is found whatever is imported."""
        return "org.junit.jupiter.api.Assertions." if "org.junit.jupiter" in self.text else "org.junit.Assert."


def test_of(spot: Spot) -> JavaTest | None:
    """The test at a spot; None where it declares that it may throw."""
    text = spot.draft.tests
    tokens = tokens_of(text)
    found = [one for one in test_methods(tokens, test_class(text, tokens)) if one.name == spot.name]
    if not found or found[-1].may_throw:
        return None
    return JavaTest(text, tokens, found[-1])


def assertions(test: JavaTest) -> list[Assertion]:
    """Those at the top level of a test, and in blocks of it."""
    found = []
    for at in range(test.method.start, test.method.end):
        token = test.tokens[at]
        if token.text.startswith(("assert", "fail")) and test.tokens[at + 1].text == "(":
            assertion = _assertion(test, at)
            found += [assertion] if assertion else []
    return found


def _assertion(test: JavaTest, at: int) -> Assertion | None:
    tokens = test.tokens
    first = at - 2 if tokens[at - 1].text == "." else at
    if tokens[first - 1].text not in {"{", "}", ";"}:
        return None
    try:
        end = closing(tokens, at + 1)
    except NotUnderstood:
        return None
    if tokens[end + 1].text != ";":
        return None
    spans = [(part[0].start, part[-1].end) for part in split(tokens[at + 2 : end]) if part]
    parts = [test.text[start:stop] for start, stop in spans]
    return Assertion(tokens[at].text, tokens[first].start, tokens[end + 1].end, parts, spans)


def is_plain(test: JavaTest) -> bool:
    """Whether a test is nothing but statements: no lambda, no exception that it waits for."""
    texts = {token.text for token in test.tokens[test.method.start : test.method.end]}
    return not texts & {"->", "assertThrows", "assertAll", "catch", "fail", "return", "assertDoesNotThrow"}
