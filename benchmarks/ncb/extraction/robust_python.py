"""The Python code of an answer as a reader would take it: what parses, and of that what defines something."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Self

from bench.benchmarks.ncb.extraction.blocks import Block, Lexicon, blocks, normalised, tagged
from bench.evaluators.thoughts import without_thoughts

PYTHON = Lexicon(
    re.compile(
        r"""\#[^\n]*|(?P<opener>\"\"\"|''')|"(?:[^"\\\n]|\\[\s\S])*+\\?(?:"|$)|'(?:[^'\\\n]|\\[\s\S])*+\\?(?:'|$)""",
        re.MULTILINE,
    ),
    {'"""': '"""', "'''": "'''"},
)
MOST_PARSED = 1 << 20  # characters; no answer holds as much code, and a syntax tree takes some hundred bytes for each
MOST_BLOCKS = 1_000  # of one answer; in a longer one a model repeats itself
MOST_PARSES = 20_000  # where code and prose are mixed
LONGEST_JOIN = 40  # chunks of such text that one statement may take, a string between triple quotes for instance

_PYTHON = re.compile(r"(?:i?python|py)[\d.]*")
_USAGE = re.compile(r"main$|test|Test|(?:example|demo|usage)(?:_|$)")
_MAGIC = re.compile(r"^[!%].*$", re.MULTILINE)
_CHUNK = re.compile(r"^(?!(?:else|elif|except|finally)\b)[^\s)\]}].*$", re.MULTILINE)
_INDENT = re.compile(r"^(?: {4}|\t)", re.MULTILINE)
_UNFINISHED = ("unterminated triple", "was never closed", "expected an indented block")
"""What the parser says of a statement that may go on."""

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SETTINGS = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)


@dataclass(frozen=True, slots=True)
class Piece:
    """A block that parses.

    Attributes:
        names: functions and classes that it defines, those of usage examples and tests left out.
        hollow: those of them without a body of their own.
        settings: whether it holds imports and assignments alone.
    """

    code: str
    names: frozenset[str]
    hollow: frozenset[str]
    settings: bool


def robust_python(response: str) -> str | None:
    """The code of an answer; None where there is none.

    Blocks that define something are put together; one that defines again all that an earlier one did stands in its
    place. Usage examples and tests in blocks of their own are left out, and so are thoughts, unless all of the code
    stands in them. Code that does not parse is given as it is where nothing better is found.
    """
    text = normalised(response)
    answer = without_thoughts(text)
    for candidate in (answer,) if answer == text else (answer, text):
        if found := _of_text(candidate):
            return found
    return None


