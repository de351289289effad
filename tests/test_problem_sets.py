"""A set of problems of one's own by its card.

It would catch a set that runs as `ncb`, a card whose mistake is told late, a layer that is built of other jars than
the card names, and results that hide whose problems they are about.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from contextlib import closing
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from helpers import bench

from bench.benchmarks.ncb.problem_set import read_problem_set
from bench.errors import DataError, SandboxError, UserError
from bench.models.reference import Reference
from bench.pipeline import run_benchmark
from bench.places import Place
from bench.protocols import Sandbox, Selection
from bench.records import Job
from bench.registry import find_benchmark
from bench.sandbox.contained import Contained
from bench.sandbox.engine import connect
from bench.sandbox.fake import FakeSandbox
from bench.sandbox.layers import Layer, _jar, build_layer, missing_layer


@pytest.fixture
def problems(tmp_path: Path) -> Path:
    """Two sets of the package's own samples under a card."""
    folder = tmp_path / "mine"
    with as_file(files("bench.benchmarks.ncb.sample") / "data") as data:
        for task in ("python_en", "java_zh"):
            shutil.copytree(data / task, folder / task)
            (folder / task / f"ncb_{task}.jsonl").rename(folder / f"ncb_{task}.jsonl")
    (folder / "card.toml").write_text('name = "mine"\nproblems = "ncb"\nversion = "3"\n', encoding="utf-8")
    return folder


def test_it_runs_under_its_own_name_with_the_tasks_that_are_there(problems: Path, tmp_path: Path) -> None:
    benchmark = find_benchmark(str(problems))
    assert (benchmark.name, tuple(benchmark.tasks)) == ("mine", ("python_en", "java_zh"))
    sandboxes: list[FakeSandbox] = []

    def sandbox() -> Sandbox:
        sandboxes.append(FakeSandbox())
        return sandboxes[-1]

    outcome = run_benchmark(
        benchmark, Reference(), Selection(data="hub"), Place(out=tmp_path / "runs"), sandbox=sandbox
    )
    assert outcome.result is not None
    assert outcome.result.overall["all"]["score"] == 100
    assert set(outcome.result.overall) == {"all", "python", "java", "en", "zh", "all_valid"}
    assert "problems of one's own: mine, version 3" in outcome.result.notes
    inputs = {job.sample_id: job.inputs for job in sandboxes[0].ran}
    assert inputs["python_en/1"] == str(problems / "python_en" / "input_files" / "1")


@pytest.mark.parametrize("name", ["ncb", "NCB-mine", "longbench-v2"])
def test_it_may_not_be_called_like_a_published_benchmark(problems: Path, name: str) -> None:
    (problems / "card.toml").write_text(f'name = "{name}"\nproblems = "ncb"\n', encoding="utf-8")
    with pytest.raises(DataError, match="is kept for"):
        find_benchmark(str(problems))


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ('problems = "ncb"', "has no 'name'"),
        ('name = "a"\nproblems = "humaneval"', "problems is 'humaneval'; it must be \"ncb\""),
        ('name = "a"\nproblems = "ncb"\nversoin = "1"', "there is no key versoin; did you mean version?"),
        ('name = "a"\nproblems = "ncb"\ntasks = ["python_zh"]', "there is no ncb_python_zh.jsonl"),
        ('name = "a"\nproblems = "ncb"\npython_packages = ["requests"]', "it must be a list of NAME==VERSION"),
        ('name = "a"\nproblems = "ncb"\n[jars]\n"../x.jar" = "00"', "it must be a table of FILE.jar"),
    ],
)
def test_a_cards_mistake_is_told_in_one_line(problems: Path, card: str, said: str) -> None:
    (problems / "card.toml").write_text(card, encoding="utf-8")
    with pytest.raises(DataError) as raised:
        read_problem_set(problems)
    assert said in str(raised.value)


def test_sample_data_are_no_part_of_it(problems: Path) -> None:
    with pytest.raises(UserError, match="leave the option out"):
        find_benchmark(str(problems)).load(Selection(data="sample"))


def test_check_and_list_know_it(problems: Path) -> None:
    done = bench("check", problems)
    assert done.returncode == 0, done.stderr
    assert "python_en" in done.stdout
    assert "java_zh" in bench("list", problems).stdout
    broken = problems / "ncb_java_zh.jsonl"
    broken.write_text(broken.read_text(encoding="utf-8").replace('"_id": 2', '"_id": 1'), encoding="utf-8")
    done = bench("check", problems)
    assert done.returncode == 2
    assert f"{broken}:2: the id 1 stands here twice; remove one" in done.stderr


def test_what_it_needs_besides_decides_the_images_tag(problems: Path) -> None:
    assert read_problem_set(problems).layer is None
    card = (problems / "card.toml").read_text(encoding="utf-8")
    (problems / "card.toml").write_text(f'{card}python_packages = ["tabulate==0.9.0"]\n', encoding="utf-8")
    layer = read_problem_set(problems).layer
    assert layer is not None
    assert layer.packages == ("tabulate==0.9.0",)
    assert layer.tag != Layer(name="other", folder=problems, packages=("tabulate==0.9.1",)).tag
    assert layer.tag == Layer(name="other", folder=problems.parent, packages=("tabulate==0.9.0",)).tag


def test_a_jar_that_is_not_the_cards_is_refused(tmp_path: Path) -> None:
    (tmp_path / "jars").mkdir()
    (tmp_path / "jars" / "a.jar").write_bytes(b"other")
    right = hashlib.sha256(b"right").hexdigest()
    with pytest.raises(SandboxError, match="the card says"):
        _jar(Layer(name="mine", folder=tmp_path, jars={"a.jar": right}), "a.jar")


def test_a_missing_layer_is_told_with_the_command_that_makes_it(docker_sandbox: Sandbox, tmp_path: Path) -> None:
    api = connect("docker")
    layer = Layer(name="mine", folder=tmp_path, packages=("no-such-package==1.0",))
    said = missing_layer(api, layer)
    api.close()
    assert said == (
        f"mine needs no-such-package==1.0 besides the sandbox's image: run `bench sandbox build --for {tmp_path}`"
    )


SUITE = """import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;

class Test_java_1 {
    @Test
    void findsWhatTheJarHolds() {
        assertEquals(7, Lookup.answer());
    }
}
"""
LOOKUP = """public class Lookup {
    public static int answer() {
        return Lookup.class.getResource("/seven.txt") == null ? 0 : 7;
    }
}
"""


def test_a_jar_of_the_layer_is_on_the_class_path(docker_sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "jars").mkdir()
    jar = tmp_path / "jars" / "seven.jar"
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr(zipfile.ZipInfo("seven.txt"), "7")
    layer = Layer(name="mine", folder=tmp_path, jars={jar.name: hashlib.sha256(jar.read_bytes()).hexdigest()})
    job = Job(
        sample_id="java_en/1",
        extractor="official",
        language="java",
        name="Test_java_1",
        files={"Lookup.java": LOOKUP},
        tests=SUITE,
    )
    sandbox = Contained("docker")
    sandbox.use(layer)
    with closing(connect("docker")) as api:
        try:
            build_layer(api, layer, {}, None, lambda _: None)
            assert [found.verdict for found in sandbox.run([job])] == ["passed"]
            assert [found.verdict for found in docker_sandbox.run([job])] == ["failed"]
        finally:
            sandbox.close()
            api.remove_image(layer.tag, force=True)
