"""`vllm/... --serve`: vLLM's own server, started for this run on a free port of 127.0.0.1 and ended with it."""

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

    Attributes:
        url: up to and with `/v1`.

    Raises:
        ModelError: it ended before it was ready; the end of its log is in the text.
    """

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        port = _free_port()
        self.url = f"http://{_HOST}:{port}/v1"
        handle, log = tempfile.mkstemp(prefix="bench-vllm-", suffix=".log")
        self.log = Path(log)
        command = [sys.executable, vllm_watch.__file__, sys.executable, *entry(), *options(arguments, port)]
        self._process = subprocess.Popen(  # noqa: S603 - the server's own command line
            command, stdin=subprocess.PIPE, stdout=handle, stderr=handle, start_new_session=True, env=_environment()
        )
        os.close(handle)
        try:
            self._wait(f"http://{_HOST}:{port}/health")
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


class Served:
    """A server and the client that talks to it.

    Args:
        arguments: vLLM's, by keyword.
        rendering: the options, with the tokenizer named.
        lora: the folder of an adapter.
        client: `concurrency`, `timeout`, `retries` where they were given.

    Raises:
        ModelError: the server does not start.
    """

    def __init__(self, arguments: Mapping[str, Any], rendering: Rendering, *, lora: str | None, **client: Any) -> None:
        adapter = {"lora_modules": [f"{ADAPTER}={Path(lora).expanduser().resolve()}"]} if lora else {}
        self._server = Server({**OWN, **arguments, **adapter})
        fields = {name: getattr(rendering, name) for name in RENDERING_OPTIONS}
        self._client = OpenAI(ADAPTER if lora else SERVED, base_url=self._server.url, **fields, **client)
        self._client.check()

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
            ModelError: the server died.
        """
        for completion in self._client.generate(prompts):
            if completion.error is not None and not self._server.alive:
                raise ModelError(f"vLLM's server died: {self._server.tail()} (the whole log: {self._server.log})")
            yield completion

    def close(self) -> None:
        """End the client, then the server."""
        self._client.close()
        self._server.close()


def entry() -> tuple[str, ...]:
    """How Python is told to start the server of the vLLM that is installed."""
    found = importlib.util.find_spec("vllm")
    package = Path(next(iter(found.submodule_search_locations or ()))) if found else Path()
    return next(
        (how for file, how in MODULES.items() if (package / file).is_file()), MODULES["entrypoints/cli/main.py"]
    )


def options(arguments: Mapping[str, Any], port: int) -> list[str]:
    """The server's command line; vLLM spells an argument's option as its name with hyphens."""
    listed = ["--host", _HOST, "--port", str(port), "--disable-uvicorn-access-log"]
    return [*listed, *(word for name, value in arguments.items() for word in _option(name, value))]


def _option(name: str, value: Any) -> list[str]:
    flag = "--" + name.replace("_", "-")
    if isinstance(value, bool):
        return [flag if value else "--no-" + flag[2:]]
    if isinstance(value, list):
        return [flag, *map(str, value)]
    return [flag, json.dumps(value) if isinstance(value, dict) else str(value)]


def _environment() -> dict[str, str]:
    """This process's, without the key that would make the server ask for one."""
    return {name: value for name, value in os.environ.items() if name != "VLLM_API_KEY"}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((_HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def _healthy(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy knows nothing of this machine
    try:
        with opener.open(url, timeout=5) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False
