"""Where code that nobody trusts is run: one container for each job, used once."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, cast

from bench.errors import UserError, did_you_mean
from bench.protocols import Sandbox

__all__ = ["SANDBOXES", "load_sandbox"]

# name -> factory, imported when it is asked for; it takes the name, and options by keyword
SANDBOXES: Mapping[str, str] = MappingProxyType(
    {
        "docker": "bench.sandbox.contained:Contained",
        "podman": "bench.sandbox.contained:Contained",
        "unsafe-local": "bench.sandbox.unsafe:Unsafe",
    }
)


def load_sandbox(name: str, **options: object) -> Sandbox:
    """The sandbox that `--sandbox` names; nothing is started before it is checked or used.

    Args:
        options: `workers`, how many jobs at once.

    Raises:
        UserError: there is none of that name.
    """
    if name not in SANDBOXES:
        raise UserError(f"--sandbox: none is called {name!r}{did_you_mean(name, SANDBOXES)}")
    module, _, factory = SANDBOXES[name].partition(":")
    make: Any = getattr(import_module(module), factory)
    return cast("Sandbox", make(name, **{key: value for key, value in options.items() if value is not None}))
