"""Make everything the tests compare with, anywhere: `python scripts/make_oracle.py DIR [--repo PATH_OR_GIT_ADDRESS]`.

Fetches the authors' scorer at a pinned commit, puts it into two environments (with and without python-Levenshtein,
which changes its values), lets it score answers that a seeded generator wrote, and lays all that out as the tests
expect. Then `BENCH_SHARED=DIR pytest` leaves nothing out. Needs git, and a package index that pip can reach.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path
from typing import Any

import oracle_texts

from bench.benchmarks.longbench.tasks import TASKS_E

REPOSITORY = "https://github.com/THUDM/LongBench"
COMMIT = "2e00731f8d0bff23dc4325161044d0ed8af94c1e"
NCB_REPOSITORY = "https://github.com/THUDM/NaturalCodeBench"
NCB_COMMIT = "268e85044a44e434ac3681b269f6531abbf1a291"
PACKAGES = ["rouge==1.0.1", "jieba==0.42.1", "fuzzywuzzy==0.18.0", "rouge-score==0.1.2", "rank_bm25==0.2.2", "numpy"]
ENVIRONMENTS = {"difflib": ("without-levenshtein", []), "levenshtein": ("with-levenshtein", ["python-Levenshtein"])}
PUBLISHED_WITH = {"phi-2": "levenshtein", "longlora-16k": "difflib"}
"""Whose result.json was made in which environment, as with the real answers of these two models."""

HERE = Path(__file__).resolve().parent

Values = dict[str, Any]


def main() -> None:
    """Make it all in the folder that the command line names."""
    options = arguments()
    folder = options.folder.resolve()
    if options.environments_only:
        make_environments(folder)
        return
    oracle, data = folder / "oracle", folder / "data" / "longbench"
    say("the authors' scorer")
    fetch(options.repo, COMMIT, ["LongBench"], oracle)
    fetch(options.repo, COMMIT, ["result.py", "prompts"], oracle / "LongBench-v2")
    say("the authors' NaturalCodeBench")
    fetch_ncb(options.ncb_repo, folder)
    make_environments(oracle)
    say("answers and samples")
    copy_facts(oracle, data)
    oracle_texts.write_all(data)
    say("the authors' values")
    write_golden(data, {edit: official_values(oracle, data, name) for edit, (name, _) in ENVIRONMENTS.items()})
    say(f"done: BENCH_SHARED={folder} BENCH_REQUIRE=shared,oracle,authors pytest")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR", help="made if it is not there; what is there is replaced")
    parser.add_argument("--repo", default=REPOSITORY, help="path or address of the authors' repository")
    parser.add_argument("--ncb-repo", default=NCB_REPOSITORY, help="the same of NaturalCodeBench")
    parser.add_argument("--environments-only", action="store_true", help="only the two environments, into DIR itself")
    return parser.parse_args()


def say(text: str) -> None:
    """Tell how far it is."""
    print(f"oracle: {text}", file=sys.stderr, flush=True)


def fetch(repository: str, commit: str, paths: list[str], target: Path) -> None:
    """Put folders of a repository, as they are at a commit, into `target`; what is there of them is replaced."""
    for path in paths:
        shutil.rmtree(target / path, ignore_errors=True)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        source = repository
        if not Path(repository).exists():
            source = f"{temporary}/clone"
            subprocess.run(["git", "clone", "--quiet", "--no-checkout", repository, source], check=True)
        command = ["git", "-C", source, "archive", "--format=tar", commit, *paths]
        archive = subprocess.run(command, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(target, filter="data")


def fetch_ncb(repository: str, folder: Path) -> None:
    """The authors' evaluator, their problems, and their solutions as responses."""
    fetch(repository, NCB_COMMIT, ["ncb"], folder / "oracle" / "NaturalCodeBench")
    data = folder / "data" / "ncb"
    fetch(repository, NCB_COMMIT, ["problems", "results/reference"], data)
    shutil.rmtree(data / "responses" / "reference", ignore_errors=True)
    (data / "responses").mkdir(exist_ok=True)
    (data / "results" / "reference").rename(data / "responses" / "reference")
    (data / "results").rmdir()


def make_environments(oracle: Path) -> None:
    """The oracle packages with and without python-Levenshtein."""
    for environment, extra in ENVIRONMENTS.values():
        say(f"environment {environment}")
        make_environment(oracle / environment, PACKAGES + extra)


def make_environment(folder: Path, packages: list[str]) -> None:
    """A fresh environment with just these packages."""
    venv.create(folder, clear=True, with_pip=True)
    command = [
        str(folder / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        *packages,
    ]
    subprocess.run(command, check=True)


def copy_facts(oracle: Path, data: Path) -> None:
    """The authors' prompt and limit files."""
    shutil.copytree(oracle / "LongBench-v2" / "prompts", data.parent / "longbench_v2" / "prompts", dirs_exist_ok=True)
    (data / "config").mkdir(parents=True, exist_ok=True)
    for file in (oracle / "LongBench" / "config").glob("dataset2*.json"):
        shutil.copy(file, data / "config")


def official_values(oracle: Path, data: Path, environment: str) -> Values:
    """What the authors' scorer makes of all answers and awkward inputs in one environment."""
    request = {
        "scripts": str(oracle / "LongBench"),
        "models": {model: str(data / "predictions" / model) for model in oracle_texts.MODELS},
        "buckets": list(TASKS_E),
        "cases": str(data / "golden" / oracle_texts.CASES),
    }
    with tempfile.TemporaryDirectory() as temporary:
        done = subprocess.run(
            [oracle / environment / "bin" / "python", "-W", "ignore", HERE / "oracle_values.py"],
            input=json.dumps(request),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            # jieba reads a cache from there, and one that lies in the shared folder might be anybody's
            env={"TMPDIR": temporary, "PYTHONUTF8": "1"},
        )
    values: Values = json.loads(done.stdout)
    return values


def write_golden(data: Path, values: dict[str, Values]) -> None:
    """The golden files and each model's result.json."""
    for model in oracle_texts.MODELS:
        by_edit = {edit: values[edit]["models"][model] for edit in ENVIRONMENTS}
        golden = {
            "model": model,
            "summary": {edit: of_model["summary"] for edit, of_model in by_edit.items()},
            "rows": golden_rows({edit: of_model["rows"] for edit, of_model in by_edit.items()}),
        }
        write_json(data / "golden" / f"{model}.json", golden)
        write_json(data / "predictions" / model / "result.json", by_edit[PUBLISHED_WITH[model]]["summary"])
    buckets = values["difflib"]["models"]["phi-2"]["buckets"]
    write_json(data / "golden" / "phi-2.length_buckets.difflib.json", buckets)
    oracle_texts.write_lines(data / "golden" / oracle_texts.CASES, values["difflib"]["cases"])


def golden_rows(rows: dict[str, Values]) -> Values:
    """For each data set its rows once, or by edit similarity where that changes them."""
    return {
        name: {"scores": scores}
        if scores == rows["levenshtein"][name]
        else {edit: of_edit[name] for edit, of_edit in rows.items()}
        for name, scores in rows["difflib"].items()
    }


def write_json(path: Path, content: Values) -> None:
    """Indented, as the authors' scripts write theirs; an empty length bucket is NaN there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=4) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
