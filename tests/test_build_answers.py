"""Code out of a model's answers, and proposals out of failing tests.

It would catch a solution that is published otherwise than it was verified, tests that bring the names of another
module, and a proposal that changes the wrong value.
"""

from __future__ import annotations

import pytest

from bench.benchmarks.ncb.construction.drafting import response
from bench.benchmarks.ncb.construction.proposing import fixed
from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.construction.source.code_answers import solution_files, test_code
from bench.benchmarks.ncb.extraction import OFFICIAL

test_code.__test__ = False  # type: ignore[attr-defined]  # pytest takes functions of this name for tests

PYTHON = "import math\n\n\ndef area(r):\n    return math.pi * r * r\n"
JAVA = """import java.util.List;

public class Totals {
    public static int of(List<Integer> all) {
        return all.stream().mapToInt(Integer::intValue).sum();
    }
}

class Helper {
    static final int ONE = 1;
}
"""


@pytest.mark.parametrize("fence", ["python", "py", "Python", ""])
def test_a_solution_is_found_in_any_fence_and_is_what_an_evaluator_takes(fence: str) -> None:
    files = solution_files("python", f"Here it is:\n```{fence}\n{PYTHON}```\nThat is all.", "7")
    assert list(files) == ["python_7.py"]
    assert "def area(r):" in files["python_7.py"]
    draft = Draft(id="7", language="python", natural_language="en", files=files)
    assert OFFICIAL["python"](response(draft), "7").files == files


def test_java_types_stay_together_and_are_published_as_they_were_verified() -> None:
    files = solution_files("java", f"```java\n{JAVA}```", "x")
    assert sorted(files) == ["Helper.java", "Totals.java"]
    draft = Draft(id="x", language="java", natural_language="en", files=files)
    assert OFFICIAL["java"](response(draft), "x").files == files


@pytest.mark.parametrize("language", ["python", "java"])
@pytest.mark.parametrize("answer", ["", "I would rather tell you a story about it.", "```\nno code\n```"])
def test_prose_holds_no_tests(language: str, answer: str) -> None:
    assert test_code(language, answer) == ""


def test_python_tests_lose_the_lines_that_the_test_file_has_anyway() -> None:
    answer = (
        "```python\nimport pytest\nfrom solution import *\nimport re\n\ndef test_a():\n    assert area(0) == 0\n```"
    )
    assert test_code("python", answer) == "import re\n\ndef test_a():\n    assert area(0) == 0\n"


def test_java_tests_are_the_class_with_tests() -> None:
    suite = "import org.junit.jupiter.api.Test;\n\nclass ATest {\n    @Test\n    void one() {}\n}\n"
    assert test_code("java", f"First the solution:\n```java\n{JAVA}```\nNow:\n```java\n{suite}```") == suite


@pytest.mark.parametrize(
    ("language", "source", "line", "expected", "observed", "changed"),
    [
        ("python", "def test_a():\n    assert f(2) == 5\n", 2, "5", "4", "def test_a():\n    assert f(2) == 4\n"),
        ("python", "def test_a():\n    assert 'x' == f()\n", 2, "'x'", "'y'", "def test_a():\n    assert 'y' == f()\n"),
        (
            "python",
            '    def test_é(self):\n        assert f("é") == {\n            "é": [1],\n        }\n',
            2,
            "{'é': [1]}",
            "{}",
            '    def test_é(self):\n        assert f("é") == {}\n',
        ),
        ("python", "def test_a():\n    assert f(5) == g(5)\n", 2, "5", "4", None),
        ("python", "def test_a():\n    assert f() == 5\n", 2, "5", "<object at 0x7f>", None),
        ("java", '    void a() {\n        assertEquals("x", f("x"));\n', 2, "x", 'say "y"', r'"say \"y\"", f("x")'),
        ("java", "    void a() {\n        assertEquals(5, f(5));\n", 2, "5", "4", "assertEquals(4, f(5));"),
        ("java", "    void a() {\n        assertEquals(x, f(5));\n", 2, "5", "4", None),
    ],
)
def test_a_proposal_puts_the_observed_value_in_the_expected_ones_place(
    language: str, source: str, line: int, expected: str, observed: str, changed: str | None
) -> None:
    found = fixed(language, source, line, expected, observed)
    assert found == changed if changed is None or language == "python" else changed in (found or "")
