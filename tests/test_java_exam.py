"""Would catch a rewritten Java test that means something else than its author's, or a verdict that hangs on the secret.

Also an answer that can be told from the choices around it.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from conftest import absent
from java_local import LocalCompiler, built, compilers, java_job, run_local

from bench.records import Execution
from bench.sandbox.exam import AnswerKey, Paper
from bench.sandbox.java_choices import FEW, apart, chosen, family, hands
from bench.sandbox.java_constants import Leaf, key_of, written
from bench.sandbox.java_exam import Draft, paper
from bench.sandbox.java_exceptions import NOTHING, Exceptions
from bench.sandbox.java_reading import constant_of
from bench.sandbox.java_source import tokens_of
from bench.sandbox.languages import Compiled, Refused

JUPITER = "import org.junit.jupiter.api.*;\nimport static org.junit.jupiter.api.Assertions.*;\nimport java.util.*;\n"


def _class(*bodies: str, imports: str = JUPITER) -> str:
    methods = "\n".join(
        f"    @Test\n    public void test{at}() {{\n{body}\n    }}" for at, body in enumerate(bodies, 1)
    )
    return f"{imports}\npublic class Test_java_1 {{\n{methods}\n}}\n"


def _draft(source: str, seed: int = 1) -> Draft:
    return Draft.of(source, "Test_java_1", random.Random(seed))


def _texts(key: AnswerKey) -> list[str]:
    return [question.text for question in key.questions.values() if not question.text.endswith("was begun")]


# Constants


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("-5", "(-5)"),
        ("0x1F", "31"),
        ("1_000L", "1000L"),
        ("1e3", "1000.0"),
        ("'\\n'", "'\\n'"),
        ('"a" + "b" + 3', '"ab3"'),
        ('"\\u00e9\\"\\\\"', '"é\\"\\\\"'),
        ('"ab".repeat(2)', '"abab"'),
        ("Integer.MAX_VALUE", "2147483647"),
        ("Long.toString(Long.MIN_VALUE)", '"-9223372036854775808"'),
        ("Integer.MAX_VALUE + 1", "(-2147483648)"),
        ("(long) 5", "5L"),
        ("Arrays.asList(1, 2)", "BenchExam.list(1, 2)"),
        ("new ArrayList<>(List.of())", "BenchExam.list()"),
        ("new ArrayList<Character>(){{add('a'); add('b');}}", "BenchExam.list('a', 'b')"),
        ('Map.of("a", 1)', 'BenchExam.map("a", 1)'),
        ("new int[][]{{1}, {}}", "new int[][] {new int[] {1}, new int[] {}}"),
        ("new double[]{1, 2.5}", "new double[] {1.0, 2.5}"),
        ("new int[2]", "new int[] {0, 0}"),
    ],
)
def test_a_constant_is_read_for_what_it_is_worth(source: str, value: str) -> None:
    found = constant_of(tokens_of(source))
    assert found is not None
    assert written(found) == value


@pytest.mark.parametrize(
    "source",
    [
        "x",
        "f(1)",
        "Set.of(1, 1)",
        "List.of(x)",
        "1 / 2",
        "-0.0",
        "0.0 / 0",
        "new Foo()",
        "List.of(new int[]{1})",
        "(int) 2.5",
        "1 +",
    ],
)
def test_what_is_not_surely_a_constant_is_none(source: str) -> None:
    assert constant_of(tokens_of(source)) is None


def test_sets_are_the_same_in_any_order() -> None:
    one, other = (constant_of(tokens_of(text)) for text in ("Set.of(1, 2)", "Set.of(2, 1)"))
    assert one is not None
    assert other is not None
    assert key_of(one) == key_of(other)


# Choices

CONSTANTS = [
    "7",
    "0",
    "-3",
    "40",
    "123456789",
    "3.5",
    "100.0",
    "2L",
    '"Bob"',
    '"id 17"',
    "'x'",
    '"没有"',
    "true",
    "new int[]{1, 2}",
]


@pytest.mark.parametrize("source", CONSTANTS)
def test_each_member_has_that_same_family(source: str) -> None:
    answer = constant_of(tokens_of(source))
    assert answer is not None
    for start in range(6):
        members = family(answer, 2, random.Random(start))
        mine = {written(member) for member in members}
        for member in members:
            draws = ({written(other) for other in family(member, 2, random.Random(seed))} for seed in range(20_000))
            assert any(draw == mine for draw in draws), written(member)


def test_the_right_choice_may_stand_anywhere() -> None:
    answer = Leaf("int", 7)
    hand = hands([answer], random.Random(1))[key_of(answer)]
    places = Counter(chosen(answer, hand, 0.0, random.Random(seed)).index(answer) for seed in range(2000))
    assert len(places) == FEW
    assert max(places.values()) < 2 * min(places.values())


@pytest.mark.parametrize("delta", [0.0, 0.01, 0.5, 20.0])
def test_no_value_can_be_two_choices_at_once(delta: float) -> None:
    rng = random.Random(3)
    answers = [Leaf("double", round(rng.uniform(0, 50), rng.randrange(4))) for _ in range(30)]
    dealt = hands(answers, rng)
    for answer in answers:
        choices = chosen(answer, dealt[key_of(answer)], delta, rng)
        assert answer in choices
        assert all(apart(one, other, delta) for one in choices for other in choices if one is not other)
        values = sorted(float(choice.value or 0) for choice in choices if isinstance(choice, Leaf))
        assert all(above - below > 2 * delta for below, above in itertools.pairwise(values))


def test_whole_numbers_that_are_one_float_are_no_two_choices() -> None:
    assert not apart(Leaf("int", 16777216), Leaf("int", 16777217), 0.0)


def test_answers_of_a_file_are_choices_of_each_other() -> None:
    source = _class(*(f'assertEquals("{word}", f({at}));' for at, word in enumerate(("up", "down", "left", "right"))))
    lines = [line for line in _draft(source).written().splitlines() if "BenchExam.ask" in line]
    assert len(lines) == 4
    assert all(f'"{word}"' in line for line in lines for word in ("up", "down", "left", "right"))


def test_no_exception_below_the_right_one_is_a_choice() -> None:
    for seed in range(50):
        found = Exceptions.of(["RuntimeException", "NumberFormatException"]).choices(
            "RuntimeException", random.Random(seed)
        )
        assert set(found) == {"RuntimeException", NOTHING}


def test_exceptions_of_the_solution_s_own_do_not_stand_together() -> None:
    found = Exceptions.of(["MineException", "YoursException"]).choices("MineException", random.Random(1))
    assert set(found) == {"MineException", NOTHING}


# Rewriting


def _polarity(source: str) -> tuple[str, int]:
    draft = _draft(source)
    (question,) = (question for name, question in draft.key().questions.items() if name.startswith("q"))
    return re.sub(r"test\d", "", draft.written()), question.right


def test_nothing_in_the_source_tells_true_from_false() -> None:
    true, false = _polarity(_class("assertTrue(f());")), _polarity(_class("assertFalse(f());"))
    assert true[0] == false[0]
    assert true[1] != false[1]


def test_a_variable_that_holds_an_answer_goes_away() -> None:
    written_ = _draft(
        _class('String expected = "secret words"; int[] a = {1};\nassertEquals(expected, f(a));')
    ).written()
    assert "String expected" not in written_
    assert "int[] a" in written_
    assert written_.count('"secret words"') == 1


def test_a_list_that_is_filled_is_one_answer() -> None:
    draft = _draft(_class('List<String> e = new ArrayList<>();\ne.add("a");\ne.add("b");\nassertEquals(e, f());'))
    assert 'BenchExam.list("a", "b")' in draft.written()
    assert ".add(" not in draft.written()


@pytest.mark.parametrize(
    "body",
    [
        'String e = "abc"; System.out.println(e); assertEquals(e, f());',  # the answer stays in sight
        "int e = 3; e++; assertEquals(e, f());",
        "int e = 3; if (g()) e = 4; assertEquals(e, f());",
        "int e = 3; for (int i = 0; i < 3; i++) { e += i; } assertEquals(e, f());",
        "int[] e = {1}; e[0] = 2; assertArrayEquals(e, f());",
        "assertEquals(g(), f());",
        "assertEquals(1, 1);",
        "assertEquals(Double.NaN, f());",
        "assertEquals(1.0, f(), delta());",
        "assertEquals(new int[]{1}, f());",
        "try { assertEquals(1, f()); } catch (AssertionError e) { }",
        "try { assertEquals(1, f()); } catch (Throwable e) { }",
        "new Thread(() -> { assertEquals(1, f()); }).start();",
        "Runnable r = new Runnable() { public void run() { assertEquals(1, f()); } };",
        "assertAll(() -> assertEquals(1, f()));",
        "IllegalStateException e = assertThrows(IllegalStateException.class, () -> f());",
        "assertThrows(kind(), () -> f());",
        "switch (f()) { case 1: assertEquals(1, f()); }",
    ],
)
def test_what_is_not_surely_understood_stays_as_it_is(body: str) -> None:
    draft = _draft(_class(body))
    assert _texts(draft.key()) == []
    assert body in draft.written().replace("\n", " ")


@pytest.mark.parametrize(
    ("body", "required"),
    [
        ("assertEquals(1, f());", True),
        ("{ assertEquals(1, f()); }", True),
        ("if (f()) assertEquals(1, f());", False),
        ("for (int i = 0; i < 3; i++) { assertEquals(1, f()); }", False),
        ("if (f()) return; assertEquals(1, f());", False),
        ("try { assertEquals(1, f()); } catch (Exception e) { e.printStackTrace(); }", False),
        ("try { g(); assertEquals(1, f()); } catch (Exception e) { fail(); }", True),
        ("try { assertEquals(1, f()); } catch (Exception e) { if (x) fail(); }", False),
        ("try { g(); } catch (Exception e) { assertEquals(1, f()); }", False),
        ("try { g(); } finally { assertEquals(1, f()); }", True),
        ("try (var x = g()) { assertEquals(1, f()); }", True),
        ("Comparator<A> c = (a, b) -> { return 1; }; assertEquals(1, f());", True),
    ],
)
def test_only_what_every_pass_comes_by_is_required(body: str, *, required: bool) -> None:
    questions = _draft(_class(body)).key().questions
    assert [question.required for name, question in questions.items() if name.startswith("q")] == [required]


def test_a_test_that_may_pass_by_an_exception_requires_no_more_than_its_beginning() -> None:
    source = _class("f(); assertEquals(1, g());", imports="import org.junit.*;\nimport static org.junit.Assert.*;\n")
    questions = _draft(source.replace("@Test", "@Test(expected = Exception.class)")).key().questions
    assert {name: question.required for name, question in questions.items()} == {"c1": True, "q1": False}


@pytest.mark.parametrize(
    "source",
    [
        _class("assertEquals(1,\n  f(2, // two\n  3));\nint x = g();", 'String e =\n "a";\nassertEquals(e, f());'),
        "package a.b;\n" + _class("assertTrue(\nf());"),
        "/* a\nlicence */\n" + _class(""),
    ],
)
def test_every_line_keeps_its_number(source: str) -> None:
    lines = _draft(source).written().splitlines()
    assert len(lines) == len(source.splitlines())
    assert [at for at, line in enumerate(lines) if "void test" in line] == [
        at for at, line in enumerate(source.splitlines()) if "void test" in line
    ]


def test_tests_are_named_as_the_runner_names_them() -> None:
    source = f"""{JUPITER}
    import org.junit.jupiter.params.*; import org.junit.jupiter.params.provider.*;
    class Helper {{ @Test void notOurs() {{ }} }}
    class Test_java_1 {{
        private final Map<String, Integer> field = new HashMap<>() {{{{ put("a", 1); }}}};
        @BeforeEach void before() {{ }}
        @Test @DisplayName("a {{ brace") void plain() throws Exception {{ }}
        @ParameterizedTest @CsvSource({{"1, 2", "3, 4"}}) void several(int a, int b) {{ }}
        @RepeatedTest(3) void again() {{ }}
        @Test static void ignored() {{ }}
        void helper() {{ }}
        @Nested class Inner {{ @Test void inside() {{ }} @Nested class Deep {{ @Test void deeper() {{ }} }} }}
    }}
    """
    assert _draft(source).key().tests == ("plain", "several", "again", "Inner::inside", "Inner::Deep::deeper")


@pytest.mark.parametrize(
    "source", ["", "class Test_java_1 {", "}}}}", '"', "class Test_java_1 { @Test void a() { assertEquals(1, f(; } }"]
)
def test_a_source_that_is_none_is_left_alone(source: str) -> None:
    assert _texts(_draft(source).key()) == []


def test_what_is_known_of_ncb_s_tests_is_asked(shared: Path) -> None:
    """Few bits: 184 asserts in loops over files, 187 in a helper, 189 five times whether a file is there."""
    path = shared / "data" / "ncb" / "problems" / "ncb_java_en.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    few = {row["_id"] for row in rows if _bits(row["testcases"]) < 8}
    assert few == {184, 187, 189}


def _bits(tests: str) -> float:
    name = re.search(r"class (.*?)\s", tests, re.DOTALL)
    assert name is not None
    questions = _draft(tests.replace(name[1], "Test_java_1")).key().questions.items()
    return sum(
        math.log2(question.choices) for name_, question in questions if name_.startswith("q") and question.required
    )


# Running: the paper and the author's own tests come to the same

SHAPES = [
    "assertEquals(3, S.three());",
    "assertEquals(4, S.three());",
    'assertEquals(3, S.three(), "message"); assertEquals(3, S.three(), () -> "late");',
    "assertEquals(3L, S.three());",
    "assertEquals(3.0, S.three());",
    "assertEquals(3.04, S.three(), 0.05); double d = 0.5; assertEquals(2.6, S.three(), d);",
    "assertEquals(3.06, S.three(), 0.05);",
    "Integer e = 3; assertEquals(e, S.three());",
    "Integer e = 3; assertEquals(e, S.boxed());",
    "long e = 3; assertEquals(e, S.three());",
    "double e = 3; assertEquals(e, S.three());",
    "Object e = 3; assertEquals(e, S.longThree());",
    "assertEquals(3, S.longThree());",
    "assertEquals(S.three(), 3);",
    'assertEquals("three", S.word()); assertEquals("thre", S.word());',
    'assertEquals("three", S.word()); assertNull(S.none());',
    "assertNull(S.word());",
    "assertNotNull(S.word()); assertNull(S.none());",
    "assertEquals('t', S.word().charAt(0));",
    "assertEquals(116, S.word().charAt(0));",
    "assertEquals(Arrays.asList(1, 2, 3), S.list()); assertEquals(List.of(), new ArrayList<Integer>());",
    "assertEquals(List.of(1, 2), S.list());",
    "assertEquals(List.of(1L, 2L, 3L), S.list());",
    "List<Integer> e = new ArrayList<>(); e.add(1); e.add(2); e.add(3); assertEquals(e, S.list());",
    "assertEquals(Set.of(3, 2, 1), new TreeSet<>(S.list()));",
    "assertEquals(Set.of(1, 2), S.list());",
    'assertEquals(Map.of("a", 1), S.map());',
    'Map<String, Integer> e = new HashMap<>(); e.put("a", 2); assertEquals(e, S.map());',
    "assertArrayEquals(new int[]{1, 2}, S.array());",
    "int[] e = {1, 3}; assertArrayEquals(e, S.array());",
    "assertArrayEquals(new double[]{1.02, 1.98}, S.doubles(), 0.05);",
    'assertArrayEquals(new String[]{null, "b"}, new String[]{S.none(), "b"});',
    "assertArrayEquals(new boolean[][]{{true}, {false}}, S.flags());",
    "assertTrue(S.yes()); assertFalse(!S.yes()); assertTrue(() -> S.yes());",
    "assertTrue(!S.yes());",
    'assertFalse(S.yes(), "message");',
    "assertEquals(true, S.yes());",
    "assertThrows(IllegalArgumentException.class, () -> S.refuse());",
    "assertThrows(NumberFormatException.class, () -> S.refuse());",
    "assertThrows(Exception.class, () -> S.refuse());",
    "assertThrows(NullPointerException.class, () -> S.refuse());",
    "assertThrows(S.Own.class, () -> S.own());",
    "assertThrows(IllegalStateException.class, () -> S.own());",
    "assertThrows(S.Own.class, () -> S.three());",
    "assertDoesNotThrow(() -> S.three());",
    "assertDoesNotThrow(() -> S.refuse());",
    "assertDoesNotThrow(S::refuse);",
    "assertDoesNotThrow(() -> { return S.three(); });",
    'assertEquals("a".repeat(100_000), S.word());',
    "if (S.yes()) assertEquals(3, S.three()); else assertEquals(4, S.three());",
    "for (int i : S.array()) assertEquals(2, i);",
    'try { S.refuse(); fail(); } catch (IllegalArgumentException e) { assertEquals("no", e.getMessage()); }',
    "try { assertEquals(4, S.three()); } catch (AssertionError e) { }",
    "int i = 0; assertEquals(0, i++); assertEquals(1, i);",
    "assertEquals(3.0, S.any(), 0.01);",
    "assertEquals(3, S.refuse());",
    "assertEquals(Integer.MAX_VALUE, S.three() - Integer.MIN_VALUE - 4);",
    "assertEquals(16777216, S.floating());",
    "Assertions.assertEquals(3, S.three()); org.junit.jupiter.api.Assertions.assertTrue(S.yes());",
    'assertEquals("x", S.word()); Assumptions.assumeTrue(false);',
    "return;",
]
SOLUTION = """
import java.util.*;
class S {
    static class Own extends IllegalStateException { }
    static int three() { return 3; }
    static Integer boxed() { return 3; }
    static long longThree() { return 3; }
    static float floating() { return 16777216f; }
    static <T> T any() { return (T) Double.valueOf(3); }
    static String word() { return "three"; }
    static String none() { return null; }
    static List<Integer> list() { return new LinkedList<>(List.of(1, 2, 3)); }
    static Map<String, Integer> map() { return new TreeMap<>(Map.of("a", 1)); }
    static int[] array() { return new int[] {1, 2}; }
    static double[] doubles() { return new double[] {1, 2}; }
    static boolean[][] flags() { return new boolean[][] {{true}, {false}}; }
    static boolean yes() { return true; }
    static int refuse() { throw new IllegalArgumentException("no"); }
    static void own() { throw new Own(); }
}
"""
OLD = "import org.junit.*;\nimport static org.junit.Assert.*;\nimport java.util.*;\n"
OLD_SHAPES = [
    "assertEquals(3, S.three());",
    'assertEquals("message", 3, S.three());',
    'assertEquals("message", 4, S.three());',
    'assertEquals("three", S.word()); assertEquals("message", "three", S.word());',
    'assertEquals("message", 3.04, S.three(), 0.05);',
    "assertEquals(3.0, S.three());",
    "assertEquals(3.2, S.three(), 0.05);",
    'assertTrue("message", S.yes()); assertFalse("message", S.yes());',
    'assertNull("message", S.none());',
    'assertArrayEquals("message", new int[]{1, 2}, S.array());',
    "assertThrows(IllegalArgumentException.class, () -> S.refuse());",
    'assertThrows("message", NullPointerException.class, () -> S.refuse());',
]


@pytest.fixture(scope="module")
def compiler() -> Iterator[LocalCompiler]:
    yield from compilers()


def _ran(compiler: LocalCompiler, tests: str, seed: int, solution: str = SOLUTION) -> Execution:
    found = run_local(built(), compiler, java_job({"S.java": solution}, tests), seed)
    assert isinstance(found, Execution), found
    return found


def _as_written(compiler: LocalCompiler, tests: str, monkeypatch: pytest.MonkeyPatch) -> Execution:
    with monkeypatch.context() as patch:
        patch.setattr("bench.sandbox.java_exam.questions", lambda *_: [])
        return _ran(compiler, tests, 0)


@pytest.mark.parametrize(("shapes", "imports"), [(SHAPES, JUPITER), (OLD_SHAPES, OLD)])
def test_every_test_comes_to_what_its_author_s_own_text_comes_to(
    compiler: LocalCompiler, monkeypatch: pytest.MonkeyPatch, shapes: list[str], imports: str
) -> None:
    tests = _class(*shapes, imports=imports)
    expected = {name: outcome == "passed" for name, outcome in _as_written(compiler, tests, monkeypatch).tests.items()}
    assert len(expected) == len(shapes)
    for seed in (1, 2, 3):
        found = {name: outcome == "passed" for name, outcome in _ran(compiler, tests, seed).tests.items()}
        wrong = {shapes[int(name.removeprefix("test")) - 1] for name in expected if found.get(name) != expected[name]}
        assert not wrong


def test_nearly_all_of_these_are_questions() -> None:
    unasked = [body for body in SHAPES if "assert" in body and not _texts(_draft(_class(body)).key())]
    assert unasked == [
        'assertEquals("a".repeat(100_000), S.word());',
        "try { assertEquals(4, S.three()); } catch (AssertionError e) { }",
    ]


def test_a_question_that_does_not_compile_is_put_in_another_form(compiler: LocalCompiler) -> None:
    tests = _class("assertEquals(3.0, S.any(), 0.01);", 'assertEquals("three", S.word());')
    compiler.asked.clear()
    assert _ran(compiler, tests, 1).verdict == "passed"
    assert len(compiler.asked) == 3
    last = compiler.asked[-1]["Test_java_1.java"]
    assert last.count("BenchExam.ask(") == 2
    assert "double bench_q1 = (S.any());" in last


def test_a_solution_that_does_not_compile_gives_the_compiler_s_own_words(compiler: LocalCompiler) -> None:
    found = run_local(built(), compiler, java_job({"S.java": "class S { int f( }"}, _class("S.f();")), 1)
    assert isinstance(found, Refused)
    assert found.verdict == "compile_error"
    assert found.reason == "S.java:1: error: illegal start of type"


def test_what_the_tests_do_not_need_is_not_compiled(compiler: LocalCompiler) -> None:
    job = java_job({"S.java": SOLUTION, "Broken.java": "class Broken {"}, _class("assertEquals(3, S.three());"))
    assert run_local(built(), compiler, job, 1).verdict == "passed"


def test_lombok_s_annotations_are_known_and_do_nothing(compiler: LocalCompiler) -> None:
    """As under the authors' command, where javac finds the solution by itself."""
    if not any((built() / "jars").glob("lombok*")):
        absent("java", "NOT TESTED: lombok is not here: install liblombok-java")
    solution = "import lombok.*;\n@Data class S { private int size; int three() { return 3; } }"
    assert _ran(compiler, _class("assertEquals(3, new S().three());"), 1, solution).verdict == "passed"
    job = java_job({"S.java": solution}, _class("assertEquals(0, new S().getSize());"))
    assert run_local(built(), compiler, job, 1).verdict == "compile_error"


