"""From a model's answer to code: solutions as files, tests as the body of a test file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from bench.benchmarks.ncb.extraction import OFFICIAL, robust_java, robust_python
from bench.benchmarks.ncb.extraction.blocks import Block, blocks, normalised
from bench.benchmarks.ncb.java_text import blank
from bench.evaluators.thoughts import without_thoughts

_PYTHON_TEST = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+test\w*[ \t]*\(", re.MULTILINE)
_JAVA_TEST = re.compile(r"@(?:Test|ParameterizedTest|RepeatedTest)\b")
_SOLUTION_IMPORT = re.compile(
    r"^(?:import (?:pytest|solution|your_module)|from (?:python_\w+|solution|your_module|main|module) import [^\n]+)"
    r"[ \t]*(?:#[^\n]*)?$\n?",
    re.MULTILINE,
)
_IMPORT = re.compile(r"^import [^\n]+;[ \t]*$", re.MULTILINE)


def solution_files(language: str, text: str, number: str) -> Mapping[str, str]:
    """A solution's files; empty where the answer holds no code.

    They are what the published form of the solution gives when an evaluator extracts it, so that nothing else is
    verified here than what is run later.
    """
    found = fenced_solution(language, text)
    return {} if found is None else OFFICIAL[language](found, number).files


def fenced_solution(language: str, text: str) -> str | None:
    """The code of an answer in one block, as `reference_solution` holds it; None where there is none."""
    if language == "python":
        code = robust_python.robust_python(text)
        return None if code is None else f"```python\n{code.strip()}\n```"
    found = robust_java.robust_java(text)
    return None if not found else f"```java\n{_one_block(found)}\n```"


def _one_block(found: Mapping[str, str]) -> str:
    """Several Java files as one text: imports once, then each type; that of the first file first."""
    imports = dict.fromkeys(line.strip() for source in found.values() for line in _IMPORT.findall(source))
    kept = [line for line in imports if line not in _added()]
    types = [_IMPORT.sub("", source).strip() for source in found.values()]
    return "\n".join([*kept, "", *("\n\n".join(types).splitlines())]).strip()


def _added() -> frozenset[str]:
    """The imports that every extraction adds again."""
    return frozenset(line.strip() for line in robust_java.ADDED.splitlines())


def test_code(language: str, text: str) -> str:
    """The test code of an answer; empty where it holds no test.

    Python: without the lines that import pytest and the solution, which the test file has anyway.
    """
    return _TESTS[language](normalised(without_thoughts(text)))


def _python_tests(text: str) -> str:
    found = [block.code for block in _blocks(text, robust_python.PYTHON, robust_python.is_whole)]
    chosen = [code for code in found or [text] if _PYTHON_TEST.search(code) and robust_python.is_whole(code)]
    return _SOLUTION_IMPORT.sub("", "\n\n\n".join(code.strip("\n") for code in chosen)).strip("\n") + "\n" * bool(
        chosen
    )


def _java_tests(text: str) -> str:
    found = [block.code for block in _blocks(text, robust_java.JAVA, robust_java.is_whole)]
    chosen = [code for code in found or [text] if _JAVA_TEST.search(code) and re.search(r"\bclass\s+\w", blank(code))]
    return f"{max(chosen, key=len).strip()}\n" if chosen else ""


def _blocks(text: str, lexicon: object, is_whole: Callable[[str], bool]) -> list[Block]:
    return blocks(text, lexicon, is_whole)  # type: ignore[arg-type]


_TESTS: Mapping[str, Callable[[str], str]] = MappingProxyType({"python": _python_tests, "java": _java_tests})
