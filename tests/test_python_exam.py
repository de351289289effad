"""Would catch a rewritten test with another verdict than the original, or one that shows the solution its answers."""

from __future__ import annotations

import ast
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from python_jobs import paper_of, python_job, run_one

from bench.sandbox.exam import Contradiction
from bench.sandbox.languages import Refused
from bench.sandbox.python_exam import paper
from bench.sandbox.python_told import Expected, told

# Each line: a solution's expression for `it()`, an assertion, and whether the original passes.
ASSERTIONS = (
    ("5", "assert it() == 5", True),
    ("6", "assert it() == 5", False),
    ("5.0", "assert it() == 5", True),
    ("True", "assert it() == 1", True),
    ("1", "assert it() is True", False),
    ("True", "assert it() is True", True),
    ("None", "assert it() is None", True),
    ("0", "assert it() is None", False),
    ("[]", "assert it() is not None", True),
    ("object()", "assert it() is not None", True),
    ("object()", "assert it() == 5", False),
    ("(1, 2)", "assert it() == [1, 2]", False),
    ("(1, 2)", "assert it() == (1, 2)", True),
    ("{2, 1}", "assert it() == {1, 2}", True),
    ("{'a': 1}.keys()", "assert it() == {'a'}", True),
    ("{'b': [1], 'a': None}", "assert it() == {'a': None, 'b': [1]}", True),
    ("__import__('collections').OrderedDict(a=1)", "assert it() == {'a': 1}", True),
    ("__import__('collections').Counter('aab')", "assert it() == {'a': 2, 'b': 1}", True),
    ("__import__('decimal').Decimal('0.5')", "assert it() == 0.5", True),
    ("__import__('decimal').Decimal('NaN')", "assert it() == 0.5", False),
    ("__import__('fractions').Fraction(1, 3)", "assert it() == 1 / 3", False),
    ("float('nan')", "assert it() == 0.5", False),
    ("float('inf')", "assert it() > 10**9", True),
    ("10**5000", "assert it() == 5", False),
    ("'\\ud800'", "assert it() == 'a'", False),
    ("b'ab'", "assert it() == b'ab'", True),
    ("bytearray(b'ab')", "assert it() == b'ab'", True),
    ("2 + 0j", "assert it() == 2", True),
    ("type('Word', (str,), {})('a')", "assert it() == 'a'", True),
    ("0.1 + 0.2", "assert it() == pytest.approx(0.3)", True),
    ("0.31", "assert it() == pytest.approx(0.3)", False),
    ("[0.1 + 0.2, 1]", "assert it() == pytest.approx([0.3, 1.0])", True),
    ("3", "assert it() < 5", True),
    ("3", "assert 5 > it()", True),
    ("3", "assert 5 < it()", False),
    ("'a'", "with pytest.raises(TypeError):\n        it() < 5", True),
    ("3", "assert 0 < it() < 5", True),
    ("3", "assert it() != 3", False),
    ("3", "assert not it() == 4", True),
    ("[1]", "assert it()", True),
    ("[]", "assert not it()", True),
    ("[]", "assert it()", False),
    ("3", "assert it() == 3 and it() < 2", False),
    ("3", "assert it() == 4 or it() == 3", True),
    ("3", "assert not (it() == 4 or it() == 5)", True),
    ("'one two'", "assert 'two' in it()", True),
    ("['two']", "assert 'tw' in it()", False),
    ("iter(['one', 'two'])", "assert 'two' in it()", True),
    ("'one two'", "assert 'three' not in it()", True),
    ("'one two'", "text = str(it())\n    assert 'one t' in text", True),
    ("'one two'", "text = str(it())\n    assert 'one t' not in text", False),
    ("1 / 0", "assert it() == 5", False),
    ("1 / 0", "with pytest.raises(ZeroDivisionError):\n        it()", True),
    ("1 / 0", "with pytest.raises(ArithmeticError):\n        it()", True),
    ("1 / 0", "with pytest.raises((KeyError, ZeroDivisionError)):\n        it()", True),
    ("1 / 0", "with pytest.raises(ValueError):\n        it()", False),
    ("1", "with pytest.raises(ValueError):\n        it()", False),
    ("1", "with pytest.raises(Exception):\n        it()", False),
    ("int('x')", "with pytest.raises(ValueError, match='invalid literal'):\n        it()", True),
    ("int('x')", "with pytest.raises(ValueError, match='something else'):\n        it()", False),
    (
        "int('x')",
        "with pytest.raises(ValueError) as caught:\n        it()\n    assert 'invalid' in str(caught.value)",
        True,
    ),
    ("3", "expected = [3]\n    expected.append(it())\n    assert expected == [3, 3]", True),
    ("[3]", "expected = [3]\n    assert it() == expected", True),
    ("3", "for wanted in (3, 3):\n        assert it() == wanted", True),
    ("3", "for wanted in (3, 4):\n        assert it() == wanted", False),
    ("3", "try:\n        assert it() == 4\n    except AssertionError:\n        pass", True),
    ("3", "if it() == 4:\n        assert it() == 5", True),
    ("3", "return\n    assert it() == 4", True),
    ("print('out') or 3", "assert it() == 3", True),
    ("exit()", "assert it() == 3", False),
    ("__import__('numpy').float64(0.5)", "assert it() == 0.5", True),
    ("__import__('numpy').array([5])", "assert it() == 5", True),
    ("__import__('numpy').array([5, 6])", "assert it() == 5", False),
    ("__import__('numpy').bool_(True)", "assert it() is True", False),
    ("__import__('numpy').bool_(True)", "assert it() == True", True),
    ("__import__('numpy').int64(3)", "assert it() < 5", True),
    ("[1.0, 2.0000001]", "assert np.allclose(it(), [1, 2])", True),
    ("[1.0, 2.1]", "assert np.allclose(it(), [1, 2])", False),
    ("[1.0, 2.1]", "assert np.allclose(it(), [1, 2], atol=0.2)", True),
    ("[1.0, 2.1, 3]", "assert np.allclose(it(), [1, 2])", False),
    ("__import__('numpy').array([1 + 0j])", "assert np.allclose(it(), [1])", True),
    ("1.1", "assert np.isclose(it(), 1.0)", False),
    ("(1, 2)", "assert np.all(it() == np.array([1, 2]))", True),
    ("__import__('numpy').array([1, 2])", "assert (it() == np.array([1, 2])).all()", True),
    ("[1, 2]", "assert np.array_equal(it(), [1, 2])", True),
    ("None", "assert np.array_equal(it(), [1, 2])", False),
    ("__import__('numpy').array(['a'])", "assert np.array_equal(it(), np.array(['a']))", True),
    ("__import__('numpy').array([1.5])", "np.testing.assert_allclose(it(), [1.5])", True),
    ("__import__('numpy').array([1.6])", "np.testing.assert_allclose(it(), [1.5])", False),
)