def test_a_class_in_a_package_is_found(compiler: LocalCompiler) -> None:
    compiled = compiler.compile({"A.java": "package x.y; class A { }"}, "A")
    assert isinstance(compiled, Compiled)
    assert list(compiled.classes) == ["x/y/A.class"]


@pytest.mark.parametrize("name", ["../A.java", "a/A.java", ".java", "A.class", "A" * 300 + ".java", ""])
def test_a_file_name_that_is_none_harms_nobody(compiler: LocalCompiler, name: str) -> None:
    assert compiler.compile({name: "class A { }", "B.java": "class B { }"}, "B").error
    assert compiler.compile({"B.java": "class B { }"}, "B").error is None


def test_input_files_lie_in_the_working_folder(compiler: LocalCompiler, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "in.txt").write_text("tëxt")
    reads = 'return java.nio.file.Files.readString(java.nio.file.Path.of("deep/in.txt"));'
    solution = f"class S {{ static String read() throws Exception {{ {reads} }} }}"
    job = java_job(
        {"S.java": solution}, _class('assertEquals("tëxt", S.read());').replace("()", "() throws Exception", 1)
    )
    found = run_local(built(), compiler, dataclasses.replace(job, inputs=str(tmp_path)), 1)
    assert found.verdict == "passed", found


