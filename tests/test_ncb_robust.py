"""The robust extraction finds the code that a reader would.

These tests would catch: an answer lost to the way its fence is spelled, to reasoning, prose, examples or several
blocks; a type cut at the wrong brace, or left behind where Java cannot find its file; and any definition in a real
answer that the authors' own extraction finds and this one does not.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from textwrap import indent

import pytest

from bench.benchmarks.ncb.extraction.blocks import normalised
from bench.benchmarks.ncb.extraction.robust_java import ADDED, robust_java
from bench.benchmarks.ncb.extraction.robust_python import parsed, robust_python, with_header

F = "def f(x):\n    return x + 1"
G = "def g(x):\n    return f(x) * 2"
TICKS = 'def f(x):\n    """Call it so:\n\n    ```\n    f(1)\n    ```\n    """\n    return x + 1'
CLASS = "class Box:\n    items = ()\n\n    def put(self, item):\n        self.items += (item,)"

PYTHON = {
    "the usual block": (f"Here you are:\n```python\n{F}\n```\nDone.", F),
    "a short name of the language": (f"```py\n{F}\n```", F),
    "a capital": (f"```Python\n{F}\n```", F),
    "a version": (f"```python3\n{F}\n```", F),
    "a blank after the language": (f"```python   \n{F}\n```  \n", F),
    "a blank before the language": (f"``` python\n{F}\n```", F),
    "attributes": (f'```python title="f.py" linenos\n{F}\n```', F),
    "a class in braces": (f"```{{.python .numberLines}}\n{F}\n```", F),
    "no language": (f"```\n{F}\n```", F),
    "tildes": (f"~~~python\n{F}\n~~~", F),
    "a longer fence": (f"````python\n{TICKS}\n````", TICKS),
    "a block within a markdown block": (f"````markdown\n# Title\n```python\n{F}\n```\n````", F),
    "a fence that is never closed": (f"Sure:\n```python\n{F}\n", F),
    "a fence amid a line": (f"The code is ```python\n{F}\n```", F),
    "a fence after the last word": (f"```python\n{F}```\nThat is all.", F),
    "a fence in a list": (f"1. Write this:\n   ```python\n{indent(F, '   ')}\n   ```\n2. Run it.", F),
    "carriage returns": (f"```python\n{F}\n```".replace("\n", "\r\n"), F),
    "code further to the right than its fence": (f"```python\n{indent(F, '    ')}\n```", F),
    "the authors' tags": (f"[Python]\n{F}\n[/Python]", f"\n{F}\n"),
    "a fence within a docstring": (f"```python\n{TICKS}\n```\nGood luck.", TICKS),
    "a fence within a comment": (f"```python\n# ends with ```\n{F}\n```", f"# ends with ```\n{F}"),
    "a docstring that is cut off": ('```python\ndef f(x):\n    """Half', 'def f(x):\n    """Half'),
    "reasoning with a draft": (f"<think>Maybe\n```python\ndef f(x): return 0\n```\n</think>\n```python\n{F}\n```", F),
    "reasoning that was opened in the prompt": (
        f"```python\ndef f(x): return 0\n```\n</think>\n```python\n{F}\n```",
        F,
    ),
    "an answer within its reasoning": (f"<think>\n```python\n{F}\n```\nLet me see", F),
    "two blocks that belong together": (f"```python\n{F}\n```\nand\n```python\n{G}\n```", f"{F}\n\n{G}"),
    "imports in a block before": (f"```python\nimport os\n```\n```python\n{F}\n```", f"import os\n\n{F}"),
    "a corrected version": (f"```python\ndef f(x):\n    return x\n```\nWrong! Rather:\n```python\n{F}\n```", F),
    "a corrected version of a part": (
        f"```python\n{F}\n\n{G}\n```\nBetter:\n```python\ndef f(x):\n    return 1 + x\n```",
        f"{F}\n\n{G}\n\ndef f(x):\n    return 1 + x",
    ),
    "a version that is complete": (f"```python\n{F}\n```\nAll of it:\n```python\n{F}\n\n{G}\n```", f"{F}\n\n{G}"),
    "an example after it": (f"```python\n{F}\n```\nUse it:\n```python\nprint(f(2))\n```", F),
    "an example before it": (f"It will do\n```python\nprint(f(2))\n```\n```python\n{F}\n```", F),
    "an example with a name": (f"```python\n{F}\n```\n```python\nfrom mine import f\ny = f(2)\n```", F),
    "a main function as an example": (f"```python\n{F}\n```\n```python\ndef main():\n    f(input())\n\nmain()\n```", F),
    "tests after it": (f"```python\n{F}\n```\n```python\ndef test_f():\n    assert f(1) == 3\n```", F),
    "a test class after it": (
        f"```python\n{CLASS}\n```\n```python\nclass TestBox:\n    def test(self): ...\n```",
        CLASS,
    ),
    "a sketch after it": (f"```python\n{F}\n```\nIn short:\n```python\ndef f(x):\n    ...\n```", F),
    "a session in a shell": (f"```bash\npip install numpy\n```\n```python\n{F}\n```\n```\n$ python f.py\n3\n```", F),
    "output that parses": (f"```python\n{F}\n```\nprints\n```\n42\n```", F),
    "another language's block": (f"```python\n{F}\n```\n```json\n{{}}\n```\n```text\nx = 1\n```", F),
    "the wrong language": (f"```java\n{F}\n```", F),
    "a notebook's command": (f"```python\n!pip install numpy\n{F}\n```", f"\n{F}"),
    "code without a fence": (F, F),
    "prose around bare code": (f"Here is it:\n\nimport os\n\n{F}\n\nI hope it's (really) of use.", f"import os\n\n{F}"),
    "bare code with a decorator": (f"So:\n@staticmethod\n{F}\nDone", f"@staticmethod\n{F}"),
    "bare code with brackets at the margin": (f"So:\nX = [\n    1,\n]\n{F}\nDone.", f"X = [\n    1,\n]\n{F}"),
    "bare code with a long string": (f'So:\n{F}\nT = """a\nb it\'s\n"""\nDone, bye.', f'{F}\nT = """a\nb it\'s\n"""'),
    "a block of indented text": (f"See:\n\n{indent(F, '    ')}\n\nDone, really.", F),
    "prose after an unclosed fence": (f"```python\n{F}\n\nThis function adds one.", F),
    "odd escapes": ('```python\ndef f():\n    return "\\d"\n```', 'def f():\n    return "\\d"'),
    "code that does not parse": ("```python\ndef f(:\n```", "def f(:"),
    "a script": ("```python\nprint(int(input()) + 1)\n```", "print(int(input()) + 1)"),
    "prose alone": ("I cannot do that.", None),
    "one word": ("Sorry", None),
    "nothing": ("", None),
    "reasoning alone": ("<think>hmm", None),
}


