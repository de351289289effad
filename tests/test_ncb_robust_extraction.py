"""Would catch a right answer that is lost for the way it was written, or one that the authors get and we do not."""

from __future__ import annotations

import ast
from contextlib import suppress
from pathlib import Path

import pytest

from bench.benchmarks.ncb.extraction import OFFICIAL, ROBUST
from bench.benchmarks.ncb.extraction.official_python import HEADER
from bench.jsonl import read_lines

CODE = "import math\n\n\ndef area(radius):\n    return math.pi * radius ** 2"
DRAFT = "def area(radius):\n    return 0"


def extract_robustly(response: str) -> str | None:
    """The module without the authors' header."""
    files = ROBUST["python"](response, "5").files
    return next(iter(files.values())).replace(f"{HEADER}import pytest\n", "", 1) if files else None


def definitions(code: str) -> set[str]:
    with suppress(SyntaxError):
        return {node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return set()


def defined(response: str) -> set[str]:
    found = extract_robustly(response)
    return set() if found is None else definitions(found)


def ran(response: str) -> dict[str, object]:
    """The names that the robust code makes."""
    names: dict[str, object] = {}
    code = extract_robustly(response)
    assert code is not None
    exec(code, names)
    return names


@pytest.mark.parametrize(
    "answer",
    [
        f"```python\n{CODE}\n```",
        f"```py\n{CODE}\n```",
        f"```Python\n{CODE}\n```",
        f"```PYTHON \n{CODE}\n```",
        f"```python3\n{CODE}\n```",
        f"``` python\n{CODE}\n```",
        f'```python title="area.py"\n{CODE}\n```',
        f"```{{.python}}\n{CODE}\n```",
        f"~~~python\n{CODE}\n~~~",
        f"````python\n{CODE}\n````",
        f"```\n{CODE}\n```  ",
        f"```python\n{CODE}\n```   \nThat is all.",
        f"```python\n{CODE}",
        f"```python\r\n{CODE}\r\n```".replace("\n", "\r\n"),
        "1. Here it is:\n\n   ```python\n   " + CODE.replace("\n", "\n   ") + "\n   ```",
        f"Sure! Here is the code:\n\n{CODE}\n\nThis function computes the area of a circle.",
        CODE,
        f"<think>\n```python\n{DRAFT}\n```\n</think>\n```python\n{CODE}\n```",
        f"I try ```python\n{DRAFT}\n```\n</think>\n{CODE}",
        f"Install it first:\n```bash\npip install nothing\n```\nThen:\n```py\n{CODE}\n```",
        f"```py\n{CODE}\n```\nUse it so:\n```py\nprint(area(float(input())))\n```",
        f"[PYTHON]\n{CODE}\n[/PYTHON]",
    ],
)
def test_the_way_an_answer_is_written_costs_nothing(answer: str) -> None:
    assert round(ran(answer)["area"](2), 3) == 12.566  # type: ignore[operator]


def test_a_docstring_with_a_fence_does_not_end_the_block() -> None:
    code = 'def area(radius):\n    """Use it so:\n\n    ```\n    area(2)\n    ```\n    """\n    return 3 * radius'
    assert ran(f"```python\n{code}\n```")["area"](2) == 6  # type: ignore[operator]


def test_blocks_that_complete_each_other_are_put_together() -> None:
    pieces = ("import math", "def area(r):\n    return math.pi", "def two():\n    return 2")
    answer = "\nand\n".join(f"```py\n{piece}\n```" for piece in pieces)
    names = ran(answer)
    assert names["area"](1) > 3  # type: ignore[operator]
    assert names["two"]() == 2  # type: ignore[operator]


def test_of_several_whole_answers_the_last_one_counts_where_the_authors_get_none() -> None:
    assert ran(f"```py\n{DRAFT}\n```\nBetter:\n```py\n{CODE}\n```")["area"](1) != 0  # type: ignore[operator]


def test_of_several_whole_answers_the_one_that_the_authors_take_is_taken() -> None:
    answer = f"```python\n{CODE}\n```\nOr:\n```python\n{DRAFT}\n```"
    assert ROBUST["python"](answer, "5") == OFFICIAL["python"](answer, "5")


def test_an_example_of_use_is_no_part_of_the_solution() -> None:
    assert "input" not in str(extract_robustly(f"```py\n{CODE}\n```\n```py\nx = area(float(input()))\n```"))


@pytest.mark.parametrize("answer", ["", "I do not know.", "```\nno code at all, sorry!\n```", "\ud800"])
def test_an_answer_without_code_gives_no_definition(answer: str) -> None:
    assert defined(answer) == set()


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n" * 100_000,
        "(" * 200_000,
        "x = 1\n" * 800_000,
        "```py\n" * 300_000,
        "-" * 300_000 + "1",
        "a" + ".b" * 100_000,
    ],
    ids=["defs", "brackets", "assignments", "fences", "signs", "dots"],
)
def test_hostile_text_ends(text: str) -> None:
    for language in ("python", "java"):
        ROBUST[language](text, "5")
        ROBUST[language](f"```{language}\n{text}\n```", "5")


