"""Would catch one answer out of which our official extraction takes other code than the authors' own evaluator.

Their regular expressions are run as they are, on short text: what takes them minutes is what ours must not do.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import sys
import tempfile
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.benchmarks.ncb.extraction import OFFICIAL
from bench.benchmarks.ncb.extraction import official_java as java
from bench.benchmarks.ncb.extraction import official_python as python
from bench.benchmarks.ncb.jobs import java_tests
from bench.jsonl import read_lines

TESTS = "class X {\n}"
PIECES = (
    *("```", "```python", "```java", "```Java", "```python\n", "```java\n", "\n```", "\n```\n", "`", "``", "J", "Java"),
    *("[Python]", "[/Python]", "[Java]", "[/Java]", "python", "java", "\n", "\r", " ", "\u3000", "\t"),
    *("class ", "interface ", "enum ", "class\n", "def ", "def\n", "import ", "from ", "public ", "import x;\n"),
    *("A", "b", "{", "}", "\n}", ";\n}", "}\n}", "};", "@", "@A\n", "x", ".", "\0"),
    *("class A {\n  int x;\n}\n", "enum E {\n A\n}\n", "interface I {\n  void f();\n}\n", "def f():\n  pass\n"),
)
Answers = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
Fences = st.lists(
    st.sampled_from(["```java", "```Java", "```", "x", "`", "``", "J", "Java", "java", "\n", "\n```", "```java\n"]),
    max_size=16,
).map("".join)
MANY = settings(max_examples=1500, deadline=None)


@pytest.fixture(scope="module")
def theirs(authors_ncb: Path) -> Iterator[types.ModuleType]:
    """Their test_setup.py; its neighbour `utils` is replaced, since it needs what this module does not."""
    spec = importlib.util.spec_from_file_location("authors_test_setup", authors_ncb / "test_setup.py")
    assert spec
    assert spec.loader
    module, before = importlib.util.module_from_spec(spec), sys.modules.get("utils")
    sys.modules["utils"] = types.ModuleType("utils")
    sys.modules["utils"].save_json = _encoded  # type: ignore[attr-defined]
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.modules.pop("utils")
        if before is not None:
            sys.modules["utils"] = before


def _encoded(item: object, _: Path) -> None:
    """Theirs writes the whole item as UTF-8, which is where an answer with a lone surrogate stops them."""
    json.dumps(item, ensure_ascii=False).encode()


def written(module: Any, language: str, response: str) -> Mapping[str, str]:
    """The files that their evaluator writes for an answer to problem 5, or the exception with which it stops."""
    with tempfile.TemporaryDirectory() as name, contextlib.redirect_stdout(io.StringIO()):
        folder = Path(name)
        item = {"_id": 5, "response": response, "testcases": TESTS, "setup_code": "", "code": ""}
        extract: Callable[[str], Any] = getattr(module, f"extract_{language}_code")
        item["code"] = extract(response)
        with contextlib.redirect_stderr(io.StringIO()):
            try:
                getattr(module, f"write_{language}_test_files")([item], folder, folder / "none", "m")
            except (OSError, ValueError) as error:
                return {"stopped": type(error).__name__}
        place = folder / "m" / f"{language}_5_0"
        files = place.iterdir() if place.is_dir() else ()
        return {path.name: path.read_bytes().decode() for path in files}


OWN = {"Test_java_5.java", "TestRunner.java", "test_python_5.py"}


def same(module: Any, language: str, response: str) -> None:
    expected = written(module, language, response)
    found = OFFICIAL[language](response, "5")
    if found.raised:
        assert expected == {"stopped": found.raised.split(":")[0]}
    else:
        assert dict(found.files) == {name: text for name, text in expected.items() if name not in OWN}


@pytest.mark.parametrize("model", ["reference", "chatgpt"])
def test_real_answers_give_the_authors_files(ncb: Path, theirs: Any, model: str) -> None:
    if not (ncb / "responses" / model).is_dir():
        pytest.skip(f"NOT TESTED: no responses of {model}")
    for path in sorted((ncb / "responses" / model).glob("*.jsonl")):
        for line in read_lines(path):
            same(theirs, "python" if "python" in path.name else "java", line.data["response"])


@pytest.mark.parametrize("language", ["python", "java"])
def test_any_answer_gives_the_authors_files(theirs: Any, language: str) -> None:
    @MANY
    @example("")
    @example(" ")
    @example("```java\nclass A/b {\n  int x;\n}\n```")
    @example("```java\nclass A\0 {\n  int x;\n}\n```")
    @example("```java\nclass " + "A" * 300 + " {\n  int x;\n}\n```")
    @example("```java\nclass Test_java_5 {\n  int x;\n}\n```")
    @example("\ud800 def f(): pass")
    @given(Answers)
    def compare(answer: str) -> None:
        same(theirs, language, answer)

    compare()


def test_blocks_are_taken_out_of_the_answer_as_the_authors_do(theirs: Any) -> None:
    @MANY
    @example("Java`J\nJava```Java```java`````y\n```java\n``\n```")
    @given(Fences)
    def compare(answer: str) -> None:
        assert java.extract(answer) == theirs.extract_java_code(answer)

    compare()


def test_code_is_taken_out_of_python_answers_as_the_authors_do(theirs: Any) -> None:
    @MANY
    @given(Answers)
    def compare(answer: str) -> None:
        assert f"import pytest\n{python.extract(answer)}" == theirs.extract_python_code(answer)

    compare()


def test_test_files_are_the_authors(ncb: Path, theirs: Any, tmp_path: Path) -> None:
    from bench.benchmarks.ncb import NATURAL_CODE_BENCH
    from bench.protocols import Selection

    found = NATURAL_CODE_BENCH.load(Selection(data=str(ncb)))
    for language in ("python", "java"):
        samples = [found.read(entry) for entry in found.entries if entry.task == f"{language}_zh"]
        items = [
            {
                "_id": int(sample.metadata["problem"]),
                "response": sample.targets[0],
                "code": getattr(theirs, f"extract_{language}_code")(sample.targets[0]),
                "testcases": sample.metadata["testcases"],
                "setup_code": sample.metadata["setup_code"],
            }
            for sample in samples
        ]
        with contextlib.redirect_stderr(io.StringIO()):
            getattr(theirs, f"write_{language}_test_files")(items, tmp_path, tmp_path / "none", "m")
        for sample in samples:
            job, number = NATURAL_CODE_BENCH.gate(sample)[0], sample.metadata["problem"]
            name = f"test_{job.name}.py" if language == "python" else f"{job.name}.java"
            assert job.tests == (tmp_path / "m" / f"{language}_{number}_0" / name).read_text(encoding="utf-8")


def test_a_test_class_is_renamed_wherever_its_name_stands() -> None:
    assert (
        java_tests("// Foo\nclass Foo {\n Foo() {}\n}", "9")
        == "// Test_java_9\nclass Test_java_9 {\n Test_java_9() {}\n}"
    )


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a",
            "@",
            "\n",
            " \n",
            "}",
            "}\n",
            ";\n \n",
            "class ",
            "@class ",
            "interface \n",
            "enum E {\n\n\n}\n",
            "```\n",
        ),
        *(
            "```java\n",
            "```java\nx\n```\n",
            "```Javax```",
            "```python\n",
            "[Python]",
            "[Java]",
            "import x\n",
            "@a\nclass b\n",
        ),
    ],
)
@pytest.mark.parametrize("language", ["python", "java"])
def test_no_answer_takes_more_steps_than_its_length_allows(language: str, unit: str) -> None:
    """Not timed: with the authors' expressions, half a megabyte of most of these would not end today."""
    OFFICIAL[language](unit * (500_000 // len(unit)), "5")
    OFFICIAL[language]("```java\n" + unit * (500_000 // len(unit)) + "\n}\n}\n```", "5")


def test_many_different_blocks_end_too() -> None:
    blocks = "".join(f"```Java{number}```" for number in range(40_000))
    assert java.extract(blocks)[-1] == "39999"
    assert len(java.extract(blocks + "```Java")) == 40_000
