"""Would catch a budget that is overrun or never reached, forgets earlier starts, or loses what was in flight.

Also money counted as tokens, a run that cannot go on with a larger budget, and thinking that eats every answer unseen.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from helpers import make_data
from steps import Windowed

from bench.benchmarks.longbench import LONGBENCH
from bench.errors import UserError
from bench.pipeline import Outcome, run_benchmark
from bench.places import Place
from bench.protocols import Selection
from bench.records import Completion, Prompt, Usage
from bench.spending import Budget, Meter, Prices
from bench.stages.asking import Asking, Conduct

ROWS = 40
PRICES = Prices(input=1.0, output=10.0)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("2M", 2e6), ("500k", 5e5), ("1500000", 1.5e6), ("1.5m", 1.5e6), ("5usd", 5), ("$5", 5), ("0.25 USD", 0.25)],
)
def test_a_budget_is_tokens_or_money(text: str, amount: float) -> None:
    found = Budget.read(text, PRICES)
    assert found.amount == amount
    assert (found.prices is not None) == (amount < 100)


@pytest.mark.parametrize("text", ["", "0", "-5", "M", "5 apples", "5eur", "$", "1e6", "2MM", "$0"])
def test_a_budget_that_says_nothing_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UserError, match=r"write tokens \(2M"):
        Budget.read(text, PRICES)


def test_money_needs_prices_and_prices_go_together() -> None:
    with pytest.raises(UserError, match="needs --price-in and --price-out"):
        Budget.read("$5", None)
    with pytest.raises(UserError, match="go together"):
        Prices.read(1.0, None)
    assert Prices.read(None, None) is None


def test_tokens_are_counted_as_reported_and_estimated_where_nobody_did() -> None:
    meter = Meter()
    meter.add(Completion(sample_id="a", usage=Usage(input_tokens=10, output_tokens=2, cached_tokens=5)), 999)
    meter.add(Completion(sample_id="b", text="sechzehn Zeichen"), 300)
    meter.add(Completion(sample_id="c", error="timeout: 3 s"), 300)
    assert (meter.input, meter.output, meter.estimated, meter.answers) == (110, 8, 1, 2)
    assert meter.cached_share == 0.5


def test_attempts_that_came_with_one_request_cost_what_that_request_cost() -> None:
    meter = Meter()
    meter.add(Completion(sample_id="a", usage=Usage(input_tokens=10, output_tokens=30), requests=1), 900)
    meter.add(Completion(sample_id="a", attempt=1, text="x" * 90, requests=0), 900)
    assert (meter.input, meter.output, meter.estimated) == (10, 30, 0)


def go(tmp_path: Path, model: Windowed, conduct: Conduct, **options: Any) -> Outcome:
    data = make_data(tmp_path / "data", tasks=("qasper",), rows=ROWS)
    place = Place(run_dir=tmp_path / "run")
    return run_benchmark(LONGBENCH, model, Selection(data=str(data)), place, conduct=conduct, asking=Asking(**options))


USAGE = Usage(input_tokens=90, output_tokens=10)


def within(text: str, prices: Prices | None = None) -> Conduct:
    return Conduct(budget=Budget.read(text, prices), prices=prices)


@pytest.mark.parametrize("window", [1, 4, 1000])
def test_a_run_stops_at_its_budget_and_keeps_what_was_in_flight(tmp_path: Path, window: int) -> None:
    model = Windowed(window, usage=USAGE)
    outcome = go(tmp_path, model, within("1k"))
    assert len(model.asked) == 10
    assert outcome.stopped == "stopped by --budget 1k after 10 of 40 answers (1,000 tokens spent)"
    assert outcome.result is not None
    assert outcome.stopped in outcome.result.notes
    assert outcome.result.not_judged == 30
    assert outcome.result.tokens["input"] == 900


def test_a_larger_budget_goes_on_and_the_note_goes_away(tmp_path: Path) -> None:
    go(tmp_path, Windowed(usage=USAGE), within("1k"))
    same = Windowed(usage=USAGE)
    assert go(tmp_path, same, within("1k")).stopped is not None
    assert same.asked == []
    more = Windowed(usage=USAGE)
    go(tmp_path, more, within("1500"))
    assert len(more.asked) == 5
    rest = Windowed(usage=USAGE)
    outcome = go(tmp_path, rest, within("1M"))
    assert len(rest.asked) == 25
    assert outcome.stopped is None
    assert outcome.result is not None
    assert not any("--budget" in note for note in outcome.result.notes)


def test_the_last_answer_may_reach_the_budget_without_being_called_a_stop(tmp_path: Path) -> None:
    assert go(tmp_path, Windowed(usage=USAGE), within("4k")).stopped is None


def test_a_budget_of_money_counts_both_prices(tmp_path: Path) -> None:
    model = Windowed(1, usage=USAGE)
    outcome = go(tmp_path, model, within("0.00095usd", PRICES))  # an answer costs 0.00019
    assert len(model.asked) == 5
    assert outcome.stopped is not None
    assert "($0.00095 spent)" in outcome.stopped
    assert outcome.result is not None
    assert outcome.result.accounting["cost"]["total"] == pytest.approx(0.00095)


def test_without_counts_a_budget_is_kept_by_estimate_and_says_so(tmp_path: Path) -> None:
    model = Windowed(1)
    outcome = go(tmp_path, model, within("1k"))
    assert 1 < len(model.asked) < ROWS
    assert outcome.stopped is not None
    assert "partly estimated at one token for three bytes" in outcome.stopped


def test_a_wide_window_does_not_stop_early_because_answers_could_have_been_long(tmp_path: Path) -> None:
    # 64 in flight could take 64 x 128 new tokens; they take 10 each.
    model = Windowed(64, usage=USAGE)
    go(tmp_path, model, within("3k"))
    assert len(model.asked) == 30


# -- thoughts


def thinking(cut: set[int]) -> Windowed:
    """Cuts its answers of these numbers inside a thought."""
    numbers = count()

    def answer(prompt: Prompt) -> dict[str, Any]:
        lost = next(numbers) in cut
        return {"text": "", "thought": "hm", "finish_reason": "length"} if lost else {"text": "red"}

    return Windowed(2, answer)


def test_the_fifth_cut_thought_of_the_first_twenty_stops_and_keeps_the_answers(tmp_path: Path) -> None:
    model = thinking({2, 3, 5, 8, 13})
    with pytest.raises(UserError, match=r"--thinking-tokens N .* --no-thinking; --allow-cut-thoughts"):
        go(tmp_path, model, Conduct())
    assert len(model.asked) < 20
    lines = (tmp_path / "run" / "completions.jsonl").read_text().splitlines()
    assert len(lines) == len(model.asked)
    rest = thinking({0, 1, 2, 3, 4})
    outcome = go(tmp_path, rest, Conduct(allow_cut_thoughts=True))
    assert len(rest.asked) == ROWS - len(lines)
    assert outcome.result is not None
    assert outcome.result.tasks["qasper"]["cut_in_thought"] == 10


def test_four_cut_thoughts_or_later_ones_do_not_stop(tmp_path: Path) -> None:
    outcome = go(tmp_path, thinking({0, 1, 2, 3, *range(24, ROWS)}), Conduct())
    assert outcome.result is not None
    assert outcome.result.tasks["qasper"]["cut_in_thought"] == 4 + ROWS - 24


def test_thinking_tokens_are_added_to_every_prompt_and_are_another_run(tmp_path: Path) -> None:
    seen: set[int] = set()

    def answer(prompt: Prompt) -> str:
        seen.add(prompt.max_tokens)
        return "red"

    outcome = go(tmp_path, Windowed(answer=answer), Conduct(), thinking_tokens=1000)
    assert seen == {1128}
    assert outcome.folder.spec.generation["thinking_tokens"] == 1000
    assert outcome.result is not None
    assert "1,000 tokens for thinking were added to every prompt's new tokens" in outcome.result.notes