SHAPE = "public interface Shape {\n    double area();\n}"
CIRCLE = "public class Circle implements Shape {\n    public double area() {\n        return 3.14;\n    }\n}"


def java(answer: str) -> dict[str, str]:
    return dict(ROBUST["java"](answer, "5").files)


@pytest.mark.parametrize(
    "answer",
    [
        f"```java\n{SHAPE}\n\n{CIRCLE}\n```",
        f"```Java\n{SHAPE}\n{CIRCLE}\n```",
        f"~~~java\n{SHAPE}\n{CIRCLE}\n~~~",
        f"```java\n{SHAPE}\n```\nand then\n```java\n{CIRCLE}\n```",
        f"Here are the class and its interface:\n\n{SHAPE}\n\n{CIRCLE}\n\nThat's it.",
        f"<think>the class Foo {{ }} will do</think>\n```java\n{SHAPE}\n{CIRCLE}\n```",
        f"```java\npackage org.example;\n\nimport org.example.Shape;\n{SHAPE}\n{CIRCLE}\n```",
        f"```java\n{SHAPE}\n{CIRCLE}",
        "```java\n" + f"{SHAPE} {CIRCLE}".replace("\n", " ") + "\n```",
        f"```java\n// this class is a class of its own: class X{{\n{SHAPE}\n/* }} */\n{CIRCLE}\n```",
        f"```java\n{SHAPE.replace('Shape {', 'Shape{')}\n{CIRCLE.replace('Shape {', 'Shape{')}\n```",
    ],
)
def test_every_type_gets_a_file_of_its_own(answer: str) -> None:
    found = java(answer)
    assert set(found) == {"Shape.java", "Circle.java"}
    assert "double area();" in found["Shape.java"]
    assert "3.14" in found["Circle.java"]
    assert "package" not in found["Circle.java"]
    assert "import org.example" not in found["Circle.java"]


@pytest.mark.parametrize(
    ("declaration", "name"),
    [
        ("public record Point(int x, int y) {}", "Point"),
        ("public enum Color { RED, GREEN }", "Color"),
        ("class Stack<T extends Comparable<T>> {\n    T top;\n}", "Stack"),
        ("public sealed interface Shape permits Circle {\n}", "Shape"),
        ("@FunctionalInterface\npublic interface Job {\n    void run();\n}", "Job"),
        ('@SuppressWarnings("unchecked")\nfinal class Quiet { String s = "}{"; char c = \'}\'; }', "Quiet"),
        ("public @interface Marked {\n}", "Marked"),
        ('class TooBig extends RuntimeException { TooBig() { super("{"); } }', "TooBig"),
        ('class Text {\n    String s = """\n        } " class X {\n        """;\n}', "Text"),
    ],
)
def test_every_kind_of_type_is_known(declaration: str, name: str) -> None:
    found = java(f"```java\nimport java.util.List;\n\n{declaration}\n```")
    assert set(found) == {f"{name}.java"}
    assert found[f"{name}.java"].rstrip().endswith(declaration)
    assert "import java.util.List;\n" in found[f"{name}.java"]


def test_nested_types_stay_inside() -> None:
    assert set(java("```java\nclass Outer{\n  enum Mode { A }\n  static class Inner {\n  }\n}\n```")) == {"Outer.java"}


def test_a_later_block_replaces_the_types_of_an_earlier_one() -> None:
    found = java("```java\nclass A{ int old; }\nclass B{ }\n```\nBetter:\n```java\nclass A{ int better; }\n```")
    assert set(found) == {"A.java", "B.java"}
    assert "better" in found["A.java"]


@pytest.mark.parametrize("answer", ["", "no code", "```java\nint x = 3;\n```", "class"])
def test_an_answer_without_types_gives_the_authors_files(answer: str) -> None:
    assert java(answer) == dict(OFFICIAL["java"](answer, "5").files)


def test_nothing_that_the_authors_get_is_lost_on_real_answers(ncb: Path) -> None:
    differing = []
    for path in sorted((ncb / "responses").glob("*/*.jsonl")):
        language = "python" if "python" in path.name else "java"
        for line in read_lines(path):
            theirs, ours = (way[language](line.data["response"], "5").files for way in (OFFICIAL, ROBUST))
            assert types_of(theirs, language) <= types_of(ours, language), (path.name, line.number)
            differing += [(path.name, line.data["_id"])] if theirs != ours else []
    assert len(differing) <= 3


def types_of(files: object, language: str) -> set[str]:
    """Definitions of Python, type names of Java; the authors take type parameters for a part of the name."""
    assert isinstance(files, dict)
    if language == "java":
        return {name.removesuffix(".java").split("<")[0] for name in files}
    return {name for text in files.values() for name in definitions(text)}
