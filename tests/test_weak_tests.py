"""What a test's source gives away: sound assertions called weak, weak ones passed over, clocks not seen."""

from __future__ import annotations

import pytest

from bench.benchmarks.ncb.construction.evidence.clock_java import java_reads_clock
from bench.benchmarks.ncb.construction.evidence.clock_python import python_reads_clock
from bench.benchmarks.ncb.construction.evidence.weak_java import java_expects_exception, java_weakness
from bench.benchmarks.ncb.construction.evidence.weak_python import python_expects_exception, python_weakness

WEAK_PYTHON = [
    "total([1])",
    "assert True",
    "assert 1 == 1",
    "x = total([1])\nassert x == x",
    "x = total([1])\nassert x is not None",
    "assert isinstance(total([1]), int)",
    "assert len(total([1])) >= 0",
    "x = total([1])\nassert x or True",
    "x = total([1])\nassert x == 1 or x != 1",
    "x = total([1])\nassert x or not x",
    "try:\n    assert total([1]) == 2\nexcept Exception:\n    pass",
    "try:\n    assert total([1]) == 2\nexcept:\n    print('never mind')",
    "self.assertTrue(True)",
    "x = total([1])\nself.assertEqual(x, x)",
]
SOUND_PYTHON = [
    "assert total([1]) == 1",
    "assert total([1])",
    "assert not total([])",
    "x = total([1])\nassert x is not None and x == 1",
    "with pytest.raises(ValueError):\n    total(None)",
    "try:\n    total(None)\nexcept ValueError:\n    pass\nelse:\n    assert False",
    "try:\n    assert total([1]) == 2\nexcept Exception as error:\n    raise ValueError from error",
    "np.testing.assert_allclose(total([1]), 1)",
    "assert total([1]) is None",
    "assert len(total([1])) > 0",
    "assert x or y",
]
WEAK_JAVA = [
    "Shop.total(1);",
    "assertTrue(true);",
    "assertEquals(1, 1);",
    "int x = Shop.total(1); assertEquals(x, x);",
    "assertNotNull(Shop.total(1));",
    "assertTrue(Shop.make() instanceof Shop);",
    "assertTrue(Shop.all().size() >= 0);",
    "assertTrue(((Object) (Shop.make(new int[]{1}))) instanceof Number);",
    'assertTrue(String.valueOf((Object) (Shop.name("&&"))).length() >= 0);',
    "boolean x = Shop.open(); assertTrue(x || !x);",
    "try { assertEquals(2, Shop.total(1)); } catch (Throwable error) { }",
    "try { assertEquals(2, Shop.total(1)); } catch (AssertionError error) { System.out.println(error); }",
    'String text = "assertEquals(1, Shop.total(1));"; // assertEquals(1, Shop.total(1));',
]  # fmt: skip
SOUND_JAVA = [
    "assertEquals(1, Shop.total(1));",
    "assertTrue(Shop.open());",
    'assertTrue("it is open", Shop.open());',
    "assertThrows(RuntimeException.class, () -> Shop.total(-1));",
    "try { Shop.total(-1); fail(); } catch (IllegalArgumentException error) { }",
    "try { assertEquals(2, Shop.total(1)); } catch (Exception error) { }",
    "assertTrue(Shop.all().size() > 0);",
    "assertNotNull(Shop.total(1)); assertEquals(1, Shop.total(1));",
    "assertNull(Shop.total(1));",
]
CLOCK_PYTHON = [
    "assert datetime.now().year == 2026",
    "assert datetime.datetime.now().hour >= 0 and total([1]) == 1\nassert time.time() < 1e10",
    "start = time.time()\ntotal([1])\nelapsed = time.time() - start\nassert elapsed < 2",
    "start = time.perf_counter()\ntotal([1])\nassert time.perf_counter() - start < 5.0",
    "assert date.today() < date(2030, 1, 1)",
    "import datetime as dt\nassert dt.date.today().weekday() in range(5)",
    "assert time.localtime().tm_hour < 23",
    "assert time.strftime('%Y') == '2026'",
    "now = datetime.now()\nassert abs((datetime(2026, 1, 1) - now).days) < 900",
    "assert time.timezone == 0",
    "self.assertEqual(datetime.now().year, 2026)",
]
NO_CLOCK_PYTHON = [
    "assert total([1]) == 1",
    "before = datetime.now()\nassert make().created >= before",
    "assert make().today() == 3",
    "assert age(date(2000, 1, 1)) == 3",
    "year = datetime.now().year\nassert age(year) == 0",
]
CLOCK_JAVA = [
    "assertEquals(2026, LocalDate.now().getYear());",
    "assertTrue(System.currentTimeMillis() < 4000000000000L);",
    "long start = System.nanoTime(); Shop.total(1); long took = System.nanoTime() - start; assertTrue(took < 5L);",
    "assertTrue(LocalDate.now().isBefore(LocalDate.of(2030, 1, 1)));",
    "assertTrue(new java.util.Date().getTime() > 0);",
    "int day = LocalDate.now().getDayOfWeek().getValue(); assertTrue(day <= 7);",
    "assertEquals(0, TimeZone.getDefault().getRawOffset());",
    "Calendar now = Calendar.getInstance(); assertEquals(2026, now.get(Calendar.YEAR));",
]
NO_CLOCK_JAVA = [
    "assertEquals(1, Shop.total(1));",
    "assertEquals(LocalDate.of(2020, 1, 1), Shop.opened());",
    "assertEquals(LocalDate.now(), new Shop().opened());",
    "int year = LocalDate.now().getYear(); assertEquals(0, Shop.age(year));",
]


