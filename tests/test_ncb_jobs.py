"""Would catch a job with other files than the authors', one that is run twice, a trivial solution that solves."""

from __future__ import annotations

import ast

import pytest
from ncb_helpers import JAVA, PYTHON, sample

from bench.benchmarks.ncb import NATURAL_CODE_BENCH as NCB
from bench.benchmarks.ncb.trivial import trivial_java, trivial_python
from bench.records import Completion, Job


def jobs(text: str, task: str = "python_en", **other: object) -> list[Job]:
    about = sample(task)
    return list(NCB.jobs(about, Completion(sample_id=about.id, text=text, **other)))  # type: ignore[arg-type]


def test_a_python_job_is_the_authors_module_and_test_file() -> None:
    (job,) = jobs(PYTHON, attempt=3)
    assert (job.name, job.extractor, job.attempt, job.language) == ("python_1", "official", 3, "python")
    assert list(job.files) == ["python_1.py"]
    text = job.files["python_1.py"]
    assert text.startswith("import pytest\nimport sys\nwith open('stdin.txt', 'w') as f:\n")
    assert text.endswith('sys.stdin = open("stdin.txt")\nimport pytest\ndef double(number):\n    return 2 * number\n')
    assert job.tests.startswith("import pytest\nfrom python_1 import *\nclass TestDouble:")
    assert job.limits.wall_seconds == 60


def test_a_java_job_has_a_file_for_each_type_and_the_renamed_test_class() -> None:
    (job,) = jobs(JAVA, "java_zh")
    assert (job.name, list(job.files)) == ("Test_java_1", ["Doubler.java"])
    assert "import java.util.List;\n" in job.files["Doubler.java"]
    assert "class Test_java_1 {" in job.tests


def test_the_robust_extraction_is_run_only_where_it_gives_other_files() -> None:
    assert [job.extractor for job in jobs(PYTHON)] == ["official"]
    official, robust = jobs(PYTHON.replace("```python", "```py"))
    assert (official.extractor, robust.extractor) == ("official", "robust")
    assert "NaN" in official.files["python_1.py"]
    assert robust.files["python_1.py"] == jobs(PYTHON)[0].files["python_1.py"]


def test_an_empty_answer_is_a_job_without_files() -> None:
    (job,) = jobs("")
    assert job.files == {}


def test_an_answer_that_cannot_be_written_is_a_job_without_files() -> None:
    assert jobs("\ud800")[0].files == {}


def test_a_failed_completion_is_no_job() -> None:
    assert jobs("", error="timeout: too late") == []


@pytest.mark.parametrize("task", ["python_en", "java_en"])
def test_the_gate_is_the_reference_and_one_that_does_nothing(task: str) -> None:
    reference, trivial = NCB.gate(sample(task))
    assert (reference.extractor, trivial.extractor) == ("reference", "trivial")
    assert reference.files == jobs(PYTHON if "python" in task else JAVA, task)[0].files
    assert reference.tests == trivial.tests
    assert list(trivial.files) == list(reference.files)
    assert "2 * number" not in "".join(trivial.files.values())


def test_both_natural_languages_have_the_same_gate() -> None:
    first, second = NCB.gate(sample("java_en")), NCB.gate(sample("java_zh"))
    assert [(job.files, job.tests) for job in first] == [(job.files, job.tests) for job in second]


def test_slow_published_problems_are_started_first() -> None:
    assert NCB.gate(sample("python_zh", 183))[0].expected_seconds == 23
    assert NCB.gate(sample("python_zh", 183, published=False))[0].expected_seconds == 0


def test_trivial_python_keeps_every_name_and_no_body() -> None:
    source = "X = 3\nclass A(Exception):\n    def __init__(self):\n        pass\n    async def f(self): pass\n"
    found = trivial_python({"a.py": source})
    assert found is not None
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    functions = [node for node in ast.walk(ast.parse(found["a.py"])) if isinstance(node, kinds)]
    assert [ast.unparse(node.body[0]) for node in functions] == ["return None", "return None"]
    assert "X = 3" in found["a.py"]
    assert "class A(Exception):" in found["a.py"]


def test_source_that_cannot_be_parsed_has_no_trivial_solution() -> None:
    assert trivial_python({"a.py": "def f(:"}) is None
    assert trivial_java({"A.java": "interface A {\n  int f();\n}"}) is None


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("int f(int a) { return a; }", "return 0;"),
        ("static void g() { }", ""),
        ("public boolean h() { return true; }", "return false;"),
        ("List<Map<String, Integer>> i() { return known; }", "return null;"),
        ("public static <T extends A> T[] j(T... all) throws IOException { return all; }", "return null;"),
        ("private char k() { return '}'; }", "return '0';"),
        ('@Override\n public String l() { if (x) { return "{"; } return ""; }', "return null;"),
    ],
)
def test_trivial_java_empties_methods(method: str, body: str) -> None:
    source = f"class A {{\n  final int[] x = {{1, 2}};\n  A(int y) {{ this.z = y; }}\n  {method}\n}}\n"
    found = trivial_java({"A.java": source})
    assert found is not None
    assert found["A.java"] == source.replace(method[method.index("{") :], f"{{ {body} }}")
