"""Would catch steps that wait for every other sample, attempts torn apart, and a failed step that is asked for ever.

Also prompts handed out twice, and a run that ends while something can still be asked.
"""

from __future__ import annotations

from pathlib import Path

from helpers import make_data
from steps import TWO_STEPS, Windowed

from bench.benchmarks.longbench import LONGBENCH
from bench.pipeline import Outcome, run_benchmark
from bench.places import Place
from bench.protocols import Benchmark, Selection
from bench.stages.asking import Asking

ROWS = 8


def go(
    tmp_path: Path, model: Windowed, *, benchmark: Benchmark = TWO_STEPS, rows: int = ROWS, attempts: int = 1
) -> Outcome:
    data = make_data(tmp_path / "data", tasks=("qasper",), rows=rows)
    asking = Asking(attempts=attempts, temperature=0.8 if attempts > 1 else None)
    place = Place(run_dir=tmp_path / "run")
    return run_benchmark(benchmark, model, Selection(data=str(data)), place, asking=asking)


def keys(outcome: Outcome) -> list[tuple[str, int, int]]:
    log = outcome.folder.completions()
    found = [completion.key for completion in log]
    log.close()
    return found


def test_a_second_step_goes_out_before_the_next_sample_once_the_first_is_answered(tmp_path: Path) -> None:
    model = Windowed(window=3)
    go(tmp_path, model)
    last_new = max(place for place, (what, key) in enumerate(model.events) if what == "ask" and key[2] == 0)
    answered = [(place, key) for place, (what, key) in enumerate(model.events[:last_new]) if what == "answer"]
    followed = [(model.events[place + 1], key) for place, key in answered if key[2] == 0]
    assert len(followed) > ROWS // 2
    assert all(event == ("ask", (sample_id, attempt, 1)) for event, (sample_id, attempt, _) in followed)


def test_every_step_is_asked_once_and_the_last_ones_in_another_round(tmp_path: Path) -> None:
    model = Windowed(window=100)
    outcome = go(tmp_path, model)
    assert model.rounds == 2
    assert len(model.asked) == len(set(model.asked)) == 2 * ROWS
    assert sorted(keys(outcome)) == sorted(model.asked)
    assert outcome.result is not None
    assert outcome.result.not_judged == 0


def test_the_second_prompt_holds_the_first_answer(tmp_path: Path) -> None:
    texts: dict[int, str] = {}

    def answer(prompt: object) -> str:
        texts[prompt.step] = prompt.text  # type: ignore[attr-defined]
        return "the first thought"

    go(tmp_path, Windowed(answer=answer), rows=1)
    assert texts[1].endswith("the first thought")
    assert "the first thought" not in texts[0]


def test_a_failed_first_step_leaves_its_sample_unanswered_and_is_asked_again_by_the_next_start(tmp_path: Path) -> None:
    broken = ("qasper/id3", 0, 0)
    first = go(tmp_path, Windowed(window=100, failing={broken}))
    assert ("qasper/id3", 0, 1) not in keys(first)
    assert first.result is not None
    assert first.result.failures == {"broken": 1}
    again = Windowed(window=2)
    second = go(tmp_path, again)
    assert again.asked == [("qasper/id3", 0, 0), ("qasper/id3", 0, 1)]
    assert second.result is not None
    assert second.result.not_judged == 0


def test_a_start_that_finds_first_steps_asks_the_second_ones_alone(tmp_path: Path) -> None:
    failing = {(f"qasper/id{number}", 0, 1) for number in range(ROWS)}
    go(tmp_path, Windowed(failing=failing))
    again = Windowed()
    go(tmp_path, again)
    assert sorted(again.asked) == sorted(failing)


def test_attempts_at_one_sample_stay_side_by_side(tmp_path: Path) -> None:
    model = Windowed(window=5)
    go(tmp_path, model, benchmark=LONGBENCH, attempts=3)
    ids = [sample_id for sample_id, _, _ in model.asked]
    assert [ids[i : i + 3] for i in range(0, len(ids), 3)] == [[name] * 3 for name in dict.fromkeys(ids)]


def test_attempts_in_two_steps_are_not_torn_apart_by_steps_that_become_ready(tmp_path: Path) -> None:
    model = Windowed(window=2)
    go(tmp_path, model, attempts=3)
    firsts = [place for place, (_, _, step) in enumerate(model.asked) if step == 0]
    runs = [firsts[i : i + 3] for i in range(0, len(firsts), 3)]
    assert all(run == list(range(run[0], run[0] + 3)) for run in runs)
    assert len(set(model.asked)) == len(model.asked) == 2 * 3 * ROWS
