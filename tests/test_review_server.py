"""The server of a review, as a stranger, a browser and a kill meet it.

Bugs these would catch: a page from elsewhere, or another user of the machine, that reads problems or decides; a request
that fills the memory; a decision that is lost in a kill, glued to an unfinished line, or taken twice by two windows.
"""

from __future__ import annotations

import http.client
import json
import signal
import socket
import stat
import subprocess
import sys
import webbrowser
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from review_folders import asked, by_kind, made_folder

from bench.benchmarks.ncb.construction.folder import DECISIONS, Folder
from bench.benchmarks.ncb.construction.review.opening import browser_opened
from bench.benchmarks.ncb.construction.review.server import LARGEST, Server
from bench.benchmarks.ncb.construction.review.session import Session
from bench.errors import DataError, RunFolderError, UserError

Reply = tuple[int, dict[str, str], bytes]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return made_folder(tmp_path / "problems")


@pytest.fixture
def server(folder: Folder) -> Iterator[Server]:
    made = Server(Session(folder, by="somebody"))
    with made.serving():
        yield made


def ask(
    server: Server, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Reply:
    """One request, with no header but those given."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in (headers or {}).items():
        connection.putheader(name, value)
    connection.endheaders(body)
    reply = connection.getresponse()
    found = reply.status, dict(reply.getheaders()), reply.read()
    connection.close()
    return found


def headers(server: Server, **other: str | None) -> dict[str, str]:
    """What the page itself sends; None leaves one out."""
    usual: dict[str, str | None] = {
        "Host": f"127.0.0.1:{server.server_port}",
        "Origin": f"http://127.0.0.1:{server.server_port}",
        "Authorization": f"Bearer {server.token}",
        "Content-Type": "application/json",
    }
    return {name: value for name, value in {**usual, **other}.items() if value is not None}


def post(server: Server, data: object, **other: str | None) -> tuple[int, Any]:
    """A decision, as the page sends it."""
    body = json.dumps(data).encode()
    status, _, raw = ask(
        server, "POST", "/decisions", headers(server, **{"Content-Length": str(len(body)), **other}), body
    )
    return status, json.loads(raw) if raw.startswith(b"{") else raw.decode()


def drop(kind: str = "expected_value", **more: Any) -> dict[str, Any]:
    return {"question": by_kind(kind).id, "choice": "drop", "seconds": 2.5, **more}


def test_the_page_needs_the_token_and_says_nothing_without_it(server: Server) -> None:
    host = headers(server)["Host"]
    for path in (
        "/",
        "/?token=",
        "/?token=wrong",
        f"/?token={server.token}x",
        "/?token=%ff%00%C3%A9",
    ):
        status, _, body = ask(server, "GET", path, {"Host": host})
        assert status == 403
        assert b"discounts" not in body
        assert server.token.encode() not in body
    status, _, body = ask(server, "GET", urlsplit(server.url)._replace(scheme="", netloc="").geturl(), {"Host": host})
    assert status == 200
    assert b"<noscript>" in body
    assert b"bench review --editor" in body


@pytest.mark.parametrize("path", ["/questions", "/state", "/nothing", "/decisions", "//", "/../", "/?token="])
def test_every_path_needs_the_token(server: Server, path: str) -> None:
    for authorization in (None, "Bearer", "Bearer wrong", "Basic x", ""):
        status, _, body = ask(server, "GET", path, headers(server, Authorization=authorization))
        assert status == 403
        assert b"discounts" not in body


def test_what_is_no_address_is_refused(server: Server) -> None:
    assert ask(server, "GET", "http://[", headers(server))[0] == 400


def test_no_two_servers_have_one_token(folder: Folder) -> None:
    tokens = set()
    for _ in range(3):
        made = Server(Session(folder, by=""))
        tokens.add(made.token)
        made.server_close()
    assert len(tokens) == 3
    assert all(len(token) >= 43 for token in tokens)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}", "", None]
)
def test_another_name_for_this_machine_is_refused(server: Server, host: str | None) -> None:
    named = host if host is None else host.format(port=server.server_port)
    status, _, body = ask(server, "GET", f"/?token={server.token}", {} if named is None else {"Host": named})
    assert status == 403
    assert body == b"another host\n"
    assert post(server, drop(), Host=named)[0] == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1", "", None]
)
def test_a_page_from_elsewhere_decides_nothing_even_with_the_token(
    server: Server, folder: Folder, origin: str | None
) -> None:
    named = origin if origin is None else origin.format(port=server.server_port)
    assert post(server, drop(), Origin=named)[0] == 403
    assert folder.decisions() == []


def test_what_a_stranger_may_send_without_being_asked_decides_nothing(server: Server, folder: Folder) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None):
        assert post(server, drop(), **{"Content-Type": kind})[0] == 415
    assert folder.decisions() == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "BREW"])
def test_other_methods_are_refused(server: Server, folder: Folder, method: str) -> None:
    status, _, _ = ask(server, method, "/decisions", headers(server))
    assert status == 501
    assert folder.decisions() == []


def test_a_body_that_is_too_large_or_of_no_length_is_not_read(server: Server) -> None:
    for length, status in (
        (str(LARGEST + 1), 413),
        ("9" * 30, 413),
        ("9" * 5000, 413),
        ("-1", 411),
        ("x", 411),
        ("", 411),
        (None, 411),
    ):
        assert post(server, {}, **{"Content-Length": length})[0] == status
    assert post(server, {}, **{"Content-Length": None, "Transfer-Encoding": "chunked"})[0] == 411


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b"{", b"\xff", b"[" * 100_000, b'{"a": NaN'])
def test_a_body_that_is_no_object_is_refused(server: Server, body: bytes) -> None:
    status, _, _ = ask(server, "POST", "/decisions", headers(server, **{"Content-Length": str(len(body))}), body)
    assert status == 400


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"question": "x/y"}, "no such question"),
        ({"question": None}, "no such question"),
        ({"question": ["x"]}, "no such question"),
        ({"choice": "keep"}, "no such choice"),
        ({"choice": None}, "no such choice"),
        ({"choice": ["drop"]}, "no such choice"),
        ({"choice": "edit", "edited": "(" * 50_000}, "not Python"),
        ({"choice": "edit"}, "needs a text"),
        ({"choice": "edit", "edited": " \n"}, "needs a text"),
        ({"choice": "edit", "edited": 3}, "needs a text"),
        ({"choice": "edit", "edited": "def (:"}, "not Python, line 1"),
        ({"choice": "edit_solution", "edited": "x = (\n"}, "not Python, line 1"),
        ({"seconds": -1}, "seconds"),
        ({"seconds": 1e9}, "seconds"),
        ({"seconds": "1"}, "seconds"),
        ({"seconds": True}, "seconds"),
        ({"seconds": float("nan")}, "seconds"),
    ],
)
def test_what_is_no_decision_is_refused_with_the_reason(server: Server, folder: Folder, change: Any, why: str) -> None:
    status, told = post(server, {**drop(), **change})
    assert status == 422
    assert why in told["why"]
    assert folder.decisions() == []


def test_a_decision_is_on_disk_when_it_is_answered(server: Server, folder: Folder) -> None:
    status, state = post(server, drop())
    (line,) = folder.decisions()
    assert status == 200
    assert (line.choice, line.seconds, line.by, line.how) == ("drop", 2.5, "somebody", "page")
    assert line.at.endswith("+00:00")
    assert by_kind("expected_value").id not in state["open"]
    assert state["seconds"] == {"discounts": 2.5}


def test_half_of_a_surrogate_pair_in_an_edit_is_kept(server: Server, folder: Folder) -> None:
    data = {"question": by_kind("misaligned").id, "choice": "edit_text", "edited": "\ud800 text", "seconds": 0}
    assert post(server, data)[0] == 200
    assert folder.decisions()[0].edited == "\ud800 text"
    status, _, _ = ask(server, "GET", "/questions", headers(server))
    assert status == 200


def test_of_two_windows_the_second_is_told_what_the_first_decided(server: Server, folder: Folder) -> None:
    assert post(server, drop(before=None))[0] == 200
    status, told = post(server, {**drop(before=None), "choice": "take_observed"})
    assert status == 409
    assert told["state"]["decided"][by_kind("expected_value").id]["choice"] == "drop"
    assert post(server, {**drop(before="drop"), "choice": "take_observed"})[0] == 200
    assert [line.choice for line in folder.decisions()] == ["drop", "take_observed"]


def test_windows_that_decide_at_once_lose_nothing(server: Server, folder: Folder) -> None:
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda one: post(server, {"question": one.id, "choice": one.default})[0], asked() * 4))
    assert replies == [200] * 36
    assert len(folder.decisions()) == 36


def test_of_windows_that_decide_one_question_at_once_one_is_taken(server: Server, folder: Folder) -> None:
    with ThreadPoolExecutor(8) as pool:
        replies = sorted(pool.map(lambda _: post(server, drop(before=None))[0], range(8)))
    assert replies == [200, *[409] * 7]
    assert len(folder.decisions()) == 1


def test_nothing_of_a_reply_is_kept_framed_guessed_or_named_elsewhere(server: Server) -> None:
    for path in ("/questions", f"/?token={server.token}", "/nothing"):
        _, told, body = ask(server, "GET", path, headers(server))
        assert told["Cache-Control"] == "no-store"
        assert told["Referrer-Policy"] == "no-referrer"
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["X-Frame-Options"] == "DENY"
        assert told["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Set-Cookie" not in told
        assert "Python" not in told["Server"]
        assert server.token.encode() not in body


def test_the_pages_policy_lets_in_its_own_script_and_style_alone(server: Server) -> None:
    _, told, _ = ask(server, "GET", f"/?token={server.token}", headers(server))
    policy = dict(one.split(" ", 1) for one in told["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"].startswith("'sha256-")
    assert policy["style-src"].startswith("'sha256-")
    assert "unsafe" not in told["Content-Security-Policy"]


def test_it_listens_on_this_machine_alone(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.url.startswith(f"http://127.0.0.1:{server.server_port}/?token=")


def test_a_port_that_is_taken_is_one_line(server: Server, folder: Folder) -> None:
    with pytest.raises(UserError, match="name another one with --port"):
        Server(Session(folder, by=""), port=server.server_port)


def test_a_folder_without_questions_says_what_to_run(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write_build({})
    with pytest.raises(RunFolderError, match="run bench build-tests --out"):
        Session(folder, by="")


def test_an_unfinished_last_line_is_dropped_and_not_glued_to_the_next(server: Server, folder: Folder) -> None:
    post(server, drop())
    with (folder.path / DECISIONS).open("ab") as stream:
        stream.write(b'{"question": "disc')
    assert post(server, drop("clock"))[0] == 200
    assert [line.question for line in folder.decisions()] == [by_kind("expected_value").id, by_kind("clock").id]


def test_a_whole_last_line_without_its_line_end_is_kept(server: Server, folder: Folder) -> None:
    post(server, drop())
    path = folder.path / DECISIONS
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    post(server, drop("clock"))
    assert len(folder.decisions()) == 2


def test_a_damaged_line_is_named_with_its_file_and_stops_nothing_else(server: Server, folder: Folder) -> None:
    (folder.path / DECISIONS).write_text("{}\n{}\n")
    status, _, raw = ask(server, "GET", "/state", headers(server))
    assert status == 500
    assert f"{DECISIONS}:1" in json.loads(raw)["why"]
    with pytest.raises(DataError, match="mend or remove the line"):
        folder.decisions()
    assert ask(server, "GET", f"/?token={server.token}", headers(server))[0] == 200


def test_a_browser_that_goes_away_in_the_middle_harms_nobody(server: Server, folder: Folder) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port)) as gone:
        gone.sendall(b"POST /decisions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le")
    assert post(server, drop())[0] == 200
    assert len(folder.decisions()) == 1


def started(folder: Folder, *options: str) -> tuple[subprocess.Popen[str], str]:
    """`bench review` as a process, and the address that it printed."""
    command = [sys.executable, "-m", "bench", "review", str(folder.path), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def decide_at(url: str, data: object) -> int:
    """A decision, sent to a process."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    told = {"Authorization": f"Bearer {parts.query.removeprefix('token=')}", "Content-Type": "application/json"}
    connection.request("POST", "/decisions", json.dumps(data), {**told, "Origin": f"http://{parts.netloc}"})
    status = connection.getresponse().status
    connection.close()
    return status


def test_decisions_survive_a_kill_and_the_next_review_goes_on(folder: Folder) -> None:
    process, url = started(folder)
    assert decide_at(url, drop()) == 200
    process.kill()
    process.communicate()
    again, other = started(folder)
    assert other != url
    assert decide_at(other, drop("clock")) == 200
    again.send_signal(signal.SIGINT)
    _, said = again.communicate(timeout=60)
    assert again.returncode == 0
    assert "7 of 9 questions are left to decide" in said
    assert "Traceback" not in said
    assert [line.choice for line in folder.decisions()] == ["drop", "drop"]


def test_a_browser_is_opened_without_the_token_in_any_processs_arguments(
    monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    with browser_opened(server.url, opens=True):
        file = Path(unquote(urlsplit(opened[0]).path))
        assert server.token not in opened[0]
        assert server.token in file.read_text()
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert not file.exists()
    with browser_opened(server.url, opens=False):
        assert len(opened) == 1
