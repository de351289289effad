"""Other versions of a Java solution: `altered` and `idle`, see `variants`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files as package_files

from bench.benchmarks.ncb.construction.solutions.java_bodies import Body, bodies, own_tokens
from bench.benchmarks.ncb.construction.source.editing import Edit, edited, inserted
from bench.sandbox.java_source import NotUnderstood, Token, closing, find, tokens_of

Files = Mapping[str, str]
HELPER = "BenchAltered.java"
_PACKAGE = re.compile(r"^\s*(package\s+[\w.]+\s*;)", re.MULTILINE)
_PRINTS = re.compile(r"\bSystem\s*\.\s*out\b")


def altered(files: Files) -> Files | None:
    """Every value that a method returns goes through `BenchAltered`, a class in a file of its own beside it."""
    prints = any(_PRINTS.search(text) for text in files.values())
    made = {name: _altered(text, prints="true" if prints else "false") for name, text in files.items()}
    if made == dict(files):
        return None
    helper = (package_files("bench.benchmarks.ncb.construction.solutions") / HELPER).read_text(encoding="utf-8")
    package = next((found.group(1) + "\n" for text in files.values() if (found := _PACKAGE.search(text))), "")
    return {**made, HELPER: package + helper}


def _altered(text: str, prints: str) -> str:
    tokens = tokens_of(text)
    return edited(text, [edit for body in bodies(tokens) for edit in _framed(tokens, body, prints)])


def _framed(tokens: Sequence[Token], body: Body, prints: str) -> Iterator[Edit]:
    """The body between its beginning and its end, each of which the helper is told."""
    if not body.name:
        return
    first = tokens[body.start].end if body.is_method else _behind_other_constructor(tokens, body)
    silent = "false" if body.gives or not body.is_method else "true"
    yield inserted(first, f" BenchAltered.enter({prints}); try {{")
    yield inserted(tokens[body.end].start, f" }} finally {{ BenchAltered.leave({silent}); }} ")
    if body.gives:
        yield from _returns(tokens, body)


def _behind_other_constructor(tokens: Sequence[Token], body: Body) -> int:
    """`this(...)` and `super(...)` must come first."""
    at = body.start + 1
    if at + 1 < body.end and tokens[at].text in {"this", "super"} and tokens[at + 1].text == "(":
        return tokens[find(tokens, frozenset(";"), at, body.end)].end
    return tokens[body.start].end


_PRIMITIVE = frozenset({"boolean", "int", "long", "double"})
_NARROW = frozenset({"byte", "short", "char", "float"})


def _returns(tokens: Sequence[Token], body: Body) -> Iterator[Edit]:
    call = _call(body)
    for at in own_tokens(tokens, body):
        if tokens[at].text == "return" and tokens[at + 1].text != ";":
            try:
                end = find(tokens, frozenset(";"), at, body.end)
            except NotUnderstood:
                return
            yield inserted(tokens[at].end, f" {call}")
            yield inserted(tokens[end].start, ")")


def _call(body: Body) -> str:
    """How a value of the method's type is changed; the type says what may stand where there is null."""
    texts = [token.text for token in body.returned]
    name = "".join(texts[: texts.index("<")] if "<" in texts else texts)
    if name in _PRIMITIVE:
        return "BenchAltered.of("
    if name in _NARROW:
        return f"({name}) BenchAltered.of("
    known = not (set(texts) & body.variables) and "@" not in name
    arrays = "[]" * texts.count("[") if "<" in texts else ""
    return f"BenchAltered.of({name}{arrays}.class, " if known else "BenchAltered.of(null, "


def idle(files: Files) -> Files | None:
    """Methods that return nothing do nothing; nothing is thrown where the code goes on without that.

    Constructors stay, and so does what they call.
    """
    sources = {name: (text, tokens_of(text)) for name, text in files.items()}
    kept = frozenset(name for _, tokens in sources.values() for name in _called_by_constructors(tokens))
    return {name: edited(text, _idle(text, tokens, kept)) for name, (text, tokens) in sources.items()}


def _called_by_constructors(tokens: Sequence[Token]) -> Iterator[str]:
    for body in bodies(tokens):
        if not body.is_method:
            places = range(body.start, body.end)
            yield from (tokens[at].text for at in places if tokens[at].kind == "word" and tokens[at + 1].text == "(")


def _idle(text: str, tokens: Sequence[Token], kept: frozenset[str]) -> Iterator[Edit]:
    for body in bodies(tokens):
        if body.is_method and not body.gives and body.name not in kept:
            inner = text[tokens[body.start].end : tokens[body.end].start]
            if inner.strip():
                yield Edit(tokens[body.start].end, tokens[body.end].start, " ")
        else:
            yield from _throws(tokens, body)


def _throws(tokens: Sequence[Token], body: Body) -> Iterator[Edit]:
    """Each `throw` under an `if` behind which the code goes on, so that it can be left out."""
    for at in own_tokens(tokens, body):
        if tokens[at].text == "if":
            try:
                yield from _thrown(tokens, body, at)
            except NotUnderstood:
                return


def _thrown(tokens: Sequence[Token], body: Body, at: int) -> Iterator[Edit]:
    """The last statement of what an `if` without `else` guards.

    Raises:
        NotUnderstood: brackets that do not match.
    """
    then = closing(tokens, at + 1) + 1
    block = tokens[then].text == "{"
    end = closing(tokens, then) if block else find(tokens, frozenset(";"), then, body.end)
    goes_on = tokens[end + 1].text not in {"}", "else", "case", "default"} or (end + 1 == body.end and not body.gives)
    places = range(then + 1, end) if block else range(then, end)
    throw = next((place for place in places if tokens[place].text == "throw"), None)
    if goes_on and throw is not None and (tokens[throw - 1].text in {"{", ";", ")"}):
        yield Edit(tokens[throw].start, tokens[find(tokens, frozenset(";"), throw, body.end)].end, ";")
