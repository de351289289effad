"""Functions from a Python file of the user's own: it runs in this process, with all the rights of the user."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from bench.errors import UserError

_LONGEST = 300


def function_in(path: Path, name: str) -> Callable[..., Any]:
    """A function of that name.

    Raises:
        UserError: the file is none, cannot be imported, or has no such function.
    """
    found = getattr(import_file(path), name, None)
    if not callable(found):
        raise UserError(f"{path.name} has no function {name}")
    return cast("Callable[..., Any]", found)


def import_file(path: Path) -> ModuleType:
    """The file as a module under a name that nothing else has; it may import its neighbours, after all else.

    Raises:
        UserError: it is no Python file, or importing it raised.
    """
    path = path.resolve()
    name = f"_bench_own_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UserError(f"{path.name}: not a Python file; its name must end with .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # before it runs: dataclasses and pickle look their module up there
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # it is somebody's code: it may raise anything
        raise UserError(f"{path.name} cannot be imported: {told(error)}") from error
    return module


def told(error: BaseException) -> str:
    """An exception on one line, 300 characters at most."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST]
