"""The Java code of an answer as a reader would take it: types told apart by their braces, each in its own file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.benchmarks.ncb.extraction.blocks import Block, Lexicon, blocks, normalised, tagged
from bench.evaluators.thoughts import without_thoughts

ADDED = "import org.junit.jupiter.api.Test;\nimport static org.junit.jupiter.api.Assertions.*;\n"
"""What the authors' evaluator writes before every file."""

JAVA = Lexicon(
    re.compile(
        r"""//[^\n]*|(?P<opener>/\*|\"\"\")|"(?:[^"\\\n]|\\.)*+\\?(?:"|$)|'(?:[^'\\\n]|\\u+[0-9a-fA-F]{4}|\\[^u\n]\d*)'"""
        r"""|[^\W\d][\w$]*|\d[\w.]*|[^\s\w]""",
        re.MULTILINE,
    ),
    {"/*": "*/", '"""': '"""'},
)
LONGEST_HEAD = 100  # tokens between a type's name and its brace
_TESTS = re.compile(r"@(?:Parameterized|Repeated)?Test\b")
_IMPORT = re.compile(r"import\s+(?:static\s+)?([\w.]+)(?:\.\*)?\s*;")
_PACKAGE = re.compile(r"package\s+([\w.]+)\s*;")
_JAVA = re.compile(r"java\d*")
_KINDS = frozenset({"class", "interface", "enum", "record"})
_MODIFIERS = frozenset(
    {"public", "protected", "private", "abstract", "final", "static", "sealed", "strictfp", "non", "-"}
)
_CLAUSES = frozenset({"extends", "implements", "permits"})
_NEVER_IN_A_HEAD = frozenset({";", "}", "=", "(", ")", '"'})
_LIBRARIES = ("java.", "javax.", "org.", "lombok.")

Token = tuple[int, int, str]


@dataclass(slots=True)
class Source:
    """What one block declares.

    Attributes:
        types: by name, each from its first modifier or annotation to its closing brace.
        imports: as they were written, with the name that each imports.
    """

    types: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)


def robust_java(response: str) -> dict[str, str] | None:
    """The source files of an answer by their names; None where there is no type in it.

    Of blocks that declare one type the last counts. Package lines, and test classes beside other types, are left out.
    Thoughts are left out too, unless all of the code stands in them.
    """
    text = normalised(response)
    answer = without_thoughts(text)
    for candidate in (answer,) if answer == text else (answer, text):
        if found := _of_text(candidate):
            return found
    return None


def _of_text(text: str) -> dict[str, str]:
    every = [*tagged(text, "Java"), *blocks(text, JAVA, is_whole)]
    likely = [block for block in every if not block.language or _JAVA.fullmatch(block.language)]
    for chosen in (likely, every, [Block("", text)]):
        sources = [source for block in chosen if (source := read(block.code)).types or source.imports]
        if any(source.types for source in sources):
            return _files(sources)
    return {}


def _files(sources: Sequence[Source]) -> dict[str, str]:
    """Each type with its block's imports, those of the whole answer where its block has none."""
    all_imports = {text: name for source in sources for text, name in source.imports.items()}
    packages = {package for source in sources for package in source.packages}
    types = {name: (text, source) for source in sources for name, text in source.types.items()}
    solutions = {name for name, (text, _) in types.items() if not _TESTS.search(text)} or set(types)
    return {
        f"{name}.java": _file(text, _needed(source.imports or all_imports, packages, types))
        for name, (text, source) in types.items()
        if name in solutions
    }


def _needed(imports: Mapping[str, str], packages: set[str], types: Iterable[str]) -> list[str]:
    """Imports without those of the answer's own types, which all lie in one folder without a package."""
    own = set(types)
    return [
        text
        for text, name in imports.items()
        if not (
            name in packages
            or name.rpartition(".")[0] in packages
            or (name.rpartition(".")[2] in own and not name.startswith(_LIBRARIES))
        )
    ]