PASSING = {f"test_{number}" for number, (_, _, passes) in enumerate(ASSERTIONS) if passes}


def _tests(assertion: str) -> str:
    return f"import pytest\nfrom solution import *\n\n\ndef test_it():\n    {assertion}\n"


def _all_solutions() -> str:
    return "".join(f"def it_{number}():\n    return {value}\n" for number, (value, _, _) in enumerate(ASSERTIONS))


def _all_tests(first: str) -> str:
    tests = (
        f"def test_{number}():\n    {assertion.replace('it()', f'it_{number}()')}\n"
        for number, (_, assertion, _) in enumerate(ASSERTIONS)
    )
    return f"import numpy as np\nimport pytest\n{first}\n{''.join(tests)}"


@pytest.mark.parametrize("seed", [1, 2])
def test_the_outcome_of_every_assertion_is_that_of_the_original(seed: int) -> None:
    execution = run_one(python_job(_all_solutions(), _all_tests("from solution import *")), seed)
    assert {name for name, outcome in execution.tests.items() if outcome == "passed"} == PASSING
    assert len(execution.tests) == len(ASSERTIONS)


def test_the_table_of_assertions_tells_what_pytest_does(tmp_path: Path) -> None:
    (tmp_path / "test_all.py").write_text(_all_tests(_all_solutions()))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rA",
        "-p",
        "no:cacheprovider",
        "--noconftest",
        "-c",
        "/dev/null",
        ".",
    ]
    output = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path).stdout
    assert set(re.findall(r"^PASSED .*::(\w+)$", output, re.MULTILINE)) == PASSING


