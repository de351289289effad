"""What can go wrong between a run and its servers, each fault scripted on 127.0.0.1 and met by the whole pipeline.

Would catch: a sample that drops out or is answered twice, a failure without a reason, a fault that passes but ends a
sample, a run that hangs or ends early, a second start that asks what is already there, and an exit code that hides any
of it.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from api_server import MODELS, Deed, Reply, Request, Script, Server, chat, either, quick, refusal, reset, said, serve
from helpers import bench, make_data, run_folder

from bench.library import run
from bench.places import Place
from bench.records import Completion, RunResult, from_json

pytest.importorskip("openai")
__all__ = ["quick", "serve"]

pytestmark = pytest.mark.usefixtures("quick")
ROWS = 6
SAMPLES = 2 * ROWS  # of qasper, which goes by chat, and trec, which goes raw
STRUCK = "Question 3?"
"""What the prompts that meet a fault hold: one of each task."""


@dataclass(frozen=True)
class Fault:
    """A fault of a server.

    Attributes:
        answer: what it does to a request.
        error: how the reason begins where it goes on for ever.
        timeout: of every request of the run, in seconds.
    """

    answer: Reply | Deed
    error: str
    timeout: float = 60.0

    def script(self, hit: Callable[[Request], bool]) -> Script:
        """A server that has the fault for some requests."""
        return lambda path, request: self.answer if hit(request) else either(path, request)


def hang(handler: BaseHTTPRequestHandler) -> None:
    """Nothing comes, until the client has gone."""
    handler.connection.settimeout(10)
    handler.connection.recv(1)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte of the answer now and then, often enough for any timeout that begins anew with each."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n")
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def cut_short(handler: BaseHTTPRequestHandler) -> None:
    """Less of the answer than was announced, then a proper end."""
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"choices":')


PAGE = "<html><body>Bad Gateway</body></html>"
FAULTS = {
    "429": Fault(refusal(429, "slow down"), "http_429: slow down"),
    "429 with Retry-After": Fault((*refusal(429, "slow down"), {"Retry-After": "0.02"}), "http_429: slow down"),
    "500": Fault(refusal(500, "oops"), "http_500: oops"),
    "502": Fault((502, PAGE), "http_502: "),
    "503": Fault(refusal(503, "loading"), "http_503: loading"),
    "connection reset in the body": Fault(reset, "connection: "),
    "body cut short": Fault(cut_short, "connection: "),
    "hang": Fault(hang, "timeout: no answer within 1.5 s", timeout=1.5),
    "slow loris": Fault(drip, "timeout: no answer within 1.5 s", timeout=1.5),
    "truncated JSON": Fault((200, '{"choices": [{"index": 0, "mess'), "bad_response: the reply is no JSON"),
    "page of HTML": Fault((200, PAGE), "bad_response: the reply is no JSON, it begins '<html>"),
    "null content": Fault(chat(None), "bad_response: the answer is None"),
    "empty choices": Fault((200, {"choices": []}), "bad_response: the reply has no choices"),
}
TOO_LONG = {
    "OpenAI": refusal(
        400,
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens. Please "
        "reduce the length of the messages.",
        code="context_length_exceeded",
        param="messages",
    ),
    "vLLM": (
        400,
        {
            "object": "error",
            "message": "'max_tokens' or 'max_completion_tokens' is too large: 128. This model's maximum context length "
            "is 2048 tokens and your request has 2000 input tokens (128 > 2048 - 2000).",
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        },
    ),
    "llama.cpp": refusal(
        400, "the request exceeds the available context size, try increasing it", type="exceed_context_size_error"
    ),
    "SGLang": refusal(
        400, "The input (9000 tokens) is longer than the model's context length (8192 tokens).", code=400
    ),
    "TGI": (
        422,
        {"error": "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000", "error_type": "validation"},
    ),
    "Ollama": refusal(400, "the input length exceeds the context length"),
}


def start(folder: Path, *servers: Server | str, **options: Any) -> RunResult:
    """One start of the run, which goes on where an earlier one ended."""
    usual: dict[str, Any] = {"retries": 1, "concurrency": 4}
    return run(
        "longbench",
        model="openai/m",
        data=str(make_data(folder / "data", rows=ROWS)),
        place=Place(run_dir=folder / "run"),
        base_url=[server.url if isinstance(server, Server) else server for server in servers],
        **(usual | options),
    )


def completions(folder: Path) -> list[Completion]:
    """All of them; there is one for every sample, and each that has no answer has a reason."""
    lines = (folder / "completions.jsonl").read_text().splitlines()
    found = [from_json(Completion, json.loads(line)) for line in lines]
    assert Counter(one.key for one in found) == Counter(
        (f"{task}/id{number}", 0, 0) for task in ("qasper", "trec") for number in range(ROWS)
    )
    assert all(one.text if one.error is None else ": " in one.error for one in found)
    return found


def errors(folder: Path) -> dict[str, str]:
    return {one.sample_id: one.error for one in completions(folder / "run") if one.error is not None}


def assert_the_rest_is_asked_and_no_more(folder: Path, server: Server, missing: int) -> None:
    """The second start: the server is well again."""
    server.script = either
    server.requests.clear()
    assert start(folder, server).not_judged == 0
    assert len(server.requests) == missing
    assert errors(folder) == {}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_stays_is_a_recorded_reason_and_asked_again_by_the_next_start(
    serve: Callable[..., Server], tmp_path: Path, name: str
) -> None:
    fault = FAULTS[name]
    server = serve(fault.script(lambda request: STRUCK in said(request)), models=MODELS)
    result = start(tmp_path, server, timeout=fault.timeout)
    assert set(errors(tmp_path)) == {"qasper/id3", "trec/id3"}
    assert all(error.startswith(fault.error) for error in errors(tmp_path).values())
    assert sum(result.failures.values()) == result.not_judged == 2
    assert server.asked(STRUCK) == 4
    assert len(server.requests) == SAMPLES + 2
    assert_the_rest_is_asked_and_no_more(tmp_path, server, 2)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_passes_costs_no_sample(serve: Callable[..., Server], tmp_path: Path, name: str) -> None:
    struck: set[str] = set()

    def once(request: Request) -> bool:
        text = said(request)
        if STRUCK not in text or text in struck:
            return False
        struck.add(text)
        return True

    server = serve(FAULTS[name].script(once), models=MODELS)
    assert start(tmp_path, server, timeout=FAULTS[name].timeout).not_judged == 0
    found = {one.sample_id: (one.requests, one.retries) for one in completions(tmp_path / "run")}
    assert {sample for sample, counts in found.items() if counts == (2, 1)} == {"qasper/id3", "trec/id3"}
    assert all(counts in {(1, 0), (2, 1)} for counts in found.values())


@pytest.mark.parametrize("server_name", TOO_LONG)
def test_a_prompt_that_a_server_calls_too_long_is_cut_once_more_and_the_record_says_so(
    serve: Callable[..., Server], tmp_path: Path, server_name: str
) -> None:
    whole: dict[str, int] = {}

    def script(path: str, request: Request) -> Reply:
        length = len(said(request))
        too_long = STRUCK in said(request) and length == whole.setdefault(path, length)
        return TOO_LONG[server_name] if too_long else either(path, request)

    server = serve(script, models=MODELS)
    result = start(tmp_path, server, retries=0)
    assert result.not_judged == 0
    cut = {one.sample_id: one for one in completions(tmp_path / "run") if one.remarks}
    assert set(cut) == {"qasper/id3", "trec/id3"}
    for one in cut.values():
        assert "cut further: the server refused it as too long" in one.remarks
        assert (one.truncated_tokens or 0) > 0
        assert (one.requests, one.retries) == (2, 0)
    assert "2 prompts were refused as too long by the server and cut further" in result.notes


@pytest.mark.parametrize("server_name", TOO_LONG)
def test_a_prompt_that_stays_too_long_is_a_recorded_reason(
    serve: Callable[..., Server], tmp_path: Path, server_name: str
) -> None:
    server = serve(lambda path, request: TOO_LONG[server_name] if STRUCK in said(request) else either(path, request))
    server.models = MODELS
    assert start(tmp_path, server).not_judged == 2
    assert all(error.startswith("context_length: ") for error in errors(tmp_path).values())
    assert server.asked(STRUCK) == 4
    assert_the_rest_is_asked_and_no_more(tmp_path, server, 2)


def test_a_model_that_no_server_has_is_refused_with_the_names_of_those_that_it_has(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    data = {"data": [{"id": "other", "max_model_len": 2048}]}
    server = serve(either, models=(200, data))
    done = bench(
        *("run", "longbench", "--model", "openai/m", "--base-url", server.url),
        *("--data", make_data(tmp_path / "data"), "--out", tmp_path / "runs"),
    )
    assert done.returncode == 2
    assert "has no model m; it has other" in done.stderr
    assert server.requests == []


def test_a_wrong_model_ends_a_run_after_a_few_requests_with_every_sample_recorded(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    server = serve(lambda *_: refusal(404, "The model `m` does not exist.", code="model_not_found"))
    assert start(tmp_path, server, max_model_len=9000).not_judged == SAMPLES
    found = errors(tmp_path)
    assert len(found) == SAMPLES
    assert all(error.startswith("http_404: The model `m` does not exist.") for error in found.values())
    assert sum("nothing more was sent: refused 3 times in a row" in error for error in found.values()) >= 4
    assert len(server.requests) < 2 * SAMPLES  # a raw prompt is tried by chat before it is given up


def test_a_key_that_expires_in_the_middle_keeps_what_was_answered_and_sends_no_more(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    asked = iter(range(1000))

    def script(path: str, request: Request) -> Reply:
        return either(path, request) if next(asked) < 5 else refusal(401, "expired", code="invalid_api_key")

    server = serve(script, models=MODELS)
    assert start(tmp_path, server).not_judged == SAMPLES - 5
    found = errors(tmp_path)
    assert len(found) == SAMPLES - 5
    assert all(error.startswith("auth: HTTP 401: expired") for error in found.values())
    assert len(server.requests) <= 5 + 3 + 4
    assert_the_rest_is_asked_and_no_more(tmp_path, server, SAMPLES - 5)


@pytest.mark.parametrize(
    ("stages", "said_of_it"),
    [
        ("generate,execute,score", "2 samples are not judged and count 0: 2 http_500"),
        ("generate", "2 failed, and are done again by the same command: 2 http_500"),
    ],
)
def test_the_command_ends_with_3_where_something_is_missing_and_with_0_once_it_is_there(
    serve: Callable[..., Server], tmp_path: Path, stages: str, said_of_it: str
) -> None:
    server = serve(FAULTS["500"].script(lambda request: STRUCK in said(request)), models=MODELS)
    data = make_data(tmp_path / "data", rows=ROWS)
    arguments: list[object] = ["run", "longbench", "--model", "openai/m", "--base-url", server.url, "--data", data]
    arguments += ["--out", tmp_path / "runs", "--retries", "0", "--stages", stages]
    first = bench(*arguments)
    assert first.returncode == 3, first.stderr
    assert said_of_it in first.stderr
    assert len([one for one in completions(run_folder(first)) if one.error]) == 2
    server.script = either
    server.requests.clear()
    second = bench(*arguments)
    assert second.returncode == 0, second.stderr
    assert run_folder(second) == run_folder(first)
    assert len(server.requests) == 2


def test_a_replica_that_dies_and_returns_costs_no_sample_and_gets_work_again(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    """The first dies with its first request in hand, and is back once the second has answered a few."""
    returned: list[Server] = []

    def survive(path: str, request: Request) -> Reply:
        if returned and not returned[0].requests:
            time.sleep(0.05)  # long enough for the pause after which the other is tried again
        elif survivor.requests[5:] and not returned:
            returned.append(serve(either, models=MODELS, port=mortal.port))
        return either(path, request)

    def die(handler: BaseHTTPRequestHandler) -> None:
        threading.Thread(target=mortal.stop).start()
        while mortal.http.fileno() != -1:
            time.sleep(0.001)
        reset(handler)

    mortal, survivor = serve(lambda *_: die, models=MODELS), serve(survive, models=MODELS)
    assert start(tmp_path, mortal, survivor, retries=4, concurrency=2).not_judged == 0
    assert errors(tmp_path) == {}
    assert len(mortal.requests) == 1
    assert returned[0].requests


def test_a_server_that_is_gone_for_good_ends_the_run_with_every_sample_recorded(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    def die(handler: BaseHTTPRequestHandler) -> None:
        threading.Thread(target=server.stop).start()
        while server.http.fileno() != -1:
            time.sleep(0.001)
        reset(handler)

    server = serve(lambda *_: die, models=MODELS)
    assert start(tmp_path, server, retries=2, concurrency=1, truncate_by="chars").not_judged == SAMPLES
    found = errors(tmp_path)
    assert len(found) == SAMPLES
    assert all(error.startswith("connection: ") for error in found.values())
    again = serve(either, models=MODELS)
    assert start(tmp_path, again, truncate_by="chars").not_judged == 0
    assert len(again.requests) == SAMPLES


def test_a_replica_whose_name_leads_nowhere_costs_no_sample(serve: Callable[..., Server], tmp_path: Path) -> None:
    server = serve(either, models=MODELS)
    assert start(tmp_path, "http://replica.invalid/v1", server, retries=2).not_judged == 0
    assert len(server.requests) == SAMPLES


def test_a_server_whose_name_leads_nowhere_is_refused_before_the_first_prompt(tmp_path: Path) -> None:
    done = bench(
        *("run", "longbench", "--model", "openai/m", "--base-url", "http://server.invalid/v1"),
        *("--data", make_data(tmp_path / "data"), "--out", tmp_path / "runs"),
    )
    assert done.returncode == 2
    assert "nothing listens at http://server.invalid/v1" in done.stderr
