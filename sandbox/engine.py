"""The container engine: Docker's daemon, or Podman through its compatible socket."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench.errors import SandboxError
from bench.sandbox.session import Broken

TIMEOUT = 60  # seconds for one request; starting a container on a machine under load takes a few
CONNECTIONS = 32  # kept open: one a thread, and one a wait

Api = Any
"""A `docker.APIClient`; the package has no types."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One line of the table.

    Attributes:
        sockets: where it listens when `DOCKER_HOST` does not say; `{run}` is the user's runtime folder.
        remedy: what to do when nothing answers.
    """

    sockets: tuple[str, ...]
    remedy: str


ENGINES: Mapping[str, Engine] = MappingProxyType(
    {
        "docker": Engine(
            ("/var/run/docker.sock", "{run}/docker.sock"),
            "install Docker Engine (Debian: apt-get install docker.io), start the daemon and join the group docker; or "
            "use `--sandbox podman`",
        ),
        "podman": Engine(
            ("/run/podman/podman.sock", "{run}/podman/podman.sock"),
            "start Podman's socket (systemctl start podman.socket, or podman system service --time=0), or name it with "
            "DOCKER_HOST",
        ),
    }
)


def connect(name: str) -> Api:
    """A client of an engine that answers. Any thread may use it.

    Raises:
        SandboxError: nothing answers; the text says what to install.
    """
    import docker

    tried: list[str] = []
    for address in _addresses(ENGINES[name]):
        try:
            client = docker.APIClient(address, version="auto", timeout=TIMEOUT, max_pool_size=CONNECTIONS)
            client.ping()
        except _errors() as error:
            tried.append(f"{address}: {_short(error)}")
            continue
        return client
    raise SandboxError(f"no {name} daemon answers ({'; '.join(tried) or 'no socket'}): {ENGINES[name].remedy}")


def _addresses(engine: Engine) -> list[str]:
    if host := os.environ.get("DOCKER_HOST"):
        return [host]
    run = os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")
    paths = [path.format(run=run) for path in engine.sockets]
    return [f"unix://{path}" for path in paths if Path(path).exists()]


def _errors() -> tuple[type[Exception], ...]:
    """Whatever a client raises when its daemon is gone, slow, or says no."""
    import docker.errors
    import requests
    import urllib3.exceptions

    return (docker.errors.DockerException, requests.RequestException, urllib3.exceptions.HTTPError, OSError)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[-160:]


@contextmanager
def asking(what: str) -> Iterator[None]:
    """What goes wrong between this process and the daemon is never the code's fault.

    Raises:
        Broken: in place of the client's own errors.
    """
    try:
        yield
    except _errors() as error:
        raise Broken(f"{what}: {_short(error)}") from error


def found(api: Api, image: str) -> Mapping[str, Any] | None:
    """What the daemon knows of an image; None where it has none of that name.

    Raises:
        Broken: the daemon does not answer.
    """
    import docker.errors

    with asking("looking for the image"):
        try:
            description: Mapping[str, Any] = api.inspect_image(image)
        except docker.errors.ImageNotFound:
            return None
    return description
