"""Would catch code run twice or never, a verdict of another image kept, or a sandbox's fault blamed on the code."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from helpers import make_data

from bench.benchmarks.longbench import LongBench
from bench.benchmarks.longbench.tasks import TASKS
from bench.errors import SandboxError, UserError
from bench.models.fake import Fake
from bench.pipeline import Outcome, run_benchmark, score_run
from bench.places import Place
from bench.progress import Silent
from bench.protocols import Selection
from bench.records import Completion, Execution, Job, Prompt, Sample, Score, Truncation, Verdict
from bench.runs import RunFolder
from bench.sandbox.fake import FakeSandbox
from bench.stages.asking import Asking
from bench.stages.execute import slow_first


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding(LongBench):
    """LongBench's files as a benchmark whose answers are run; samples 0 and 1, 2 and 3, ... are one problem."""

    executes: bool = True
    truncation: Truncation | None = None

    def jobs(self, sample: Sample, completion: Completion) -> Sequence[Job]:
        return [_job(sample, completion.text, "official", completion.attempt)]

    def gate(self, sample: Sample) -> Sequence[Job]:
        number = int(sample.id.split("id")[1])
        return [_job(sample, f"solution of problem {number // 2}", "reference")]

    def score(
        self,
        sample: Sample,
        completions: Sequence[Completion],
        options: Mapping[str, Any],  # noqa: ARG002 - the seam's
        executions: Sequence[Execution] = (),
    ) -> list[Score]:
        return [_score(sample, executions, completion.attempt) for completion in completions]


def _job(sample: Sample, code: str, extractor: str, attempt: int = 0) -> Job:
    key = {"sample_id": sample.id, "attempt": attempt, "extractor": extractor}
    return Job(**key, language="python", name="m", files={"m.py": code}, tests="")  # type: ignore[arg-type]


def _score(sample: Sample, executions: Sequence[Execution], attempt: int) -> Score:
    found = {(e.attempt, e.extractor): e.verdict for e in executions}.get((attempt, "official"))
    value = None if found in {None, Verdict.SANDBOX_ERROR} else float(found == Verdict.PASSED)
    return Score(sample_id=sample.id, task=sample.task, attempt=attempt, value=value, reason=found)


CODING = Coding(name="coding", table=TASKS, suffix="", folder="pred")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    make_data(tmp_path / "data", tasks=("qasper",), rows=6)
    return Place(out=tmp_path / "runs")


def go(place: Place, sandbox: FakeSandbox, model: Fake | None = None, **options: Any) -> Outcome:
    selection = Selection(data=str(place.out.parent / "data"))
    answer = model or Fake(lambda prompt: f"answer to {prompt.sample_id}")
    return run_benchmark(CODING, answer, selection, place, sandbox=lambda: sandbox, **options)


