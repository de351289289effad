"""The files of an answer as a reader would take them out. What the authors' extraction gets whole is left as it is.

So the robust extraction loses no answer that the official one gets right, and where both are equal the code runs once.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from bench.benchmarks.ncb.extraction import Extracted, official_java, official_python, robust_java, robust_python
from bench.benchmarks.ncb.extraction.encodable import why_not_encodable
from bench.evaluators.thoughts import without_thoughts

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def python_files(text: str, number: str) -> Extracted:
    """The module; no file where the answer holds no code."""
    text = _answer(text)
    theirs, code = official_python.files_of(text, number), robust_python.robust_python(text)
    if code is None or _python_is_whole(theirs.files, code):
        return Extracted(files=theirs.files)
    module = robust_python.with_header(code, official_python.module("").removesuffix("\n"))
    return Extracted(files={f"python_{number}.py": f"{module}\n"})


def _python_is_whole(files: Mapping[str, str], code: str) -> bool:
    """Whether the authors' module parses and defines all that was found."""
    found, theirs = robust_python.parsed(code), [robust_python.parsed(module) for module in files.values()]
    if found is None:
        return bool(files)
    return any(tree is not None and _defined(found) <= _defined(tree) for tree in theirs)


def _defined(tree: ast.Module) -> frozenset[str]:
    """Functions and classes of a module, tests aside."""
    names = (node.name for node in tree.body if isinstance(node, _DEFINITIONS))
    return frozenset(name for name in names if not name.lower().startswith("test"))


def java_files(text: str, number: str) -> Extracted:
    """One file for each top-level type; none where the answer holds no type."""
    text = _answer(text)
    theirs, found = official_java.files_of(text, number), robust_java.robust_java(text)
    if found is None or (theirs.raised is None and _java_is_whole(theirs.files, found)):
        return Extracted(files=theirs.files)
    return Extracted(files={name: source for name, source in found.items() if name not in _harness(number)})


def _java_is_whole(files: Mapping[str, str], found: Mapping[str, str]) -> bool:
    """Whether every file that was found is theirs too, and each of theirs declares the type it is named for."""
    same = all(files.get(name, "").split() == source.split() for name, source in found.items())
    return same and all(name.removesuffix(".java") in robust_java.read(files[name]).types for name in files)


def _harness(number: str) -> frozenset[str]:
    """The authors' own files, which they write last."""
    return frozenset({f"Test_java_{number}.java", "TestRunner.java"})


def _answer(text: str) -> str:
    """What can be written to a file, without thoughts; with them where there is nothing else."""
    text = text.encode("utf-8", "replace").decode() if why_not_encodable(text) else text
    answer = without_thoughts(text)
    return answer if answer.strip() else text
