"""Java test files as rows of tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.benchmarks.ncb.construction.source.editing import Edit, edited, inserted, lead, line_end
from bench.benchmarks.ncb.construction.source.spans import Span, Unit
from bench.sandbox.java_source import (
    TYPES,
    Method,
    NotUnderstood,
    Token,
    closing,
    declared_types,
    find,
    test_methods,
    tokens_of,
)

TEST_CLASS = re.compile(r"class (.*?)\s", re.DOTALL)


def spans(text: str) -> list[Span]:
    """See `suites.units`."""
    tokens = tokens_of(text)
    methods = test_methods(tokens, test_class(text, tokens))
    return [Span(_unit(text, tokens, method), -1, 0) for method in methods]


def test_class(text: str, tokens: Sequence[Token]) -> str:
    """The class whose name becomes that of the file; where the authors' rule names none, the first that has tests."""
    found, declared = TEST_CLASS.search(text), declared_types(tokens)
    if found and found.group(1) in declared:
        return found.group(1)
    return next((name for name in declared if test_methods(tokens, name)), declared[0] if declared else "")


def _unit(text: str, tokens: Sequence[Token], method: Method) -> Unit:
    floor = tokens[method.head - 1].end if method.head else 0
    start = lead(text, floor, tokens[method.head].start)
    end = line_end(text, tokens[method.end].end)
    return Unit(method.name, start, end, text[start:end])


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a class.

    Attributes:
        name: of the method, field or type; empty where it has none.
        start, end: its characters.
        method: whether it is a method.
    """

    name: str
    start: int
    end: int
    method: bool


def with_units(tests: str, more: str) -> tuple[str, tuple[str, ...]]:
    """See `suites.with_units`: the other test class's members and the types beside it come, but what is there."""
    here, there = tokens_of(tests), tokens_of(more)
    own, other = test_class(tests, here), test_class(more, there)
    named = {method.name for method in test_methods(there, other)}
    body, rest = _body(here, own), _body(there, other)
    if body is None or rest is None or not named:
        return tests, ()
    present = _members(tests, here, *body)
    coming = _new(tests, present, more, _members(more, there, *rest))
    types = _new(tests, _types(tests, here), more, [one for one in _types(more, there) if one.name != other])
    names = _renamed([*present, *_types(tests, here)], [*coming, *types], taken={own: other})
    text = edited(
        tests,
        [
            inserted(_after_imports(here), "".join(f"\n{line}" for line in _imports(tests, here, more, there))),
            inserted(_line_of_closing(tests, here[body[1]].start), "".join(_written(more, coming, names))),
            inserted(len(tests), "".join(_written(more, types, names))),
        ],
    )
    added = [names.get(name, name) for name in (one.name for one in coming) if name in named]
    return text, (*added, *(name for name in named if "::" in name and name.split("::")[0] in {m.name for m in coming}))


def _line_of_closing(text: str, place: int) -> int:
    """Where the line of a class's last brace begins, if nothing else stands on it."""
    start = text.rfind("\n", 0, place) + 1
    return place if text[start:place].strip() else start


def _new(tests: str, present: Sequence[Member], more: str, coming: Sequence[Member]) -> list[Member]:
    there = {_words(tests[one.start : one.end]) for one in present}
    return [one for one in coming if _words(more[one.start : one.end]) not in there]


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokens_of(text))


def _written(text: str, members: Sequence[Member], names: Mapping[str, str]) -> Iterator[str]:
    for member in members:
        source = text[member.start : member.end]
        words = [token for token in tokens_of(source) if token.kind == "word" and token.text in names]
        changed = edited(source, [Edit(word.start, word.end, names[word.text]) for word in words])
        yield f"\n{changed}" + ("" if changed.endswith("\n") else "\n")


def _renamed(present: Sequence[Member], coming: Sequence[Member], taken: Mapping[str, str]) -> Mapping[str, str]:
    """New names for members whose name is taken; the other test class takes the name of this one."""
    used = {one.name for one in present}
    names = {other: own for own, other in taken.items() if own != other}
    for name in dict.fromkeys(one.name for one in coming if one.name in used):
        new = next(made for number in range(2, len(used) + 3) if (made := f"{name}{number}") not in used)
        names[name] = new
        used.add(new)
    return names


def _body(tokens: Sequence[Token], name: str) -> tuple[int, int] | None:
    """The tokens between the braces of a top-level class."""
    for at in range(len(tokens) - 1):
        if tokens[at].text in TYPES and tokens[at + 1].text == name:
            try:
                opening = find(tokens, frozenset("{"), at, len(tokens))
                return opening + 1, closing(tokens, opening)
            except NotUnderstood:
                return None
    return None