def test_no_expected_value_stands_in_what_the_solution_can_read() -> None:
    tests = _tests("expected = 'seventeen'\n    assert it() == expected\n    assert 'eighteen' not in str(it())")
    source = paper_of(python_job("", tests)).tests["tests"]
    assert "seventeen" not in source
    assert "eighteen" not in source


def test_a_rewritten_test_says_the_same_whether_its_author_denies_or_not() -> None:
    for one, other in (("it() == 5", "it() != 5"), ("it() is None", "it() is not None"), ("'a' in str(it())",) * 2):
        sources = [paper_of(python_job("", _tests(f"assert {text}"))).tests["tests"] for text in (one, other)]
        assert sources[0] == sources[1]


def test_the_right_choice_stands_anywhere() -> None:
    tests = _tests("assert it() == pytest.approx(7.25)")
    papers = [paper_of(python_job("", tests), seed) for seed in range(60)]
    assert {question.right for paper in papers for question in paper.key.questions.values()} >= {0, 1, 2, 3}


def test_choices_do_not_tell_which_of_them_was_written() -> None:
    """What is offered for one value is offered for each of the others too."""
    for seed in range(20):
        offered = _offered("7", seed)
        assert all(_offered(other, seed) == offered for other in offered)


def _offered(value: str, seed: int) -> set[str]:
    tree = ast.parse(paper_of(python_job("", _tests(f"assert it() == pytest.approx({value})")), seed).tests["tests"])
    (call,) = (one for one in ast.walk(tree) if isinstance(one, ast.Call) and ast.unparse(one.func).endswith(".ask"))
    choices = call.args[3]
    assert isinstance(choices, ast.Tuple)
    return {
        ast.unparse(one.body.args[0])
        for one in choices.elts
        if isinstance(one, ast.Lambda) and isinstance(one.body, ast.Call)
    }


def test_tests_are_named_as_pytest_names_them() -> None:
    tests = """
import unittest
def test_one(): pass
def helper(): pass
class TestTwo:
    def test_a(self): pass
    def test_a(self): pass
    def helper(self): pass
    class TestInner:
        def test_b(self): pass
class TestMade:
    def __init__(self): pass
    def test_c(self): pass
class Cases(unittest.TestCase):
    def test_d(self): pass
class TestHeir(TestTwo):
    def test_e(self): pass
"""
    names = paper_of(python_job("", tests)).key.tests
    assert set(names) == {
        "test_one",
        "TestTwo::test_a",
        "TestTwo::TestInner::test_b",
        "Cases::test_d",
        "TestHeir::test_e",
        "TestHeir::test_a",
    }


def test_tests_that_are_no_python_are_refused() -> None:
    assert isinstance(paper(python_job("", "def test(:"), random.Random(1)), Refused)


def test_what_no_runner_tells_is_a_contradiction() -> None:
    expected = Expected(relation="Eq", value=5)
    for text in ("", "{", '["x"]', '["d", 1]', '["q", "x"]', '["q", "1", "0"]', "[" * 100_000):
        with pytest.raises(Contradiction):
            expected(text)
    assert told('["l", 1, ["t"]]') == [1, ()]


