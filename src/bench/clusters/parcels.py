"""Input folders on their way from this machine to the hosts: by content, each once."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.home import home
from bench.sandbox.inputs import files_in


@dataclass(frozen=True, slots=True)
class Parcel:
    """A folder that was packed.

    Attributes:
        sha256: of its files, names and contents.
        content: Ray's reference to them, in a list: Ray would fetch a bare one before anybody looked.
    """

    sha256: str
    content: list[Any]


class Parcels:
    """The folders that were sent, by their path here."""

    def __init__(self) -> None:
        self._sent: dict[str, Parcel] = {}

    def of(self, folder: str | None) -> Parcel | None:
        """The parcel of a folder; None for none.

        Raises:
            OSError: it cannot be read.
        """
        if folder is None:
            return None
        if folder not in self._sent:
            self._sent[folder] = _packed(folder)
        return self._sent[folder]


def _packed(folder: str) -> Parcel:
    import ray

    files = dict(files_in(folder))
    whole = hashlib.sha256()
    for name, content in files.items():
        whole.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode("utf-8", "surrogatepass"))
    return Parcel(whole.hexdigest(), [ray.put(files)])


def unpacked(parcel: Parcel | None) -> str | None:
    """Where the files of a parcel lie on this machine; they are fetched where they are not here yet."""
    if parcel is None:
        return None
    place = home() / "inputs" / parcel.sha256
    if not place.is_dir():
        import ray

        _write(place, ray.get(parcel.content[0]))
    return str(place)


def _write(place: Path, files: dict[str, bytes]) -> None:
    """All or nothing; another process may do the same."""
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=place.parent))
    try:
        for name, content in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        os.rename(made, place)  # noqa: PTH104 - where another was quicker it fails, and theirs are the same files
    except OSError:
        if not place.is_dir():
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
