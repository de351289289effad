"""The assertions of a Java test class: which of them are understood, what they ask about and what they expect."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from bench.sandbox.java_collections import grown
from bench.sandbox.java_constants import Constant, Leaf, Node
from bench.sandbox.java_reading import constant_of
from bench.sandbox.java_source import Method, NotUnderstood, Token, split, test_methods, tokens_of
from bench.sandbox.java_statements import Call, Declaration, Statement, call, declaration, statements

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """An assertion that is understood.

    Attributes:
        test: the test it stands in.
        span: the characters of the source that it takes.
        required: whether a test that passes has come by it.
        name: `assertEquals`, ...
        callee: that name as its author qualified it.
        asked: the source of what is asked about.
        answer: the constant that it has to equal; None where the assertion has none.
        expects: the source of the type that has to be thrown.
        delta: the source of the tolerance, and how much that is.
        flipped: whether what is asked about stands before the constant.
        local: the variable that holds the constant; empty where it stands in the assertion itself.
        needs: what declares that variable and fills it; nothing else uses it.
    """

    test: str
    span: Span
    required: bool
    name: str
    callee: str
    asked: str
    answer: Constant | None = None
    expects: str = ""
    delta: tuple[str, float] = ("", 0.0)
    flipped: bool = False
    local: str = ""
    needs: tuple[Span, ...] = ()


OPERANDS: Mapping[str, int] = MappingProxyType(
    {
        "assertEquals": 2,
        "assertArrayEquals": 2,
        "assertThrows": 2,
        "assertTrue": 1,
        "assertFalse": 1,
        "assertNull": 1,
        "assertNotNull": 1,
        "assertDoesNotThrow": 1,
    }
)
_COMPARES = frozenset({"assertEquals", "assertArrayEquals"})
_THROWS = frozenset({"assertThrows", "assertDoesNotThrow"})
_CLASSES = frozenset({"Assertions", "Assert", "org.junit.jupiter.api.Assertions", "org.junit.Assert"})


def assertions(source: str, name: str) -> list[Assertion]:
    """The assertions of the test class `name` that are understood, in the order of the source."""
    tokens = tokens_of(source)
    try:
        methods = test_methods(tokens, name)
    except NotUnderstood:
        return []
    own = {
        word.text
        for before, word, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if _declares(before, word, after)
    }
    found = [_Reader(source, tokens, method, own) for method in methods]
    return [assertion for reader in found for assertion in reader.assertions()]


def _declares(before: Token, word: Token, after: Token) -> bool:
    """Whether this is a method declared here: it hides JUnit's of the same name."""
    return word.text in OPERANDS and after.text == "(" and before.kind == "word" and before.text not in {"else", "do"}


@dataclass(slots=True)
class _Local:
    """A local variable that holds a constant.

    Attributes:
        spans: its declaration, and what was added to it since.
        named: how often these, and the assertions that expect it, name it.
    """

    block: int
    value: Constant
    spans: list[Span] = field(default_factory=list)
    named: int = 1


@dataclass(frozen=True, slots=True)
class _Parts:
    operands: list[Sequence[Token]]
    delta: Sequence[Token] = ()