def executions(outcome: Outcome) -> dict[tuple[str, str], str]:
    lines = (outcome.folder.path / "executions.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == len({(row["sample_id"], row["attempt"], row["extractor"]) for row in rows})
    return {(row["sample_id"], row["extractor"]): row["verdict"] for row in rows}


def ran(sandbox: FakeSandbox, extractor: str) -> list[str]:
    return [job.sample_id for job in sandbox.ran if job.extractor == extractor]


def failing(*numbers: int, verdict: str = Verdict.FAILED) -> Callable[[Job], str]:
    """Judges these samples' answers so, and everything else as passed."""
    ids = {f"qasper/id{number}" for number in numbers}

    def judge(job: Job) -> str:
        return verdict if job.sample_id in ids and job.extractor == "official" else Verdict.PASSED

    return judge


def test_every_answer_is_run_and_its_verdict_is_its_score(place: Place) -> None:
    sandbox = FakeSandbox(failing(1, 4))
    outcome = go(place, sandbox)
    assert ran(sandbox, "official") == [f"qasper/id{number}" for number in range(6)]
    assert executions(outcome)["qasper/id1", "official"] == "failed"
    assert outcome.result is not None
    assert outcome.result.tasks["qasper"]["score"] == pytest.approx(100 * 4 / 6)
    assert sandbox.closed


def test_equal_answers_are_each_run_while_one_problem_s_solution_is_run_once(place: Place) -> None:
    sandbox = FakeSandbox()
    outcome = go(place, sandbox, Fake("the same"))
    assert len(ran(sandbox, "official")) == 6
    assert len(ran(sandbox, "reference")) == 3
    assert sum(extractor == "reference" for _, extractor in executions(outcome)) == 6


def test_the_gate_is_asked_once_for_all_runs_and_again_for_another_image(place: Place) -> None:
    go(place, FakeSandbox())
    second, third = FakeSandbox(), FakeSandbox(identity="another image")
    assert ("qasper/id5", "reference") in executions(go(dataclasses.replace(place, new=True), second))
    go(dataclasses.replace(place, new=True), third)
    assert (len(ran(second, "reference")), len(ran(third, "reference"))) == (0, 3)


def test_a_gate_that_ran_out_of_time_is_not_remembered(place: Place) -> None:
    go(place, FakeSandbox(lambda job: Verdict.TIMEOUT if job.extractor == "reference" else Verdict.PASSED))
    again = FakeSandbox()
    go(dataclasses.replace(place, new=True), again)
    assert len(ran(again, "reference")) == 3


def test_an_answer_that_is_the_solution_speaks_for_the_gate(place: Place) -> None:
    sandbox = FakeSandbox()
    own = Fake(lambda prompt: f"solution of problem {int(prompt.sample_id.split('id')[1]) // 2}")
    outcome = go(place, sandbox, own)
    assert ran(sandbox, "reference") == []
    assert executions(outcome)["qasper/id3", "reference"] == "passed"


def test_what_the_sandbox_failed_at_is_not_judged_and_run_again_by_the_next_start(place: Place) -> None:
    first = go(place, FakeSandbox(failing(2, verdict=Verdict.SANDBOX_ERROR)))
    assert first.result is not None
    assert first.result.failures == {"sandbox_error": 1}
    again = FakeSandbox()
    second = go(place, again)
    assert second.folder.path == first.folder.path
    assert ran(again, "official") == ["qasper/id2"]
    assert second.result is not None
    assert second.result.not_judged == 0


class Dying(FakeSandbox):
    """Its process is killed after two verdicts."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Execution]:
        for number, found in enumerate(super().run(jobs)):
            if number == 2:
                raise KeyboardInterrupt
            yield found


def test_a_run_that_was_stopped_goes_on_with_what_was_not_run(place: Place) -> None:
    with pytest.raises(KeyboardInterrupt):
        go(place, Dying())
    model, sandbox = Fake("never asked"), FakeSandbox()
    outcome = go(place, sandbox, model)
    assert model.asked == []
    assert ran(sandbox, "official") == [f"qasper/id{number}" for number in range(2, 6)]
    assert len(executions(outcome)) == 12


def test_an_execution_of_another_image_or_another_answer_is_not_kept(place: Place) -> None:
    outcome = go(place, FakeSandbox())
    other = FakeSandbox(identity="another image")
    score_run(RunFolder.open(outcome.folder.path), CODING, {}, Silent(), lambda: other)
    assert len(ran(other, "official")) == 6
    same = FakeSandbox(identity="another image")
    score_run(RunFolder.open(outcome.folder.path), CODING, {}, Silent(), lambda: same)
    assert same.ran == []


def test_answers_made_on_one_machine_are_run_on_another(place: Place) -> None:
    unusable, sandbox = FakeSandbox(usable=False), FakeSandbox(failing(0))
    made = go(place, unusable, stages=("generate",))
    assert made.result is None
    moved = made.folder.path.rename(place.out.parent / "moved")
    scored = score_run(RunFolder.open(moved), CODING, {}, Silent(), lambda: sandbox)
    assert scored.result is not None
    assert scored.result.tasks["qasper"]["score"] == pytest.approx(100 * 5 / 6)


def test_where_code_cannot_be_run_the_model_is_never_asked(place: Place) -> None:
    model = Fake("costly")
    with pytest.raises(SandboxError):
        go(place, FakeSandbox(usable=False), model)
    assert model.asked == []


def test_long_jobs_come_first_and_the_others_stay_in_their_order() -> None:
    sample = Sample(id="a", benchmark="b", task="t", language="python")
    jobs = [
        dataclasses.replace(_job(sample, "", "official", n), expected_seconds=s) for n, s in enumerate([0, 3, 0, 23])
    ]
    assert [job.attempt for job in slow_first(jobs)] == [3, 1, 0, 2]


def test_several_attempts_at_temperature_0_are_refused(place: Place) -> None:
    with pytest.raises(UserError, match="--temperature"):
        go(place, FakeSandbox(), asking=Asking(attempts=2))


def test_every_attempt_is_asked_with_a_seed_of_its_own_run_and_averaged(place: Place) -> None:
    seen: dict[tuple[str, int], Prompt] = {}

    def note(prompt: Prompt) -> str:
        seen[prompt.sample_id, prompt.attempt] = prompt
        return f"{prompt.attempt}"

    sandbox = FakeSandbox(lambda job: Verdict.PASSED if job.attempt == 1 else Verdict.FAILED)
    outcome = go(place, sandbox, Fake(note), asking=Asking(attempts=3, temperature=0.8))
    assert len(seen) == 18
    assert {prompt.sampling.temperature for prompt in seen.values()} == {0.8}
    assert len({prompt.sampling.seed for (sample_id, _), prompt in seen.items() if sample_id == "qasper/id0"}) == 3
    assert outcome.result is not None
    assert outcome.result.tasks["qasper"]["score"] == pytest.approx(100 / 3)


def test_a_lost_attempt_alone_is_asked_again(place: Place) -> None:
    asking = Asking(attempts=2, temperature=0.8)
    outcome = go(place, FakeSandbox(), asking=asking, stages=("generate",))
    log = outcome.folder.path / "completions.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(lines[:5] + lines[6:]))
    model = Fake("again")
    go(place, FakeSandbox(), model, asking=asking, stages=("generate",))
    assert model.asked == [("qasper/id2", 1, 0)]