CARELESS = {
    "changes the folder": "import os\nos.makedirs('deep', exist_ok=True)\nos.chdir('deep')\ndef it(): return 3",
    "replaces its output": "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')\n"
    "def it(): return 3",
    "hides builtins": "def list(*a): return None\nlen = sum = open = isinstance = str = tuple = None\n"
    "def it(): return 3",
    "reads its input": "import sys\nfirst = sys.stdin.readline()\ndef it(): return 3",
    "lowers the limit of recursion": "import sys\ndef it():\n    return 3\nsys.setrecursionlimit(150)",
    "runs its own tests": "import unittest\ndef it(): return 3\nif __name__ == '__main__':\n    unittest.main()",
    "prints much": "def it():\n    print('x' * 2_000_000)\n    return 3",
    "leaves threads": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n"
    "def it(): return 3",
    "exits late": "import atexit, time\natexit.register(time.sleep, 60)\ndef it(): return 3",
    "leaves an exit handler that fails": "import atexit, os\natexit.register(os._exit, 7)\ndef it(): return 3",
    "starts processes": "import multiprocessing as m\ndef it():\n    with m.get_context('fork').Pool(2) as p:\n"
    "        return sum(p.map(abs, [1, -2]))",
    "changes the path of modules": "import sys\nsys.path[:0] = ['/nowhere']\ndef it(): return 3",
    "has tests that pass": "def it(): return 3\ndef test_mine(): assert it() == 3\n"
    "class TestMine:\n    def test_it(self): pass",
    "catches everything": "def it():\n    try:\n        return 3\n    except BaseException:\n        return 4",
    "changes the environment": "import os\nos.environ.clear()\n"
    "os.environ['PYTEST_ADDOPTS'] = '--collect-only'\ndef it(): return 3",
}


@pytest.mark.parametrize("source", CARELESS.values(), ids=CARELESS)
def test_a_careless_solution_that_is_right_passes(source: str) -> None:
    execution = run_one(python_job(source, _tests("assert it() == 3")))
    assert execution.verdict == "passed", execution


CARELESS_AND_WRONG = {
    "raises when loaded": "raise ValueError('no')",
    "exits when loaded": "exit()",
    "is interrupted when loaded": "raise KeyboardInterrupt",
    "is no Python": "def it(:",
    "has a test of its own that fails": "def it(): return 3\ndef test_mine(): assert it() == 4",
    "has a wrong list of names": "__all__ = ['missing']\ndef it(): return 3",
    "asks for input": "name = input()\ndef it(): return 3",
    "ends the process": "import os\ndef it(): os._exit(0)",
    "recurses for ever": "def it(): return it()",
}


@pytest.mark.parametrize("source", CARELESS_AND_WRONG.values(), ids=CARELESS_AND_WRONG)
def test_a_careless_solution_that_is_wrong_fails(source: str) -> None:
    execution = run_one(python_job(source, _tests("assert it() == 3")))
    assert execution.verdict == "failed", execution


def test_the_solution_finds_its_input_files(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "data.txt").write_text("3")
    source = "def it():\n    return int(open('deep/data.txt').read())\n"
    assert run_one(python_job(source, _tests("assert it() == 3"), inputs=str(tmp_path))).verdict == "passed"


def test_skipped_and_expected_failures_are_no_passes() -> None:
    for mark in ("skip", "xfail"):
        tests = _tests("assert it() == 3").replace("def test", f"@pytest.mark.{mark}\ndef test")
        assert run_one(python_job("def it(): return 3", tests)).verdict == "failed"


def test_parameters_are_folded_into_their_test() -> None:
    tests = _tests("assert it() == wanted").replace(
        "def test_it()", "@pytest.mark.parametrize('wanted', [3, 4])\ndef test_it(wanted)"
    )
    execution = run_one(python_job("def it(): return 3", tests))
    assert dict(execution.tests) == {"test_it": "failed"}


def test_expressions_are_worked_out_once_and_in_order() -> None:
    source = "calls = []\ndef it(name):\n    calls.append(name)\n    return 3\n"
    asserted = """assert it('a') == 3
    assert it('b') == pytest.approx(3.0)
    assert [it('c')] == [3]
    assert ''.join(calls) == 'abc'"""
    assert run_one(python_job(source, _tests(asserted))).verdict == "passed"


def test_unittest_cases_are_asked_too() -> None:
    tests = """
import unittest
from solution import *

class Cases(unittest.TestCase):
    def test_it(self):
        self.assertEqual(it(), 3)
        self.assertTrue(it())
        self.assertFalse(not it())
        self.assertIn(it(), [3])
        self.assertIsNotNone(it())
        self.assertAlmostEqual(it(), 3.00000001)
        with self.assertRaises(ZeroDivisionError) as caught:
            it() / 0
        self.assertIn("division", str(caught.exception))
"""
    job = python_job("def it(): return 3", tests)
    assert run_one(job).verdict == "passed"
    assert paper_of(job).key.bits > 16
