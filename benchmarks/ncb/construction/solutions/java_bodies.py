"""The bodies of a Java source: of its methods, constructors and initialisers, with what their heads say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.sandbox.java_source import (
    TYPES,
    NotUnderstood,
    Token,
    closing,
    members,
    past_type_arguments,
    plain,
    type_name,
)
from bench.sandbox.python_pure import named

MODIFIERS = named("public protected private static final abstract synchronized native default strictfp sealed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What stands between a pair of braces that holds statements.

    Attributes:
        owner: the type that it is a member of.
        name: of the method; the type's own for a constructor, empty for an initialiser.
        returned: tokens of the return type; empty for constructors and initialisers.
        variables: names of type variables that the return type may be made of.
        start, end: the tokens of the two braces.
    """

    owner: str
    name: str
    returned: Sequence[Token]
    variables: frozenset[str]
    start: int
    end: int

    @property
    def is_method(self) -> bool:
        """Whether it has a return type."""
        return bool(self.returned)

    @property
    def gives(self) -> bool:
        """Whether it returns a value."""
        return self.is_method and [token.text for token in self.returned] != ["void"]


def bodies(tokens: Sequence[Token]) -> Iterator[Body]:
    """Every body of a source's types and of the types in them, from top to bottom; not those in other bodies."""
    yield from _within(tokens, 0, len(tokens), "", frozenset())


def _within(tokens: Sequence[Token], start: int, end: int, owner: str, variables: frozenset[str]) -> Iterator[Body]:
    for at, stop, head in members(tokens, start, end):
        nested = type_name(head)
        if nested:
            yield from _within(tokens, at, stop, nested, variables | _variables(head))
        elif owner and (found := _body(head, owner, variables, at - 1, stop)):
            yield found


def _body(head: Sequence[Token], owner: str, variables: frozenset[str], start: int, end: int) -> Body | None:
    words = [token for token in plain(head) if token.text not in MODIFIERS]
    parameters = next((at for at, token in enumerate(words) if token.text == "("), len(words))
    name = words[parameters - 1].text if parameters else ""
    if name not in {"", owner} and parameters == len(words):
        return None  # a constant of an enumeration with a body of its own
    past = (past_type_arguments(words, 0) or 0) if words else 0
    return Body(
        owner=owner,
        name=name,
        returned=tuple(words[past : max(parameters - 1, past)]),
        variables=variables | _variables(words[:past]),
        start=start,
        end=end,
    )


def _variables(head: Sequence[Token]) -> frozenset[str]:
    """Names that stand in type parameters."""
    at = next((at for at, token in enumerate(head) if token.text == "<"), None)
    past = past_type_arguments(head, at) if at is not None else None
    return frozenset(token.text for token in head[at:past] if token.kind == "word") if past else frozenset()


def own_tokens(tokens: Sequence[Token], body: Body) -> Iterator[int]:
    """The places of a body's tokens, without those in lambdas, and in classes that are written in it."""
    at = body.start + 1
    while at < body.end:
        past = _past_inner(tokens, body.start, at)
        if past is None:
            yield at
        at = past or at + 1


def _past_inner(tokens: Sequence[Token], start: int, at: int) -> int | None:
    """Where a lambda's block or a class's body ends that begins here."""
    if tokens[at].text != "{":
        return None
    before = tokens[at - 1].text
    inner = (before == "->" and not _is_case(tokens, start, at)) or (
        (before == ")" and _is_new(tokens, start, at - 1)) or _is_type(tokens, start, at)
    )
    try:
        return closing(tokens, at) + 1 if inner else None
    except NotUnderstood:
        return None


def _is_case(tokens: Sequence[Token], start: int, at: int) -> bool:
    while at > start and tokens[at].text not in {";", "}", "("}:
        if tokens[at].text in {"case", "default"}:
            return True
        at -= 1
    return False


def _is_new(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Whether the closed parenthesis at `at` holds the arguments of `new Type(...)`."""
    depth = 0
    while at > start:
        depth += (tokens[at].text == ")") - (tokens[at].text == "(")
        at -= 1
        if depth == 0:
            break
    while at > start and (tokens[at].kind == "word" or tokens[at].text in {".", "<", ">", ",", "?", "[", "]"}):
        if tokens[at].text == "new":
            return True
        at -= 1
    return False


def _is_type(tokens: Sequence[Token], start: int, at: int) -> bool:
    while at > start and tokens[at - 1].text not in {";", "{", "}"}:
        at -= 1
        if tokens[at].text in TYPES and tokens[at + 1].kind == "word" and tokens[at - 1].text != ".":
            return True
    return False
