"""Where answers come from: the backends behind `--model`, found by a table and imported only when asked for."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, cast

from bench.errors import UserError
from bench.models.rendering import RENDERING_OPTIONS
from bench.protocols import Model

__all__ = ["MODELS", "Backend", "load_model"]


@dataclass(frozen=True, slots=True)
class Backend:
    """One line of the table.

    Attributes:
        factory: `module:callable`, imported when the backend is asked for and not before.
        argument: what stands after the slash, as help texts call it; empty where nothing may.
        options: the options that the factory takes by keyword; any other is the user's mistake.
        spreads: it takes the machines of a cluster by the keyword `cluster`.
    """

    factory: str
    argument: str = ""
    options: tuple[str, ...] = ()
    spreads: bool = False


MODELS: Mapping[str, Backend] = MappingProxyType(
    {
        "lexical": Backend("bench.models.lexical:Lexical"),
        "reference": Backend("bench.models.reference:Reference"),
        "replay": Backend("bench.models.replay:Replay", argument="<folder>"),
        "openai": Backend(
            "bench.models.api:OpenAI",
            argument="<name>",
            options=("base_url", "concurrency", "timeout", "retries", "max_model_len", *RENDERING_OPTIONS),
            spreads=True,
        ),
        "vllm": Backend(
            "bench.models.vllm:VLLM",
            argument="<hub id or folder>",
            options=(
                "serve",
                "tensor_parallel_size",
                "pipeline_parallel_size",
                "data_parallel_size",
                "replicas",
                "max_model_len",
                "dtype",
                "quantization",
                "lora",
                "vllm_arg",
                "model_revision",
                "concurrency",
                "timeout",
                "retries",
                *RENDERING_OPTIONS,
            ),
            spreads=True,
        ),
        "hf": Backend(
            "bench.models.hf:HF",
            argument="<hub id or folder>",
            options=("concurrency", "dtype", "max_model_len", "model_revision", *RENDERING_OPTIONS),
            spreads=True,
        ),
        "python": Backend("bench.models.python_file:load_file", argument="<FILE.py:factory>"),
    }
)


def load_model(spec: str, **options: object) -> Model:
    """The model that `--model` names.

    Args:
        spec: `lexical`, `replay/<folder>`, `openai/<name>`.
        options: as on the command line, with underscores; those that are None count as not given. `cluster`, a
            `bench.models.placing.Cluster`, may be given with every backend: one that cannot use it runs here.

    Raises:
        UserError: the backend is unknown, its name or folder is missing, or an option is not one of its own.
        DataError: a replay's file is damaged.
    """
    prefix, _, argument = spec.partition("/")
    backend = MODELS.get(prefix)
    if backend is None:
        raise UserError(_unknown(prefix))
    if bool(argument) != bool(backend.argument):
        raise UserError(f"--model {spec}: write {_spelling(prefix)}")
    given = {name: value for name, value in options.items() if value is not None}
    machines = {"cluster": given.pop("cluster")} if "cluster" in given else {}
    _refuse_foreign(prefix, backend, given)
    module, _, name = backend.factory.partition(":")
    factory: Any = getattr(import_module(module), name)
    return cast("Model", factory(*filter(None, [argument]), **given, **(machines if backend.spreads else {})))


def _unknown(prefix: str) -> str:
    close = difflib.get_close_matches(prefix, MODELS, n=1)
    guess = f"; did you mean {_spelling(close[0])}?" if close else "."
    return f"--model: no backend is called {prefix!r}{guess} There are {', '.join(map(_spelling, MODELS))}"


def _spelling(prefix: str) -> str:
    argument = MODELS[prefix].argument
    return f"{prefix}/{argument}" if argument else prefix


def _refuse_foreign(prefix: str, backend: Backend, given: Mapping[str, object]) -> None:
    for name in given:
        if name not in backend.options:
            option = "--" + name.replace("_", "-")
            own = ", ".join("--" + known.replace("_", "-") for known in backend.options) or "none"
            raise UserError(f"{option} is not an option of {prefix}; it takes {own}")