class _Reader:
    """Reads one test method from its first statement to its last."""

    def __init__(self, source: str, tokens: Sequence[Token], method: Method, own: set[str]) -> None:
        self._source, self._tokens, self._method, self._own = source, tokens, method, own
        self._old = "org.junit.Assert" in source or "org.junit.jupiter" not in source
        self._locals: dict[str, _Local] = {}
        body = tokens[method.start - 1 : method.end]
        pairs = itertools.pairwise(body)
        self._uses = Counter(word.text for before, word in pairs if word.kind == "word" and before.text != ".")
        self._declared: Counter[str] = Counter()

    def assertions(self) -> list[Assertion]:
        found = [assertion for statement in statements(self._tokens, self._method) for assertion in self._of(statement)]
        return [self._with_needs(assertion) for assertion in self._clean(found)]

    def _clean(self, found: list[Assertion]) -> list[Assertion]:
        """Without those that expect a variable which something else uses too, for its declaration has to stay."""
        named = Counter(assertion.local for assertion in found)
        clean = {
            name
            for name, local in self._locals.items()
            if self._declared[name] == 1 and self._uses[name] == local.named + named[name]
        }
        return [assertion for assertion in found if not assertion.local or assertion.local in clean]

    def _with_needs(self, assertion: Assertion) -> Assertion:
        if not assertion.local:
            return assertion
        return replace(assertion, needs=tuple(self._locals[assertion.local].spans))

    def _of(self, statement: Statement) -> Iterator[Assertion]:
        tokens = self._tokens[statement.start : statement.end]
        try:
            if (made := declaration(tokens)) is not None:
                self._declare(made, statement)
            elif (called := call(tokens)) is not None and not self._added(called, statement):
                found = self._assertion(called, statement)
                yield from [found] if found else []
        except NotUnderstood:
            return

    def _span(self, statement: Statement) -> Span:
        return self._tokens[statement.start].start, self._tokens[statement.end - 1].end

    def _declare(self, made: Declaration, statement: Statement) -> None:
        self._declared[made.name] += 1
        value = constant_of(made.value, made.type)
        if value is not None:
            self._locals[made.name] = _Local(statement.block, value, [self._span(statement)])

    def _added(self, called: Call, statement: Statement) -> bool:
        """Take `expected.add("x");` into the constant that the variable holds."""
        name, _, method = called.callee.partition(".")
        local = self._locals.get(name)
        if local is None or method not in {"add", "put"} or not isinstance(local.value, Node):
            return False
        values = [constant_of(part) for part in split(called.arguments)]
        known = [value for value in values if value is not None]
        if len(known) != len(values) or local.block != statement.block or len(values) != (2 if method == "put" else 1):
            return False
        local.value = grown(local.value, known)
        local.spans.append(self._span(statement))
        local.named += 1
        return True

    def _assertion(self, called: Call, statement: Statement) -> Assertion | None:
        qualifier = called.callee.rpartition(".")[0]
        known = called.name in OPERANDS and called.name not in self._own and (not qualifier or qualifier in _CLASSES)
        if not known or statement.caught:
            return None
        parts = self._parts(called.name, split(called.arguments))
        return None if parts is None else self._understood(called, statement, parts)

    def _understood(self, called: Call, statement: Statement, parts: _Parts) -> Assertion | None:
        if called.name in _COMPARES:
            return self._comparison(called, statement, parts)
        asked = parts.operands[-1]
        expects = self._text(parts.operands[0][:-2]) if called.name == "assertThrows" else ""
        if called.name in _THROWS and not _is_code(asked):
            return None
        if called.name == "assertThrows" and [token.text for token in parts.operands[0][-2:]] != [".", "class"]:
            return None
        return self._made(called, statement, asked, answer=None, expects=expects)

    def _comparison(self, called: Call, statement: Statement, parts: _Parts) -> Assertion | None:
        left, right = parts.operands
        answer, flipped = self._constant(left), False
        if answer is None:
            answer, flipped, left, right = self._constant(right), True, right, left
        elif self._constant(right) is not None:
            return None
        if answer is None or answer.kind.endswith("]") is not (called.name == "assertArrayEquals"):
            return None
        delta = self._delta(parts.delta)
        if delta is None:
            return None
        local = left[0].text if len(left) == 1 and left[0].text in self._locals else ""
        return self._made(called, statement, right, answer=answer, delta=delta, flipped=flipped, local=local)

    def _made(
        self,
        called: Call,
        statement: Statement,
        asked: Sequence[Token],
        *,
        answer: Constant | None,
        expects: str = "",
        delta: tuple[str, float] = ("", 0.0),
        flipped: bool = False,
        local: str = "",
    ) -> Assertion:
        return Assertion(
            test=self._method.name,
            span=self._span(statement),
            required=statement.required,
            name=called.name,
            callee=called.callee,
            asked=self._text(asked),
            answer=answer,
            expects=expects,
            delta=delta,
            flipped=flipped,
            local=local,
        )

    def _text(self, tokens: Sequence[Token]) -> str:
        return self._source[tokens[0].start : tokens[-1].end] if tokens else ""

    def _constant(self, tokens: Sequence[Token]) -> Constant | None:
        if len(tokens) == 1 and tokens[0].text in self._locals:
            name = tokens[0].text
            return self._locals[name].value if self._is_still(name) else None
        return constant_of(tokens)

    def _is_still(self, name: str) -> bool:
        """Whether nothing assigns to the variable after its declaration."""
        changes = 0
        for before, word, after in zip(self._body(), self._body(1), self._body(2), strict=False):
            if word.text == name and before.text != ".":
                changes += after.text in {"=", "[", "+", "-", "*"} or before.text in {"+", "-"}
        return changes <= 1

    def _body(self, skip: int = 0) -> Sequence[Token]:
        return self._tokens[self._method.start - 1 + skip : self._method.end + 1]

    def _delta(self, tokens: Sequence[Token]) -> tuple[str, float] | None:
        """The tolerance as source and as a number; None where it is not known."""
        if not tokens:
            return "", 0.0
        found = self._constant(tokens)
        if isinstance(found, Leaf) and isinstance(found.value, int | float) and found.value >= 0:
            return self._text(tokens), float(found.value)
        return None

    def _parts(self, name: str, arguments: list[Sequence[Token]]) -> _Parts | None:
        """What an assertion compares and how closely; its message is of no account."""
        count = OPERANDS[name]
        if self._old and len(arguments) > count and _is_message(arguments[0]):
            arguments = arguments[1:]
        if len(arguments) < count or not all(arguments):
            return None
        extra = arguments[count:]
        if extra and not self._old and _is_message(extra[-1]):
            extra = extra[:-1]
        if len(extra) > (name in _COMPARES):
            return None
        return _Parts(arguments[:count], extra[0] if extra else ())


def _is_message(tokens: Sequence[Token]) -> bool:
    """Whether this is a text, or something that makes one when it is needed, that cannot do anything else."""
    if [token.text for token in tokens[:3]] == ["(", ")", "->"]:
        return True
    kinds = {token.kind for token in tokens}
    signs = {token.text for token in tokens if token.kind == "sign"}
    return bool(kinds & {"string", "text"}) and signs <= {"+", "."}


def _is_code(tokens: Sequence[Token]) -> bool:
    """Whether this is a lambda or a method that is passed on."""
    return [token.text for token in tokens[:3]] == ["(", ")", "->"] or any(token.text == "::" for token in tokens)
