"""Would catch a forecast that asks a model, writes a run, counts wrong, or calls an estimate exact.

Also one that forgets attempts, steps or thinking tokens, and a line before the start that does not say what it costs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, make_data
from steps import TWO_STEPS, Windowed

from bench.benchmarks.longbench import LONGBENCH
from bench.errors import ModelError, UserError
from bench.foretelling import Forecast, foretell
from bench.models.rendering import Prepared
from bench.pipeline import run_benchmark
from bench.places import Place
from bench.progress import Silent
from bench.protocols import Benchmark, Selection
from bench.records import Prompt, Truncation
from bench.spending import Prices
from bench.stages.asking import Asking

LIMIT = 50


class Words:
    """Prepares prompts as a tokenizer of words would, cutting at 50 of them."""

    def __init__(self, *, by: str = "tokens", counts: bool = True) -> None:
        self.spec = {"truncate_by": by}
        self.counts = counts
        self.closed = False
        self.seen: list[Prompt] = []

    def check(self, truncation: Truncation | None) -> list[str]:
        assert truncation is not None
        return ["prompts are cut to 50 words"]

    def prepare(self, prompts: Iterable[Prompt]) -> Iterator[Prepared]:
        for prompt in prompts:
            self.seen.append(prompt)
            count = len(prompt.text.split())
            error = "context_length: too long" if prompt.sample_id == "trec/id5" else None
            cut = max(0, count - LIMIT)
            if self.counts:
                yield Prepared(prompt=prompt, input_tokens=count - cut, truncated_tokens=cut, error=error)
            else:
                yield Prepared(prompt=prompt)

    def close(self) -> None:
        self.closed = True


class Counting(Windowed):
    """A model that can prepare prompts and must not be asked."""

    def __init__(self, preparer: Words | None = None) -> None:
        super().__init__()
        self._preparer = preparer

    def preparer(self) -> Words:
        if self._preparer is None:
            raise ModelError("no tokenizer can be had; give --tokenizer")
        return self._preparer

    def check(self, truncation: Truncation | None = None) -> None:  # noqa: ARG002 - the seam's
        raise AssertionError("a dry run loads no model")


def tell(
    tmp_path: Path,
    model: Windowed,
    *,
    benchmark: Benchmark = LONGBENCH,
    prices: Prices | None = None,
    **options: Any,
) -> Forecast:
    data = make_data(tmp_path / "data")
    return foretell(benchmark, model, Selection(data=str(data)), Asking(**options), prices)


def texts(tmp_path: Path) -> list[Prompt]:
    """Every prompt as it is really asked."""
    seen: list[Prompt] = []

    def note(prompt: Prompt) -> str:
        seen.append(prompt)
        return "red"

    data = make_data(tmp_path / "data")
    run_benchmark(LONGBENCH, Windowed(answer=note), Selection(data=str(data)), Place(run_dir=tmp_path / "real"))
    return seen


def test_a_tokenizer_gives_the_exact_counts_of_the_prompts_that_would_be_asked(tmp_path: Path) -> None:
    words = Words()
    found = tell(tmp_path, Counting(words))
    real = [len(prompt.text.split()) for prompt in texts(tmp_path)]
    assert found.exact
    assert words.closed
    assert found.total.prompts == 12
    assert found.total.input_tokens == sum(min(count, LIMIT) for count in real)
    assert found.total.truncated == sum(count > LIMIT for count in real)
    assert found.total.refused == 1
    assert found.remarks == ["prompts are cut to 50 words"]
    assert found.total.max_output_tokens == 6 * 128 + 6 * 64


def test_attempts_and_tokens_for_thinking_multiply(tmp_path: Path) -> None:
    words = Words()
    once = tell(tmp_path, Counting(Words()))
    found = tell(tmp_path, Counting(words), attempts=3, temperature=0.8, max_new_tokens=10, thinking_tokens=1000)
    assert found.total.prompts == 3 * once.total.prompts
    assert found.total.input_tokens == 3 * once.total.input_tokens
    assert found.total.max_output_tokens == 3 * 12 * 1010
    assert found.total.truncated == once.total.truncated
    assert len(words.seen) == 12
    assert {prompt.max_tokens for prompt in words.seen} == {1010}


@pytest.mark.parametrize("model", [Windowed(), Counting()])
def test_without_a_tokenizer_it_is_an_estimate_and_says_why(tmp_path: Path, model: Windowed) -> None:
    found = tell(tmp_path, model, prices=Prices(input=3.0, output=1.0))
    sizes = [len(prompt.text.encode()) for prompt in texts(tmp_path)]
    assert not found.exact
    assert "tokenizer" in (found.reason or "")
    assert found.total.input_tokens == sum(-(-size // 3) for size in sizes)
    assert found.total.truncated is None
    assert found.cost is not None
    assert found.cost["total"] == pytest.approx((3 * found.total.input_tokens + found.total.max_output_tokens) / 1e6)


@pytest.mark.parametrize("words", [Words(by="chars"), Words(counts=False)])
def test_counts_that_are_guesses_are_not_called_exact(tmp_path: Path, words: Words) -> None:
    found = tell(tmp_path, Counting(words))
    assert (found.exact, found.total.prompts) == (False, 12)
    assert found.total.input_tokens > 12


def test_steps_that_hold_answers_make_it_an_estimate(tmp_path: Path) -> None:
    found = tell(tmp_path, Counting(Words()), benchmark=TWO_STEPS)
    assert not found.exact
    assert found.total.prompts == 24
    assert found.total.max_output_tokens == 2 * (6 * 128 + 6 * 64)


def test_the_disk_that_is_foretold_holds_the_run(tmp_path: Path) -> None:
    found = tell(tmp_path, Windowed())
    texts(tmp_path)
    used = sum(path.stat().st_size for path in (tmp_path / "real").iterdir() if path.suffix == ".jsonl")
    assert used <= found.disk_bytes <= 20 * used


def test_mistakes_are_found_as_a_run_would_find_them(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="add --temperature"):
        tell(tmp_path, Windowed(), attempts=2)


def test_the_command_shows_tables_or_json_for_several_benchmarks_and_writes_nothing(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    make_data(data, suffix="_e")
    common = ("run", "longbench", "longbench-e", "--model", "lexical", "--data", data, "--out", tmp_path / "runs")
    prices = ("--price-in", 2, "--price-out", 8)
    shown = bench(*common, "--dry-run", *prices)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.count("qasper") == 2
    assert "estimated, one for three bytes: lexical has no tokenizer" in shown.stdout
    assert "on disk at most about" in shown.stdout
    assert "$" in shown.stdout
    told = json.loads(bench(*common, "--dry-run", "--json", *prices).stdout)
    assert [item["benchmark"] for item in told] == ["longbench", "longbench-e"]
    assert told[0]["tasks"]["qasper"]["prompts"] == 6
    assert told[0]["total"]["prompts"] == 12
    assert told[0]["exact"] is False
    assert set(told[0]["cost"]) == {"input", "output", "total"}
    assert not (tmp_path / "runs").exists()


def test_a_run_says_before_it_starts_what_it_will_take(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    told = bench(
        *("run", "longbench", "--model", "lexical", "--data", data, "--out", tmp_path / "runs"),
        *("--price-in", 1, "--price-out", 1, "--max-new-tokens", 100),
    )
    (line,) = [line for line in told.stderr.splitlines() if "prompts to answer" in line]
    assert line.startswith("12 prompts to answer: about ")
    assert re.search(r"at most 1,200 new tokens out, at most about 0\.1 MB on disk and \$0\.00\d+$", line)


def test_progress_is_silent_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = make_data(tmp_path / "data")
    selection, place = Selection(data=str(data)), Place(run_dir=tmp_path / "run")
    run_benchmark(LONGBENCH, Windowed(), selection, place, progress=Silent())
    assert capsys.readouterr() == ("", "")
