"""The Java types of an answer as a reader would take them: every top-level type of every block into a file of its own.

Never less than the authors' extraction gets: where theirs is whole, it is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.benchmarks.ncb.extraction import Extracted
from bench.benchmarks.ncb.extraction import official_java as official
from bench.benchmarks.ncb.extraction.encodable import why_not_encodable
from bench.benchmarks.ncb.extraction.fences import fenced_blocks
from bench.benchmarks.ncb.java_text import blank, blocks
from bench.evaluators.thoughts import without_thoughts

NAMES = frozenset({"java", "java8", "java11", "java17", "java21", "jsp", "", "code", "text", "plaintext", "txt"})
MOST = 1_000_000  # characters that are looked through; an answer of 4096 tokens has a fiftieth of it
HEADER = 4_000  # characters before a brace in which a declaration may begin
_MODIFIERS = r"(?:public|protected|private|abstract|final|static|sealed|non-sealed|strictfp)\b\s*"
_ANNOTATION = r"@(?!interface\b)[\w.]+\s*(?:\([^()]{0,400}\)\s*)?"
_DECLARATION = re.compile(rf"(?:{_ANNOTATION}|{_MODIFIERS})*(?:@?interface|class|enum|record)\s+(\w+)[^;{{}}]*\Z")
_KEYWORD = re.compile(r"(?:@?\binterface|\bclass|\benum|\brecord)\s+\w+")
_LEADING = re.compile(rf"(?:{_ANNOTATION}|{_MODIFIERS})+\Z")
_IMPORT = re.compile(r"^[ \t]*import\s+(?:static\s+)?([\w.]+(?:\.\*)?)\s*;", re.MULTILINE)
_PACKAGE = re.compile(r"^[ \t]*package\s+([\w.]+)\s*;", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Type:
    """A top-level type: its name, and where its declaration begins and ends."""

    name: str
    start: int
    end: int


def files_of(text: str, number: str) -> Extracted:
    """One file for each top-level type; none where the answer holds no type."""
    if why_not_encodable(text):
        text = text.encode("utf-8", "replace").decode()
    answer = without_thoughts(text)
    answer = answer if answer.strip() else text
    theirs, found = official.files_of(answer, number), _files(answer, number)
    if not found or (not theirs.raised and set(found) <= set(theirs.files) and _is_whole(theirs.files, answer)):
        return Extracted(files=theirs.files)
    return Extracted(files=found)


def _files(answer: str, number: str) -> dict[str, str]:
    if len(answer) > MOST:
        return {}
    codes = [block.code for block in fenced_blocks(answer) if block.language in NAMES]
    found = [(code, list(top_level(blank(code)))) for code in codes]
    if not any(types for _, types in found):
        found = [(answer, list(top_level(blank(answer))))]
    own = {package for code, _ in found for package in _PACKAGE.findall(code)}
    files: dict[str, str] = {}
    for code, types in found:
        files |= _of_code(code, types, own)
    for name in (f"Test_java_{number}.java", "TestRunner.java"):
        files.pop(name, None)
    return files


def _of_code(code: str, types: list[Type], own: set[str]) -> dict[str, str]:
    imports = "".join(f"{line}\n" for line in _imports(code, own))
    return {f"{t.name}.java": f"{official.IMPORTS}{imports}{code[t.start : t.end]}\n" for t in types}


def _imports(code: str, own: set[str]) -> Iterator[str]:
    """The imports, but those of the answer's own packages: here all types stand in none."""
    for found in _IMPORT.finditer(blank(code)):
        if found.group(1).rpartition(".")[0] not in own:
            yield code[found.start() : found.end()].strip()


def top_level(blanked: str) -> Iterator[Type]:
    """The types that are declared outside of every brace."""
    for block in blocks(blanked, 0, len(blanked)):
        start = max(block.header, block.start - HEADER)
        header = blanked[start : block.start]
        keyword = max(_KEYWORD.finditer(header), key=re.Match.start, default=None)
        if keyword is None:
            continue
        leading = _LEADING.search(header, 0, keyword.start())
        place = leading.start() if leading else keyword.start()
        declaration = _DECLARATION.match(header, place)
        if declaration:
            yield Type(declaration.group(1), start + place, block.end)


def _is_whole(files: Mapping[str, str], answer: str) -> bool:
    """Whether each file declares the type it is named for, holds but imports and types, and imports what there is."""
    own = set(_PACKAGE.findall(answer))
    return all(
        _declares(content, name.removesuffix(".java")) and own.isdisjoint(_imported_packages(content))
        for name, content in files.items()
    )


def _imported_packages(content: str) -> Iterator[str]:
    return (name.rpartition(".")[0] for name in _IMPORT.findall(content))


def _declares(content: str, name: str) -> bool:
    blanked = blank(content)
    types = list(top_level(blanked))
    rest = blanked
    for found in reversed(types):
        rest = rest[: found.start] + rest[found.end :]
    return any(found.name == name for found in types) and not _IMPORT.sub("", rest).replace(";", "").strip()
