"""The Python code of an answer as a reader would take it: whatever the fence, behind thoughts, in pieces, among prose.

Never less than the authors' extraction gets: where theirs is whole, it is taken.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence

from bench.benchmarks.ncb.extraction import Extracted
from bench.benchmarks.ncb.extraction.encodable import why_not_encodable
from bench.benchmarks.ncb.extraction.fences import Fenced, fenced_blocks
from bench.benchmarks.ncb.extraction.official_python import NOTHING, extract, module
from bench.evaluators.thoughts import without_thoughts

NAMES = frozenset({"python", "py", "python3", "py3", "python2", "python3.11", "ipython", "sage", "cython"})
UNNAMED = frozenset({"", "code", "text", "plaintext", "txt", "plain"})
MOST = 300_000  # characters that are parsed; an answer of 4096 tokens has a tenth of it
ATTEMPTS = 200  # at parsing a part of one text
_START = re.compile(r"(?:import|from|def|class|async|if|try|with|for|@)\b|@\w|[A-Za-z_]\w*\s*(?::[^=]+)?=[^=]")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def files_of(text: str, number: str) -> Extracted:
    """The module; no file where the answer holds no code."""
    if why_not_encodable(text):
        text = text.encode("utf-8", "replace").decode()
    code = extract_robustly(text)
    return Extracted() if code is None else Extracted(files={f"python_{number}.py": module(code)})


def extract_robustly(text: str) -> str | None:
    """The code; None for an empty answer."""
    if not text:
        return None
    answer = without_thoughts(text)
    answer = answer if answer.strip() else text
    official, found = extract(answer), merged(list(_codes(answer)))
    if found is None or (official != NOTHING and _is_whole(official, found)):
        return official
    return found


def _is_whole(official: str, found: str) -> bool:
    """Whether the authors' extraction parses and defines all that was found."""
    return parsed(official) is not None and definitions(found) <= definitions(official)


def _codes(answer: str) -> Iterator[str]:
    """Every piece of valid code, in order."""
    fenced = [block for block in fenced_blocks(answer) if block.language in NAMES | UNNAMED]
    codes = [code for block in fenced for code in _of_block(block)]
    return iter(codes or list(valid_pieces(answer)))


def _of_block(block: Fenced) -> Sequence[str]:
    """A block's code; text that holds a closing mark itself is taken on to the next one, if only then it is valid."""
    whole = next((code for code in (block.code, *block.longer) if code.strip() and parsed(code) is not None), None)
    if whole is not None:
        return [whole]
    return list(valid_pieces(block.code)) if block.language in NAMES else []


def valid_pieces(text: str) -> Iterator[str]:
    """The longest valid stretches of lines that begin as code does."""
    lines = text.split("\n") if len(text) <= MOST else []
    number, left = 0, ATTEMPTS
    while number < len(lines) and left > 0:
        size = 0
        if _START.match(lines[number]):
            size, used = _longest_valid(lines[number:], left)
            left -= used
        if size:
            yield "\n".join(lines[number : number + size])
        number += max(1, size)


def _longest_valid(lines: list[str], attempts: int) -> tuple[int, int]:
    """How many of the first lines are valid, cutting at each error in turn, and how often it was tried."""
    size, used = len(lines), 0
    while size and used < attempts:
        used += 1
        wrong = _wrong_line("\n".join(lines[:size]))
        if wrong is None:
            return size, used
        size = min(size - 1, max(0, wrong - 1))
    return 0, used


def _wrong_line(code: str) -> int | None:
    """The line of the first error; None where the code is valid."""
    try:
        _parse(code)
    except SyntaxError as error:
        return error.lineno or 1
    except (ValueError, RecursionError, MemoryError):
        return 1
    return None


def parsed(code: str) -> ast.Module | None:
    """The syntax tree; None where it is not valid, or too long to be an answer."""
    try:
        return _parse(code) if len(code) <= MOST else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parse(code: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def definitions(code: str) -> frozenset[str]:
    """Functions and classes of a module, tests aside; of code that only imports, what it imports."""
    tree = parsed(code)
    if tree is None:
        return frozenset()
    names = {node.name for node in tree.body if isinstance(node, _DEFINITIONS)}
    if names or not tree.body or not all(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body):
        return frozenset(name for name in names if not name.lower().startswith("test"))
    imports = (alias for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names)
    return frozenset(alias.asname or alias.name for alias in imports)


def merged(codes: Sequence[str]) -> str | None:
    """The last complete definition of everything: a piece counts where no later one defines all that it does.

    Examples of use, which define nothing, are left out; where nothing defines anything, the longest piece is all.
    """
    chosen: list[str] = []
    covered: frozenset[str] = frozenset()
    for code in reversed(codes):
        names = definitions(code)
        if names - covered:
            chosen.insert(0, code)
            covered |= names
    if not chosen:
        return max(codes, key=len, default=None)
    together = "\n\n".join(chosen)
    return together if parsed(together) is not None else chosen[-1]
