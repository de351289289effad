"""Names of a Java solution, and the use of them in tests. See `names`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from bench.benchmarks.ncb.construction.solutions.java_bodies import MODIFIERS
from bench.benchmarks.ncb.construction.source.java_suites import test_class
from bench.sandbox.java_source import (
    NotUnderstood,
    Token,
    closing,
    find,
    plain,
    test_methods,
    tokens_of,
    type_name,
)
from bench.sandbox.python_pure import named

COMMON = named(
    """toString equals hashCode compareTo compare getMessage size get set add remove put contains containsKey isEmpty
    length charAt substring clear iterator next hasNext close run call apply accept test values valueOf name ordinal
    stream map filter collect forEach keySet entrySet getKey getValue getClass println print append indexOf split
    trim format exists delete getName getPath toPath read write start join main clone finalize"""
)
"""Methods that a type of the JDK has too, or that an interface of it demands."""


def solution_names(files: Mapping[str, str]) -> frozenset[str]:
    """See `names.solution_names`; private members are nobody else's."""
    found: set[str] = set()
    for source in files.values():
        tokens = tokens_of(source)
        found.update(_members(tokens, 0, len(tokens), ""))
    return frozenset(found) - {"main", "args", ""}


def _members(tokens: Sequence[Token], start: int, end: int, owner: str) -> Iterator[str]:
    at = start
    while at < end:
        try:
            stop = find(tokens, frozenset("{;="), at, end)
            head = tokens[at:stop]
            yield from _declared(head, owner)
            name = type_name(head)
            if tokens[stop].text == "=":
                stop = find(tokens, frozenset(";"), stop, end)
            elif tokens[stop].text == "{":
                past = closing(tokens, stop)
                if name:
                    yield from _constants(tokens, stop + 1, past, head)
                    yield from _members(tokens, stop + 1, past, name)
                stop = past
        except NotUnderstood:
            return
        at = stop + 1


def _constants(tokens: Sequence[Token], start: int, end: int, head: Sequence[Token]) -> Iterator[str]:
    """The constants of an enumeration."""
    if not any(token.text == "enum" for token in head):
        return
    at = start
    while at < end and tokens[at].kind == "word" and tokens[at + 1].text in {",", ";", "(", "}"}:
        yield tokens[at].text
        at = closing(tokens, at + 1) + 1 if tokens[at + 1].text == "(" else at + 1
        at += 1


def _declared(head: Sequence[Token], owner: str) -> Iterator[str]:
    """The name that a head declares, unless it is private, an import, a constructor, or asked for by an interface."""
    texts = [token.text for token in plain(head)]
    if not texts or texts[0] in {"import", "package"}:
        return
    if name := type_name(head):
        yield name
        if "record" in texts and "(" in texts:
            yield from _components(texts)
        return
    overriding = [token.text for token in head[:2]] == ["@", "Override"]
    name = texts[texts.index("(") - 1] if "(" in texts else texts[-1]
    if owner and "private" not in texts and not overriding and name not in {owner, *MODIFIERS} and name.isidentifier():
        yield name


def _components(texts: Sequence[str]) -> Iterator[str]:
    inner = texts[texts.index("(") + 1 : texts.index(")")]
    yield from (name for name, after in zip(inner, [*inner[1:], ","], strict=True) if after == "," and name != ",")


def used(tests: str, solution: Collection[str]) -> Mapping[str, frozenset[str]]:
    """For each test the names of the solution in it."""
    tokens = tokens_of(tests)
    own = test_class(tests, tokens)
    methods = test_methods(tokens, own)
    inside = {at for method in methods for at in range(method.head, method.end)}
    known = frozenset(solution) - {own}
    shared = frozenset(_used(tokens, [at for at in range(len(tokens)) if at not in inside], known))
    return {
        method.name: frozenset(_used(tokens, range(method.start, method.end), known)) | shared for method in methods
    }


def _used(tokens: Sequence[Token], places: Collection[int], known: frozenset[str]) -> Iterator[str]:
    for at in places:
        token = tokens[at]
        if token.kind != "word" or token.text not in known:
            continue
        if _is_use(tokens, at):
            yield token.text


def _is_use(tokens: Sequence[Token], at: int) -> bool:
    """A type where one is named, a method or a field where it stands behind a dot, unless the JDK has it too."""
    before = tokens[at - 1].text if at else ""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    name = tokens[at].text
    if before in {".", ":"}:
        return name not in COMMON and (name[:1].islower() or not _in_package(tokens, at))
    if name[:1].isupper():
        return True
    return after == "(" and before not in {"void", "."} and name not in COMMON


def _in_package(tokens: Sequence[Token], at: int) -> bool:
    """Whether a name stands at the end of `import java.util.Name`."""
    while at > 0 and (tokens[at].kind == "word" or tokens[at].text == "."):
        if tokens[at].text == "import":
            return True
        at -= 1
    return False
