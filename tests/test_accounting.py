"""Would catch tokens, requests or dollars that are counted twice, or not at all, or made up where nobody reported them.

Also notes that say the protocol was kept where it was left, and what was observed or tagged getting lost on the way.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from helpers import make_data
from steps import TWO_STEPS, Windowed

from bench.benchmarks.longbench import LONGBENCH
from bench.cli.tables import as_csv
from bench.errors import ModelError, UserError
from bench.leaderboard.marks import marks
from bench.library import run
from bench.pipeline import Outcome, run_benchmark, score_run
from bench.places import Place
from bench.progress import Silent
from bench.protocols import Benchmark, Selection
from bench.records import Completion, Prompt, RunResult, Score, Truncation, Usage
from bench.runs import RunFolder
from bench.spending import Meter, Prices
from bench.stages.accounting import Tally, accounting, remarks
from bench.stages.asking import Asking, Conduct
from bench.stages.generate import status

PRICES = Prices(input=2.0, output=8.0)
USAGE = Usage(input_tokens=1000, output_tokens=10, cached_tokens=250, thought_tokens=4)


def go(
    tmp_path: Path,
    model: Windowed,
    *,
    benchmark: Benchmark = LONGBENCH,
    conduct: Conduct | None = None,
    progress: Silent | None = None,
    **options: Any,
) -> Outcome:
    data = make_data(tmp_path / "data")
    return run_benchmark(
        benchmark,
        model,
        Selection(data=str(data)),
        Place(run_dir=tmp_path / "run"),
        asking=Asking(**options),
        conduct=conduct,
        progress=progress,
    )


def result(outcome: Outcome) -> RunResult:
    assert outcome.result is not None
    return outcome.result


def test_requests_retries_shares_and_cost_are_sums_over_the_completions(tmp_path: Path) -> None:
    def answer(prompt: Prompt) -> dict[str, Any]:
        return {"text": "red", "retries": int(prompt.sample_id == "trec/id0")}

    found = result(go(tmp_path, Windowed(answer=answer, usage=USAGE), conduct=Conduct(prices=PRICES)))
    counts = dict(found.accounting)
    assert counts.pop("tokens_per_second") == pytest.approx(120 / found.seconds) if found.seconds else False
    assert counts == {
        "requests": 12,
        "retries": 1,
        "cached_share": 0.25,
        "from_cache": 0,
        "prices": {"input": 2.0, "output": 8.0},
        "cost": pytest.approx({"input": 0.024, "output": 0.00096, "total": 0.02496}),
    }
    assert found.tokens == {"input": 12_000, "output": 120, "cached": 3000, "thought": 48}


def test_where_nobody_reports_tokens_nothing_is_made_up_and_a_note_says_so(tmp_path: Path) -> None:
    found = result(go(tmp_path, Windowed(), conduct=Conduct(prices=PRICES)))
    assert found.accounting["cost"] is None
    assert found.accounting["tokens_per_second"] is None
    assert found.accounting["cached_share"] is None
    assert found.accounting["requests"] == 12
    assert "the server reported token counts for no answer: tokens, speed and cost are of these" in found.notes


def test_a_model_without_requests_is_not_blamed_for_missing_counts(tmp_path: Path) -> None:
    found = result(go(tmp_path, Windowed(requests=None)))
    assert found.accounting["requests"] is None
    assert found.notes == ("prompts are not the authors' (sha256 " + found.notes[0][-9:],)


def test_counts_that_some_replies_lack_are_said_to_be_of_the_others() -> None:
    tally = Tally()
    tally.add("t", [Completion(sample_id="a", usage=USAGE, requests=1), Completion(sample_id="b", requests=2)], [])
    assert list(remarks(tally)) == [
        "the server reported token counts for 1 of 2 answers only: tokens, speed and cost are of these"
    ]


def test_a_failed_completion_costs_its_requests_and_is_not_an_answer() -> None:
    tally = Tally()
    tally.add(
        "t",
        [Completion(sample_id="a", error="http_500: x", requests=5, retries=4)],
        [Score(sample_id="a", task="t", value=None, reason="http_500: x")],
    )
    counts = accounting(tally, seconds=1.0, prices=None, share=None)
    assert (counts["requests"], counts["retries"]) == (5, 4)
    assert list(remarks(tally)) == []
    assert tally.failures == {"http_500": 1}


def test_the_share_that_a_server_tells_of_itself_stands_in_for_what_replies_do_not_say() -> None:
    assert accounting(Tally(), seconds=None, prices=None, share=0.4)["cached_share"] == 0.4
    tally = Tally()
    tally.add("t", [Completion(sample_id="a", usage=USAGE, requests=1)], [])
    assert accounting(tally, seconds=None, prices=None, share=0.4)["cached_share"] == 0.25


def test_tallies_of_several_processes_add_up() -> None:
    whole, parts = Tally(), [Tally(), Tally()]
    for number, part in enumerate(parts):
        cut = Completion(sample_id="a", thought="hm", finish_reason="length", truncated_tokens=number, requests=1)
        for tally in (whole, part):
            tally.add(f"t{number}", [cut], [])
    merged = Tally()
    for part in parts:
        merged.merge(part)
    assert merged == whole


def test_every_task_counts_answers_that_were_cut_or_asked_short(tmp_path: Path) -> None:
    def answer(prompt: Prompt) -> dict[str, Any]:
        number = int(prompt.sample_id[-1])
        return {"text": "red", "finish_reason": "length" if number == 1 else "stop", "truncated_tokens": number}

    task = result(go(tmp_path, Windowed(answer=answer), benchmark=TWO_STEPS)).tasks["qasper"]
    assert (task["cut_by_length"], task["truncated"], task["cut_in_thought"]) == (1, 5, 0)


def test_scoring_again_keeps_accounting_prices_and_tags(tmp_path: Path) -> None:
    conduct = Conduct(prices=PRICES, tags={"gpu": "h100", "note": "a=b"})
    first = result(go(tmp_path, Windowed(usage=USAGE), conduct=conduct))
    again = result(score_run(RunFolder.open(tmp_path / "run"), LONGBENCH, {}, Silent()))
    assert again.accounting == first.accounting
    assert again.tags == {"gpu": "h100", "note": "a=b"}
    stored = json.loads((tmp_path / "run" / "run.json").read_text())
    assert "prices" not in stored["generation"]
    assert "tags" not in stored["generation"]


def test_the_last_marks_tell_what_it_took(tmp_path: Path) -> None:
    conduct = Conduct(prices=PRICES, tags={"gpu": "h100"})
    shown = list(marks(result(go(tmp_path, Windowed(usage=USAGE), conduct=conduct))))
    (spent,) = [line for line in shown if line.startswith("answered in")]
    assert " by 12 requests; tokens: 12,000 input, 120 output, 3,000 cached, 48 thought; " in spent
    assert spent.endswith("; 25 % of the input came from the prefix cache; $0.025")
    assert "tags: gpu=h100" in shown


def test_the_csv_has_what_it_took_in_lines_of_its_own(tmp_path: Path) -> None:
    table = list(csv.DictReader(io.StringIO(as_csv([result(go(tmp_path, Windowed(usage=USAGE)))]))))
    amounts = {row["name"]: row["amount"] for row in table if row["kind"] == "accounting"}
    assert (amounts["requests"], amounts["input_tokens"], amounts["cached_share"]) == ("12", "12000", "0.25")
    assert "cost_usd" not in amounts
    (task,) = [row for row in table if row["kind"] == "task" and row["name"] == "qasper"]
    assert (task["truncated"], task["cut_in_thought"], task["amount"]) == ("0", "0", "")


def test_progress_shows_speed_cache_and_cost_only_where_they_are_known() -> None:
    meter = Meter()
    assert status(meter, PRICES, 5.0) is None
    meter.add(Completion(sample_id="a", usage=USAGE), 99)
    assert status(meter, None, 5.0) == "5 tokens/s, 25 % cached"
    assert status(meter, PRICES, 1234.0) == "1,234 tokens/s, 25 % cached, $0.0021"
    meter.add(Completion(sample_id="b"), 99)
    assert status(meter, PRICES, 5.0) is None


# -- protocol, and what was seen


def test_options_that_leave_the_protocol_are_part_of_the_run_and_noted(tmp_path: Path) -> None:
    seen: list[Prompt] = []

    def answer(prompt: Prompt) -> str:
        seen.append(prompt)
        return "red"

    found = result(go(tmp_path, Windowed(answer=answer), temperature=0.7, top_p=0.9, max_new_tokens=33))
    assert {(p.sampling.temperature, p.sampling.top_p, p.max_tokens) for p in seen} == {(0.7, 0.9, 33)}
    generation = found.spec.generation
    assert generation["sampling"] == {"temperature": 0.7, "top_p": 0.9, "seed": 0}
    assert generation["max_new_tokens"] == 33
    assert found.notes[1:4] == (
        "temperature 0.7 in place of the benchmark's own 0",
        "top_p 0.9 in place of the benchmark's own 1",
        "at most 33 new tokens for every prompt, in place of the benchmark's own limits",
    )


def test_without_options_the_generation_is_what_it_always_was(tmp_path: Path) -> None:
    found = result(go(tmp_path, Windowed(), temperature=0))
    assert list(found.spec.generation) == ["benchmark", "setting", "data", "model", "attempts", "sampling"]
    assert found.spec.generation["sampling"] == {"temperature": 0.0, "top_p": 1.0, "seed": 0}
    assert not any("in place of" in note for note in found.notes)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attempts": 3}, "add --temperature"),
        ({"top_p": 0.0}, "--top-p must be above 0"),
        ({"max_new_tokens": 0}, "--max-new-tokens must be at least 1"),
        ({"thinking_tokens": -5}, "--thinking-tokens must be at least 1"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        go(tmp_path, Windowed(), **options)
    assert not (tmp_path / "run").exists()


class Seen(Windowed):
    """Observes its first prompt, has something to say, and counts how often it is closed."""

    said = ("the window is 4,096: prompts are cut to 3,500 tokens",) * 2
    tokens: tuple[int, ...] = (1, 2, 3)
    closed = 0

    @property
    def observed(self) -> dict[str, Any]:  # type: ignore[override]
        return {"first_tokens": list(self.tokens), "served_by": ["m"]} if self.asked else {}

    def close(self) -> None:
        self.closed += 1


class Telling(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


def test_what_the_model_says_and_sees_is_told_once_and_kept(tmp_path: Path) -> None:
    telling = Telling()
    found = result(go(tmp_path, Seen(failing={("qasper/id0", 0, 0)}), progress=telling))
    assert telling.lines.count("the window is 4,096: prompts are cut to 3,500 tokens") == 1
    assert found.spec.observed == {"first_tokens": [1, 2, 3], "served_by": ["m"]}
    assert "begins with the token ids 1, 2, 3" in (tmp_path / "run" / "log.txt").read_text()
    later = Seen()
    later.tokens = (9, 9)
    assert result(go(tmp_path, later)).spec.observed["first_tokens"] == [1, 2, 3]


def test_a_run_that_breaks_off_keeps_what_was_observed(tmp_path: Path) -> None:
    class Dying(Seen):
        def _complete(self, prompt: Prompt) -> Completion:  # noqa: ARG002 - it answers none
            raise ModelError("the engine died")

    with pytest.raises(ModelError):
        go(tmp_path, Dying())
    assert RunFolder.open(tmp_path / "run").spec.observed["first_tokens"] == [1, 2, 3]


def test_a_model_that_was_handed_in_stays_open(tmp_path: Path) -> None:
    model = Seen()
    run("longbench", model=model, data=str(make_data(tmp_path / "data")), place=Place(out=tmp_path / "runs"))
    assert model.closed == 0


def test_the_model_is_checked_before_a_run_is_looked_for_even_where_nothing_is_asked(tmp_path: Path) -> None:
    class Late(Windowed):
        """Knows all about itself only once it was checked."""

        def check(self, truncation: Truncation | None = None) -> None:  # noqa: ARG002 - the seam's
            self.spec = {"backend": "late", "window": 4096}

    data = make_data(tmp_path / "data")
    place, selection = Place(out=tmp_path / "runs"), Selection(data=str(data))
    first = run_benchmark(LONGBENCH, Late(), selection, place, stages=("generate",))
    second = run_benchmark(LONGBENCH, Late(), selection, place, stages=("score",))
    assert second.folder.path == first.folder.path