def test_every_kind_of_test_counts(compiler: LocalCompiler) -> None:
    source = f"""{JUPITER}
    import org.junit.jupiter.params.*; import org.junit.jupiter.params.provider.*;
    class Test_java_1 {{
        @ParameterizedTest @ValueSource(ints = {{1, 2}}) void several(int a) {{ assertEquals(1, a); }}
        @RepeatedTest(2) void again() {{ assertEquals(3, S.three()); }}
        @TestFactory List<DynamicTest> made() {{
            return List.of(DynamicTest.dynamicTest("a", () -> assertTrue(S.yes())));
        }}
        @Nested class Inner {{ @Test void inside() {{ assertEquals("three", S.word()); }} }}
        @Test @Disabled void off() {{ }}
    }}
    """
    expected = {"several": "failed", "again": "passed", "made": "passed", "Inner::inside": "passed", "off": "skipped"}
    assert _ran(compiler, source, 1).tests == expected


@pytest.mark.parametrize("seed", range(3))
def test_a_wrong_solution_fails_whatever_the_secret(compiler: LocalCompiler, seed: int) -> None:
    tests = _class("assertEquals(3, S.three());", 'assertEquals("three", S.word());', "assertTrue(S.yes());")
    wrong = SOLUTION.replace("return 3; }\n    static Integer", "return 4; }\n    static Integer")
    assert _ran(compiler, tests, seed, wrong).verdict == "failed"


