"""Would catch a merged run that is not the run which was never cut: other samples, answers, verdicts or averages.

Also shards that are changed by it, a note or a time that is lost, and an unfinished shard that ends the work.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from helpers import bench, make_data, run_folder, sample_row
from ncb_helpers import make_problems
from own_data import make_card
from shard_runs import assert_never_cut, cut, fingerprints, go, header, lines, result, rewrite
from steps import Windowed
from v2_helpers import row, write_data

from bench.benchmarks.longbench import LONGBENCH
from bench.benchmarks.longbench.v2 import LONGBENCH_V2
from bench.benchmarks.ncb import NATURAL_CODE_BENCH
from bench.errors import DataError
from bench.merging import merge
from bench.models import load_model
from bench.models.fake import Fake
from bench.pipeline import Outcome, run_benchmark, score_run
from bench.places import Place
from bench.progress import Silent
from bench.protocols import Model, Sandbox, Selection, Setting
from bench.records import Job, Prompt, Shard, Verdict
from bench.registry import find_benchmark
from bench.runs import COMPLETIONS, EXECUTIONS, RUN, SAMPLES, SCORES, RunFolder
from bench.sandbox.fake import FakeSandbox
from bench.spending import Prices
from bench.stages.asking import Asking, Conduct


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdicts that runs keep for each other must not come from elsewhere."""
    monkeypatch.setenv("BENCH_HOME", str(tmp_path / "home"))


def lexical() -> Model:
    return load_model("lexical")


def merged(folders: list[Path], to: Path, **options: Any) -> Outcome:
    return merge(folders, Place(run_dir=to), **options)


def test_three_shards_of_longbench_make_the_run_that_was_never_cut(tmp_path: Path) -> None:
    go(LONGBENCH, "sample", tmp_path / "whole", model=lexical)
    shards = cut(LONGBENCH, "sample", tmp_path, model=lexical)
    outcome = merged([shards[2], shards[0], shards[1]], tmp_path / "merged")
    assert_never_cut(tmp_path / "merged", tmp_path / "whole")
    assert outcome.result is not None
    assert outcome.result.overall["all"]["score"] is not None
    assert outcome.remarks == ()


def test_answers_in_two_steps_are_merged_with_their_thoughts(tmp_path: Path) -> None:
    data = write_data(tmp_path / "data", [row(number) for number in range(9)])
    thinking = LONGBENCH_V2.in_setting(Setting(cot=True))
    go(thinking, data, tmp_path / "whole")
    merged(cut(thinking, data, tmp_path), tmp_path / "merged")
    assert_never_cut(tmp_path / "merged", tmp_path / "whole")
    assert len(lines(tmp_path / "merged" / COMPLETIONS)) == 18


def judge(job: Job) -> str:
    """Most solutions pass; what solves nothing does not."""
    return Verdict.PASSED if job.extractor == "reference" or job.sample_id.endswith(("1", "4")) else Verdict.FAILED


def test_executions_and_the_gate_are_merged_and_nothing_is_run_again(tmp_path: Path) -> None:
    data = make_problems(tmp_path / "data", numbers=range(1, 6))
    options: dict[str, Any] = {
        "model": lambda: load_model("reference"),
        "sandbox": lambda: FakeSandbox(judge),
    }
    go(NATURAL_CODE_BENCH, data, tmp_path / "whole", **options)
    shards = cut(NATURAL_CODE_BENCH, data, tmp_path, **options)
    outcome = merged(shards, tmp_path / "merged")
    assert_never_cut(tmp_path / "merged", tmp_path / "whole")
    assert outcome.result is not None
    assert {task["score"] for task in outcome.result.tasks.values()} == {40.0}
    assert len(lines(tmp_path / "merged" / EXECUTIONS)) == 60
    again = FakeSandbox(judge)
    score_run(RunFolder.open(tmp_path / "merged"), NATURAL_CODE_BENCH, {}, Silent(), lambda: again)
    assert again.ran == []


def test_what_the_stages_of_the_shards_took_adds_up(tmp_path: Path) -> None:
    data = make_problems(tmp_path / "data", numbers=range(1, 6))
    shards = cut(
        NATURAL_CODE_BENCH, data, tmp_path, model=lambda: load_model("reference"), sandbox=lambda: FakeSandbox(judge)
    )
    whole = merged(shards, tmp_path / "merged").folder.stages
    parts = [RunFolder.open(folder).stages for folder in shards]
    for stage, field in itertools.product(("generate", "execute"), ("pieces", "seconds", "busy_seconds")):
        assert whole[stage][field] == pytest.approx(sum(part[stage][field] for part in parts))
    assert whole["execute"]["pieces"] == 30  # of 60, what is equal is run once
    assert whole["score"]["pieces"] == 20


