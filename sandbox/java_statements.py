"""The statements of a test method, and whether every pass of the test comes by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.sandbox.java_source import CLOSING, TYPES, Method, NotUnderstood, Token, closing, find, past_type_arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement that is one expression or one declaration.

    Attributes:
        start, end: its tokens, the semicolon included.
        block: names the block it stands in; its declarations live until that ends.
        required: whether a test that passes has come by here.
        caught: whether an AssertionError thrown here may be caught.
    """

    start: int
    end: int
    block: int
    required: bool
    caught: bool


@dataclass(frozen=True, slots=True)
class _Place:
    block: int
    required: bool
    caught: bool


_SEMICOLON = frozenset({";"})
_BRACE = frozenset({"{"})
_FAILS = frozenset({"fail", "throw"})
_BRANCHES = frozenset({"{", "return", "if", "for", "while", "?", "switch", "do"})
_TAKES_EXCEPTIONS = frozenset({"ExpectedException", "TestExecutionExceptionHandler"})
_HEADED = frozenset({"for", "while", "if", "synchronized"})


def statements(tokens: Sequence[Token], method: Method) -> list[Statement]:
    """The simple statements of a body in their order; of a body that is not understood, those before that place."""
    walk = _Walk(tokens)
    try:
        may_throw = method.may_throw or any(token.text in _TAKES_EXCEPTIONS for token in tokens)
        walk.block(method.start, method.end, _Place(0, required=not may_throw, caught=False))
    except (NotUnderstood, IndexError):
        return []
    return walk.found


class _Walk:
    """Goes through a body once, from left to right."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._left = False  # something before here may have left the method, or jumped
        self._blocks = 0
        self.found: list[Statement] = []

    def block(self, start: int, end: int, place: _Place) -> None:
        self._blocks += 1
        inside = _Place(self._blocks, place.required, place.caught)
        at = start
        while at < end:
            at = self._statement(at, end, inside)

    def _statement(self, at: int, end: int, place: _Place) -> int:
        """Look at the statement that begins here; where the next one begins."""
        text = self._tokens[at].text
        sometimes = _Place(place.block, required=False, caught=place.caught)
        if text == "{":
            stop = closing(self._tokens, at)
            self.block(at + 1, stop, place)
            return stop + 1
        if text in _HEADED:
            inside = place if text == "synchronized" else sometimes
            return self._statement(closing(self._tokens, at + 1) + 1, end, inside)
        if text in {"else", "do"}:
            return self._statement(at + 1, end, sometimes)
        if text == "try":
            return self._try(at + 1, end, place)
        if text == "switch" or self._declares_type(at):
            return closing(self._tokens, find(self._tokens, _BRACE, at, end)) + 1
        return self._simple(at, end, place)

    def _declares_type(self, at: int) -> bool:
        while self._tokens[at].text in {"final", "abstract", "static", "sealed"}:
            at += 1
        return self._tokens[at].text in TYPES and self._tokens[at + 1].kind == "word"

    def _simple(self, at: int, end: int, place: _Place) -> int:
        stop = find(self._tokens, _SEMICOLON, at, end) + 1
        required = place.required and not self._left
        self.found.append(Statement(start=at, end=stop, block=place.block, required=required, caught=place.caught))
        self._left |= self._tokens[at].text in {"return", "break", "continue"} or self._tokens[at + 1].text == ":"
        return stop

    def _try(self, at: int, end: int, place: _Place) -> int:
        if self._tokens[at].text == "(":
            at = closing(self._tokens, at) + 1
        stop = closing(self._tokens, at)
        handlers = list(self._handlers(stop + 1, end))
        swallows = any(self._catches_assertions(head, body) for head, body in handlers)
        strict = all(head[0].text == "finally" or self._ends_in_failure(body) for head, body in handlers)
        self.block(at + 1, stop, _Place(place.block, place.required and strict, place.caught or swallows))
        past = stop + 1
        for head, (start, past_body) in handlers:
            finally_ = head[0].text == "finally"
            self.block(start, past_body, _Place(place.block, place.required and finally_, place.caught))
            past = past_body + 1
        return past

    def _handlers(self, at: int, end: int) -> Iterator[tuple[Sequence[Token], tuple[int, int]]]:
        while at < end and self._tokens[at].text in {"catch", "finally"}:
            brace = find(self._tokens, _BRACE, at, end)
            stop = closing(self._tokens, brace)
            yield self._tokens[at:brace], (brace + 1, stop)
            at = stop + 1

    def _catches_assertions(self, head: Sequence[Token], body: tuple[int, int]) -> bool:
        if head[0].text == "finally":
            return any(token.text in {"return", "break", "continue"} for token in self._tokens[slice(*body)])
        return any(token.text == "Throwable" or token.text.endswith("Error") for token in head)

    def _ends_in_failure(self, body: tuple[int, int]) -> bool:
        """Whether a handler of straight-line code fails the test."""
        inside = self._tokens[slice(*body)]
        texts = {token.text for token in inside}
        return not _BRANCHES & texts and bool(_FAILS & texts)


@dataclass(frozen=True, slots=True)
class Declaration:
    """`Type name = value;` with the tokens of its parts."""

    type: Sequence[Token]
    name: str
    value: Sequence[Token]


def declaration(tokens: Sequence[Token]) -> Declaration | None:
    """A statement as the declaration of one local variable; None if it is something else."""
    at = 1 if tokens and tokens[0].text == "final" else 0
    start = at
    at = _past_type(tokens, at)
    if at == start or at + 2 >= len(tokens) or tokens[at].kind != "word" or tokens[at + 1].text != "=":
        return None
    if tokens[at + 2].text == "=":
        return None
    return Declaration(tokens[start:at], tokens[at].text, tokens[at + 2 : -1])


def _past_type(tokens: Sequence[Token], at: int) -> int:
    """Where the type ends that begins here; the same place if none does."""
    start = at
    if at >= len(tokens) or tokens[at].kind != "word":
        return start
    at += 1
    while at + 1 < len(tokens) and tokens[at].text == "." and tokens[at + 1].kind == "word":
        at += 2
    at = (past_type_arguments(tokens, at) or at) if at < len(tokens) else at
    while at + 1 < len(tokens) and tokens[at].text == "[" and tokens[at + 1].text == "]":
        at += 2
    return at


@dataclass(frozen=True, slots=True)
class Call:
    """`a.b.name(arguments);` as a statement.

    Attributes:
        callee: the text before the bracket.
        name: the last word of it.
        arguments: the tokens between the brackets.
    """

    callee: str
    name: str
    arguments: Sequence[Token]


def call(tokens: Sequence[Token]) -> Call | None:
    """A statement as one call on nothing but names; None if it is something else."""
    at = 0
    while at < len(tokens) and tokens[at].text not in CLOSING:
        expected_word = at % 2 == 0
        if (tokens[at].kind == "word") is not expected_word or (not expected_word and tokens[at].text != "."):
            return None
        at += 1
    if at == 0 or at % 2 == 0 or tokens[at].text != "(" or closing(tokens, at) != len(tokens) - 2:
        return None
    return Call("".join(token.text for token in tokens[:at]), tokens[at - 1].text, tokens[at + 1 : -2])
