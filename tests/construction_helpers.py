"""Problems as drafts, for tests of how problems are built."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.extraction import OFFICIAL

PYTHON = """\
import math


class Total:
    \"\"\"Adds up 3 things.\"\"\"

    def __init__(self, start=0):
        self.value = start
        self.reset()

    def reset(self):
        self.count = 0

    def add(self, number: int = 1) -> None:
        if number < 0:
            raise ValueError("below 5")
        self.value += number
        self.count += 1

    def find(self, number):
        if number == self.value:
            return "yes"


def down(number):
    if number <= 0:
        return []
    return [number] + down(number - 1)


def say(name):
    print("hello", name)


if __name__ == "__main__":
    print(down(7))
"""

JAVA = """\
import java.util.*;

public class Total {
    private int value;
    private static final int LIMIT = 5;

    public Total(int start) {
        this.value = start;
    }

    public void add(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("below 5");
        }
        value += number;
    }

    public int getValue() { return value; }

    public List<Integer> down(int number) {
        List<Integer> found = new ArrayList<>();
        if (number > 0) {
            found.add(number);
            found.addAll(down(number - 1));
        }
        return found;
    }

    public char first(String text) {
        return text.charAt(0);
    }

    public String find(int number) {
        return number == value ? "yes" : null;
    }

    @Override
    public String toString() {
        return "Total " + value;
    }

    public static void main(String[] args) {
        System.out.println(new Total(1).down(2));
    }
}
"""


def real_drafts(folder: Path, language: str) -> Iterator[Draft]:
    """The published problems of a language whose solutions pass without input files."""
    golden = json.loads((folder / "golden" / "reference.json").read_text())[f"{language}_en"]
    path = folder / "problems" / f"ncb_{language}_en.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if golden[str(row["_id"])] == "passed":
            yield draft_of(row, language)


def sample_drafts(language: str) -> Iterator[Draft]:
    """The sample problems."""
    with as_file(files("bench.benchmarks.ncb.sample") / "data") as folder:
        for path in sorted(folder.rglob(f"ncb_{language}_en.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                draft = draft_of(json.loads(line), language)
                inputs = path.parent / "input_files" / draft.id
                yield dataclasses.replace(draft, inputs=str(inputs) if inputs.is_dir() else None)


def draft_of(row: Any, language: str) -> Draft:
    number, solution = str(row["_id"]), row["reference_solution"]
    if language == "java" and solution.startswith("```python\n"):
        solution = solution.replace("```python", "```java", 1)
    return Draft(
        id=number,
        language=language,
        natural_language="en",
        statements={"en": row["prompt"]},
        files=OFFICIAL[language](solution, number).files,
        tests=row["testcases"],
        setup=row["setup_code"],
    )