@pytest.mark.parametrize(("response", "code"), PYTHON.values(), ids=PYTHON.keys())
def test_python_code_is_what_a_reader_would_take(response: str, code: str | None) -> None:
    assert robust_python(response) == code


def test_future_imports_stay_first_under_a_header() -> None:
    code = f"import os\nfrom __future__ import (\n    annotations,\n)\n{F}"
    assert with_header(code, "import sys\n") == f"from __future__ import annotations\nimport sys\nimport os\n\n\n\n{F}"
    assert with_header(F, "import sys\n") == f"import sys\n{F}"
    assert with_header("def f(:", "import sys\n") == "import sys\ndef f(:"


A = "class A {\n    int one() {\n        return 1;\n    }\n}"
B = "public class B extends A {\n    int two() {\n        return 2;\n    }\n}"
FIELDS = (
    '    String a = "}"; char quote = \'"\'; // }\n    /* } */ String text = """\n        } "quoted" }\n        """;'
)
AWKWARD = f"class C{{\n{FIELDS}\n}}"
NESTED = "class Outer {\n    enum Kind { X, Y }\n    static class Inner {\n        int i;\n    }\n}"
SEALED = "public sealed interface Shape permits Circle {\n    double area();\n}"
CIRCLE = "public record Circle(double r) implements Shape {\n    public double area() { return r; }\n}"
TEST = "class ATest {\n    @Test\n    void one() {\n        assertEquals(1, new A().one());\n    }\n}"

