"""Making the image, and carrying it to a machine that cannot make it."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import subprocess
import tempfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.errors import SandboxError
from bench.sandbox.context import REPOSITORY, archive, context_sha256, given, tag
from bench.sandbox.engine import Api, asking, found
from bench.sandbox.session import Broken

Say = Callable[[str], None]

FASTJSON2 = "fastjson2-2.0.41.jar"
FASTJSON2_SHA256 = "0ecbe55774cd09862db79f4c7eeb948b41b1ed9f7b90ffd705d01501ea2b4b41"  # as in the authors' JUnit folder
MAVEN = ("mvn", "-q", "-B", "dependency:copy", "-Dartifact=com.alibaba.fastjson2:fastjson2:2.0.41")
MAVEN_PATIENCE = 120  # seconds
LAST_LINES = 12  # of a failed build that its error repeats
SILENCE = 1800  # seconds that a step of a build may be silent
CONTEXT_LABEL = "longcode-bench.context"
CHUNK = 1 << 20
QUICK = 1  # gzip's level: an image is packed once and half of it is compressed already


def build(api: Api, *, base: str | None, arguments: Mapping[str, str], folder: Path | None, say: Say) -> str:
    """Build the image from this package's files; returns its tag.

    Args:
        base: in place of the Dockerfile's own base image.
        arguments: build arguments.
        folder: with wheels, jars and nltk data that cannot be fetched here.
        say: takes each line of progress.

    Raises:
        SandboxError: it cannot be built.
    """
    with tempfile.TemporaryDirectory(prefix="bench-build-") as scratch, plainly("the image cannot be built"):
        extra = {} if folder is None else given(folder)
        extra |= _fastjson2(extra, Path(scratch), say)
        with tempfile.TemporaryFile() as packed:
            archive(extra, packed)
            packed.seek(0)
            _build(api, packed, {**arguments, **({"BASE": base} if base else {})}, say)
    return tag()


def _build(api: Api, packed: io.BufferedIOBase, arguments: Mapping[str, str], say: Say) -> None:
    labels = {CONTEXT_LABEL: context_sha256()}
    options = {"custom_context": True, "rm": True, "forcerm": True, "decode": True, "timeout": SILENCE}
    with asking("building"):
        events = api.build(fileobj=packed, tag=tag(), buildargs=dict(arguments), labels=labels, **options)
        told(events, say)


def told(events: Iterator[Mapping[str, Any]], say: Say) -> None:
    """Say each line of a build.

    Raises:
        SandboxError: it failed.
    """
    last: deque[str] = deque(maxlen=LAST_LINES)
    for event in events:
        if "error" in event:
            raise SandboxError(
                f"the image cannot be built: {event['error'].strip()}. Its last lines: {' | '.join(last)}"
            )
        for line in event.get("stream", "").splitlines():
            if line.strip():
                last.append(line.strip())
                say(line)


def _fastjson2(extra: Mapping[str, Path], scratch: Path, say: Say) -> dict[str, Path]:
    """The library that one Java problem needs and Debian has not: given, or by Maven where that works, or left out."""
    name = f"files/{FASTJSON2}"
    path = extra.get(name) or _by_maven(scratch)
    if path is None:
        say(f"{FASTJSON2} is not given and Maven does not bring it: going on without; `--files DIR` takes it")
        return {}
    if hashlib.sha256(path.read_bytes()).hexdigest() != FASTJSON2_SHA256:
        raise SandboxError(f"{path} is not the published {FASTJSON2}: its sha256 is not {FASTJSON2_SHA256}")
    return {name: path}


def _by_maven(scratch: Path) -> Path | None:
    if shutil.which(MAVEN[0]) is None:
        return None
    command = [*MAVEN, f"-DoutputDirectory={scratch}"]
    try:
        subprocess.run(command, cwd=scratch, capture_output=True, timeout=MAVEN_PATIENCE, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    path = scratch / FASTJSON2
    return path if path.is_file() else None


def missing(api: Api) -> str | None:
    """Why there is no image to run in, in one line; None where there is one."""
    with plainly("the image cannot be looked for"):
        if found(api, tag()) is not None:
            return None
        with asking("looking for images"):
            others = api.images(name=REPOSITORY)
    if others:
        return "the sandbox image was built from other files than this version's: run `bench sandbox build`"
    return "the sandbox image is missing: run `bench sandbox build`, or `bench sandbox load FILE`"


def save(api: Api, path: Path, moved: Callable[[int], None]) -> None:
    """Write the image to a file, packed by gzip.

    Args:
        moved: called with the number of bytes before packing, as they pass.

    Raises:
        SandboxError: there is no image, or the file cannot be written.
    """
    if problem := missing(api):
        raise SandboxError(problem)
    partial = path.with_name(f"{path.name}.part")
    with plainly("the image cannot be saved"), asking("saving the image"):
        with gzip.open(partial, "wb", compresslevel=QUICK) as packed:
            for chunk in api.get_image(tag(), chunk_size=CHUNK):
                packed.write(chunk)
                moved(len(chunk))
        partial.replace(path)


def load(api: Api, path: Path, moved: Callable[[int], None]) -> None:
    """Take an image from a file that `save` wrote.

    Raises:
        SandboxError: it cannot be read, or holds another version's image.
    """
    with plainly(f"{path} cannot be loaded"), gzip.open(path, "rb") as packed, asking("loading the image"):
        for event in api.load_image(_chunks(packed, moved)):
            if "error" in event:
                raise SandboxError(f"{path} cannot be loaded: {event['error']}")
    if problem := missing(api):
        raise SandboxError(f"{path} was loaded, but {problem}")


def _chunks(packed: gzip.GzipFile, moved: Callable[[int], None]) -> Iterator[bytes]:
    while chunk := packed.read(CHUNK):
        moved(len(chunk))
        yield chunk


@contextmanager
def plainly(what: str) -> Iterator[None]:
    """Failures of the daemon and of the disk in one line."""
    try:
        yield
    except (Broken, OSError, EOFError, zlib.error) as error:
        raise SandboxError(f"{what}: {error}") from error
