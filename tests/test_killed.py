"""Would catch a run that loses or doubles a sample when it is killed, whatever it was doing at that moment."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from helpers import make_data

from bench.runs import COMPLETIONS, SCORES

KILLS = 50
ROWS = 120  # of each of two tasks

SLOW_RUN = """
import sys
from pathlib import Path
from bench.models.fake import Fake
from bench.library import run
from bench.places import Place

run("longbench", model=Fake("red", delay=0.005), data=sys.argv[1], place=Place(out=Path(sys.argv[2])))
"""


def start(data: Path, out: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SLOW_RUN, str(data), str(out)], stderr=subprocess.DEVNULL)


def test_after_fifty_kills_every_sample_is_answered_once(tmp_path: Path) -> None:
    data, out = make_data(tmp_path / "data", rows=ROWS), tmp_path / "runs"
    moments = random.Random(0)
    kills = 0
    for _ in range(KILLS):
        process = start(data, out)
        time.sleep(moments.uniform(0.05, 0.6))
        kills += process.poll() is None
        process.kill()
        process.wait()
    assert start(data, out).wait(timeout=120) == 0
    assert kills >= KILLS // 2, "the run ended before most of the kills: make it slower"
    finished = [path.parent for path in out.glob("*/*/*/result.json")]
    for folder in finished:
        asked = [json.loads(line)["sample_id"] for line in (folder / COMPLETIONS).read_text().splitlines()]
        assert len(asked) == len(set(asked)) == 2 * ROWS
        assert len((folder / SCORES).read_text().splitlines()) == 2 * ROWS
        assert not list(folder.glob("*.tmp"))
    # Every start went on with the same folder until that one was finished.
    begun = [path.parent for path in out.glob("*/*/*/run.json")]
    assert sorted(begun) == sorted(finished)