JAVA = {
    "the usual block": (f"Here:\n```java\n{A}\n```", {"A": A}),
    "two types": (f"```java\n{A}\n\n{B}\n```", {"A": A, "B": B}),
    "a capital": (f"```Java\n{A}\n```", {"A": A}),
    "a version": (f"```java17\n{A}\n```", {"A": A}),
    "no language": (f"```\n{A}\n```", {"A": A}),
    "tildes": (f"~~~java\n{A}\n~~~", {"A": A}),
    "an unclosed fence": (f"```java\n{A}\n", {"A": A}),
    "a fence after the last brace": (f"```java\n{A}```", {"A": A}),
    "carriage returns": (f"```java\n{A}\n```".replace("\n", "\r\n"), {"A": A}),
    "the wrong language": (f"```python\n{A}\n```", {"A": A}),
    "another language's block": (f"```java\n{A}\n```\n```xml\n<class B {{}}>\n```", {"A": A}),
    "the authors' tags": (f"[Java]\n{A}\n[/Java]", {"A": A}),
    "several blocks": (f"```java\n{A}\n```\nand\n```java\n{B}\n```", {"A": A, "B": B}),
    "a later version": (f"```java\nclass A {{ int z; }}\n```\n```java\n{A}\n```", {"A": A}),
    "reasoning with a draft": (f"<think>\n```java\nclass Z {{ }}\n```\n</think>\n```java\n{A}\n```", {"A": A}),
    "an answer within its reasoning": (f"<think>\n```java\n{A}\n```\n", {"A": A}),
    "one line": (
        "```java\nclass Bad extends RuntimeException {}\n```",
        {"Bad": "class Bad extends RuntimeException {}"},
    ),
    "braces in strings and comments": (f"```java\n{AWKWARD}\n```", {"C": AWKWARD}),
    "a fence within a comment": (f"```java\n/*\n```\n*/\n{A}\n```", {"A": A}),
    "nested types": (f"```java\n{NESTED}\n```", {"Outer": NESTED}),
    "a record and a sealed interface": (f"```java\n{SEALED}\n{CIRCLE}\n```", {"Shape": SEALED, "Circle": CIRCLE}),
    "generics": (
        "```java\npublic class Pair<K extends Comparable<K>, V>implements Comparable<Pair<K, V>> {\n    K k;\n}\n```",
        {"Pair": "public class Pair<K extends Comparable<K>, V>implements Comparable<Pair<K, V>> {\n    K k;\n}"},
    ),
    "an enum": ("```java\nenum E { X, Y; }\n```", {"E": "enum E { X, Y; }"}),
    "annotations": (
        '```java\n@SuppressWarnings({"a", "b"})\n@FunctionalInterface\ninterface I {\n    void f();\n}\n```',
        {"I": '@SuppressWarnings({"a", "b"})\n@FunctionalInterface\ninterface I {\n    void f();\n}'},
    ),
    "an annotation type": ("```java\npublic @interface Mark { }\n```", {"Mark": "public @interface Mark { }"}),
    "the word class in a comment": (f"```java\n// a class of its own\n/** This class {{ */\n{A}\n```", {"A": A}),
    "tests that were repeated": (f"```java\n{A}\n\n{TEST}\n```", {"A": A}),
    "tests in their own block": (f"```java\n{A}\n```\n```java\n{TEST}\n```", {"A": A}),
    "code without a fence": (A, {"A": A}),
    "prose around bare code": (
        f"Here's the class that you want {{as asked}}:\n\n{A}\n\nIt's a class with 1.",
        {"A": A},
    ),
    "a type that is cut off": ("```java\nclass A {\n    int one() {", {"A": "class A {\n    int one() {"}),
    "methods alone": ("```java\nint one() { return 1; }\n```", None),
    "prose alone": ("A class is needed; I cannot write one.", None),
    "nothing": ("", None),
}


