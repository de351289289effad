"""What a set of problems needs besides the sandbox's image: Python packages by version and hash, Java jars by hash."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.benchmarks.ncb.problem_set import JAR, JARS, PACKAGE
from bench.errors import UserError
from bench.jsonl import reason, writing


def check_package(text: str) -> str:
    """A package as a line of requirements.txt.

    Raises:
        UserError: it names no exact version, or says something else besides.
    """
    line = " ".join(text.split())
    if not PACKAGE.fullmatch(line):
        raise UserError(f"--python-package {text}: write NAME==VERSION, or 'NAME==VERSION --hash=sha256:64 hex digits'")
    return line


def jar_hashes(paths: Sequence[Path]) -> dict[str, str]:
    """The sha256 of each jar by its file name.

    Raises:
        UserError: one is not there, or is no jar by its name.
    """
    found: dict[str, str] = {}
    for path in paths:
        if not JAR.fullmatch(path.name):
            raise UserError(f"--jar {path}: its name must be letters, digits, . _ and -, and end with .jar")
        try:
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise UserError(f"--jar {path}: {reason(error)}; name a readable file") from None
    return found


def keep_jars(paths: Sequence[Path], folder: Path) -> None:
    """Copy the jars to the set, where `bench sandbox build --for` finds them."""
    for path in paths:
        with writing(folder / JARS, "name another folder with --out"):
            (folder / JARS).mkdir(parents=True, exist_ok=True)
            if path.resolve() != (folder / JARS / path.name).resolve():
                shutil.copyfile(path, folder / JARS / path.name)
