"""vLLM's own server, started for a run and ended with it, and the client that talks to it.

`--serve` starts it on a free port of 127.0.0.1; the same code starts one on a machine of a cluster.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.errors import ModelError
from bench.models import vllm_watch
from bench.models.api import OpenAI
from bench.models.placing import Serving
from bench.models.rendering import RENDERING_OPTIONS, Rendering
from bench.records import Completion, Prompt, Truncation

MODULES: Mapping[str, tuple[str, ...]] = {
    "entrypoints/openai/api_server.py": ("-m", "vllm.entrypoints.openai.api_server"),
    "entrypoints/cli/main.py": ("-m", "vllm.entrypoints.cli.main", "serve"),
}
"""The file of vLLM's package that starts its server, and how; the first one is on its way out."""
SERVED, ADAPTER = "model", "adapter"
"""The names that the server answers to; the model's own may be a path."""
OWN: Mapping[str, Any] = {"served_model_name": SERVED, "enable_prompt_tokens_details": True}
"""Arguments that are the server's alone; the second one makes it tell how many tokens came from its cache."""
KEY = "VLLM_API_KEY"
LINES = 5
"""Of the log's end, told where the server does not start."""
_HOST = "127.0.0.1"
_PAUSE = 0.5
_PATIENCE = 30.0
"""Seconds for the server's processes to be gone."""


class Server:
    """A running server.

    Args:
        arguments: vLLM's, by keyword.
        host: the address that it listens at.
        key: what it asks for; None for a server that asks for none.
        apart: its guardian must outlive the children of this process.

    Attributes:
        url: up to and with `/v1`.
        place: host and port.
        log: the file that it writes to.

    Raises:
        ModelError: it ended before it was ready; the end of its log is in the text.
    """

    def __init__(
        self, arguments: Mapping[str, Any], *, host: str = _HOST, key: str | None = None, apart: bool = False
    ) -> None:
        self.place = host, _free_port(host)
        base = f"http://{host}:{self.place[1]}"
        self.url = base + "/v1"
        handle, log = tempfile.mkstemp(prefix="bench-vllm-", suffix=".log")
        self.log = Path(log)
        guardian = [sys.executable, vllm_watch.__file__, *([vllm_watch.APART] if apart else [])]
        command = [*guardian, sys.executable, *entry(), *options(arguments, *self.place)]
        self._process = subprocess.Popen(  # noqa: S603 - the server's own command line
            command, stdin=subprocess.PIPE, stdout=handle, stderr=handle, start_new_session=True, env=_environment(key)
        )
        os.close(handle)
        try:
            self._wait(base + "/health")
        except BaseException:
            self.close(keep_log=True)
            raise

    @property
    def alive(self) -> bool:
        """Whether its process is still there."""
        return self._process.poll() is None

    def close(self, *, keep_log: bool = False) -> None:
        """End it and all its processes; its log goes with it where all was well."""
        well = self.alive and not keep_log
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
        if well:
            self.log.unlink(missing_ok=True)

    def tail(self) -> str:
        """The last lines of its log, on one line."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return " | ".join([line.strip() for line in lines if line.strip()][-LINES:])[-600:]

    def _signal(self, number: int) -> None:
        """To the guardian and all that it started: they are a process group of their own."""
        if self.alive:
            os.killpg(self._process.pid, number)

    def _wait(self, health: str) -> None:
        """Until it is ready, however long it takes to load the weights."""
        while not _healthy(health):
            if not self.alive:
                raise ModelError(f"vLLM's server did not start: {self.tail()} (the whole log: {self.log})")
            time.sleep(_PAUSE)


class Local:
    """One server on this machine, as what `Served` asks.

    Args:
        arguments: vLLM's, by keyword.

    Raises:
        ModelError: it does not start.
    """

    key: str | None = None

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._server = Server(arguments)
        self.urls: Sequence[str] = (self._server.url,)

    @property
    def failure(self) -> str | None:
        """That it died, and its last words."""
        if self._server.alive:
            return None
        return f"vLLM's server died: {self._server.tail()} (the whole log: {self._server.log})"

    def close(self) -> None:
        """End it."""
        self._server.close()


class Served:
    """Servers of one model, here or on a cluster, and the client that talks to them.

    Args:
        serving: the servers, ready.
        rendering: the options, with the tokenizer named.
        adapter: ask for the LoRA adapter.
        client: `concurrency`, `timeout`, `retries` where they were given, and `cluster`.
    """

    def __init__(self, serving: Serving, rendering: Rendering, *, adapter: bool, **client: Any) -> None:
        self._serving = serving
        fields = {name: getattr(rendering, name) for name in RENDERING_OPTIONS}
        name = ADAPTER if adapter else SERVED
        self._client = OpenAI(name, base_url=serving.urls, key=serving.key, **fields, **client)
        try:
            self._client.check()
        except BaseException:
            self.close()
            raise

    @property
    def window(self) -> int | None:
        """What the server says of itself."""
        window: int | None = self._client.spec["window"]
        return window

    @property
    def said(self) -> Sequence[str]:
        """The client's."""
        return self._client.said

    @property
    def notes(self) -> Sequence[str]:
        """The client's."""
        return self._client.notes

    @property
    def observed(self) -> Mapping[str, Any]:
        """The client's."""
        return self._client.observed

    def check(self, truncation: Truncation | None = None) -> None:
        """The client's."""
        self._client.check(truncation)

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """The client's completions.

        Raises:
            ModelError: the server died, or all of them.
        """
        for completion in self._client.generate(prompts):
            if completion.error is not None and (failure := self._serving.failure) is not None:
                raise ModelError(failure)
            yield completion

    def close(self) -> None:
        """End the client, then the servers."""
        self._client.close()
        self._serving.close()


def served(arguments: Mapping[str, Any], lora: str | None) -> dict[str, Any]:
    """The arguments of a server.

    Args:
        arguments: vLLM's, by keyword.
        lora: the folder of an adapter.
    """
    adapter = {"lora_modules": [f"{ADAPTER}={Path(lora).expanduser().resolve()}"]} if lora else {}
    return {**OWN, **arguments, **adapter}


def entry() -> tuple[str, ...]:
    """How Python is told to start the server of the vLLM that is installed."""
    found = importlib.util.find_spec("vllm")
    package = Path(next(iter(found.submodule_search_locations or ()))) if found else Path()
    return next(
        (how for file, how in MODULES.items() if (package / file).is_file()), MODULES["entrypoints/cli/main.py"]
    )


def options(arguments: Mapping[str, Any], host: str, port: int) -> list[str]:
    """The server's command line; vLLM spells an argument's option as its name with hyphens."""
    listed = ["--host", host, "--port", str(port), "--disable-uvicorn-access-log"]
    return [*listed, *(word for name, value in arguments.items() for word in _option(name, value))]


def _option(name: str, value: Any) -> list[str]:
    flag = "--" + name.replace("_", "-")
    if isinstance(value, bool):
        return [flag if value else "--no-" + flag[2:]]
    if isinstance(value, list):
        return [flag, *map(str, value)]
    return [flag, json.dumps(value) if isinstance(value, dict) else str(value)]


def _environment(key: str | None) -> dict[str, str]:
    """This process's, with the key that the server asks for, which no list of processes shows; or without any."""
    others = {name: value for name, value in os.environ.items() if name != KEY}
    return others if key is None else {**others, KEY: key}


def _free_port(host: str) -> int:
    with socket.socket() as listener:
        listener.bind((host, 0))
        port: int = listener.getsockname()[1]
        return port


def _healthy(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy knows nothing of this machine
    try:
        with opener.open(url, timeout=5) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False
