"""A small published data set with a card of its own, and the command line with the real hub client in a process."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers import PROMPTS, sample_row
from stand_in_hub import COMMIT, Hub

HUB, AUTHORS = "them/Data", "them/Code"
TEXTS = json.dumps(PROMPTS).encode()

# The client waits seconds between its tries, by time.sleep; what it does is the same when it waits less.
IMPATIENT = (
    "import time; real = time.sleep; time.sleep = lambda s: real(min(s, 0.01)); from bench.cli import main; main()"
)


def archive(rows: int = 4, **other: Any) -> bytes:
    """A data.zip of two data sets, the same bytes every time; it is stored, so that a byte of a row can be changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as stream:
        for task in ("qasper", "trec"):
            lines = "".join(json.dumps(sample_row(task, number, **other)) + "\n" for number in range(rows))
            stream.writestr(zipfile.ZipInfo(f"data/{task}.jsonl"), lines)
    return made.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def toml(text: object) -> str:
    return json.dumps(text)


def card_text(url: str, data: bytes, *, name: str = "longbench", **other: Any) -> str:
    """A card of one file on the hub and one at an address; a key of `data` is left out where `other` has it as None."""
    keys = {"size": len(data), "sha256": sha256(data), **other}
    return "\n".join(
        [
            f'name = "{name}"\nlicence = "MIT"\ncitation = "Them, 2026"',
            f'[sources.data]\nkind = "hub"\nrepository = "{HUB}"\nrevision = "{COMMIT}"',
            f'[sources.authors]\nkind = "https"\nrepository = "{AUTHORS}"\nrevision = "{COMMIT}"',
            f'url = "{url}/raw/{{repository}}/{{revision}}/{{path}}"',
            '[[files]]\nsource = "data"\npath = "data.zip"\nrole = "data"\nmembers = "data/*.jsonl"',
            *(f"{key} = {toml(value)}" for key, value in keys.items() if value is not None),
            '[[files]]\nsource = "authors"\npath = "LongBench/config/dataset2prompt.json"',
            'place = "config/dataset2prompt.json"\nrole = "prompts"',
            f'size = {len(TEXTS)}\nsha256 = "{sha256(TEXTS)}"\n',
        ]
    )


class Machine:
    """A machine of its own: homes below one folder, cards that name a stand-in hub."""

    def __init__(self, folder: Path, hub: Hub, data: bytes | None = None) -> None:
        self.folder, self.hub, self.data = folder, hub, data if data is not None else archive()
        self.copy = folder / "home" / "data" / "longbench"
        hub.files[HUB, "data.zip"] = self.data
        hub.files[AUTHORS, "LongBench/config/dataset2prompt.json"] = TEXTS
        self.card()

    def card(self, **other: Any) -> Path:
        """Write the card again."""
        path = self.folder / "cards" / "longbench.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(card_text(self.hub.url, self.data, **other))
        return path

    @property
    def env(self) -> Mapping[str, str]:
        """With no token and no setting of this machine's own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING", "BENCH_"))}
        return {
            **kept,
            "HOME": str(self.folder),
            "BENCH_HOME": str(self.folder / "home"),
            "BENCH_CARDS": str(self.folder / "cards"),
            "HF_HOME": str(self.folder / "hf"),
            "HF_ENDPOINT": self.hub.url,
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
        }

    def start(self, *arguments: object, **env: str) -> subprocess.Popen[str]:
        """The command line in a process."""
        command = [sys.executable, "-c", IMPATIENT, *[str(argument) for argument in arguments]]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**self.env, **env}
        )

    def bench(self, *arguments: object, **env: str) -> subprocess.CompletedProcess[str]:
        """The command line, to its end."""
        process = self.start(*arguments, **env)
        out, said = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, said)

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """A run of the baseline, its result on stdout."""
        out = self.folder / "runs"
        return self.bench("run", "longbench", "--model", "lexical", "--json", "--out", out, "--new", *arguments)

    def refused(self, *arguments: object, **env: str) -> str:
        """The one line in which a command says what is wrong."""
        done = self.bench(*arguments, **env)
        assert done.returncode == 2, done.stdout + done.stderr
        lines = [line for line in done.stderr.splitlines() if line.startswith("bench: ")]
        assert len(lines) == 1, done.stderr
        assert lines[0] == done.stderr.splitlines()[-1]
        assert "Traceback" not in done.stderr
        return lines[0]

    def has_all(self) -> bool:
        """Whether the verified copy is whole."""
        prompts = self.copy / "config" / "dataset2prompt.json"
        return (self.copy / "data.zip").read_bytes() == self.data and prompts.read_bytes() == TEXTS

    def requests(self, name: str = "data.zip") -> list[str]:
        """The requests for the content of a file so far."""
        return self.hub.bodies(name)
