"""Java's trial runner: what it says of each test, in every round.

These would catch: a failure taken for an error, or a test that hangs, exits or eats the memory taking the others with
it; compared values that no source could hold, or elements in place of whole arrays; rounds that share what they must
not, or do not share what they must; an order or a clock that is not held; coverage other than JaCoCo's own agent finds;
printing that reaches the messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import absent
from jacoco_agent import of_the_agent
from java_local import JARS, LocalCompiler, built, compilers
from java_trials import ALONE, AS_WRITTEN, HEADER, MEASURED, Said, Trials

from bench.records import Json

EMPTY = "class Solution { }"
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


@pytest.fixture(scope="module")
def compiler() -> Iterator[LocalCompiler]:
    yield from compilers()


@pytest.fixture(scope="module")
def trials(compiler: LocalCompiler) -> Trials:
    return Trials(built(), compiler)


def tools() -> None:
    """Skip where what measures is not installed."""
    if not (JARS / "org.jacoco.core.jar").exists():
        absent("java", "NOT TESTED: no JaCoCo here: install libjacoco-java")


def each(trials: Trials, bodies: Iterable[str], solution: str = EMPTY, manner: str = "@Test void") -> dict[str, Json]:
    """What became of tests with these bodies, in one trial."""
    numbered = dict(enumerate(bodies))
    methods = "\n".join(f"{manner} test{number}() throws Exception {{ {body} }}" for number, body in numbered.items())
    said = trials(solution, methods)
    return {body: said.of(f"test{number}") for number, body in numbered.items()}


def only(trials: Trials, body: str, solution: str = EMPTY) -> Json:
    """What became of the one test with this body."""
    return trials(solution, f"@Test void test() throws Exception {{ {body} }}").of("test")


OUTCOMES = {
    "assertEquals(1, 1);": ("passed", ""),
    "assertEquals(1, 2);": ("failed", "AssertionFailedError"),
    "fail();": ("failed", "AssertionFailedError"),
    "throw new AssertionError();": ("failed", "AssertionError"),
    "assertThrows(IllegalStateException.class, () -> {});": ("failed", "AssertionFailedError"),
    "assertAll(() -> assertEquals(1, 2), () -> fail());": ("failed", "AssertionFailedError"),
    "Integer.parseInt(null);": ("error", "NumberFormatException"),
    "throw new java.io.IOException();": ("error", "IOException"),
    "Solution.f();": ("error", "StackOverflowError"),
    "Assumptions.assumeTrue(false);": ("skipped", ""),
}


def test_each_kind_of_end_is_told_apart(trials: Trials) -> None:
    runs = each(trials, OUTCOMES, "class Solution { static void f() { f(); } }")
    assert {body: (run["outcome"], run["raised"]) for body, run in runs.items()} == OUTCOMES


COMPARED = {
    'assertEquals("a\\"\\n", "b")': ('"a\\"\\n"', '"b"'),
    "assertEquals(1, 2)": ("1", "2"),
    "assertEquals(1L, 2L)": ("1L", "2L"),
    "assertEquals(1.5, Double.NaN)": ("1.5", "Double.NaN"),
    "assertEquals(1.5f, 2f)": ("1.5f", "2.0f"),
    "assertEquals('a', '\\'')": ("'a'", "'\\''"),
    "assertEquals((byte) 1, (byte) -2)": ("(byte) 1", "(byte) -2"),
    "assertTrue(1 > 2)": ("true", "false"),
    "assertNull(7)": ("null", "7"),
    'assertEquals(List.of("a", "b, c"), List.of("a"))': ('["a", "b, c"]', '["a"]'),
    "assertEquals(Map.of(1, 2L), Map.of())": ("{1=2L}", "{}"),
    "assertArrayEquals(new int[] {1, 2, 3}, new int[] {1, 2, 4})": ("[1, 2, 3]", "[1, 2, 4]"),
    'assertArrayEquals(new int[][] {{1}, {2}}, new int[][] {{1}}, "why")': ("[[1], [2]]", "[[1]]"),
    "assertIterableEquals(List.of(1, 2), List.of(1, 3))": ("[1, 2]", "[1, 3]"),
    "assertAll(() -> assertEquals(1, 2), () -> assertEquals(3, 4))": ("1", "2"),
    "assertThrows(IllegalStateException.class, () -> Integer.parseInt(null))": (
        "IllegalStateException.class",
        "NumberFormatException.class",
    ),
}


def test_what_was_compared_is_told_as_a_source_would_hold_it(trials: Trials) -> None:
    tools()
    runs = each(trials, [f"{body};" for body in COMPARED])
    assert {body[:-1]: (run["left"], run["right"]) for body, run in runs.items()} == COMPARED
    assert {run["operator"] for run in runs.values()} == {"=="}


OLD = {
    "assertEquals(1, 2)": ("1", "2"),
    'assertEquals("why", 1.5, 2.5, 0.1)': ("1.5", "2.5"),
    'assertEquals("a", "b")': ('"a"', '"b"'),
    'assertEquals("why", Arrays.asList(1, 2), Arrays.asList(3))': ("[1, 2]", "[3]"),
    "assertArrayEquals(new int[] {1, 2}, new int[] {1, 3})": ("[1, 2]", "[1, 3]"),
}


def test_tests_of_junit_4_are_told_of_in_the_same_way(trials: Trials) -> None:
    tools()
    methods = "\n".join(f"@Test public void test{number}() {{ {body}; }}" for number, body in enumerate(OLD))
    header = "import static org.junit.Assert.*; import org.junit.Test; import java.util.*;\npublic class SolutionTest {"
    said = trials.whole(EMPTY, f"{header}\n{methods}\n}}")
    for number, sides in enumerate(OLD.values()):
        run = said.of(f"test{number}")
        assert (run["outcome"], run["left"], run["right"], run["line"]) == ("failed", *sides, number + 3)


def test_a_failure_that_compares_nothing_has_no_sides(trials: Trials) -> None:
    runs = each(trials, ("fail();", "assertNotEquals(1, 1);", "assertEquals(1, 1); Integer.parseInt(null);"))
    for run in runs.values():
        assert (run["operator"], run["left"], run["right"]) == ("", None, None)


def test_sides_of_an_earlier_comparison_are_not_told_for_a_later_failure(trials: Trials) -> None:
    run = only(trials, "assertArrayEquals(new int[] {1}, new int[] {1}); assertEquals(2.0, 3.0, 0.1);")
    assert (run["left"], run["right"]) == ("2.0", "3.0")
    double = "assertArrayEquals(new double[] {1}, new double[] {2}, 0.1);"
    run = only(trials, f"assertArrayEquals(new int[] {{1}}, new int[] {{1}}); {double}")
    assert (run["left"], run["right"]) == (None, None)


def test_the_line_is_that_of_the_failing_assertion_or_of_the_call_that_threw(trials: Trials) -> None:
    solution = 'class Solution { static int f() { throw new IllegalStateException("no\\n  good"); } }'
    said = trials(
        solution, "@Test void a() {\nassertTrue(true);\nassertTrue(false); }\n@Test void b() {\nSolution.f(); }"
    )
    assert (said.of("a")["line"], said.of("b")["line"]) == (7, 9)
    assert said.of("b")["message"] == "no good"


def test_a_value_whose_own_text_fails_is_no_value(trials: Trials) -> None:
    solution = "class Solution { public String toString() { throw new RuntimeException(); } }"
    run = only(trials, "assertEquals(new Object[0], new Solution());", solution)
    assert run["outcome"] in {"failed", "error"}
    assert run["right"] is None


COUNTER = "class Solution { static int calls; static int next() { return calls++; } }"
FIRSTS = "@Test void a() { assertEquals(0, Solution.next()); } @Test void b() { assertEquals(0, Solution.next()); }"


def test_alone_a_test_finds_everything_as_if_it_were_the_first(trials: Trials) -> None:
    leave = 'System.setProperty("x", "y"); System.out.close(); Locale.setDefault(Locale.FRANCE); '
    find = 'assertNull(System.getProperty("x")); assertFalse(System.out.checkError()); '
    find += "assertNotEquals(Locale.FRANCE, Locale.getDefault()); "
    find += 'assertEquals(List.of("in.txt"), List.of(new java.io.File(".").list())); '
    find += 'assertEquals("in", java.nio.file.Files.readString(java.nio.file.Path.of("in.txt"))); '
    write = 'for (String f : List.of("in.txt", "out.txt")) '
    write += 'java.nio.file.Files.writeString(java.nio.file.Path.of(f), "changed"); '
    body = f"throws Exception {{ assertEquals(0, Solution.next()); {find} {write} {leave} }}"
    said = trials(COUNTER, f"@Test void a() {body} @Test void b() {body}", [ALONE], inputs={"in.txt": b"in"})
    assert said.outcomes() == {"a": "passed", "b": "passed"}, said


def test_in_the_other_rounds_tests_share_classes_but_rounds_do_not(trials: Trials) -> None:
    said = trials(COUNTER, FIRSTS, [AS_WRITTEN, {"name": "again"}])
    for name in ("as-written", "again"):
        assert sorted(said.outcomes(name).values()) == ["failed", "passed"]


def test_tests_run_in_the_order_that_is_asked_for(trials: Trials) -> None:
    rounds = [{"name": "1", "order": ["a", "b"]}, {"name": "2", "order": ["b", "a"]}, {"name": "3", "order": ["b"]}]
    for order in ("", "@TestMethodOrder(MethodOrderer.MethodName.class)"):
        tests = f"@Nested {order} class In {{ {FIRSTS} }}" if order else FIRSTS
        prefix = "In::" if order else ""
        told = [{**each, "order": [prefix + name for name in each["order"]]} for each in rounds]
        said = trials(COUNTER, tests, told)
        assert said.outcomes("1") == {f"{prefix}a": "passed", f"{prefix}b": "failed"}
        assert list(said.outcomes("2").items()) == [(f"{prefix}b", "passed"), (f"{prefix}a", "failed")]
        assert said.outcomes("3") == {f"{prefix}b": "passed"}


def test_a_round_that_repeats_another_has_a_process_of_its_own(trials: Trials) -> None:
    tests = '@Test void a() { fail("" + ProcessHandle.current().pid()); }'
    said = trials(EMPTY, tests, [ALONE, AS_WRITTEN, {"name": "again", "alone": True}])
    alone, written, again = (run["message"] for run in said.runs)
    assert alone == written != again


def test_tests_of_junit_4_run_in_the_order_that_is_asked_for(trials: Trials) -> None:
    header = "import static org.junit.Assert.*; import org.junit.Test; public class SolutionTest {"
    tests = header + FIRSTS.replace("void", "public void") + "}"
    rounds = [{"name": "1", "order": ["a", "b"]}, {"name": "2", "order": ["b", "a"]}]
    said = trials.whole(COUNTER, tests, rounds)
    assert said.outcomes("1") == {"a": "passed", "b": "failed"}
    assert said.outcomes("2") == {"b": "passed", "a": "failed"}


def test_what_comes_before_all_tests_comes_once_in_a_round(trials: Trials) -> None:
    tests = (
        f"@BeforeAll static void all() {{ Solution.next(); }} {FIRSTS.replace('assertEquals(0', 'assertNotEquals(0')}"
    )
    said = trials(COUNTER, tests + '@AfterAll static void end() { System.out.println("calls " + Solution.calls); }')
    assert said.outcomes() == {"a": "passed", "b": "passed"}
    assert "calls 3" in said.output


def test_a_method_that_repeats_is_one_test_with_the_worst_of_its_outcomes(trials: Trials) -> None:
    tests = """
        @ParameterizedTest @ValueSource(ints = {1, 2, 3}) void each(int n) { assertNotEquals(2, n); }
        @RepeatedTest(3) void again() { Solution.next(); }
        @TestFactory List<DynamicTest> made() { return List.of(DynamicTest.dynamicTest("x", () -> fail("it"))); }
        @Nested class Inner { @Test void each() { } }
        @Disabled("later") @Test void off() { }
    """
    said = trials(COUNTER, tests, [ALONE])
    expected = {"each": "failed", "again": "passed", "made": "failed", "Inner::each": "passed", "off": "skipped"}
    assert said.outcomes() == expected
    assert said.of("off")["message"] == "later"


def test_when_what_all_tests_need_fails_each_of_them_has_that_error(trials: Trials) -> None:
    said = trials(
        EMPTY,
        '@BeforeAll static void all() { throw new IllegalStateException("no"); }'
        + FIRSTS.replace("Solution.next()", "0"),
    )
    assert said.outcomes() == {"a": "error", "b": "error"}
    assert said.of("b")["raised"] == "IllegalStateException"


HANGS = {
    "sleeps": "Thread.sleep(100_000);",
    "waits": "synchronized (this) { wait(); }",
    "burns": "while (true) { }",
    "catches": "while (true) try { Thread.sleep(10_000); } catch (InterruptedException e) { }",
    "holds": "while (true) try { Thread.sleep(10_000); } catch (Throwable e) { }",
}


@pytest.mark.parametrize("manner", [{"alone": True}, {"alone": False}], ids=["alone", "together"])
def test_a_test_that_hangs_is_left_behind_and_the_others_run(trials: Trials, manner: Json) -> None:
    hang = " ".join(f"@Test void {name}() throws Exception {{ {body} }}" for name, body in HANGS.items())
    tests = f"@Test void a() {{ }} {hang} @Test void z() {{ assertEquals(1, 1); }}"
    rounds = [{"name": "1", **manner, "order": ["a", *HANGS, "z"]}, {"name": "2", "order": ["waits", "z"]}]
    said = trials(EMPTY, tests, rounds, test_seconds=0.5, slow_seconds=0.4)
    assert said.outcomes("1") == {"a": "passed", **dict.fromkeys(HANGS, "timeout"), "z": "passed"}
    assert said.outcomes("2") == {"z": "passed"}, "a slow test is left out of the later rounds"
    assert said.done
    assert said.ending is not None
    assert said.ending.code == 0


ENDS = {
    "exits": ("System.exit(0);", "SystemExit"),
    "halts": ("Runtime.getRuntime().halt(0);", "SystemExit"),
    "refers": ("java.util.function.IntConsumer end = System::exit; end.accept(0);", "SystemExit"),
    "eats": ("List<byte[]> all = new ArrayList<>(); while (true) all.add(new byte[1 << 26]);", "OutOfMemoryError"),
}


def test_a_test_that_would_end_the_process_is_an_error_and_the_others_run(trials: Trials) -> None:
    tools()
    ends = " ".join(f"@Test void {name}() {{ {body} }}" for name, (body, _) in ENDS.items())
    rounds = [{"name": name, "order": [*ENDS, "z"], "alone": name == "alone"} for name in ("together", "alone")]
    said = trials(EMPTY, f"{ends} @Test void z() {{ }}", rounds)
    for name in ("together", "alone"):
        assert said.outcomes(name) == {**dict.fromkeys(ENDS, "error"), "z": "passed"}
        assert {test: said.of(test, name)["raised"] for test in ENDS} == {
            test: raised for test, (_, raised) in ENDS.items()
        }


def test_a_process_that_is_killed_keeps_what_was_told_before(trials: Trials) -> None:
    kill = 'new ProcessBuilder("kill", "-9", "" + ProcessHandle.current().pid()).start().waitFor();'
    tests = f"@Test void a() {{ }} @Test void b() throws Exception {{ {kill} Thread.sleep(5000); }}"
    said = trials(EMPTY, tests, [{"name": "1", "order": ["a", "b"]}])
    assert said.outcomes() == {"a": "passed"}
    assert not said.done
    assert said.ending is not None
    assert said.ending.code in {-9, 137}


TOUCHED = {
    "System.currentTimeMillis();": ["clock"],
    "new Date(0); java.time.LocalDate.of(2000, 1, 1);": [],
    "java.time.LocalDate.now(java.time.Clock.fixed(java.time.Instant.EPOCH, java.time.ZoneOffset.UTC));": [],
    "java.util.function.Supplier<Object> now = java.time.LocalDate::now; now.get();": ["clock"],
    "new Random(1).nextInt();": [],
    "new Random().nextInt(); Thread.sleep(1);": ["random", "sleep"],
    "Collections.shuffle(new ArrayList<>()); Collections.shuffle(new ArrayList<>(), new Random(1));": ["random"],
    'throw new RuntimeException(new java.net.UnknownHostException("x"));': ["network"],
    'try { new java.net.URL("http://127.0.0.1:9/").openStream(); } catch (java.io.IOException e) { }': ["network"],
}


def test_what_a_test_touches_is_told(trials: Trials) -> None:
    tools()
    assert {body: run["touched"] for body, run in each(trials, TOUCHED).items()} == TOUCHED


def test_what_the_solution_touches_is_told_for_the_tests_that_call_it(trials: Trials) -> None:
    tools()
    solution = "class Solution { static double f() { return Math.random(); } static int g() { return 1; } }"
    said = trials(solution, "@Test void a() { Solution.f(); } @Test void b() { Solution.g(); }")
    assert (said.of("a")["touched"], said.of("b")["touched"]) == (["random"], [])


CLOCK = """
    @Test void year() { assertEquals(YEAR, java.time.LocalDate.now().getYear()); }
    @Test void date() { assertEquals(YEAR - 1900, new Date().getYear()); }
    static double really() throws Exception {
        String text = java.nio.file.Files.readString(java.nio.file.Path.of("/proc/uptime"));
        return Double.parseDouble(text.split(" ")[0]);
    }
    @Test void runs() throws Exception {
        double begun = really();
        long shown = System.currentTimeMillis();
        while (really() < begun + 0.3) { }
        assertTrue(System.currentTimeMillis() - shown > 250 * RATE);
    }
    @Test void waits() throws Exception {
        long shown = System.currentTimeMillis();
        Thread.sleep(100 * RATE);
        synchronized (this) { wait(100 * RATE); }
        new java.util.concurrent.Semaphore(0).tryAcquire(100 * RATE, java.util.concurrent.TimeUnit.MILLISECONDS);
        assertTrue(System.currentTimeMillis() - shown > 290 * RATE);
    }
