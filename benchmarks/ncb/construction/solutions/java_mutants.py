"""Where a Java solution can be changed: a small set of operators over tokens, after PIT's.

PIT is in no Debian package. Its default operators are here as far as tokens tell: what does not compile is found out by
the compiler. Left out are texts of exceptions, labels of `case`, annotations, imports, `main` methods, and a `+` that
may join texts.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from bench.benchmarks.ncb.construction.solutions.java_bodies import Body, bodies, own_tokens
from bench.benchmarks.ncb.construction.solutions.sites import NOTHING, Site
from bench.benchmarks.ncb.construction.source.editing import Edit, edited
from bench.sandbox.java_source import NotUnderstood, Token, closing, find, past_type_arguments, tokens_of

SIGNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "boundary": {"<": "<=", "<=": "<", ">": ">=", ">=": ">"},
        "negated": {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"},
        "logic": {"&&": "||", "||": "&&"},
        "math": {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*"},
        "bits": {"&": "|", "|": "&", "^": "&", "<<": ">>", ">>": "<<", ">>>": "<<"},
        "assignment": {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*="},
        "increment": {"++": "--", "--": "++"},
    }
)
"""Operators between values, by kind: what becomes what."""

OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "sign": "a minus before a value is left out",
        "not": "`!` before a value is left out",
        "condition": "the condition of an `if` or `while` is negated",
        "return": "another value is returned: 0 or one more, the other truth, an empty or a longer text, null",
        "call": "a call whose value nobody takes is left out",
        "number": "a number is one more",
        "text": "a text has one character more",
        "truth": "`true` becomes `false`, and the other way round",
    }
)
"""The other operators, by kind."""

_SIGN_TEXTS = sorted({sign for row in SIGNS.values() for sign in row} | {"->", "::", ">>>=", "<<=", ">>="}, key=len)
_LONGEST = 4


@dataclass(frozen=True, slots=True)
class _Ground:
    """A file, with what the tokens of its operators are when put together."""

    name: str
    source: str
    tokens: Sequence[Token]

    def site(self, body: Body, kind: str, start: int, end: int, text: str, operator: str = "") -> Site:
        """The site where characters are replaced."""
        first = self._first(body, start)
        return Site(
            kind=kind,
            operator=operator or kind,
            file=self.name,
            line=self.source.count("\n", 0, start) + 1,
            first_line=self.source.count("\n", 0, first) + 1,
            scope=f"{body.owner}.{body.name}@{body.start}",
            make=partial(edited, self.source, [Edit(start, end, text)]),
        )

    def _first(self, body: Body, start: int) -> int:
        """Where the statement begins that a character is in."""
        first = start
        for at in range(body.start + 1, body.end):
            if self.tokens[at].start > start:
                break
            if self.tokens[at - 1].text in {"{", "}", ";"}:
                first = self.tokens[at].start
        return first


def form(text: str) -> str:
    """The tokens of a source."""
    return " ".join(token.text for token in tokens_of(text))


def sites(name: str, source: str) -> list[Site]:
    """Every place in the bodies of methods and constructors where a file can be changed."""
    ground = _Ground(name, source, tokens_of(source))
    found: list[Site] = []
    for body in bodies(ground.tokens):
        if body.name and body.name != "main":
            barred = _barred(ground.tokens, body)
            found += _in_body(ground, body, barred)
    return found


def _in_body(ground: _Ground, body: Body, barred: frozenset[int]) -> Iterator[Site]:
    joined = _joined(ground.tokens, body)
    for at in range(body.start + 1, body.end):
        if at in barred:
            continue
        if at in joined:
            yield from _at_sign(ground, body, at, joined[at])
        yield from _at_literal(ground, body, at)
        yield from _at_condition(ground, body, at)
        yield from _at_statement(ground, body, at)
    for at in own_tokens(ground.tokens, body):
        if ground.tokens[at].text == "return" and ground.tokens[at + 1].text != ";":
            yield from _at_return(ground, body, at)


def _barred(tokens: Sequence[Token], body: Body) -> frozenset[int]:
    """Type arguments, `throw` statements and labels of `case`."""
    found: set[int] = set()
    for at in range(body.start + 1, body.end):
        text = tokens[at].text
        try:
            if text == "throw":
                found.update(range(at, find(tokens, frozenset(";"), at, body.end)))
            elif text in {"case", "@"}:
                found.update(range(at, find(tokens, frozenset({":", "->", ";", "{"}), at, body.end)))
        except NotUnderstood:
            continue
        if text == "<" and (past := past_type_arguments(tokens, at)) and _is_type(tokens[at - 1].text):
            found.update(range(at, past))
    return frozenset(found)


def _is_type(word: str) -> bool:
    """Names of types begin with a capital letter; those of constants have no other letters."""
    return word == "." or (word[:1].isupper() and (len(word) == 1 or not word.isupper()))


def _joined(tokens: Sequence[Token], body: Body) -> Mapping[int, str]:
    """Operators at their first token; the tokens are single characters."""
    found: dict[int, str] = {}
    at = body.start + 1
    while at < body.end:
        size = next((size for size in range(_LONGEST, 0, -1) if _sign(tokens, at, size) in _SIGN_TEXTS), 0)
        if size:
            found[at] = _sign(tokens, at, size)
        at += max(size, 1)
    return found


def _sign(tokens: Sequence[Token], at: int, size: int) -> str:
    """So many tokens from `at` as one, if nothing is between them; a token of several characters stays alone."""
    part = tokens[at : at + size]
    close = all(one.end == other.start for one, other in itertools.pairwise(part))
    return "".join(token.text for token in part) if close and all(token.kind == "sign" for token in part) else ""


def _at_sign(ground: _Ground, body: Body, at: int, sign: str) -> Iterator[Site]:
    tokens = ground.tokens
    start = tokens[at].start
    binary = _ends_value(tokens[at - 1])
    for kind, row in SIGNS.items():
        if sign in row and (binary or kind == "increment") and not (sign == "+" and _joins_text(tokens, at)):
            yield ground.site(body, kind, start, start + len(sign), row[sign])
    if sign == "-" and not binary:
        yield ground.site(body, "sign", start, start + 1, "")


_NO_VALUES = frozenset({"return", "case", "throw", "new", "else", "instanceof", "assert", "yield"})


def _ends_value(token: Token) -> bool:
    if token.kind == "sign":
        return token.text in {")", "]"}
    return token.text not in _NO_VALUES


def _joins_text(tokens: Sequence[Token], at: int) -> bool:
    """Whether a plus stands in one statement with a text, so that it may join."""
    first = last = at
    while tokens[first].text not in {";", "{", "}"} and first:
        first -= 1
    while tokens[last].text not in {";", "{", "}"} and last < len(tokens) - 1:
        last += 1
    return any(token.kind in {"string", "text"} or token.text in {"String", "append"} for token in tokens[first:last])


_WHOLE = re.compile(r"(0|[1-9][\d_]*)([lL]?)")
_FRACTION = re.compile(r"(\d[\d_]*\.\d*|\.\d+)([dDfF]?)")
_TRUTH = {"true": "false", "false": "true"}


def _at_literal(ground: _Ground, body: Body, at: int) -> Iterator[Site]:
    token = ground.tokens[at]
    text = None
    if token.kind == "number" and (found := _WHOLE.fullmatch(token.text)):
        text = f"{int(found.group(1).replace('_', '')) + 1}{found.group(2)}"
    elif token.kind == "number" and (found := _FRACTION.fullmatch(token.text)):
        text = f"{float(found.group(1).replace('_', '')) + 1}{found.group(2)}"
    if text is not None:
        yield ground.site(body, "number", token.start, token.end, text)
    elif token.kind == "string":
        yield ground.site(body, "text", token.start, token.end, token.text[:-1] + 'x"')
    elif token.text in _TRUTH:
        yield ground.site(body, "truth", token.start, token.end, _TRUTH[token.text])
    elif token.text == "!" and ground.tokens[at + 1].text != "=":
        yield ground.site(body, "not", token.start, token.end, "")


def _at_condition(ground: _Ground, body: Body, at: int) -> Iterator[Site]:
    """A condition without an operator that is changed already."""
    tokens = ground.tokens
    if tokens[at].text not in {"if", "while"} or tokens[at + 1].text != "(":
        return
    try:
        end = closing(tokens, at + 1)
    except NotUnderstood:
        return
    if not any(token.text in {"<", ">", "=", "!", "&", "|"} or token.text in _TRUTH for token in tokens[at + 2 : end]):
        start, stop = tokens[at + 2].start, tokens[end].start
        yield ground.site(body, "condition", start, stop, f"!({ground.source[start:stop]})")


_NO_CALLS = frozenset({"super", "this", "return", "if", "while", "for", "switch", "catch", "synchronized", "new", "do"})


def _at_statement(ground: _Ground, body: Body, at: int) -> Iterator[Site]:
    """A statement that is a call, and nothing else."""
    tokens = ground.tokens
    if tokens[at - 1].text not in {"{", "}", ";"} or tokens[at].kind != "word" or _NO_CALLS & {tokens[at].text}:
        return
    try:
        end = find(tokens, frozenset({";", "=", "->", "?"}), at, body.end)
    except NotUnderstood:
        return
    if tokens[end].text == ";" and tokens[end - 1].text == ")" and tokens[at + 1].text in {".", "("}:
        yield ground.site(body, "call", tokens[at].start, tokens[end].start, "")


_NUMBERS = frozenset({"int", "long", "short", "byte", "float", "double"})


def _at_return(ground: _Ground, body: Body, at: int) -> Iterator[Site]:
    tokens = ground.tokens
    try:
        end = find(tokens, frozenset(";"), at, body.end)
    except NotUnderstood:
        return
    start, stop = tokens[at + 1].start, tokens[end].start
    value = ground.source[start:stop]
    other = _other_value("".join(token.text for token in body.returned), value)
    if other != value:
        yield ground.site(body, "return", start, stop, other, operator=NOTHING if other == "null" else "")


def _other_value(kind: str, value: str) -> str:
    if kind == "boolean":
        return f"!({value})"
    if kind in _NUMBERS:
        return "1" if value == "0" else "0"
    if kind == "char":
        return "'x'" if value != "'x'" else "'y'"
    if kind == "String":
        return '""' if value != '""' else '"x"'
    return "null"