def _members(text: str, tokens: Sequence[Token], start: int, end: int) -> list[Member]:
    found, at = [], start
    while at < end:
        try:
            stop = _member_end(tokens, at, end)
        except NotUnderstood:
            break
        floor = tokens[at - 1].end if at else 0
        name, method = _name(tokens[at : stop + 1])
        first, last = lead(text, floor, tokens[at].start), line_end(text, tokens[stop].end)
        found.append(Member(name, first, last, method))
        at = stop + 1
    return found


def _member_end(tokens: Sequence[Token], at: int, end: int) -> int:
    """The semicolon or brace that ends a member.

    Raises:
        NotUnderstood: nothing does.
    """
    stop = find(tokens, frozenset("{;="), at, end)
    if tokens[stop].text == "=":
        return find(tokens, frozenset(";"), stop, end)
    return closing(tokens, stop) if tokens[stop].text == "{" else stop


def _name(member: Sequence[Token]) -> tuple[str, bool]:
    """The name of a member, and whether it is a method."""
    at = 0
    while at < len(member):
        word = member[at].text
        if word == "@":
            at = _past_annotation(member, at)
        elif word in TYPES and at + 1 < len(member):
            return member[at + 1].text, False
        elif word in {"(", "=", ";"} and at:
            return member[at - 1].text, word == "("
        elif word == "{":
            break
        else:
            at += 1
    return "", False


def _past_annotation(member: Sequence[Token], at: int) -> int:
    at += 2
    while at + 1 < len(member) and member[at].text == ".":
        at += 2
    return closing(member, at) + 1 if at < len(member) and member[at].text == "(" else at


def _types(text: str, tokens: Sequence[Token]) -> list[Member]:
    """The top-level types."""
    start = next((at for at in range(len(tokens)) if tokens[at].start >= _after_imports(tokens)), len(tokens))
    return [one for one in _members(text, tokens, start, len(tokens)) if one.name]


def _after_imports(tokens: Sequence[Token]) -> int:
    """Behind the last import, or the package's name."""
    place, at = 0, 0
    while at < len(tokens) and tokens[at].text in {"import", "package"}:
        while at < len(tokens) and tokens[at].text != ";":
            at += 1
        place = tokens[at].end if at < len(tokens) else place
        at += 1
    return place


def _imports(tests: str, here: Sequence[Token], more: str, there: Sequence[Token]) -> list[str]:
    """The other file's imports, but what is there or would be ambiguous: a name that is imported from elsewhere.

    JUnit 4 and 5 have asserts of one name, so a file stays with the one that it has.
    """
    told = _import_lines(tests, here)
    names = {line.rstrip(";").rsplit(".", 1)[-1] for line in told} - {"*"}
    junit = any("org.junit" in line for line in told)
    return [
        line
        for line in _import_lines(more, there)
        if line not in told
        and line.rstrip(";").rsplit(".", 1)[-1] not in names
        and not (junit and _clashes(line, told))
    ]


def _clashes(line: str, told: Sequence[str]) -> bool:
    jupiter = any("org.junit.jupiter" in one for one in told)
    return "org.junit" in line and ("jupiter" in line) != jupiter


def _import_lines(text: str, tokens: Sequence[Token]) -> list[str]:
    head = text[: _after_imports(tokens)]
    return [" ".join(found.split()) for found in re.findall(r"^\s*(import\s[^;]*;)", head, re.MULTILINE)]


_BEFORE_A_LOCAL = frozenset({">", "]"})
_NO_TYPES = frozenset({"return", "new", "throw", "instanceof", "else", "case", "assert", "package", "import", "yield"})
_AFTER_A_LOCAL = frozenset({"=", ";", ":", ",", ")"})


def normal_form(source: str) -> str:
    """See `suites.normal_form`."""
    tokens = tokens_of(source)
    opening = next((at for at, token in enumerate(tokens) if token.text == "{"), 0)
    head, body = tokens[:opening], tokens[opening:]
    expected = [token.text for token in head if token.text in {"expected", "class"} or token.text.endswith("Exception")]
    names = {name: f"local_{number}" for number, name in enumerate(dict.fromkeys(_locals(body)))}
    return " ".join([*expected, *(names.get(token.text, token.text) for token in body)])


def _locals(tokens: Sequence[Token]) -> Iterator[str]:
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        typed = (before.kind == "word" and before.text not in _NO_TYPES) or before.text in _BEFORE_A_LOCAL
        if typed and token.kind == "word" and after.text in _AFTER_A_LOCAL:
            yield token.text