class _Stubborn:
    """A compiler that accepts only what its condition does; a `Compiler`."""

    def __init__(self, accepts: Callable[[str], bool], line: int = 0) -> None:
        self._accepts, self._line = accepts, line

    def compile(self, sources: Mapping[str, str], main: str) -> Compiled:
        good = self._accepts(sources[f"{main}.java"])
        return Compiled({}, None if good else f"{main}.java:{self._line}: error: no")


MANY = _class(*(f"assertEquals({at}, f({at}));" for at in range(12)))


def test_a_solution_with_which_no_question_compiles_is_no_honest_one() -> None:
    found = paper(java_job({}, MANY), random.Random(1), _Stubborn(lambda source: "BenchExam" not in source))
    assert isinstance(found, Refused)
    assert found.verdict == "tampered"


def test_a_method_that_has_grown_too_large_loses_questions_and_no_more() -> None:
    found = paper(java_job({}, MANY), random.Random(1), _Stubborn(lambda source: source.count("BenchExam.ask(") < 7))
    assert isinstance(found, Paper)
    assert len(_texts(found.key)) == 6


def test_tests_in_which_nothing_can_be_asked_are_run_as_they_are() -> None:
    source = _class("assertEquals(g(), f());")
    found = paper(java_job({}, source), random.Random(1), _Stubborn(lambda source: "BenchExam" not in source))
    assert isinstance(found, Paper)
    assert found.key.questions == {}
