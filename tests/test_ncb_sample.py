"""The sample problems of NaturalCodeBench can be solved, and only by solving them.

These tests would catch: committed files that are no longer what their sources say, a reference that fails its own tests
(the sample's 100 % would be a lie), a test that anything passes, English and Chinese rows that ask for different
things, and a prompt that gives a hidden test away.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import make_ncb_sample
import pytest
from conftest import REPOSITORY, absent
from java_local import LocalCompiler, build, run_local

from bench.benchmarks.ncb.extraction.robust_java import robust_java
from bench.benchmarks.ncb.sample import sample_folder
from bench.records import Execution, Job, Verdict
from bench.sandbox.exam import Paper
from bench.sandbox.languages import Refused
from bench.sandbox.local import LocalChannel
from bench.sandbox.python_exam import paper
from bench.sandbox.session import run_session

Row = dict[str, Any]

KEYS = ["_id", "prompt", "problem", "testcases", "setup_code", "reference_solution", "classification"]
TASKS = ("python_en", "python_zh", "java_en", "java_zh")
NUMBERS = range(1, 9)
RUNNER = REPOSITORY / "sandbox" / "image" / "python" / "runner.py"
JARS = [Path("/usr/share/java") / f"{name}.jar" for name in ("junit-platform-console-standalone", "jsoup", "lombok")]
STDIN = (
    'import sys\nwith open("stdin.txt", "w") as file:\n    file.write("1\\n" * 1000)\nsys.stdin = open("stdin.txt")\n'
)
FUNCTION = re.compile(r"def (test\w*)\(|@Test\s+void (\w+)\(")


def rows(task: str) -> list[Row]:
    text = (sample_folder() / task / f"ncb_{task}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def row(task: str, number: int) -> Row:
    return next(row for row in rows(task) if row["_id"] == number)


def unfenced(text: str) -> str:
    return re.sub(r"\A```\w+\n|```\Z", "", text)


def names(source: str) -> set[str]:
    return {python or java for python, java in FUNCTION.findall(source)}


def inputs(task: str, number: int) -> str | None:
    folder = Path(str(sample_folder())) / task / "input_files" / str(number)
    return str(folder) if folder.is_dir() else None


def test_the_package_holds_what_the_sources_say(tmp_path: Path) -> None:
    made = {
        path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in make_ncb_sample.write_samples(tmp_path)
    }
    root = Path(str(sample_folder()))
    held = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert held == made


@pytest.mark.parametrize("task", TASKS)
def test_rows_have_the_authors_keys_and_types(task: str) -> None:
    found = rows(task)
    assert [row["_id"] for row in found] == list(NUMBERS)
    for one in found:
        assert list(one) == KEYS
        assert all(isinstance(value, str) for key, value in one.items() if key != "_id")
        assert one["reference_solution"].startswith(f"```{task.partition('_')[0]}\n")
        assert "{{" not in one["problem"]


@pytest.mark.parametrize("language", ["python", "java"])
def test_both_natural_languages_ask_for_the_same(language: str) -> None:
    for english, chinese in zip(rows(f"{language}_en"), rows(f"{language}_zh"), strict=True):
        assert english["testcases"] == chinese["testcases"]
        assert english["reference_solution"] == chinese["reference_solution"]
        assert set(re.findall(r"`(.+?)`", english["problem"])) == set(re.findall(r"`(.+?)`", chinese["problem"]))


@pytest.mark.parametrize("task", TASKS)
def test_the_prompt_shows_one_test_that_is_not_among_the_hidden_ones(task: str) -> None:
    for one in rows(task):
        shown, hidden = names(one["prompt"]), names(one["testcases"])
        assert len(shown) == 1
        assert 5 <= len(hidden) <= 8
        assert shown.isdisjoint(hidden)
        assert one["problem"] in one["prompt"]


def python_job(number: int, code: str) -> Job:
    name, tests = f"python_{number}", row("python_en", number)["testcases"]
    return Job(
        sample_id=f"python_en/{number}",
        extractor="reference",
        language="python",
        name=name,
        files={f"{name}.py": STDIN + code},
        tests=f"import pytest\nfrom {name} import *\n{tests}\n",
        inputs=inputs("python_en", number),
    )


def run_python(job: Job) -> Execution:
    found = paper(job, random.Random(7))
    assert isinstance(found, Paper)
    return run_session(LocalChannel([sys.executable, "-I", "-B", str(RUNNER)]), job, found)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_python_reference_passes_its_tests(number: int) -> None:
    one = row("python_en", number)
    execution = run_python(python_job(number, unfenced(one["reference_solution"])))
    assert (execution.verdict, execution.passed) == (Verdict.PASSED, len(names(one["testcases"]))), execution


@pytest.mark.parametrize("number", NUMBERS)
def test_an_empty_python_solution_passes_no_test(number: int) -> None:
    execution = run_python(python_job(number, ""))
    assert (execution.verdict, execution.passed) == (Verdict.FAILED, 0), execution


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, LocalCompiler]]:
    if not shutil.which("javac") or not all(jar.is_file() for jar in JARS):
        absent("java", "NOT TESTED: no JDK 17 with Debian's junit5, libjsoup-java and liblombok-java here")
    prefix = build(tmp_path_factory.mktemp("java"), *JARS)
    compiler = LocalCompiler(prefix)
    yield prefix, compiler
    compiler.close()


def java_job(number: int, code: str) -> Job:
    name, tests = f"Test_java_{number}", row("java_en", number)["testcases"]
    before = re.search(r"class (.*?)\s", tests)
    assert before
    return Job(
        sample_id=f"java_en/{number}",
        extractor="reference",
        language="java",
        name=name,
        files=robust_java(code) or {},
        tests=tests.replace(before[1], name),
        inputs=inputs("java_en", number),
    )


@pytest.mark.parametrize("number", NUMBERS)
def test_a_java_reference_passes_its_tests(number: int, java: tuple[Path, LocalCompiler]) -> None:
    one = row("java_en", number)
    execution = run_local(*java, java_job(number, one["reference_solution"]), 7)
    assert isinstance(execution, Execution), execution
    assert (execution.verdict, execution.passed) == (Verdict.PASSED, len(names(one["testcases"]))), execution


@pytest.mark.parametrize("number", NUMBERS)
def test_an_empty_java_solution_passes_no_test(number: int, java: tuple[Path, LocalCompiler]) -> None:
    found = run_local(*java, java_job(number, "class Nothing {\n}"), 7)
    assert isinstance(found, Refused)
    assert found.verdict is Verdict.COMPILE_ERROR
