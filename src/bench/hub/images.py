"""Input files out of the authors' container image: a container is made of it, never started, and removed."""

from __future__ import annotations

import io
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from bench.errors import DataError, UserError
from bench.home import home
from bench.hub.cache import ROOM, Say, Store
from bench.hub.cards import Card, is_inside
from bench.hub.taking import install, look
from bench.jsonl import writing

PIECE = 1 << 20


def copy_out(api: Any, image: str, path: str, target: Path, say: Say) -> None:
    """Copy a folder of an image into the folder `target`; links and devices in it are left out.

    Args:
        api: a `docker.APIClient`.
        path: of the folder, in the image.

    Raises:
        UserError: there is no such image, or the engine refuses.
        DataError: the image has no such folder.
        RunFolderError: the disk is full or read-only.
    """
    with _asking(image):
        _have(api, image, say)
        container = api.create_container(image, command=["/never-started"])["Id"]
        try:
            pieces = _archive(api, container, image, path)
            with tarfile.open(fileobj=io.BufferedReader(_Stream(pieces)), mode="r|") as archive:
                _unpack(archive, target)
        finally:
            api.remove_container(container, v=True, force=True)


def _have(api: Any, image: str, say: Say) -> None:
    """Fetch the image where the engine does not have it."""
    import docker.errors

    try:
        api.inspect_image(image)
    except docker.errors.NotFound:
        say(f"{image}: not on this machine; the engine fetches it, several GB")
        for line in api.pull(image, stream=True, decode=True):
            _refuse(image, line)


def _refuse(image: str, line: Mapping[str, Any]) -> None:
    if "error" in line:
        raise _failed(image, line["error"])


def _archive(api: Any, container: str, image: str, path: str) -> Iterator[bytes]:
    import docker.errors

    try:
        pieces, _ = api.get_archive(container, path, chunk_size=PIECE)
    except docker.errors.NotFound:
        raise DataError(f"has no {path}", path=image, remedy="name the authors' image") from None
    return iter(pieces)


def _unpack(archive: tarfile.TarFile, target: Path) -> None:
    """Write the regular files; the archive's own top folder is taken off their names."""
    for member in archive:
        parts = PurePosixPath(member.name).parts[1:]
        content = archive.extractfile(member) if member.isreg() else None
        if content is None or not parts or not is_inside("/".join(parts)):
            continue
        path = target.joinpath(*parts)
        with writing(path, ROOM):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as stream:
                shutil.copyfileobj(content, stream, PIECE)


class _Stream(io.RawIOBase):
    """Pieces as a file that can be read once."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count


@contextmanager
def _asking(image: str) -> Iterator[None]:
    """Whatever the client raises when its engine is gone, slow, or says no becomes one line."""
    import docker.errors
    import requests
    import urllib3.exceptions

    try:
        yield
    except (docker.errors.DockerException, requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise _failed(image, error) from error
    except tarfile.TarError as error:
        raise _failed(image, f"what it sent is no archive ({error})") from error


def _failed(image: str, why: object) -> UserError:
    words = " ".join(str(why).split())[-200:]
    return UserError(
        f"{image}: the container engine refuses: {words}; copy the folder yourself and name it with --from"
    )


def take_inputs(api: Any, card: Card, image: str, say: Say) -> Store:
    """Install the input files that an image has; problems in it that are not the published ones are left out.

    Raises:
        UserError: see `copy_out`.
        DataError: the image has none of them.
    """
    assert card.inputs is not None
    with writing(home(), ROOM):
        home().mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=home()))
    try:
        copy_out(api, image, card.inputs.path, folder, say)
        found = look(card, folder)
        for item in found:
            if item.verdict.problem:
                say(f"{image}: its {item.place} is left out: {item.verdict.problem}")
        return install(card, [item for item in found if not item.verdict.problem], origin=image, say=say, link=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
