"""Bugs these catch: a solution with wrong values raises, or works otherwise inside; one without effects is broken."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from construction_helpers import JAVA, PYTHON, real_drafts, sample_drafts
from java_local import LocalCompiler, compilers

from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.construction.solutions.variants import VARIANTS, variant
from bench.benchmarks.ncb.construction.source import assembling

compiler = pytest.fixture(scope="module")(compilers)


def _seen(files: Mapping[str, str] | None, tmp_path: Path, ask: str) -> object:
    """What a program prints as JSON that imports the solution; in a process of its own, as in the sandbox."""
    assert files is not None
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    program = f"import json\nfrom solution import *\nprint(json.dumps({ask}))\n"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _altered(source: str, tmp_path: Path, ask: str) -> object:
    return _seen(variant("python", "altered", {"solution.py": source}), tmp_path, ask)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3", 4),
        ("True", False),
        ("1.0", 2.5),
        ("float('nan')", 1.0),
        ("'ab1'", "bc22"),
        ("''", "x"),
        ("'{\"a\": 1}'", '{"a": 2, "bb": 2}'),
        ("'2024-02-28'", "2024-02-01"),
        ("'<b>a</b>'", "<b>b</b>"),
        ("[1, 2]", [2, 3, 4]),
        ("[]", [1]),
        ("(1, 'a')", [2, "bb"]),
        ("{'a': 1}", {"a": 2, "bb": 2}),
        ("[[1], [2]]", [[2, 3], [3, 4], [4, 5, 6]]),
    ],
)
def test_a_value_becomes_another_of_its_kind(tmp_path: Path, value: str, expected: object) -> None:
    assert _altered(f"def f():\n    return {value}\n", tmp_path, "f()") == expected


def test_only_the_outermost_call_is_altered(tmp_path: Path) -> None:
    assert _altered(PYTHON, tmp_path, "down(3)") == [4, 3, 2, 3]


def test_deep_recursion_still_works(tmp_path: Path) -> None:
    source = "def deep(n):\n    return 0 if n == 0 else 1 + deep(n - 1)\n"
    assert _altered(source, tmp_path, "deep(900)") == 901


def test_what_an_object_holds_is_altered_where_it_is_read_from_outside(tmp_path: Path) -> None:
    ask = "(lambda t: [t.add(2), t.value, t.find(2), t.find(3)])(Total())"
    assert _altered(PYTHON, tmp_path, ask) == [None, 3, "zftt", 1]


def test_a_constructor_works_as_before(tmp_path: Path) -> None:
    source = (
        "class A:\n    def __init__(self):\n        self.items = []\n        self.items.append(self.first())\n"
        "    def first(self):\n        return 1\n    def all(self):\n        return self.items\n"
    )
    assert _altered(source, tmp_path, "A().all()") == [2, 3]


def test_generators_classmethods_properties_and_coroutines_are_altered(tmp_path: Path) -> None:
    source = (
        "import asyncio\n\nclass A:\n    @property\n    def p(self):\n        return 1\n    @classmethod\n"
        "    def c(cls):\n        return 1\n    @staticmethod\n    def s():\n        return 1\n\n"
        "def g():\n    yield 1\n\nasync def a():\n    return 1\n"
    )
    assert _altered(source, tmp_path, "[A().p, A.c(), A.s(), *g(), asyncio.run(a())]") == [2, 2, 2, 2, 2]


def test_what_is_printed_and_written_is_altered(tmp_path: Path) -> None:
    source = "def f():\n    open('out.txt', 'w').write('abc')\n\ndef p(x):\n    if x:\n        print('abc')\n"
    ask = "(f(), open('out.txt').read())[1]"
    assert _altered(source, tmp_path, ask) == "bcdd"
    done = [sys.executable, "-c", "from solution import *; p(1); p(0)"]
    assert subprocess.run(done, cwd=tmp_path, capture_output=True, text=True, check=True).stdout == "bcd\nx\n"


def test_an_idle_solution_keeps_its_constructors_and_raises_nothing(tmp_path: Path) -> None:
    idle = variant("python", "idle", {"solution.py": PYTHON})
    ask = "(lambda t: [t.add(-1), t.add(2), t.value, t.count, down(2)])(Total())"
    assert _seen(idle, tmp_path, ask) == [None, None, 0, 0, [2, 1]]


def test_a_solution_that_cannot_be_parsed_has_no_variants() -> None:
    assert [variant("python", name, {"a.py": "def f(:"}) for name in VARIANTS] == [None, None, None]
    assert variant("python", "idle", {"a.py": "def f():\n    return 1\n"}) is None


@pytest.mark.parametrize("draft", list(sample_drafts("python")), ids=lambda draft: draft.id)
def test_tests_of_the_samples_fail_on_altered_solutions_by_assertions_alone(tmp_path: Path, draft: Draft) -> None:
    for name, text in (variant("python", "altered", draft.files) or {}).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "test_it.py").write_text(assembling.test_file(draft), encoding="utf-8")
    if draft.inputs:
        shutil.copytree(draft.inputs, tmp_path, dirs_exist_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", "-rf", "test_it.py"]
    wide = {**os.environ, "COLUMNS": "1000"}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=wide)
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert failed, done.stdout
    assert all("- assert" in line or "- Failed" in line or "- AssertionError" in line for line in failed), failed


def test_java_variants_compile_and_say_what_they_should(compiler: LocalCompiler) -> None:
    altered = variant("java", "altered", {"Total.java": JAVA})
    idle = variant("java", "idle", {"Total.java": JAVA})
    assert altered is not None
    assert idle is not None
    written = "".join(altered["Total.java"].split())
    assert "returnBenchAltered.of(value);" in written
    assert "returnBenchAltered.of(List.class,found);" in written
    assert "return(char)BenchAltered.of(text.charAt(0));" in written
    assert "throw" not in idle["Total.java"]
    assert "this.value = start" in idle["Total.java"]
    for files in (altered, idle):
        assert compiler.compile(files, "Total").error is None


@pytest.fixture(scope="module")
def real(ncb: Path) -> list[Draft]:
    drafts = [draft for draft in real_drafts(ncb, "java") if "fastjson" not in str(draft.files)]
    return drafts[::11]


@pytest.mark.parametrize("name", VARIANTS)
def test_variants_of_published_java_solutions_compile(real: list[Draft], compiler: LocalCompiler, name: str) -> None:
    for draft in real:
        files = variant("java", name, draft.files)
        if files is not None:
            main = next(iter(draft.files)).removesuffix(".java")
            assert compiler.compile(files, main).error is None, draft.id


def test_variants_of_published_python_solutions_compile(ncb: Path) -> None:
    for draft in real_drafts(ncb, "python"):
        for name in VARIANTS:
            for file, text in (variant("python", name, draft.files) or {}).items():
                compile(text, file, "exec")
