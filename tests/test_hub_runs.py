"""`bench run --data hub` takes LongBench v2 and NaturalCodeBench too, as the same files by their path do.

Would catch: a cache that a benchmark's own `--data PATH` does not read; runs by hub and by path that do not resume and
compare; data whose sha256 nobody knows taken unseen; unpinned data that a result does not tell of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hub_helpers import AUTHORS, HUB, Machine, sha256
from stand_in_hub import COMMIT, Hub, serving
from v2_helpers import row, write_data

from bench.benchmarks.ncb.tasks import TASKS
from bench.hub.cards import CardFile, Role
from bench.hub.verifying import verify

SOURCES = """
name = "{name}"
licence = "MIT"
citation = "Them, 2026"

[sources.data]
kind = "hub"
repository = "{hub}"
revision = "{commit}"

[sources.authors]
kind = "https"
repository = "{authors}"
revision = "{commit}"
url = "{url}/raw/{{repository}}/{{revision}}/{{path}}"
"""


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as hub:
        yield hub


@pytest.fixture
def machine(tmp_path: Path, hub: Hub) -> Machine:
    return Machine(tmp_path, hub)


def publish(machine: Machine, name: str, folder: Path, keys: Mapping[str, Mapping[str, Any]]) -> None:
    """Put the files of a folder on the hub, with a card.

    Args:
        keys: what the card says of some of them, in place of size and sha256.
    """
    text = SOURCES.format(name=name, hub=HUB, authors=AUTHORS, commit=COMMIT, url=machine.hub.url)
    for path in sorted(path for path in folder.rglob("*.*") if path.is_file()):
        place, content = path.relative_to(folder).as_posix(), path.read_bytes()
        source, repository = ("authors", AUTHORS) if place.endswith(".txt") else ("data", HUB)
        role = "prompts" if place.endswith(".txt") else "data"
        known = keys.get(place, {"size": len(content), "sha256": sha256(content)})
        lines = [f"{key} = {json.dumps(value)}" for key, value in known.items()]
        text += "\n".join(["[[files]]", f'source = "{source}"', f'path = "{place}"', f'role = "{role}"', *lines, ""])
        machine.hub.files[repository, place] = content
    (machine.folder / "cards" / f"{name}.toml").write_text(text)


def run(machine: Machine, *arguments: object) -> Any:
    """The result of a run."""
    done = machine.bench("run", *arguments, "--json", "--new", "--out", machine.folder / "runs")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def questions(rows: list[dict[str, Any]]) -> str:
    """The hash over rows without their contexts, said once more in other words."""
    kept = [{key: value for key, value in each.items() if key != "context"} for each in rows]
    lines = sorted(json.dumps(each, sort_keys=True, ensure_ascii=False, separators=(",", ":")) for each in kept)
    return sha256("".join(f"{line}\n" for line in lines).encode())


def test_v2_by_the_hub_is_v2_by_its_path_and_its_first_hash_is_kept(machine: Machine, tmp_path: Path) -> None:
    rows = [row(number) for number in range(6)]
    have = write_data(tmp_path / "have", rows)
    publish(machine, "longbench-v2", have, {"data.json": {"rows": 6, "questions_sha256": questions(rows)}})
    asked = ("longbench-v2", "--model", "lexical")
    by_hub, by_path = run(machine, *asked), run(machine, *asked, "--data", have)
    assert by_hub["spec"]["generation"] == by_path["spec"]["generation"]
    assert by_hub["tasks"]["overall"]["n"] == 6
    # The same questions about other documents: a card without a sha256 cannot tell, the hash seen first can.
    other = write_data(tmp_path / "other", [row(number, context="Changed.") for number in range(6)])
    said = machine.refused("download", "longbench-v2", "--from", other)
    assert sha256((have / "data.json").read_bytes()) in said
    assert sha256((other / "data.json").read_bytes()) in said
    taken = machine.bench("download", "longbench-v2", "--from", other, "--unpinned")
    assert taken.returncode == 0, taken.stderr
    marked = run(machine, *asked, "--unpinned")
    assert marked["spec"]["generation"]["data"]["unpinned"] is True
    assert "the data is not the published data.json" in marked["notes"]


def test_a_state_file_of_somebodys_own_beside_the_data_does_no_harm(machine: Machine, tmp_path: Path) -> None:
    have = write_data(tmp_path / "have", [row(0)])
    (have / "state.json").write_text('{"files": [1]}')
    result = run(machine, "longbench-v2", "--model", "lexical", "--data", have)
    assert "unpinned" not in result["spec"]["generation"]["data"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda rows: rows[:-1], "holds 5 rows, the published one has 6"),
        (lambda rows: [*rows[:-1], {**rows[-1], "question": "Another?"}], "the sha256 of its questions is"),
    ],
)
def test_v2_with_other_questions_is_refused(machine: Machine, tmp_path: Path, change: Any, expected: str) -> None:
    rows = [row(number) for number in range(6)]
    have = write_data(tmp_path / "have", rows)
    publish(machine, "longbench-v2", have, {"data.json": {"rows": 6, "questions_sha256": questions(rows)}})
    machine.hub.files[HUB, "data.json"] = json.dumps(change(rows)).encode()
    assert expected in machine.refused("download", "longbench-v2")
    machine.hub.files[HUB, "data.json"] = (have / "data.json").read_bytes()
    assert machine.bench("download", "longbench-v2").returncode == 0


def test_the_order_and_the_spaces_of_rows_do_not_count(tmp_path: Path) -> None:
    rows = [row(number) for number in range(6)]
    known = CardFile(source="data", path="x", place="x", role=Role.DATA, rows=6, questions_sha256=questions(rows))
    path = tmp_path / "x"
    path.write_text("".join(json.dumps(dict(reversed(each.items()))) + "\n" for each in reversed(rows)))
    assert verify(known, path).problem is None


def test_ncb_by_the_hub_is_ncb_by_its_path(machine: Machine, tmp_path: Path) -> None:
    have = tmp_path / "have" / "problems"
    have.mkdir(parents=True)
    for task in TASKS.values():
        packaged = files("bench.benchmarks.ncb.sample") / "data" / task.name / task.file
        (have / task.file).write_bytes(packaged.read_bytes())
    publish(machine, "ncb", tmp_path / "have", {})
    asked = ("ncb", "--model", "reference", "--stages", "generate")
    by_hub, by_path = (
        machine.bench("run", *asked, *data, "--new", "--out", tmp_path / "runs") for data in ((), ("--data", have))
    )
    assert by_hub.returncode == by_path.returncode == 0, by_hub.stderr + by_path.stderr
    specs = [json.loads((Path(done.stderr.splitlines()[-1]) / "run.json").read_text()) for done in (by_hub, by_path)]
    assert specs[0]["generation"] == specs[1]["generation"]
    assert specs[0]["generation"]["data"]["files"]
    assert "unpinned" not in specs[0]["generation"]["data"]
