"""Bugs these catch: a test that is taken out takes its neighbour along; names are not the runner's; twins go unseen."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import pytest
from construction_helpers import real_drafts

from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.construction.source import assembling, suites

PYTHON = """\
import math

NUMBER = 1  # of things


# 数
class TestOne:
    # about the first
    @staticmethod
    def test_first():
        assert math.floor(1.5) == 1

    def test_second(self):
        text = '''
# no comment
'''
        assert text

    def helper(self):
        return 2


def test_third():
    assert NUMBER == 1
"""

JAVA = """\
import org.junit.jupiter.api.Test;

class TotalTest {
    int number = 3; // of things

    // about the first
    @Test
    void first() {
        assertEquals(1, number); /* } */
    }

    @Test void second() { assertEquals("}", "}"); }

    private int helper() { return 2; }
}
"""
TEXTS = {"python": PYTHON, "java": JAVA}


def _written(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def test_units_are_named_as_the_runner_names_tests_and_have_their_comments() -> None:
    python = {unit.name: unit.source for unit in suites.units("python", PYTHON)}
    assert list(python) == ["TestOne::test_first", "TestOne::test_second", "test_third"]
    assert python["TestOne::test_first"].startswith("    # about the first\n    @staticmethod\n")
    assert "# no comment" in python["TestOne::test_second"]
    java = {unit.name: unit.source for unit in suites.units("java", JAVA)}
    assert list(java) == ["first", "second"]
    assert java["first"].startswith("    // about the first\n")
    assert java["second"] == '    @Test void second() { assertEquals("}", "}"); }\n'


@pytest.mark.parametrize("language", TEXTS)
def test_what_is_not_taken_out_stays_as_it_was(language: str) -> None:
    text = TEXTS[language]
    for unit in suites.units(language, text):
        assert text[unit.start : unit.end] == unit.source
        left = suites.without(language, text, [unit.name])
        assert _written(left) == _written(text[: unit.start] + text[unit.end :])
        (alone,) = suites.units(language, suites.only(language, text, [unit.name]))
        assert (alone.name, alone.source) == (unit.name, unit.source)
        assert suites.replaced(language, text, unit.name, unit.source) == text
    assert suites.without(language, text, []) == text


def test_a_class_that_loses_every_test_is_still_a_class() -> None:
    text = "class TestOne:\n    def test_a(self):\n        assert 1\n\n    def test_b(self):\n        assert 2\n"
    assert suites.without("python", text, ["TestOne::test_a", "TestOne::test_b"]) == "class TestOne:\n    pass\n"


def test_of_two_tests_with_one_name_none_comes_back() -> None:
    text = "def test_a():\n    assert 1\n\n\ndef test_a():\n    assert 2\n\n\ndef test_b():\n    assert 3\n"
    assert next(unit.source for unit in suites.units("python", text)) == "def test_a():\n    assert 2\n"
    assert "test_a" not in suites.without("python", text, ["test_a"])


def test_added_tests_bring_their_imports_and_get_a_free_name() -> None:
    more = (
        "import math\nimport pytest\nfrom python_1 import *\nimport re\n\n\ndef helper():\n    return 1\n\n\n"
        "def test_third():\n    assert helper() == 1\n\n\ndef test_new():\n    assert re.escape('a')\n"
    )
    text, added = suites.with_units("python", PYTHON, more)
    assert added == ("test_third_2", "test_new")
    assert text.startswith("import math\nimport re\n\nNUMBER = 1  # of things\n")
    assert {unit.name for unit in suites.units("python", text)} >= {"TestOne::test_first", "test_third", *added}
    assert "python_1" not in text


def test_added_java_tests_bring_helpers_and_keep_to_the_junit_that_is_there() -> None:
    more = (
        "import java.util.List;\nimport org.junit.Test;\n\nclass OtherTest {\n    int number = 4;\n"
        "    @Test\n    void first() { assertEquals(4, number); new OtherTest(); }\n"
        "    private int helper() { return 2; }\n}\n\nclass Stub {}\n"
    )
    text, added = suites.with_units("java", JAVA, more)
    assert added == ("first2",)
    assert "import java.util.List;" in text
    assert "org.junit.Test;" not in text
    assert "int number2 = 4;" in text
    assert "void first2() { assertEquals(4, number2); new TotalTest(); }" in text
    assert text.count("int helper()") == 1
    assert text.endswith("class Stub {}\n")


def test_two_tests_that_differ_in_names_and_comments_have_one_form() -> None:
    one = "    def test_a(self):\n        x = f(1)  # one\n        assert x == 2, 'no'\n"
    other = '    def test_b(self):\n        """Says."""\n        result = f(1)\n\n        assert result == 2\n'
    assert suites.normal_form("python", one) == suites.normal_form("python", other)
    assert suites.normal_form("python", one) != suites.normal_form("python", other.replace("f(1)", "f(2)"))
    java, again = "@Test void a() { int x = f(1); /* one */ eq(2, x); }", "@Test\nvoid b() { int y = f(1); eq(2, y); }"
    assert suites.normal_form("java", java) == suites.normal_form("java", again)
    assert suites.normal_form("java", java) != suites.normal_form("java", again.replace("f(1)", "g(1)"))


def test_the_test_file_is_the_authors_with_the_body_where_the_table_says() -> None:
    python = Draft(id="7", language="python", natural_language="en", tests=PYTHON, setup="X = 1")
    assert assembling.module_name(python) == "python_7"
    assert assembling.test_file(python).split("\n")[assembling.HEADER_LINES["python"] :] == [
        *PYTHON.split("\n"),
        "X = 1",
    ]
    java = dataclasses.replace(python, language="java", tests=JAVA)
    assert assembling.module_name(java) == "Test_java_7"
    assert assembling.test_file(java) == JAVA.replace("TotalTest", "Test_java_7")


@pytest.mark.parametrize("language", ["python", "java"])
def test_every_published_test_can_be_taken_out_and_left_alone(ncb: Path, language: str) -> None:
    for draft in real_drafts(ncb, language):
        units = suites.units(language, draft.tests)
        assert units, draft.id
        for unit in units[:3]:
            left = suites.without(language, draft.tests, [unit.name])
            assert [one.source for one in suites.units(language, left)] == [
                one.source for one in units if one.name != unit.name
            ]
            (alone,) = suites.units(language, suites.only(language, draft.tests, [unit.name]))
            assert alone.source == unit.source
            if language == "python":
                ast.parse(left)