def python(body: str) -> str:
    """A method as it stands in a class."""
    return "    def test_it(self):\n" + "".join(f"        {line}\n" for line in body.split("\n"))


def java(body: str) -> str:
    """A method as it stands in a class."""
    return f"    @Test\n    void testIt() {{\n        {body}\n    }}\n"


@pytest.mark.parametrize("body", WEAK_PYTHON)
def test_a_weak_python_test_is_told(body: str) -> None:
    assert python_weakness(python(body))


@pytest.mark.parametrize("body", SOUND_PYTHON)
def test_a_sound_python_test_is_not(body: str) -> None:
    assert python_weakness(python(body)) is None


@pytest.mark.parametrize("body", WEAK_JAVA)
def test_a_weak_java_test_is_told(body: str) -> None:
    assert java_weakness(java(body))


@pytest.mark.parametrize("body", SOUND_JAVA)
def test_a_sound_java_test_is_not(body: str) -> None:
    assert java_weakness(java(body)) is None


def test_a_function_of_the_solution_is_no_assertion_whatever_it_is_called() -> None:
    assert python_weakness(python("assert isinstance(check_total([1]), int)"), {"check_total"})
    assert python_weakness(python("check_total([1])")) is None
    assert java_weakness(java("Shop.checkTotal(1);"), {"checkTotal"})
    assert java_weakness(java("checkTotal(1);")) is None


def test_the_old_way_to_want_an_exception_is_one() -> None:
    old = java("Shop.total(-1);").replace("@Test", "@Test(expected = RuntimeException.class)")
    assert java_expects_exception(old)
    assert java_weakness(old) is None
    assert not java_expects_exception(java("Shop.total(1);"))


def test_python_says_that_it_wants_an_exception() -> None:
    assert python_expects_exception(python("with pytest.raises(ValueError):\n    total(None)"))
    assert not python_expects_exception(python("assert total([1]) == 1"))


@pytest.mark.parametrize("body", CLOCK_PYTHON)
def test_a_python_test_about_the_clock_is_told(body: str) -> None:
    assert python_reads_clock(python(body))


@pytest.mark.parametrize("body", NO_CLOCK_PYTHON)
def test_a_python_test_about_the_solution_is_not(body: str) -> None:
    assert python_reads_clock(python(body)) is None


@pytest.mark.parametrize("body", CLOCK_JAVA)
def test_a_java_test_about_the_clock_is_told(body: str) -> None:
    assert java_reads_clock(java(body))


@pytest.mark.parametrize("body", NO_CLOCK_JAVA)
def test_a_java_test_about_the_solution_is_not(body: str) -> None:
    assert java_reads_clock(java(body)) is None
