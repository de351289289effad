#!/usr/bin/env python3
"""Make the sample problems of NaturalCodeBench from their readable sources: `make_ncb_sample.py [FOLDER]`.

`ncb_sample/` beside this script holds a folder for each problem:

    problem_en.md, problem_zh.md    the request; `{{this|that}}` is `this` for Python and `that` for Java
    solution.py, Solution.java      the reference
    tests.py, tests.java            the hidden tests
    demo.py, demo.java              the one test that the prompt shows
    files/                          input files, where the problem has any

The files it writes are package data and are committed; a test compares them with their sources.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bench.jsonl import replace_file, to_line
from bench.records import Json

SOURCES = Path(__file__).resolve().parent / "ncb_sample"
DATA = Path(__file__).resolve().parents[1] / "benchmarks" / "ncb" / "sample" / "data"

CLASSIFICATIONS: Mapping[str, str] = MappingProxyType(
    {
        "p1_order_totals": "Data Science",
        "p2_nearest_centre": "Artificial Intelligence",
        "p3_read_numbers": "Operation System",
        "p4_stock": "Software Engineering",
        "p5_postage": "Software Engineering",
        "p6_markup": "Front-End",
        "p7_recent_pages": "Algorithm and Data Structure",
        "p8_backup_names": "Operation System",
    }
)
"""The problems in their order, with the domains as the authors name them."""

IN_CHINESE: Mapping[str, str] = MappingProxyType(
    {
        "Data Science": "数据科学",
        "Artificial Intelligence": "人工智能",
        "Operation System": "操作系统",
        "Software Engineering": "软件工程",
        "Front-End": "前端开发",
        "Algorithm and Data Structure": "算法和数据结构",
    }
)

PROMPTS: Mapping[str, str] = MappingProxyType(
    {
        "en": (
            "Write {language} code that solves the problem below. Put all of it between ```{language} and ```, in a "
            "single code block:\n{problem}\n\nName functions and classes as this test does, and leave tests out of "
            "your code:\n{demo}"
        ),
        "zh": (
            "请编写{language}代码解决下面的问题。全部代码须写在```{language}和```之间的同一个代码块中：\n{problem}\n\n"
            "函数名和类名须与下面的测试一致，代码中不要包含测试：\n{demo}"
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How a programming language's sources are named.

    Attributes:
        variant: which side of `{{this|that}}` is meant.
    """

    solution: str
    suffix: str
    variant: int


SPELLINGS: Mapping[str, Spelling] = MappingProxyType(
    {
        "python": Spelling(solution="solution.py", suffix=".py", variant=1),
        "java": Spelling(solution="Solution.java", suffix=".java", variant=2),
    }
)


def write_samples(out: Path) -> list[Path]:
    """Write all problems and their input files below a folder, and say which files these are."""
    return [
        path
        for language in SPELLINGS
        for natural_language in PROMPTS
        for path in _write(out, language, natural_language)
    ]


def _write(out: Path, language: str, natural_language: str) -> Iterator[Path]:
    folder = out / f"{language}_{natural_language}"
    path = folder / f"ncb_{folder.name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = (row(number, name, language, natural_language) for number, name in enumerate(CLASSIFICATIONS, 1))
    replace_file(path, map(to_line, rows))
    yield path
    for number, name in enumerate(CLASSIFICATIONS, 1):
        for source in sorted((SOURCES / name / "files").glob("*")):
            target = folder / "input_files" / str(number) / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
            yield target


def row(number: int, name: str, language: str, natural_language: str) -> Json:
    """One problem as a row of the authors' layout."""
    folder, spelling = SOURCES / name, SPELLINGS[language]
    text = (folder / f"problem_{natural_language}.md").read_text("utf-8").strip()
    problem = re.sub(r"\{\{(.*?)\|(.*?)\}\}", lambda found: str(found[spelling.variant]), text)
    demo = (folder / f"demo{spelling.suffix}").read_text("utf-8")
    solution = (folder / spelling.solution).read_text("utf-8")
    classification = CLASSIFICATIONS[name]
    return {
        "_id": number,
        "prompt": PROMPTS[natural_language].format(language=language, problem=problem, demo=demo),
        "problem": problem,
        "testcases": (folder / f"tests{spelling.suffix}").read_text("utf-8"),
        "setup_code": "",
        "reference_solution": f"```{language}\n{solution}```",
        "classification": classification if natural_language == "en" else IN_CHINESE[classification],
    }


if __name__ == "__main__":
    for written in write_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA):
        print(written)