def _file(declaration: str, imports: Sequence[str]) -> str:
    """The layout is the authors', so that what both ways extract is run once."""
    lead = "" if declaration.startswith("@") else "\n"
    return ADDED + "\n".join(imports) + f"\n{lead}{declaration}\n"


def is_whole(code: str) -> bool:
    """Whether all braces are closed and a type was declared."""
    depth = 0
    for _, _, text in JAVA.pieces(code):
        depth += (text == "{") - (text == "}")
    return depth == 0 and bool(read(code).types)


def read(code: str) -> Source:
    """The types, imports and packages at the top of a source, whatever prose stands around them."""
    tokens: list[Token] = [piece for piece in JAVA.pieces(code) if not piece[2].startswith(("//", "/*"))]
    source, at, head = Source(), 0, -1
    while at < len(tokens):
        start, _, text = tokens[at]
        if text in _KINDS and (opening := _brace(tokens, at)) is not None:
            closing = _closing(tokens, opening)
            end = len(code) if closing is None else tokens[closing][1]
            source.types[tokens[at + 1][2]] = code[start if head < 0 else head : end].rstrip()
            at, head = len(tokens) if closing is None else closing + 1, -1
        elif text == "@" or text in _MODIFIERS:
            head = start if head < 0 else head
            at = _past_annotation(tokens, at) if text == "@" else at + 1
        else:
            _note(source, code, start, text)
            at, head = at + 1, -1
    return source


def _note(source: Source, code: str, start: int, text: str) -> None:
    if text == "import" and (found := _IMPORT.match(code, start)):
        source.imports[found[0]] = found[1]
    elif text == "package" and (found := _PACKAGE.match(code, start)):
        source.packages.add(found[1])


def _brace(tokens: Sequence[Token], at: int) -> int | None:
    """The brace that opens the body of the type whose kind stands at a place; None where no type is declared."""
    if at + 2 >= len(tokens) or not tokens[at + 1][2].isidentifier():
        return None
    after: int | None = at + 2
    if tokens[at + 2][2] == "<":
        after = _past(tokens, at + 2, "<", ">")
    if tokens[at][2] == "record":
        after = None if after is None or not _is(tokens, after, "(") else _past(tokens, after, "(", ")")
    if after is None or after >= len(tokens):
        return None
    return after if tokens[after][2] == "{" else _end_of_head(tokens, after)


def _end_of_head(tokens: Sequence[Token], at: int) -> int | None:
    if tokens[at][2] not in _CLAUSES:
        return None
    for number in range(at, min(at + LONGEST_HEAD, len(tokens))):
        if tokens[number][2] == "{":
            return number
        if tokens[number][2][0] in _NEVER_IN_A_HEAD:
            return None
    return None


def _past(tokens: Sequence[Token], at: int, opener: str, closer: str) -> int | None:
    """The place after the bracket that closes the one at a place, if that is near."""
    depth = 0
    for number in range(at, min(at + LONGEST_HEAD, len(tokens))):
        depth += (tokens[number][2] == opener) - (tokens[number][2] == closer)
        if depth == 0:
            return number + 1
    return None


def _past_annotation(tokens: Sequence[Token], at: int) -> int:
    """The place after an annotation; after the sign alone in `@interface` and where no name follows."""
    after = at + 1
    if not (after < len(tokens) and tokens[after][2].isidentifier()) or _is(tokens, after, "interface"):
        return after
    while _is(tokens, after + 1, ".") and after + 2 < len(tokens):
        after += 2
    return (_past(tokens, after + 1, "(", ")") or after + 1) if _is(tokens, after + 1, "(") else after + 1


def _closing(tokens: Sequence[Token], at: int) -> int | None:
    depth = 0
    for number in range(at, len(tokens)):
        depth += (tokens[number][2] == "{") - (tokens[number][2] == "}")
        if depth == 0:
            return number
    return None


def _is(tokens: Sequence[Token], at: int, text: str) -> bool:
    return at < len(tokens) and tokens[at][2] == text
