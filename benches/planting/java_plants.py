"""Faults for Java tests."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bench.benchmarks.ncb.construction.solutions.java_bodies import Body, bodies
from bench.benchmarks.ncb.construction.source.editing import Edit, edited, inserted
from bench.sandbox.java_source import NotUnderstood, Token, find, tokens_of
from planting.java_assertions import Assertion, JavaTest, assertions, is_plain, test_of
from planting.java_clocks import CLOCKS
from planting.spots import Change, Planter, Spot, clock_forms, new_name, other_number, other_text

# --- a wrong expected value ---

_LITERAL = re.compile(r'-?\d[\d_]*(?:\.\d+)?[lLdDfF]?|"(?:[^"\\]|\\.)*"|true|false')
_IN_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\w.])\d+(?:\.\d+)?(?![\w.])')


def wrong_value(spot: Spot, rng: random.Random) -> Change | None:
    """An expected literal is another one of its type, or a truth is denied."""
    test = test_of(spot)
    if test is None:
        return None
    choices = [edit for one in _always(test) for edit in _wrong(test, one, rng)]
    if not choices:
        return None
    edit = rng.choice(choices)
    what = f"{test.text[edit.start : edit.end][:60]} became {edit.text[:60]}"
    return Change(tests=edited(test.text, [edit]), what=what)


def _always(test: JavaTest) -> Iterator[Assertion]:
    """Assertions at the top level of a test, before anything that could end it."""
    for one in assertions(test):
        depth = 0
        for token in test.tokens[test.method.start : test.method.end]:
            if token.start >= one.start:
                break
            depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            yield one


_DENIED = {"assertTrue": "assertFalse", "assertFalse": "assertTrue"}


def _wrong(test: JavaTest, one: Assertion, rng: random.Random) -> Iterator[Edit]:
    if one.name in _DENIED:
        at = test.text.index(one.name, one.start)
        yield Edit(at, at + len(one.name), _DENIED[one.name])
    elif one.name in {"assertEquals", "assertArrayEquals"}:
        expected = _expected(test, one)
        if expected is not None and (new := _other(one.parts[expected], rng)) != one.parts[expected]:
            yield Edit(*one.spans[expected], new)


def _expected(test: JavaTest, one: Assertion) -> int | None:
    """Which argument is the expected value, where that is a literal: JUnit 4 may have a message before it."""
    jupiter = "org.junit.jupiter" in test.text
    first = 1 if not jupiter and len(one.parts) > 2 and one.parts[0].startswith('"') else 0
    return first if len(one.parts) > first and _is_literal(one.parts[first]) else None


def _is_literal(text: str) -> bool:
    """A constant, or an array or list of them."""
    listed = re.fullmatch(r"(?:new\s+\w+(?:\[\])+\s*\{|(?:List|Arrays)\.(?:of|asList)\()(.+)[})]", text, re.DOTALL)
    parts = re.sub(r"[\s,{}]", "", _IN_LITERAL.sub("", listed.group(1))) if listed else "x"
    return bool(_LITERAL.fullmatch(text)) or (listed is not None and not parts)


def _other(text: str, rng: random.Random) -> str:
    if text in {"true", "false"}:
        return "false" if text == "true" else "true"
    found = list(_IN_LITERAL.finditer(text))
    whole = re.fullmatch(r"(-?\d[\d_]*(?:\.\d+)?)([lLdDfF]?)", text)
    if whole:
        return _number(whole.group(1), rng) + whole.group(2)
    if not found:
        return text
    one = rng.choice(found)
    new = _text(one.group(), rng) if one.group().startswith('"') else _number(one.group(), rng)
    return text[: one.start()] + new + text[one.end() :]


def _number(text: str, rng: random.Random) -> str:
    plain = text.replace("_", "")
    return repr(other_number(float(plain) if "." in plain else int(plain), rng))


def _text(literal: str, rng: random.Random) -> str:
    """Another text; what stands behind a backslash is left alone."""
    parts = re.split(r"(\\u[0-9a-fA-F]{4}|\\.)", literal[1:-1])
    places = [at for at in range(0, len(parts), 2) if any(one.isalnum() for one in parts[at])] or [0]
    at = rng.choice(places)
    parts[at] = other_text(parts[at], rng)
    return f'"{"".join(parts)}"'


# --- an assertion that holds whatever happens ---


def vacuous(spot: Spot, rng: random.Random) -> Change | None:
    """Every assertion of a test is replaced by something that always holds."""
    test = test_of(spot)
    asserted = assertions(test) if test else []
    if test is None or not asserted or not is_plain(test) or len(asserted) < _count(test):
        return None
    forms = list(_FORMS)
    rng.shuffle(forms)
    for form in forms:
        texts = [_FORMS[form](test, one, number) for number, one in enumerate(asserted)]
        if all(text is not None for text in texts):
            edits = [Edit(one.start, one.end, text or "") for one, text in zip(asserted, texts, strict=True)]
            return Change(tests=edited(test.text, edits), what=form)
    return None


def _count(test: JavaTest) -> int:
    body = test.tokens[test.method.start : test.method.end]
    return sum(token.text.startswith("assert") for token in body)


def _true(test: JavaTest, _one: Assertion, _number: int) -> str | None:
    return f"{test.qualifier}assertTrue(true);"


def _gone(test: JavaTest, one: Assertion, number: int) -> str | None:
    value = _value(test, one)
    return None if value is None else f"Object seen{number} = {value};"


def _swallowed(test: JavaTest, one: Assertion, _number: int) -> str | None:
    return f"try {{ {test.text[one.start : one.end]} }} catch (AssertionError ignored) {{ }}"


def _or_true(test: JavaTest, one: Assertion, _number: int) -> str | None:
    return (
        f"{test.qualifier}assertTrue(({one.parts[-1]}) || true);"
        if one.name in _DENIED and len(one.parts) == 1
        else None
    )


def _itself(test: JavaTest, one: Assertion, number: int) -> str | None:
    value = _value(test, one)
    made = f"Object seen{number} = {value};"
    return None if value is None else f"{made} {test.qualifier}assertEquals(seen{number}, seen{number});"


def _there(test: JavaTest, one: Assertion, _number: int) -> str | None:
    value = _value(test, one)
    return None if value is None else f"{test.qualifier}assertNotNull({value});"


def _typed(test: JavaTest, one: Assertion, _number: int) -> str | None:
    value, expected = _value(test, one), _expected(test, one) if one.name == "assertEquals" else None
    if value is None or expected is None or not _LITERAL.fullmatch(one.parts[expected]):
        return None
    literal = one.parts[expected]
    kind = "String" if literal.startswith('"') else "Boolean" if literal in {"true", "false"} else "Number"
    return f"{test.qualifier}assertTrue(((Object) ({value})) instanceof {kind});"


def _long(test: JavaTest, one: Assertion, _number: int) -> str | None:
    value = _value(test, one)
    return None if value is None else f"{test.qualifier}assertTrue(String.valueOf((Object) ({value})).length() >= 0);"


def _value(test: JavaTest, one: Assertion) -> str | None:
    """The value that an assertion looks at, where that is not null."""
    if one.name in _DENIED and len(one.parts) == 1:
        return one.parts[0]
    expected = _expected(test, one) if one.name == "assertEquals" else None
    return one.parts[expected + 1] if expected is not None and len(one.parts) > expected + 1 else None


_FORMS: Mapping[str, Callable[[JavaTest, Assertion, int], str | None]] = MappingProxyType(
    {
        "assertTrue(true)": _true,
        "assertions removed": _gone,
        "assertion in a try that swallows it": _swallowed,
        "or true": _or_true,
        "a value compared with itself": _itself,
        "assertNotNull": _there,
        "instanceof": _typed,
        "length() >= 0": _long,
    }
)


# --- what the clock shows ---


def clock(spot: Spot, rng: random.Random) -> Change | None:
    """A test asks for something that holds today."""
    test = test_of(spot)
    if test is None or not is_plain(test):
        return None
    now = dt.datetime.now(dt.UTC)
    form = rng.choice(clock_forms(CLOCKS, now))
    before, condition = CLOCKS[form](now, rng)
    start = test.tokens[test.method.start - 1].end
    edits = [
        *([inserted(start, f" {before}")] if before else []),
        inserted(test.tokens[test.method.end].start, f"    {test.qualifier}assertTrue({condition});\n    "),
    ]
    return Change(tests=edited(test.text, edits), what=form)


# --- a name that the text does not show ---


@dataclass(frozen=True, slots=True)
class _Place:
    """A method of the solution.

    Attributes:
        start: where its head begins.
        end: behind its body.
    """

    file: str
    body: Body
    start: int
    end: int


def hidden_name(spot: Spot, rng: random.Random) -> Change | None:
    """A test uses a name that the solution has and the text does not show."""
    test = test_of(spot)
    if test is None:
        return None
    forms = [_constant, _method]
    rng.shuffle(forms)
    return next((change for form in forms if (change := form(spot, test, rng))), None)


def _places(spot: Spot) -> Iterator[_Place]:
    for file, source in spot.draft.files.items():
        tokens = tokens_of(source)
        for body in bodies(tokens):
            if body.is_method and body.name != "main":
                head = body.start
                while tokens[head - 1].text not in {"{", "}", ";"}:
                    head -= 1
                yield _Place(file, body, tokens[head].start, tokens[body.end].end)


def _method(spot: Spot, test: JavaTest, rng: random.Random) -> Change | None:
    """A method has a twin of another name, and the test calls that."""
    places = {place.body.name: place for place in _places(spot) if _is_alone(spot, place.body.name)}
    calls = _calls(test, set(places))
    if not calls:
        return None
    old = rng.choice(sorted({token.text for token in calls}))
    new = new_name(spot, old, rng, camel=True)
    if new is None:
        return None
    place = places[old]
    source = spot.draft.files[place.file]
    twin = re.sub(rf"\b{old}\b(?=\s*\()", new, source[place.start : place.end], count=1).replace("@Override", "")
    return Change(
        tests=edited(test.text, [Edit(token.start, token.end, new) for token in calls if token.text == old]),
        files={**spot.draft.files, place.file: edited(source, [inserted(place.end, f"\n\n    {twin}")])},
        what=f"method {new} for {old}",
    )


def _is_alone(spot: Spot, name: str) -> bool:
    """Whether a method is declared once: no overload, no interface, no other class has one of its name."""
    words = "".join(spot.draft.files.values())
    found = re.findall(rf"([\w\]>]+)\s+{name}\s*\(", words)
    return len([one for one in found if one not in {"return", "new", "else", "throw"}]) == 1


def _calls(test: JavaTest, names: set[str]) -> list[Token]:
    """Calls of these methods, behind a dot."""
    tokens = test.tokens
    return [
        tokens[at]
        for at in range(test.method.start, test.method.end)
        if tokens[at].text in names and tokens[at - 1].text == "." and tokens[at + 1].text == "("
    ]


def _constant(spot: Spot, test: JavaTest, rng: random.Random) -> Change | None:
    """A class has a constant, and the test asks for its value."""
    names = [name for name in ("DEFAULT_LIMIT", "MAX_ITEMS", "SCHEMA_VERSION", "BATCH_SIZE") if spot.is_free(name)]
    words = {token.text for token in test.tokens[test.method.start : test.method.end]}
    owners = [name for name in (_class_of(file) for file in spot.draft.files) if name in words]
    if not names or not owners or not is_plain(test):
        return None
    owner, name, value = rng.choice(owners), rng.choice(names), rng.randint(2, 64)
    file = f"{owner}.java"
    source = spot.draft.files[file]
    opening = _opening(source, owner)
    if opening is None:
        return None
    field = f"\n    public static final int {name} = {value};\n"
    asked = f"    {test.qualifier}assertEquals({value}, {owner}.{name});\n    "
    return Change(
        tests=edited(test.text, [inserted(test.tokens[test.method.end].start, asked)]),
        files={**spot.draft.files, file: edited(source, [inserted(opening, field)])},
        what=f"constant {owner}.{name}",
    )


def _class_of(file: str) -> str:
    return file.removesuffix(".java")


def _opening(source: str, owner: str) -> int | None:
    """Behind the brace that opens a class."""
    tokens = tokens_of(source)
    for at in range(len(tokens) - 1):
        if tokens[at].text == "class" and tokens[at + 1].text == owner:
            try:
                return tokens[find(tokens, frozenset("{"), at, len(tokens))].end
            except NotUnderstood:
                return None
    return None


PLANTERS: Mapping[str, Planter] = MappingProxyType(
    {"wrong_value": wrong_value, "vacuous": vacuous, "clock": clock, "hidden_name": hidden_name}
)