def with_header(code: str, header: str) -> str:
    """The code with lines put before it, but after its `from __future__` imports, which must come first."""
    tree = parsed(code)
    futures = (
        [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"] if tree else []
    )
    lines = code.split("\n")
    for node in futures:
        lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    return "".join(f"{ast.unparse(node)}\n" for node in futures) + header + "\n".join(lines)


def _of_text(text: str) -> str | None:
    every = [*tagged(text, "Python"), *blocks(text, PYTHON, is_whole)][:MOST_BLOCKS]
    likely = [block for block in every if not block.language or _PYTHON.fullmatch(block.language)]
    for chosen in (likely, every):
        if found := _together([piece for block in chosen if (piece := _piece(block.code))]):
            return found
    mixed = _longest([*(block.code for block in likely or every), text])
    return mixed or _least_bad(likely or every)


def _least_bad(found: Sequence[Block]) -> str | None:
    """The first block that parses or, if none does, the first; code without definitions may be meant."""
    codes = [block.code for block in found if block.code.strip()]
    return next((code for code in codes if parsed(code) is not None), codes[0] if codes else None)


def is_whole(code: str) -> bool:
    """Whether code can end where it does; comments alone cannot."""
    tree = parsed(code)
    return tree is not None and bool(tree.body)


def parsed(code: str) -> ast.Module | None:
    """The syntax tree; None where the code does not parse, or is too long to be anybody's answer."""
    tree = _parsed(code)
    return tree if isinstance(tree, ast.Module) else None


def _parsed(code: str) -> ast.Module | str:
    """The syntax tree, or why there is none."""
    if len(code) > MOST_PARSED:
        return "too long"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in strings are the model's affair
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return str(error)


def _piece(code: str) -> Piece | None:
    """A block as a piece, moved to the left margin and without a notebook's commands where only that makes it parse."""
    variants: tuple[Callable[[str], str], ...] = (
        str,
        textwrap.dedent,
        lambda text: _MAGIC.sub("", textwrap.dedent(text)),
    )
    for variant in variants:
        changed = variant(code)
        tree = parsed(changed)
        if tree is not None and tree.body:
            return _of_tree(changed, tree)
    return None


def _of_tree(code: str, tree: ast.Module) -> Piece:
    definitions = [node for node in _top(tree.body) if isinstance(node, _DEFINITIONS) and not _USAGE.match(node.name)]
    return Piece(
        code,
        frozenset(node.name for node in definitions),
        frozenset(node.name for node in definitions if all(map(_says_nothing, node.body))),
        all(isinstance(node, _SETTINGS) for node in tree.body),
    )


def _top(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a module, those within `try` and `if` too."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try):
            yield from (inner for inner in ast.iter_child_nodes(node) if isinstance(inner, ast.stmt))


def _says_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _together(pieces: Sequence[Piece]) -> str | None:
    """The pieces that make up the solution, as one source; None where none defines anything."""
    kept: list[Piece] = []
    for piece in pieces:
        known = frozenset[str]().union(*(earlier.names for earlier in kept))
        if piece.settings:
            kept.append(piece)
        elif piece.names and not (piece.names <= known and piece.names <= piece.hollow):
            kept = [earlier for earlier in kept if earlier.settings or not earlier.names <= piece.names]
            kept.append(piece)
    while kept and kept[-1].settings:
        kept.pop()  # what is set after the last definition is an example's
    return "\n\n".join(piece.code for piece in kept) if any(piece.names for piece in kept) else None


def _longest(texts: Iterable[str]) -> str | None:
    """The longest run of whole statements that defines something, in the first text that has one."""
    budget = iter(range(MOST_PARSES))
    for text in texts:
        for variant in (text, _INDENT.sub("", text)):
            if runs := list(_Mixed.of(variant, budget).runs()):
                return max(runs, key=len)
    return None


@dataclass(frozen=True, slots=True)
class _Mixed:
    """Text in which statements and prose take turns.

    Attributes:
        starts: where each chunk begins: a line at the left margin, with what follows further to the right.
        ends: where each ends.
        budget: gives one number for each time that something may still be parsed.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    budget: Iterator[int]

    @classmethod
    def of(cls, text: str, budget: Iterator[int]) -> Self:
        starts = [found.start() for found in islice(_CHUNK.finditer(text), MOST_PARSES)]
        return cls(text, starts, [*starts[1:], len(text)], budget)

    def runs(self) -> Iterator[str]:
        """Stretches of lines of which each statement parses, if one of them is a definition."""
        at, begun, defines = 0, -1, False
        if not any(self.text.startswith(("def ", "class ", "async ", "@"), start) for start in self.starts):
            return
        while at < len(self.starts):
            last, tree = self._statement(at)
            if tree is not None:
                begun = self.starts[at] if begun < 0 else begun
                defines = defines or any(isinstance(node, _DEFINITIONS) for node in tree.body)
            if begun >= 0 and defines and (tree is None or last + 1 == len(self.starts)):
                yield self.text[begun : self.starts[at] if tree is None else len(self.text)].rstrip()
            if tree is None:
                begun, defines = -1, False
            at = last + 1

    def _statement(self, at: int) -> tuple[int, ast.Module | None]:
        """The chunk up to which the chunk at a place reaches as a statement, and its tree; itself if it is none."""
        for last in range(at, min(at + LONGEST_JOIN, len(self.starts))):
            if next(self.budget, None) is None:
                break
            tree = _parsed(self.text[self.starts[at] : self.ends[last]])
            if isinstance(tree, ast.Module):
                return last, None if _is_prose(tree) else tree
            if not self.text.startswith("@", self.starts[at]) and not any(word in tree for word in _UNFINISHED):
                break
        return at, None


def _is_prose(tree: ast.Module) -> bool:
    """Whether a chunk is a word that happens to parse."""
    return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Name) for node in tree.body)