def source(declaration: str, imports: str = "") -> str:
    lead = "" if declaration.startswith("@") else "\n"
    return f"{ADDED}{imports}\n{lead}{declaration}\n"


@pytest.mark.parametrize(("response", "types"), JAVA.values(), ids=JAVA.keys())
def test_java_types_are_what_a_reader_would_take(response: str, types: dict[str, str] | None) -> None:
    expected = None if types is None else {f"{name}.java": source(text) for name, text in types.items()}
    assert robust_java(response) == expected


def imports_of(files: dict[str, str] | None, name: str) -> list[str]:
    assert files is not None
    return [line for line in files[f"{name}.java"].removeprefix(ADDED).splitlines() if line.startswith("import")]


def test_every_type_gets_the_imports_of_its_block_and_no_package() -> None:
    files = robust_java(
        f"```java\npackage a.b;\n\nimport java.util.List;\nimport static java.lang.Math.*;\n\n{A}\n{B}\n```"
    )
    assert (
        imports_of(files, "A")
        == imports_of(files, "B")
        == ["import java.util.List;", "import static java.lang.Math.*;"]
    )
    assert files is not None
    assert not any("package" in text for text in files.values())


def test_a_block_without_imports_gets_those_of_the_answer() -> None:
    files = robust_java(f"```java\nimport java.util.List;\n{A}\n```\n```java\n{B}\n```")
    assert imports_of(files, "B") == ["import java.util.List;"]


def test_imports_of_the_answers_own_types_are_left_out() -> None:
    text = f"```java\npackage a.b;\nimport a.b.A;\nimport a.b.*;\nimport other.A;\nimport java.util.Map;\n{A}\n{B}\n```"
    assert imports_of(robust_java(text), "B") == ["import java.util.Map;"]


def test_an_import_that_is_commented_out_stays_out() -> None:
    assert imports_of(robust_java(f"```java\n/*\nimport no.Where;\n*/\n// import not.Here;\n{A}\n```"), "A") == []


@pytest.fixture(scope="module")
def responses(shared: Path) -> Path:
    return shared / "data" / "ncb" / "responses"


def answers(responses: Path, language: str) -> list[str]:
    files = sorted(responses.glob(f"*/*_ncb_{language}_??.jsonl"))
    return [json.loads(line)["response"] for file in files for line in file.read_text("utf-8").splitlines()]


def definitions(code: str) -> set[str]:
    tree = parsed(code)
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)} if tree else set()


def test_nothing_that_the_first_python_block_defines_is_lost_in_real_answers(responses: Path) -> None:
    found = answers(responses, "python")
    assert len(found) == 280
    for answer in found:
        first = re.search(r"```python\n(.*?)\n```", answer, re.DOTALL)
        assert definitions(first[1] if first else answer) <= definitions(robust_python(answer) or ""), answer


def test_one_plain_python_block_comes_out_as_it_is(responses: Path) -> None:
    plain = re.compile(r"[^`]*```python\n([^`]*)\n```[^`]*")
    pairs = [(found[1], answer) for answer in answers(responses, "python") if (found := plain.fullmatch(answer))]
    assert len(pairs) > 250
    for code, answer in pairs:
        assert robust_python(answer) == normalised(code)


def test_no_type_that_begins_a_line_of_a_real_java_answer_is_lost(responses: Path) -> None:
    found = answers(responses, "java")
    assert len(found) == 280
    for answer in found:
        files = robust_java(answer) or {}
        source = re.sub(r"/\*.*?\*/", "", answer, flags=re.DOTALL)
        types = re.findall(
            r"^(?:[a-z]+ )*(?:class|interface|enum) (\w+)[^;=]*?\{(.*?)^\}", source, re.MULTILINE | re.DOTALL
        )
        wanted = {name for name, body in types if "@Test" not in body}
        assert wanted <= {name.removesuffix(".java") for name in files}, answer
        assert all(text.count("{") == text.count("}") for text in files.values() if '"' not in text), answer
