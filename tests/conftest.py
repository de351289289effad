"""Where tests find the data and the packages that are no part of the project.

Absent, they are skipped in plain words; with
`BENCH_REQUIRE=shared,questions,oracle,authors,docker,java,faketime,browser,axe` they fail instead. So does what needs
Ray with `ray` in it, which has an environment of its own: `make test-cluster`. `make oracle DIR` makes both anywhere,
then `BENCH_SHARED=DIR pytest` skips nothing but LongBench v2's real questions.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

from bench.errors import SandboxError
from bench.protocols import Sandbox
from bench.sandbox import load_sandbox

REPOSITORY = Path(__file__).resolve().parents[1]


if threading.current_thread() is threading.main_thread():
    # a shell that starts the suite in the background has it ignore Ctrl-C, and so would every command of a test
    signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("untimed", deadline=None)  # no test is about how busy the machine is
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several workers share the tests by file, so that a module's fixtures are made once."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(item.path.stem))


def absent(what: str, message: str) -> None:
    """Skip the test, or fail it where the environment says that this must be there."""
    if what in os.environ.get("BENCH_REQUIRE", "").split(","):
        pytest.fail(message)
    pytest.skip(message)


def need_ray() -> None:
    """Skip what cannot run without Ray."""
    if find_spec("ray") is None:
        absent("ray", "NOT TESTED: Ray is not installed here: `make test-cluster` has an environment with it")


def shared_data() -> Path:
    """The folder with the test data: `$BENCH_SHARED`, by default `shared` beside the repository."""
    folder = Path(os.environ.get("BENCH_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "data" / "longbench" / "golden").is_dir():
        absent("shared", f"NOT TESTED: no test data in {folder}: set BENCH_SHARED, or make them with `make oracle DIR`")
    return folder


def oracle_folder() -> Path:
    """The folder with the oracle environments, and the authors' scripts where they could be fetched."""
    places = [os.environ.get("BENCH_ORACLE"), os.environ.get("BENCH_SHARED"), REPOSITORY.parent / "shared"]
    folders = [Path(places[0])] if places[0] else [Path(place) / "oracle" for place in places[1:] if place]
    for folder in folders:
        if (folder / "with-levenshtein").is_dir():
            return folder
    absent("oracle", "NOT TESTED: no oracle packages here: set BENCH_ORACLE, or make them with `make oracle DIR`")
    raise AssertionError


@pytest.fixture(scope="session")
def shared() -> Path:
    return shared_data()


@pytest.fixture(scope="session")
def longbench(shared: Path) -> Path:
    return shared / "data" / "longbench"


@pytest.fixture(scope="session")
def oracle() -> Path:
    return oracle_folder()


@pytest.fixture(scope="session")
def ncb(shared: Path) -> Path:
    folder = shared / "data" / "ncb"
    if not (folder / "problems").is_dir():
        absent("shared", f"NOT TESTED: no problems of NaturalCodeBench in {folder}: make them with `make oracle DIR`")
    return folder


def authors_ncb_folder() -> Path:
    """The authors' NaturalCodeBench evaluator; it needs none of the oracle environments."""
    return _authors("NaturalCodeBench/ncb/test_setup.py", "NaturalCodeBench")


def _authors(file: str, name: str) -> Path:
    """The folder of one of the authors' scripts."""
    roots = [os.environ.get("BENCH_ORACLE"), os.environ.get("BENCH_SHARED"), REPOSITORY.parent / "shared"]
    for root in roots:
        for folder in (Path(root), Path(root) / "oracle") if root else ():
            if (folder / file).is_file():
                return (folder / file).parent
    absent("authors", f"NOT TESTED: the authors' {name} is not here: fetch it with `make oracle DIR`")
    raise AssertionError


@pytest.fixture(scope="session")
def authors_result_v2() -> Path:
    return _authors("LongBench-v2/result.py", "result.py of LongBench v2") / "result.py"


@pytest.fixture(scope="session")
def authors_ncb() -> Path:
    return authors_ncb_folder()


@pytest.fixture(scope="session")
def authors_scripts(oracle: Path) -> Path:
    folder = oracle / "LongBench"
    if not (folder / "metrics.py").is_file():
        absent(
            "authors",
            "NOT TESTED: the authors' own scripts are not here: fetch them with `make oracle DIR`",
        )
    return folder


@pytest.fixture(scope="session")
def docker_sandbox() -> Iterator[Sandbox]:
    sandbox = load_sandbox("docker")
    try:
        sandbox.check()
    except SandboxError as error:
        absent("docker", f"NOT TESTED: {error}")
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="session")
def sandbox_image(docker_sandbox: Sandbox) -> str:
    return str(docker_sandbox.spec["image"])