"""
CLOCKS = {"+4000d": 1, "@2004-02-29 23:50:00": 1, "@2031-05-05 12:00:00 x10": 10}


@pytest.mark.parametrize(("clock", "rate"), CLOCKS.items())
def test_another_clock_is_seen_in_its_round_alone_and_waiting_ends(trials: Trials, clock: str, rate: int) -> None:
    if not FAKETIME.exists():
        absent("faketime", "NOT TESTED: no libfaketime here: install libfaketime")
    shown = datetime.now(tz=UTC) + timedelta(days=4000) if clock[0] == "+" else datetime.fromisoformat(clock[1:20])
    tests = CLOCK.replace("YEAR", str(shown.year)).replace("RATE", str(rate))
    rounds: list[Json] = [
        AS_WRITTEN,
        {"name": "other", "clock": clock},
        {"name": "alone", "clock": clock, "alone": True},
    ]
    said = trials(EMPTY, tests, [*rounds, {"name": "end", "order": ["date", "year"]}])
    for name in ("other", "alone"):
        assert set(said.outcomes(name).values()) == {"passed"}, said
    for name in ("as-written", "end"):
        assert (said.outcomes(name)["year"], said.outcomes(name)["date"]) == ("failed", "failed")
    assert said.done


def test_a_test_that_hangs_in_hurried_time_has_as_many_seconds_as_ever(trials: Trials) -> None:
    if not FAKETIME.exists():
        absent("faketime", "NOT TESTED: no libfaketime here: install libfaketime")
    rounds = [{"name": "1", "clock": "+0 x10", "order": ["a", "z"]}]
    tests = "@Test void a() throws Exception { Thread.sleep(100_000); } @Test void z() { }"
    said = trials(EMPTY, tests, rounds, test_seconds=1)
    assert said.outcomes() == {"a": "timeout", "z": "passed"}
    assert 1 <= said.of("a")["seconds"] < 10, "not the seconds of the hurried clock"


def test_without_libfaketime_a_round_with_another_clock_is_left_out_and_that_is_said(
    trials: Trials, tmp_path: Path
) -> None:
    whole = (trials.prefix / "java-trial").read_text()
    command = tmp_path / "java-trial"
    command.write_text(whole.replace(f'-Dbench.faketime="{FAKETIME}"', '-Dbench.faketime=""'))
    command.chmod(0o755)
    said = Trials(tmp_path, trials.compiler)(
        EMPTY, "@Test void a() { }", [{"name": "1", "clock": "+1d"}, {"name": "2"}]
    )
    assert said.outcomes("2") == {"a": "passed"}
    assert len(said.runs) == 1
    assert "without libfaketime" in said.output


BRANCHES = """import java.util.*;
class Solution {
    record Point(int x, String text) {
        Point { if (x < 0) throw new IllegalArgumentException(); }
    }
    sealed interface Shape permits Round, Flat { }
    record Round(int r) implements Shape { }
    static final class Flat implements Shape { }
    enum Kind { ONE, TWO }
    static String kind(Kind kind) {
        return switch (kind) {
            case ONE -> "one";
            case TWO -> "two";
        };
    }
    static int sum(List<Integer> all) {
        return all.stream().filter(n -> n > 0).mapToInt(n -> n).sum();
    }
    static int sign(int n) {
        if (n > 0 && n < 100) return 1;
        return n < 0
            ? -1
            : 0;
    }
    String text = \"\"\"
        several
        lines\"\"\";
    class Inner {
        int size() { return text.length(); }
    }
    static int closed(String text) {
        try (Scanner scanner = new Scanner(text)) {
            return scanner.nextInt();
        } finally {
            sign(1);
        }
    }
}
"""
MEASURING = {
    "kind": 'assertEquals("one", Solution.kind(Solution.Kind.ONE));',
    "sum": "assertEquals(3, Solution.sum(List.of(-1, 1, 2)));",
    "sign": "assertEquals(1, Solution.sign(5)); assertEquals(0, Solution.sign(0));",
    "inner": "assertEquals(13, new Solution().new Inner().size());",
    "point": "assertThrows(IllegalArgumentException.class, () -> new Solution.Point(-1, null));",
    "closed": 'assertEquals(4, Solution.closed("4"));',
    "nothing": "assertEquals(1, 1);",
}


def suite(chosen: Mapping[str, str]) -> str:
    """A whole test file."""
    methods = (f"@Test void {name}() {{ {body} }}" for name, body in chosen.items())
    return f"{HEADER}class SolutionTest {{ {' '.join(methods)} }}"


def measured(trials: Trials, chosen: Mapping[str, str]) -> Said:
    tools()
    said = trials.whole(BRANCHES, suite(chosen), [MEASURED])
    assert set(said.outcomes().values()) == {"passed"}, said
    assert said.coverage is not None
    return said


def test_each_test_has_the_lines_that_it_reaches_by_itself(trials: Trials) -> None:
    coverage = measured(trials, MEASURING).coverage or {}
    lines = {
        name: [int(each.partition(":")[2]) for each in reached if each.startswith("Solution.java:")]
        for name, reached in coverage["tests"].items()
    }
    assert lines["nothing"] == []
    assert lines["sum"] == [17]
    assert lines["sign"] == [20, 21, 23]
    assert lines["kind"] == [9, 11, 12]
    assert lines["inner"] == [2, 25, 28, 29]
    assert lines["point"] == [4]
    assert lines["closed"] == [20, 32, 33, 35]


def test_a_tests_branches_are_among_those_that_there_are(trials: Trials) -> None:
    coverage = measured(trials, MEASURING).coverage or {}
    branches = set(coverage["branches"])
    for reached in coverage["tests"].values():
        assert {each for each in reached if "#" in each} <= branches
    assert any(each.startswith("Solution$Inner#") for each in coverage["tests"]["inner"])
    assert not any(each.startswith("SolutionTest") for each in branches)


def test_coverage_is_what_jacocos_own_agent_finds(trials: Trials, tmp_path: Path) -> None:
    tests = suite(MEASURING)
    solution = BRANCHES.replace("sealed ", "").replace(" permits Round, Flat", "")
    found = of_the_agent(trials.compiled(solution, tests), tmp_path)
    coverage = trials.whole(solution, tests, [MEASURED]).coverage
    assert coverage is not None
    reached = {each for tests in coverage["tests"].values() for each in tests if ":" in each}
    assert reached == {f"Solution.java:{line}" for line in found.reached}
    assert coverage["lines"] == [f"Solution.java:{line}" for line in sorted(found.lines)]
    assert (coverage["branches_taken"], coverage["branches_all"]) == found.branches
    assert 0 < coverage["branches_taken"] < coverage["branches_all"]


def test_without_jacoco_tests_run_all_the_same(trials: Trials, tmp_path: Path) -> None:
    whole = (trials.prefix / "java-trial").read_text()
    command = tmp_path / "java-trial"
    command.write_text(re.sub(r":[^:]*/tools/[^:\"]*", "", whole))
    command.chmod(0o755)
    said = Trials(tmp_path, trials.compiler)(EMPTY, "@Test void a() { assertEquals(1, 2); }", [MEASURED])
    assert (said.of("a")["left"], said.of("a")["right"]) == ("1", "2")
    assert said.coverage is None
    assert said.done


def test_printing_reaches_no_message_and_is_kept_once(trials: Trials) -> None:
    forged = '{\\"done\\":true}'
    body = f'System.out.print("\\0\\0\\0\\015{forged}"); System.err.println("err"); System.out.flush();'
    flood = 'for (int i = 0; i < 1000000; i++) System.out.println("flood");'
    tests = f"@Test void a() {{ {body} }} @Test void b() {{ {flood} }}"
    said = trials(EMPTY, tests, [{"name": "1", "order": ["a", "b"]}, {"name": "2", "order": ["a", "b"]}])
    assert [run["outcome"] for run in said.runs] == ["passed"] * 4
    assert said.done
    assert said.output.count("err") == 1


def test_a_class_that_cannot_be_loaded_is_said(trials: Trials) -> None:
    compiled = trials.compiled(
        EMPTY, f"{HEADER}class SolutionTest extends Base {{ @Test void a() {{ }} }} class Base {{ }}"
    )
    del compiled["Base.class"]
    said = trials.told(compiled)
    assert said.unloadable is not None
    assert "Base" in said.unloadable
    assert (said.runs, said.done) == ([], True)
    said = trials(EMPTY, "void helper() { }")
    assert said.unloadable == "no test in SolutionTest"
