"""Hardened containers: started, known by name while they live, and removed whatever happens."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from bench.records import Limits
from bench.sandbox.attached import ContainerChannel, close_attached
from bench.sandbox.engine import Api, asking
from bench.sandbox.hardening import LABEL, ONE_CORE, OWNER, USER, WORK, settings, wrapped
from bench.sandbox.owner import Owner, is_dead, this_process
from bench.sandbox.session import Broken

STREAMS = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
REMOVAL = 5.0  # seconds that another thread's removal of a container is waited for
PATIENCE = 15.0  # seconds that closing waits for a container that is being started
ABANDONED = 3600.0  # seconds after which a container that does not run is removed, whoever made it


class Containers:
    """Starts containers of one image and removes them. Any thread may use it.

    Args:
        api: the engine.
        image: an image's id.
    """

    def __init__(self, api: Api, image: str) -> None:
        self._api, self._image = api, image
        self._labels = {LABEL: "1", OWNER: str(this_process())}
        self._prefix, self._numbers = f"longcode-bench-{secrets.token_hex(4)}", itertools.count()
        self._living: dict[str, ContainerChannel | None] = {}
        self._changed = threading.Condition()
        self._starting, self._closed = 0, False

    def start(
        self, command: Sequence[str], limits: Limits, *, life: float, cores: float = ONE_CORE
    ) -> ContainerChannel:
        """A running container with its streams in hand.

        Args:
            life: seconds after which it ends itself.

        Raises:
            Broken: the daemon failed, or `close` was called.
        """
        name = f"{self._prefix}-{next(self._numbers)}"
        with self._changed:
            if self._closed:
                raise Broken("the sandbox is closed")
            self._living[name] = None
            self._starting += 1
        try:
            channel = self._living[name] = self._start(name, wrapped(command, life), limits, cores)
        except BaseException:
            self._remove(name)
            raise
        else:
            return channel
        finally:
            with self._changed:
                self._starting -= 1
                self._changed.notify_all()

    def _start(self, name: str, command: list[str], limits: Limits, cores: float) -> ContainerChannel:
        with asking("creating a container"):
            self._api.create_container(
                self._image,
                command,
                name=name,
                hostname="sandbox",
                user=USER,
                working_dir=WORK,
                stdin_open=True,  # and closed when this process goes away: what waits for input then ends
                labels=self._labels,
                host_config=self._api.create_host_config(**settings(limits, cores)),
            )
        with asking("starting a container"):
            attached = self._api.attach_socket(name, params=STREAMS)
            try:
                self._api.start(name)
            except BaseException:
                close_attached(attached)
                raise
        return ContainerChannel(self._api, name, attached, limits.output_mb, self._remove)

    def _remove(self, name: str) -> None:
        remove(self._api, name)
        with self._changed:
            self._living.pop(name, None)

    def close(self) -> None:
        """Remove what is left, and start nothing more."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._starting, PATIENCE)
            left = tuple(self._living.items())
        for name, channel in left:
            if channel is None:
                self._remove(name)
            else:
                channel.destroy()
        self._see_that_none_is_left()

    def _see_that_none_is_left(self) -> None:
        """A thread that was quicker may still be removing its container: what the daemon shows of ours goes now."""
        deadline = time.monotonic() + REMOVAL
        with suppress(Broken):
            while time.monotonic() < deadline:
                with asking("looking for leftovers"):
                    found = self._api.containers(all=True, filters={"name": self._prefix})
                if not found:
                    return
                for container in found:
                    remove(self._api, container["Id"])

    def __len__(self) -> int:
        return len(self._living)


def remove(api: Api, name: str) -> None:
    """Kill and remove a container; one that is gone already, or whose daemon is, stays what it is."""
    try:
        with asking("removing a container"):
            api.remove_container(name, force=True, v=True)
    except Broken:
        _wait_for_its_end(api, name)  # another thread may be removing it; else the next start sweeps it


def _wait_for_its_end(api: Api, name: str) -> None:
    deadline = time.monotonic() + REMOVAL
    with suppress(Broken):
        while time.monotonic() < deadline:
            with asking("looking at a container"):
                api.inspect_container(name)
            time.sleep(0.05)


def sweep(api: Api) -> int:
    """Remove the containers of dead processes; returns how many there were.

    Raises:
        Broken: the daemon does not answer.
    """
    with asking("looking for leftovers"):
        found = api.containers(all=True, filters={"label": f"{LABEL}=1"})
    left = [container["Id"] for container in found if _is_leftover(container)]
    for name in left:
        remove(api, name)
    return len(left)


def _is_leftover(container: dict[str, Any]) -> bool:
    """Its owner is dead; or it may be elsewhere, or was before a restart, but the container has not run for long."""
    owner = Owner.parse(container["Labels"].get(OWNER, ""))
    if owner is not None and is_dead(owner):
        return True
    return bool(container["State"] != "running" and time.time() - container["Created"] > ABANDONED)
