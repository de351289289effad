"""Files over plain HTTPS: in pieces, gone on with where an earlier start ended, tried again where that may help."""

from __future__ import annotations

import http.client
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import url2pathname

from bench.errors import UserError
from bench.hub.cache import ROOM
from bench.hub.failures import OFFLINE, CannotFetchError, answered, offline
from bench.jsonl import reason, writing

TRIES = 5  # in a row without a new byte
LONGEST_WAIT = 30.0  # seconds, whatever a server asks for
TIMEOUT = 30.0  # seconds without a byte
PIECE = 1 << 20
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def check_url(url: str) -> None:
    """Refuse what is neither https:// nor file://; http:// is fine for this very machine.

    Raises:
        UserError: it is something else.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UserError(f"{url}: is no address") from None
    if parts.scheme not in {"https", "file"} and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise UserError(f"{shown(url)}: is neither https:// nor file://")


def shown(url: str) -> str:
    """An address without what may be secret in it: a name and password, a signature."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def fetch_url(url: str, target: Path, *, name: str, size: int | None, resume: bool) -> None:
    """Make `target` the file at an address; what is there of it already is kept where `resume` says so.

    Args:
        url: https:// or file://.
        name: of the file, for the progress bar.
        size: bytes, where they are known, for the bar.
        resume: whether what `target` holds is known to be of the same file.

    Raises:
        CannotFetchError: it cannot be had; `target` keeps what came.
        RunFolderError: the disk is full or read-only.
    """
    check_url(url)
    with writing(target, ROOM):
        target.parent.mkdir(parents=True, exist_ok=True)
        if not resume:
            target.unlink(missing_ok=True)
    if url.startswith("file:"):
        _copied(url, target)
        return
    if offline():
        raise CannotFetchError(OFFLINE)
    with _bar(name, size) as bar:
        _fetched(url, target, bar)


def _copied(url: str, target: Path) -> None:
    source = Path(url2pathname(urlsplit(url).path))
    if not source.is_file():
        raise CannotFetchError("there is no such file")
    with writing(target, ROOM):
        shutil.copyfile(source, target)


def _fetched(url: str, target: Path, bar: Any) -> None:
    """Try until it is whole; every try that brings a byte starts the counting again."""
    failed = 0
    while True:
        before = _length(target)
        try:
            _one_try(url, target, bar)
        except _TryAgainError as error:
            failed = 1 if _length(target) > before else failed + 1
            if failed >= TRIES:
                raise CannotFetchError(str(error)) from error
            time.sleep(min(LONGEST_WAIT, error.wait or 2.0 ** (failed - 1)))
        else:
            return


class _TryAgainError(Exception):
    """It may work another time."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


def _one_try(url: str, target: Path, bar: Any) -> None:
    start = _length(target)
    headers = {"User-Agent": "longcode-bench", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - check_url was asked
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            _write(answer, target, start if answer.status == http.client.PARTIAL_CONTENT else 0, bar)
    except urllib.error.HTTPError as error:
        _judge(error, target, start)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise _TryAgainError(f"no connection ({_words(error)})") from error


def _judge(error: urllib.error.HTTPError, target: Path, start: int) -> None:
    """An answer other than success: whole already, worth another try, or the end of it."""
    if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and start:
        if error.headers.get("Content-Range") == f"bytes */{start}":
            return
        target.unlink(missing_ok=True)  # longer than the file is: it was another file's
        raise _TryAgainError("the file changed while it was fetched") from error
    if error.code in AGAIN:
        raise _TryAgainError(answered(error.code), _asked_wait(error.headers)) from error
    raise CannotFetchError(answered(error.code)) from error


def _write(answer: Any, target: Path, start: int, bar: Any) -> None:
    """Append what comes; too little of it is a reason to go on."""
    expected = answer.headers.get("Content-Length")
    came = 0
    bar.n = start
    with writing(target, ROOM):
        stream = target.open("r+b" if target.exists() else "wb")
    with stream:
        stream.seek(start)
        stream.truncate()
        for piece in _pieces(answer):
            _append(stream, piece, target)
            came += len(piece)
            bar.update(len(piece))
    if expected is not None and came < int(expected):
        raise _TryAgainError("the connection broke off")


def _pieces(answer: Any) -> Iterator[bytes]:
    """What comes, until it ends or breaks off; the caller sees by the length which of the two it was."""
    while True:
        try:
            piece: bytes = answer.read1(PIECE)
        except http.client.IncompleteRead as error:
            yield from (part for part in (error.partial,) if part)
            return
        if not piece:
            return
        yield piece


def _append(stream: IO[bytes], piece: bytes, target: Path) -> None:
    with writing(target, ROOM):
        stream.write(piece)
        stream.flush()


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _asked_wait(headers: Message) -> float | None:
    asked = headers.get("Retry-After", "")
    return float(asked) if asked.isdigit() else None


def _words(error: BaseException) -> str:
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    return reason(inner) if isinstance(inner, OSError) else str(inner) or type(inner).__name__


@contextmanager
def _bar(name: str, size: int | None) -> Iterator[Any]:
    from tqdm import tqdm

    with tqdm(total=size, desc=name, unit="B", unit_scale=True, leave=False, disable=not sys.stderr.isatty()) as bar:
        yield bar