def test_verdicts_of_the_real_sandbox_are_merged(docker_sandbox: Sandbox, tmp_path: Path) -> None:
    shards = [tmp_path / "a", tmp_path / "b"]
    for number, folder in enumerate(shards, start=1):
        common = ("--model", "reference", "--data", "sample", "--languages", "python", "--limit", 2)
        done = bench("run", "ncb", *common, "--shard", f"{number}/2", "--run-dir", folder, timeout=300)
        assert done.returncode == 0, done.stderr
    outcome = merged(shards, tmp_path / "merged")
    assert outcome.result is not None
    assert {task["score"] for task in outcome.result.tasks.values()} == {100.0}
    assert outcome.folder.sandbox["identity"] == docker_sandbox.identity
    assert outcome.folder.sandbox["held"]["network"] is True


def test_a_merged_run_without_documents_finds_the_full_run_of_its_model(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", tasks=("qasper",))
    out = Place(out=tmp_path / "runs")
    full = run_benchmark(LONGBENCH, Fake(told_by_length), Selection(data=str(data)), out)
    shards = cut(LONGBENCH.in_setting(Setting(no_context=True)), data, tmp_path)
    outcome = merge(shards, out)
    assert outcome.result is not None
    assert outcome.result.against["run"] == full.folder.path.name
    assert "against" in result(shards[0])
    assert result(shards[0])["against"] == {}


def test_several_attempts_are_merged(tmp_path: Path) -> None:
    data, asking = make_data(tmp_path / "data"), Asking(attempts=3, temperature=0.8)
    go(LONGBENCH, data, tmp_path / "whole", asking=asking)
    merged(cut(LONGBENCH, data, tmp_path, asking=asking), tmp_path / "merged")
    assert_never_cut(tmp_path / "merged", tmp_path / "whole")
    assert len(lines(tmp_path / "merged" / SCORES)) == 36


def test_a_part_of_the_data_stays_a_part(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", rows=8)
    go(LONGBENCH, data, tmp_path / "whole", sample=7, seed=2)
    merged(cut(LONGBENCH, data, tmp_path, 2, sample=7, seed=2), tmp_path / "merged")
    assert_never_cut(tmp_path / "merged", tmp_path / "whole")
    assert result(tmp_path / "merged")["partial"] == "--sample 7 --seed 2"


def test_data_of_ones_own_are_merged_with_their_card(tmp_path: Path) -> None:
    card = str(make_card(tmp_path / "data"))
    own = find_benchmark(card)
    go(own, "hub", tmp_path / "whole")
    merged(cut(own, "hub", tmp_path, 2), tmp_path / "merged", card=card)
    assert_never_cut(tmp_path / "merged", tmp_path / "whole")


def test_scores_are_made_with_the_options_of_the_shards(tmp_path: Path) -> None:
    shards = cut(LONGBENCH, make_data(tmp_path / "data"), tmp_path, 2)
    for folder in shards:
        score_run(RunFolder.open(folder), LONGBENCH, {"edit_similarity": "indel"}, Silent())
    assert merged(shards, tmp_path / "merged").folder.spec.scoring["edit_similarity"] == "indel"


def test_more_shards_are_merged_than_a_process_may_open_files(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", tasks=("qasper",), rows=60)
    shards = cut(LONGBENCH, data, tmp_path, 30)
    limited = f'ulimit -Sn 40; exec {sys.executable} -m bench merge "$@" --run-dir {tmp_path / "merged"}'
    done = subprocess.run(
        ["bash", "-c", limited, "bash", *map(str, shards)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(lines(tmp_path / "merged" / COMPLETIONS)) == 60


def test_texts_that_are_no_plain_ascii_stay_as_they_are(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", tasks=("multifieldqa_zh",))
    odd = json.dumps(sample_row("multifieldqa_zh", 9, context="half \ud800 and \u2028 文", length=7)) + "\n"
    with (data / "multifieldqa_zh.jsonl").open("a") as stream:
        stream.write(odd)
    strange = "答\u2028\ud800\x00é"
    go(LONGBENCH, data, tmp_path / "whole", model=lambda: Fake(strange))
    merged(cut(LONGBENCH, data, tmp_path, model=lambda: Fake(strange)), tmp_path / "merged")
    assert_never_cut(tmp_path / "merged", tmp_path / "whole")


def test_the_shards_stay_as_they_are_even_where_they_cannot_be_written(tmp_path: Path) -> None:
    shards = cut(LONGBENCH, make_data(tmp_path / "data"), tmp_path)
    before = fingerprints(shards)
    for path in before:
        path.chmod(0o444)
    merged(shards, tmp_path / "merged")
    assert fingerprints(shards) == before


def test_times_notes_tags_prices_and_starts_of_all_shards_are_kept(tmp_path: Path) -> None:
    shards = cut(LONGBENCH, make_data(tmp_path / "data"), tmp_path, 2)
    rewrite(shards[0], seconds=10.0, notes=["of all", "3 prompts were cut"], tags={"gpu": "a100", "team": "x"})
    rewrite(shards[1], seconds=2.5, notes=["of all"], tags={"gpu": "h100", "team": "x"}, stopped="by --budget 1")
    rewrite(shards[0], observed={"first_prompt": "one", "served_by": ["b"], "dtype": "float16", "cached_share": 0.5})
    rewrite(shards[1], observed={"first_prompt": "two", "served_by": ["a"], "dtype": "float16", "cached_share": 0.7})
    for folder in shards:
        rewrite(folder, prices={"input": 1.0, "output": 2.0})
    outcome = merged(shards, tmp_path / "merged")
    assert outcome.result is not None
    assert outcome.result.seconds == 12.5
    assert outcome.result.tags == {"gpu": "a100, h100", "team": "x"}
    assert outcome.result.accounting["prices"] == {"input": 1.0, "output": 2.0}
    notes = [note for note in outcome.result.notes if note != "edit similarity of the code tasks: difflib"]
    assert notes == [
        *("of all", "shard 1/2: 3 prompts were cut"),
        "merged from 2 shards; seconds are the sum of theirs, as one machine would have taken",
        "shard 2/2: by --budget 1",
    ]
    assert outcome.folder.spec.observed == {"first_prompt": "one", "served_by": ["a", "b"], "dtype": "float16"}
    assert len(outcome.folder.starts) == 3
    told = json.loads((outcome.folder.path / RUN).read_text())
    assert told["shards"] == {"1/2": "shard1", "2/2": "shard2"}


def test_different_prices_leave_no_cost_and_say_so(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    shards = [tmp_path / "a", tmp_path / "b"]
    for number, folder in enumerate(shards, start=1):
        prices = Prices(input=float(number), output=1.0)
        go(LONGBENCH, data, folder, shard=Shard(number, 2), conduct=Conduct(prices=prices))
    outcome = merged(shards, tmp_path / "merged")
    assert outcome.result is not None
    assert outcome.result.accounting["cost"] is None
    assert "the shards were given different prices: the cost is not known" in outcome.result.notes


def test_machines_may_differ_but_a_limit_held_only_where_it_held_on_each(tmp_path: Path) -> None:
    data = make_problems(tmp_path / "data", tasks=("python_en",))
    shards = cut(NATURAL_CODE_BENCH, data, tmp_path, 2, model=lambda: load_model("reference"))
    for kernel, folder in zip(("6.1", "6.8"), shards, strict=True):
        held = {"network": True, "swap": kernel == "6.1"}
        rewrite(folder, sandbox={"name": "docker", "kernel": kernel, "held": held, "identity": "i"})
    outcome = merged(shards, tmp_path / "merged")
    held = {"network": True, "swap": False}
    assert outcome.folder.sandbox == {"name": "docker", "identity": "i", "held": held}
    assert "code was run in one image on machines that differ in kernel" in outcome.folder.notes


def test_an_unfinished_shard_is_merged_and_the_same_run_goes_on_in_the_merged_folder(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    go(LONGBENCH, data, tmp_path / "whole")
    broken = {"qasper/id0", "qasper/id1", "trec/id4", "trec/id5"}
    shards = cut(LONGBENCH, data, tmp_path, model=lambda: Fake(told_by_length, failing=broken))
    outcome = merge(shards, Place(out=tmp_path / "runs"))
    assert outcome.result is not None
    assert outcome.result.not_judged == 4
    assert [line for line in outcome.remarks if "is not finished" in line]
    assert "the same `bench run` without --shard goes on" in outcome.remarks[-1]
    model = Fake(told_by_length)
    further = run_benchmark(LONGBENCH, model, Selection(data=str(data)), Place(out=tmp_path / "runs"))
    assert further.folder.path == outcome.folder.path
    assert {sample_id for sample_id, _, _ in model.asked} == broken
    go(LONGBENCH, data, tmp_path / "unbroken", model=lambda: Fake(told_by_length))
    assert_never_cut(further.folder.path, tmp_path / "unbroken")


def told_by_length(prompt: Prompt) -> str:
    return f"red{len(prompt.text) % 7}"


def test_answers_of_machines_without_a_sandbox_are_run_after_the_merge(tmp_path: Path) -> None:
    data = make_problems(tmp_path / "data")
    shards = [tmp_path / "a", tmp_path / "b"]
    for number, folder in enumerate(shards, start=1):
        run_benchmark(
            NATURAL_CODE_BENCH,
            load_model("reference"),
            Selection(data=str(data), shard=Shard(number, 2)),
            Place(run_dir=folder),
            stages=("generate",),
        )
    outcome = merged(shards, tmp_path / "merged")
    assert outcome.result is not None
    assert outcome.result.not_judged == 12
    assert "`bench score ncb FOLDER` runs code" in outcome.remarks[-1]
    scored = score_run(outcome.folder, NATURAL_CODE_BENCH, {}, Silent(), lambda: FakeSandbox(judge))
    assert scored.result is not None
    assert scored.result.not_judged == 0


def test_what_a_kill_left_of_a_line_is_left_out(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    shards = cut(LONGBENCH, data, tmp_path, 2)
    log = shards[0] / COMPLETIONS
    whole = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(whole[:-1]) + whole[-1][:20])
    (shards[0] / "result.json").unlink()
    outcome = merged(shards, tmp_path / "merged")
    assert outcome.result is not None
    assert outcome.result.not_judged == 1
    assert len(lines(tmp_path / "merged" / COMPLETIONS)) == 11


SLOW_SHARD = """
import sys
from pathlib import Path
from shard_runs import go, told
from bench.benchmarks.longbench import LONGBENCH
from bench.models.fake import Fake
from bench.records import Shard

go(LONGBENCH, sys.argv[1], Path(sys.argv[2]), shard=Shard.read("1/2"), model=lambda: Fake(told, delay=0.02))
"""


def test_a_shard_that_was_killed_and_went_on_is_merged_like_any_other(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", rows=60)
    first, second = tmp_path / "first", tmp_path / "second"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parent)])}
    process = subprocess.Popen([sys.executable, "-c", SLOW_SHARD, str(data), str(first)], env=environment)
    deadline = time.monotonic() + 60
    while not ((first / COMPLETIONS).is_file() and (first / COMPLETIONS).read_bytes().count(b"\n") > 5):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    go(LONGBENCH, data, first, shard=Shard(1, 2))
    assert len(RunFolder.open(first).starts) == 2
    go(LONGBENCH, data, second, shard=Shard(2, 2))
    go(LONGBENCH, data, tmp_path / "whole")
    merged([first, second], tmp_path / "merged")
    assert_never_cut(tmp_path / "merged", tmp_path / "whole")


def test_a_merge_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    shards = cut(LONGBENCH, make_data(tmp_path / "data"), tmp_path)
    log = shards[1] / COMPLETIONS
    log.write_bytes(log.read_bytes() + log.read_bytes())
    with pytest.raises(DataError, match="a second completion"):
        merged(shards, tmp_path / "made" / "merged")
    assert list((tmp_path / "made").iterdir()) == []


def test_shards_of_several_names_take_the_one_that_is_chosen(tmp_path: Path) -> None:
    shards = cut(LONGBENCH, make_data(tmp_path / "data"), tmp_path, 2)
    rewrite(shards[0], name="here")
    rewrite(shards[1], name="there")
    outcome = merge(shards, Place(out=tmp_path / "runs", name="both"))
    assert outcome.folder.path.parent == tmp_path / "runs" / "longbench" / "both"
    assert header(outcome.folder.path)["name"] == "both"


def test_the_command_prints_tables_or_json_and_names_the_folder_last(tmp_path: Path) -> None:
    shards = cut(LONGBENCH, make_data(tmp_path / "data"), tmp_path, 2)
    done = bench("merge", *shards, "--out", tmp_path / "runs")
    assert done.returncode == 0, done.stderr
    assert "qasper" in done.stdout
    assert run_folder(done).parent == tmp_path / "runs" / "longbench" / "fake"
    asjson = bench("merge", *shards, "--run-dir", tmp_path / "merged", "--json")
    assert json.loads(asjson.stdout)["tasks"]["qasper"]["n"] == 6
    assert run_folder(asjson) == tmp_path / "merged"


def test_the_command_ends_with_3_where_a_shard_is_not_finished(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", tasks=("qasper",))
    shards = cut(LONGBENCH, data, tmp_path, 2, model=lambda: Windowed(failing={("qasper/id0", 0, 0)}))
    done = bench("merge", *shards, "--run-dir", tmp_path / "merged")
    assert done.returncode == 3
    assert "1 samples are not judged" in done.stderr
    assert done.stderr.count("is not finished") == 1
    assert (tmp_path / "merged" / SAMPLES).is_file()
