"""Bugs these catch: a hidden name that tests use is overlooked; a library's name is taken for one of the solution's."""

from __future__ import annotations

from construction_helpers import JAVA, PYTHON

from bench.benchmarks.ncb.construction.source.names import names_shown, names_used, solution_names

PYTHON_TESTS = """\
import math
from collections import Counter


def make():
    return Total(1)


class TestTotal:
    def test_value(self):
        total = make()
        total.add(number=2)
        assert total.value == 3

    def test_down(self):
        assert down(2) == [2, 1]
        down_ = Counter()
        assert math.floor(2.5) == 2 and down_.total() == 0

    def test_own(self):
        say = str
        assert say(1) == "1"
"""

JAVA_TESTS = """\
import java.util.List;

class TotalTest {
    Total shared = new Total(1);

    @Test void value() { shared.add(2); assertEquals(3, shared.getValue()); }
    @Test void down() { List<Integer> found = shared.down(1); assertEquals(1, found.size()); found.add(3); }
    @Test void text() { assertEquals("Total 1", shared.toString()); }
}
"""


def test_a_solution_offers_what_others_can_name() -> None:
    python = solution_names("python", {"total.py": PYTHON + "\nLIMIT = 3\n_HIDDEN = 4\n"})
    assert python == {"Total", "value", "count", "reset", "add", "find", "down", "say", "LIMIT"}
    assert solution_names("java", {"Total.java": JAVA}) == {"Total", "add", "getValue", "down", "first", "find"}


def test_constants_of_enumerations_and_parts_of_records_are_names() -> None:
    source = "enum Kind { RED, GREEN(2); int code; }\nrecord Pair(int left, List<String> right) {}\n"
    assert solution_names("java", {"Kind.java": source}) == {"Kind", "RED", "GREEN", "code", "Pair", "left", "right"}


def test_python_tests_use_names_of_the_solution_and_not_their_own() -> None:
    used = names_used("python", PYTHON_TESTS, solution_names("python", {"total.py": PYTHON}))
    every = ("TestTotal::test_value", "TestTotal::test_down", "TestTotal::test_own")
    assert used == {"Total": every, "down": every[1:2], "number": every[:1]}


def test_java_tests_use_names_of_the_solution_and_not_those_of_the_jdk() -> None:
    used = names_used("java", JAVA_TESTS, solution_names("java", {"Total.java": JAVA}))
    assert used == {"Total": ("value", "down", "text"), "down": ("down",)}


def test_words_of_a_text_are_shown_in_prose_code_and_chinese() -> None:
    shown = names_shown("Write the `UserManager` class with isExist, 编写函数add_two_numbers(a, b)。")
    assert shown >= {"UserManager", "isExist", "add_two_numbers"}
    assert "add_two" not in shown
