"""Java source as tokens, test methods and statements: as much of the grammar as rewriting assertions takes.

Nothing here fails on a source it does not understand: what cannot be told apart surely is left out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|//[^\n]*|/\*.*?\*/)
    | (?P<text>\"\"\"(?:[^\\]|\\.)*?\"\"\")
    | (?P<string>"(?:[^"\\\n]|\\.)*")
    | (?P<char>'(?:[^'\\\n]|\\.)[^'\n]*')
    | (?P<number>(?:\d|\.\d)(?:[eEpP][+-]|[\w.])*)
    | (?P<word>[^\W\d]\w*|\$\w*)
    | (?P<sign>->|::|\.\.\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)
CLOSING: Mapping[str, str] = MappingProxyType({"(": ")", "[": "]", "{": "}"})
TYPES = frozenset({"class", "interface", "enum", "record"})


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        kind: `word`, `number`, `string`, `char`, `text` (a block of text) or `sign`.
        start, end: characters of the source.
    """

    kind: str
    text: str
    start: int
    end: int


class NotUnderstood(Exception):
    """Brackets that do not match, or a source that ends too early."""


def tokens_of(source: str) -> list[Token]:
    """The tokens of a source, without white space and comments."""
    found = _TOKEN.finditer(source)
    return [Token(m.lastgroup or "", m.group(), m.start(), m.end()) for m in found if m.lastgroup != "space"]


def closing(tokens: Sequence[Token], at: int) -> int:
    """The place of the bracket that closes the one at `at`.

    Raises:
        NotUnderstood: there is none.
    """
    open_brackets: list[str] = []
    for place in range(at, len(tokens)):
        text = tokens[place].text
        if text in CLOSING:
            open_brackets.append(CLOSING[text])
        elif text in CLOSING.values() and open_brackets.pop() != text:
            break
        if not open_brackets:
            return place
    raise NotUnderstood


def find(tokens: Sequence[Token], texts: frozenset[str], at: int, end: int) -> int:
    """The first place from `at` where one of these signs stands outside of brackets.

    Raises:
        NotUnderstood: there is none before `end`.
    """
    while at < end:
        if tokens[at].text in texts:
            return at
        at = closing(tokens, at) + 1 if tokens[at].text in CLOSING else at + 1
    raise NotUnderstood


def split(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Arguments apart at their commas; commas of type arguments do not count as such after `new`, nor in casts."""
    parts: list[Sequence[Token]] = []
    start = at = 0
    while at < len(tokens):
        try:
            at = _find_comma(tokens, at)
        except NotUnderstood:
            break
        parts.append(tokens[start:at])
        start = at = at + 1
    return [*parts, tokens[start:]] if tokens else []


def _find_comma(tokens: Sequence[Token], at: int) -> int:
    while at < len(tokens):
        if tokens[at].text == ",":
            return at
        past = past_type_arguments(tokens, at)
        at = past or (closing(tokens, at) + 1 if tokens[at].text in CLOSING else at + 1)
    raise NotUnderstood


_IN_TYPE = re.compile(r"[\w$.,?&\[\]@<]+|extends|super")


def past_type_arguments(tokens: Sequence[Token], at: int) -> int | None:
    """Where `<A, B<C>>` ends that begins at `at`; None where none begins there."""
    if tokens[at].text != "<":
        return None
    depth = 0
    for place in range(at, len(tokens)):
        text = tokens[place].text
        depth += (text == "<") - (text == ">")
        if depth == 0:
            return place + 1
        if tokens[place].kind not in {"word", "sign"} or not (text == ">" or _IN_TYPE.fullmatch(text)):
            return None
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method that JUnit runs.

    Attributes:
        name: as the runner reports it, `testA` or `Inner::testA`.
        start, end: tokens of its body, without the braces.
        head: the first token of its annotations and modifiers.
        may_throw: whether it can pass by an exception, so that what stands behind the one that throws is passed over.
    """

    name: str
    start: int
    end: int
    head: int = 0
    may_throw: bool = False


TESTS = frozenset({"Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate"})
_HEAD_ENDS = frozenset({"{", ";", "="})
_SEMICOLON = frozenset({";"})


def test_methods(tokens: Sequence[Token], name: str) -> list[Method]:
    """The test methods of the class `name` and of the classes nested in it for tests."""
    return [method for at, end, head in members(tokens, 0, len(tokens)) for method in _of(tokens, at, end, head, name)]


def declared_types(tokens: Sequence[Token]) -> list[str]:
    """The names of a file's top-level types."""
    heads = (head for _, _, head in members(tokens, 0, len(tokens)))
    return [name for head in heads if (name := type_name(head))]


def _of(tokens: Sequence[Token], start: int, end: int, head: Sequence[Token], top: str) -> Iterator[Method]:
    if type_name(head) == top:
        yield from _methods(tokens, start, end, "")


def _methods(tokens: Sequence[Token], start: int, end: int, prefix: str) -> Iterator[Method]:
    for at, stop, head in members(tokens, start, end):
        annotations = _annotations(head)
        nested = type_name(head)
        if nested and "Nested" in annotations:
            yield from _methods(tokens, at, stop, f"{prefix}{nested}::")
        elif not nested and annotations & TESTS and (name := _method_name(head)):
            may_throw = any(token.text == "expected" for token in head)
            first = at - 1 - len(head)
            yield Method(name=prefix + name, start=at, end=stop, head=first, may_throw=may_throw)


def members(tokens: Sequence[Token], start: int, end: int) -> Iterator[tuple[int, int, Sequence[Token]]]:
    """The members between two places that have a body: where it starts and ends, and what stands before it."""
    at = head = start
    while at < end:
        try:
            at = find(tokens, _HEAD_ENDS, at, end)
            if tokens[at].text == "=":
                at = find(tokens, _SEMICOLON, at, end)
            elif tokens[at].text == "{":
                stop = closing(tokens, at)
                yield at + 1, stop, tokens[head:at]
                at = stop
        except NotUnderstood:
            return
        at = head = at + 1


def _annotations(head: Sequence[Token]) -> set[str]:
    """Their simple names."""
    found = set()
    for at, token in enumerate(head[:-1]):
        if token.text == "@":
            name = at + 1
            while name + 2 < len(head) and head[name + 1].text == ".":
                name += 2
            found.add(head[name].text)
    return found


def plain(head: Sequence[Token]) -> list[Token]:
    """A head without its annotations."""
    found, at = [], 0
    while at < len(head):
        if head[at].text != "@":
            found.append(head[at])
            at += 1
            continue
        at += 2
        while at + 1 < len(head) and head[at].text == ".":
            at += 2
        if at < len(head) and head[at].text == "(":
            at = closing(head, at) + 1
    return found


def type_name(head: Sequence[Token]) -> str | None:
    """The name of the type whose head this is; None where it is no type's."""
    words = plain(head)
    for word, name in itertools.pairwise(words):
        if word.text == "(":
            return None
        if word.text in TYPES and name.kind == "word":
            return name.text
    return None


_NO_TESTS = frozenset({"static", "private", "abstract"})


def _method_name(head: Sequence[Token]) -> str | None:
    words = plain(head)
    opening = next((at for at, token in enumerate(words) if token.text == "("), 0)
    if opening < 1 or _NO_TESTS & {token.text for token in words[:opening]}:
        return None
    return words[opening - 1].text
