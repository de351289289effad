"""Make NaturalCodeBench's sample data from readable sources: `python scripts/make_ncb_sample.py`.

Each folder of `scripts/ncb_sample` is one problem: `about.toml` has the request in both natural languages for both
programming languages, `solution.py.txt` and `Solution.java` the reference, `tests.py.txt` and `Tests.java` the hidden
tests, `demo.py.txt` and `Demo.java` the test that the prompt shows, `inputs/` the files that the tests read. What is
made is what is loaded, in the authors' layout.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "ncb_sample"
TARGET = HERE.parent / "benchmarks" / "ncb" / "sample" / "data"
NAMES = {
    "python": ("solution.py.txt", "tests.py.txt", "demo.py.txt"),
    "java": ("Solution.java", "Tests.java", "Demo.java"),
}
ASKED = {
    "en": "Write {language} code for the request below, all of it in one block that begins with ```{language} and ends "
    "with ```.\n\n{problem}\n\nUse the names that this test uses; tests of your own are not wanted.\n\n{demo}",
    "zh": "请为下面的需求编写 {language} 代码，全部放在一个以 ```{language} 开头、以 ``` 结尾的代码块中。"
    "\n\n{problem}\n\n请使用下面的测试所用的名称，不要自己编写测试。\n\n{demo}",
}


def main() -> None:
    """Write all four sets."""
    for language in NAMES:
        for natural in ASKED:
            write_set(language, natural)


def write_set(language: str, natural: str) -> None:
    """One JSONL file with its input files; both natural languages share these, so they lie beside English alone."""
    folder = TARGET / f"{language}_{natural}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sources = sorted(SOURCES.iterdir(), key=lambda path: int(path.name))
    lines = [json.dumps(row(source, language, natural), ensure_ascii=False) + "\n" for source in sources]
    (folder / f"ncb_{language}_{natural}.jsonl").write_text("".join(lines), encoding="utf-8")
    for source in sources:
        if natural == "en" and (source / "inputs").is_dir():
            shutil.copytree(source / "inputs", folder / "input_files" / source.name)


def row(source: Path, language: str, natural: str) -> dict[str, object]:
    """One problem with the authors' seven keys."""
    about = tomllib.loads((source / "about.toml").read_text(encoding="utf-8"))
    solution, tests, demo = ((source / name).read_text(encoding="utf-8") for name in NAMES[language])
    problem = about[f"{language}_{natural}"]
    return {
        "_id": int(source.name),
        "prompt": ASKED[natural].format(language=language, problem=problem, demo=demo),
        "problem": problem,
        "testcases": tests,
        "setup_code": "",
        "reference_solution": f"```{language}\n{solution}```",
        "classification": about[f"domain_{natural}"],
    }


if __name__ == "__main__":
    main()
