"""Would catch a wheel without its data, a second top-level name, a slow start, or a broken layer."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
LEFT_OUT = (".git", ".venv*", "runs", "build", "dist", "*.egg-info", ".*_cache", ".hypothesis", "__pycache__")
IMAGE = ("Dockerfile", "install.sh", "requirements.txt", "contents.py", "nltk_data.py", "files/README", "wheels/README")
HEAVY = (
    "jinja2",
    "scipy",
    "torch",
    "vllm",
    "docker",
    "pandas",
    "jieba",
    "openai",
    "numpy",
    "rich",
    "transformers",
    "datasets",
)


def imported_by(statement: str) -> set[str]:
    """The modules that a statement loads in a fresh interpreter."""
    code = f"{statement}\nimport sys, json\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "module", ["bench", "bench.cli", "bench.models", "bench.evaluators", "bench.registry", "bench.leaderboard.building"]
)
def test_importing_a_front_door_loads_nothing_heavy(module: str) -> None:
    assert imported_by(f"import {module}").isdisjoint(HEAVY)


def test_the_library_has_one_entry_point() -> None:
    import bench

    assert bench.run.__module__ == "bench.library"
    with pytest.raises(AttributeError, match="'bench' has no attribute 'jump'"):
        _ = bench.jump


def test_scoring_english_loads_no_chinese_dictionary() -> None:
    statement = "from bench.evaluators import METRICS; METRICS['rouge_score']('a b', 'a c', ())"
    assert "jieba" not in imported_by(statement)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    source = out / "source"
    shutil.copytree(REPOSITORY, source, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_a_wheel_has_one_top_level_name_and_everything_below_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        licences = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    assert {name.split("/")[0] for name in names} == {"bench"}
    assert {
        "bench/py.typed",
        "bench/cli/run.py",
        "bench/stages/score.py",
        "bench/evaluators/rouge.py",
        "bench/models/lexical.py",
        "bench/benchmarks/longbench/tasks.py",
        "bench/benchmarks/longbench/sample/data/hotpotqa.jsonl",
        "bench/benchmarks/longbench/sample/data/dataset2prompt.json",
        "bench/benchmarks/longbench/cards/longbench.toml",
        "bench/benchmarks/ncb/cards/ncb.toml",
        "bench/leaderboard/published/longbench.toml",
        "bench/leaderboard/published/longbench-v2.toml",
        "bench/leaderboard/published/ncb.toml",
        "bench/leaderboard/templates/page.html",
        "bench/leaderboard/assets/tables.js",
        "bench/leaderboard/words/page.toml",
    } <= set(names)
    assert {f"bench/sandbox/image/{name}" for name in IMAGE} <= set(names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("bench/tests")]
    assert licences


def test_an_installed_wheel_runs_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--target",
        str(site),
        str(wheel),
    ]
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)
    else:
        subprocess.run(command, check=True, capture_output=True)
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r}); import bench; print(bench.__file__)\n"
        "from bench.registry import benchmarks; print(*benchmarks())\n"
        "from bench.benchmarks.longbench.sample import sample_file; print(len(sample_file('lcc.jsonl')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    file, names, size = done.stdout.splitlines()
    assert file.startswith(str(site))
    assert names.split() == ["longbench", "longbench-e", "longbench-v2", "ncb"]
    assert int(size) > 1000


def test_the_layers_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=False)
    assert done.returncode == 0, done.stdout
