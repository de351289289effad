"""Would catch an option that is missing, spelled otherwise, silently ignored, or passed on when nobody gave it.

Also a model that stays open, a tag that is dropped, and a budget that does not end with 3.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from helpers import bench, make_data
from steps import Windowed

from bench import models
from bench.cli.model_options import NAMES
from bench.cli.run import command
from bench.errors import UserError
from bench.records import Usage

MODEL_OPTIONS: dict[str, tuple[str, Any]] = {
    "--max-input-tokens": ("window", "window"),
    "--truncate-by": ("chars", "chars"),
    "--tokenizer": ("folder", "folder"),
    "--chat-template": ("none", "none"),
    "--chat-template-kwargs": ('{"a": true}', {"a": True}),
    "--system": ("Be brief.", "Be brief."),
    "--generation-config": ("model", "model"),
    "--thinking": ("strip", "strip"),
    "--no-thinking": ("", True),
    "--base-url": ("http://127.0.0.1:1/v1", ("http://127.0.0.1:1/v1",)),
    "--concurrency": ("7", 7),
    "--timeout": ("1.5", 1.5),
    "--retries": ("0", 0),
    "--model-revision": ("main", "main"),
    "--serve": ("", True),
    "--tensor-parallel-size": ("2", 2),
    "--pipeline-parallel-size": ("2", 2),
    "--data-parallel-size": ("2", 2),
    "--replicas": ("2", 2),
    "--max-model-len": ("4096", 4096),
    "--dtype": ("float32", "float32"),
    "--quantization": ("awq", "awq"),
    "--lora": ("adapter", "adapter"),
    "--vllm-arg": ("seed=1", ("seed=1",)),
}
SHARED_OPTIONS = (
    *("--dry-run", "--tag", "--top-p", "--max-new-tokens", "--thinking-tokens", "--allow-cut-thoughts"),
    *("--cache", "--budget", "--price-in", "--price-out", "--attempts", "--temperature"),
)


class Given(Windowed):
    """A model that stands for every backend, and keeps what it was made with."""

    def __init__(self) -> None:
        super().__init__(1, usage=Usage(input_tokens=90, output_tokens=10))
        self.options: dict[str, Any] = {}
        self.loaded = self.closed = 0

    def load(self, _: str, **options: Any) -> Windowed:
        self.options = {name: value for name, value in options.items() if value is not None}  # None: not given
        self.loaded += 1
        return self

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    made = Given()
    monkeypatch.setattr(models, "load_model", made.load)
    return made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return make_data(tmp_path / "data")


def go(data: Path, *arguments: str, benchmarks: tuple[str, ...] = ("longbench",)) -> Result:
    common = ["--model", "any", "--data", str(data), "--out", str(data.parent / "runs")]
    return CliRunner().invoke(command, [*benchmarks, *common, *arguments], standalone_mode=False)


def stored(data: Path, name: str = "result.json") -> dict[str, Any]:
    (path,) = data.parent.glob(f"runs/longbench/*/*/{name}")
    return json.loads(path.read_text())  # type: ignore[no-any-return]


def test_every_option_of_a_backend_is_known_here() -> None:
    assert {name.removeprefix("--").replace("-", "_") for name in MODEL_OPTIONS} == set(NAMES)


@pytest.mark.parametrize("option", MODEL_OPTIONS)
def test_an_option_reaches_the_backend_by_its_name_and_no_other_does(given: Given, data: Path, option: str) -> None:
    text, value = MODEL_OPTIONS[option]
    done = go(data, option, *([text] if text else []), "--stages", "generate")
    assert done.exception is None, done.exception
    assert given.options == {option.removeprefix("--").replace("-", "_"): value}


def test_options_that_may_be_repeated_come_as_all_of_them(given: Given, data: Path) -> None:
    go(data, "--base-url", "http://a/v1", "--base-url", "http://b/v1", "--vllm-arg", "a=1", "--vllm-arg", "b={}")
    assert given.options == {"base_url": ("http://a/v1", "http://b/v1"), "vllm_arg": ("a=1", "b={}")}


def test_without_options_a_backend_is_given_none(given: Given, data: Path) -> None:
    go(data)
    assert given.options == {}


@pytest.mark.parametrize("text", ["{", "[1]", "true", "enable_thinking=false"])
def test_template_variables_must_be_an_object(given: Given, data: Path, text: str) -> None:
    done = go(data, "--chat-template-kwargs", text)
    assert isinstance(done.exception, UserError)
    assert "must be a JSON object" in str(done.exception)


def test_an_option_of_another_backend_is_refused_by_name(data: Path) -> None:
    done = bench("run", "longbench", "--model", "lexical", "--data", data, "--tensor-parallel-size", 2)
    assert done.returncode == 2
    assert "--tensor-parallel-size is not an option of lexical" in done.stderr


def test_help_names_every_option_under_a_heading() -> None:
    text = command.get_help(click.Context(command, info_name="run", max_content_width=110))
    for option in (*MODEL_OPTIONS, *SHARED_OPTIONS):
        assert f"  {option}" in text
    headings = [line for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert [heading.partition(":")[0] for heading in headings] == [
        *("Options", "Data", "Settings", "The run", "Answers", "Cost", "Prompts", "Servers", "Engines")
    ]


def test_several_benchmarks_load_the_model_once_and_close_it(given: Given, data: Path) -> None:
    make_data(data, suffix="_e")
    assert go(data, benchmarks=("longbench", "longbench-e")).exception is None
    assert (given.loaded, given.closed) == (1, 1)


def test_the_model_is_closed_where_a_run_fails(given: Given, data: Path) -> None:
    assert go(data, "--tasks", "no-such-task").exception is not None
    assert given.closed == 1


def test_tags_stand_in_the_run_and_in_the_result(given: Given, data: Path) -> None:
    done = go(data, "--tag", "gpu=h100", "--tag", "note=a=b")
    assert stored(data)["tags"] == {"gpu": "h100", "note": "a=b"}
    assert stored(data, "run.json")["tags"] == {"gpu": "h100", "note": "a=b"}
    assert "tags: gpu=h100, note=a=b" in done.stdout


@pytest.mark.parametrize("tag", ["gpu", "=h100", ""])
def test_a_tag_needs_a_name_and_a_value(given: Given, data: Path, tag: str) -> None:
    done = go(data, "--tag", tag)
    assert "write a name and a value" in str(done.exception)


def test_a_budget_ends_with_3_and_a_larger_one_goes_on(given: Given, data: Path) -> None:
    done = go(data, "--budget", "500")
    assert done.exit_code == 3
    line = "stopped by --budget 500 after 5 of 12 answers (500 tokens spent); the same command with a larger budget"
    assert line in done.stderr
    assert f"{line.partition(';')[0]}" in stored(data)["notes"]
    assert go(data, "--budget", "1M").exit_code == 0
    assert stored(data)["failures"] == {}


def test_a_budget_of_money_stands_with_its_prices_outside_the_generation(given: Given, data: Path) -> None:
    assert "needs --price-in" in str(go(data, "--budget", "$1").exception)
    assert go(data, "--budget", "$1", "--price-in", "1", "--price-out", "2").exit_code == 0
    assert stored(data)["accounting"]["cost"]["total"] == pytest.approx(12 * (90 + 20) / 1e6)
    assert stored(data, "run.json")["prices"] == {"input": 1.0, "output": 2.0}


def test_the_cache_has_a_default_folder_and_takes_another(
    given: Given, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    go(data, "--cache")
    assert len(list((tmp_path / "home" / "longcode-bench" / "completions").glob("*/*.json"))) == 12
    go(data, "--cache", str(tmp_path / "mine"), "--new")
    assert len(list((tmp_path / "mine").glob("*/*.json"))) == 12
    before = len(given.asked)
    go(data, "--cache", str(tmp_path / "mine"), "--new")
    assert len(given.asked) == before


def test_cut_thoughts_end_with_2_and_name_what_helps(tmp_path: Path, given: Given, data: Path) -> None:
    given.answer = {"text": "", "thought": "hm", "finish_reason": "length"}
    done = go(data)
    assert isinstance(done.exception, UserError)
    assert "--thinking-tokens N" in str(done.exception)
    assert len(given.asked) == 5
    assert go(data, "--allow-cut-thoughts").exit_code == 0
    assert stored(data)["tasks"]["qasper"]["cut_in_thought"] == 6
