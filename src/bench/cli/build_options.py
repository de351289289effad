"""The options of `bench build-tests`: tables, and what building makes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli.model_options import COUNT, model_options
from bench.cli.sections import Declared
from bench.errors import UserError

if TYPE_CHECKING:
    from bench.benchmarks.ncb.construction.interview import Asked
    from bench.benchmarks.ncb.construction.records import Decision
    from bench.benchmarks.ncb.construction.work import Settings
    from bench.protocols import Model
    from bench.sandbox.observing import Observer

PATH = click.Path(path_type=Path)
PER_CENT: Mapping[str, Any] = {"type": click.FloatRange(0, 100), "metavar": "P", "show_default": True}

REQUESTS: tuple[Declared, ...] = (
    ("--language", {"type": click.Choice(["python", "java"]), "help": "Of requests that do not say theirs."}),
    ("--natural-language", {"type": click.Choice(["en", "zh"]), "help": "Likewise.  [default: by their letters]"}),
    (
        "--embeddings",
        {"metavar": "NAME", "help": "st/MODEL or openai/MODEL: find requests of nearly the same meaning."},
    ),
    ("--embeddings-url", {"metavar": "URL", "help": "Endpoint of openai/MODEL."}),
)
MODELS: tuple[Declared, ...] = (
    ("--model", {"help": "Writes texts, solutions and tests; as of `bench run`, or `reference` with `sample`."}),
    (
        "--solver",
        {"multiple": True, "metavar": "M", "help": "Solves each text alone; several times.  [default: --model]"},
    ),
    (
        "--solutions",
        {"type": click.IntRange(min=0), "metavar": "K", "default": 2, "show_default": True, "help": "Of each solver."},
    ),
    ("--prompts", {"type": PATH, "metavar": "FOLDER", "help": "Prompt templates of your own."}),
    ("--write-prompts", {"type": PATH, "metavar": "FOLDER", "help": "Write the templates there, and do nothing else."}),
)
TESTS: tuple[Declared, ...] = (
    ("--tests", {**COUNT, "default": 10, "show_default": True, "help": "Asked for in the first place."}),
    (
        "--mutants",
        {
            "type": click.IntRange(min=0),
            "metavar": "N",
            "default": 10,
            "show_default": True,
            "help": "Of each solution.",
        },
    ),
    ("--target-branches", {**PER_CENT, "default": 90.0, "help": "Branches that tests shall reach."}),
    ("--target-mutants", {**PER_CENT, "default": 80.0, "help": "Mutants that tests shall notice."}),
    (
        "--budget",
        {
            "type": click.IntRange(min=0),
            "metavar": "ROUNDS",
            "default": 2,
            "show_default": True,
            "help": "How often more tests are asked for.",
        },
    ),
    ("--argue/--no-argue", {"help": "Let the model argue both sides of each doubtful expected value."}),
)
BUILD: tuple[Declared, ...] = (
    ("--out", {"type": PATH, "default": Path("problems"), "show_default": True, "help": "The folder of the problems."}),
    (
        "--stages",
        {"default": "screen,draft,verify,measure,repair,align,publish", "metavar": "A,B", "help": "Only these stages."},
    ),
    (
        "--redo",
        {"multiple": True, "metavar": "STAGE", "help": "Forget what this stage was told and saw; several times."},
    ),
    ("--decisions", {"metavar": "FILE|sample", "help": "Take decisions of a reviewer from this file too."}),
    ("--dry-run", {"is_flag": True, "help": "Say what it would take; ask nobody and write nothing."}),
)
PUBLISHED: tuple[Declared, ...] = (
    ("--name", {"help": "Of the set, in its card, runs and tables.  [default: the folder's]"}),
    ("--translate/--no-translate", {"help": "Each text in the other natural language too."}),
    ("--smallest/--all", {"help": "Publish only the smallest set of tests that sees as much."}),
    (
        "--python-package",
        {
            "multiple": True,
            "metavar": "NAME==VERSION",
            "help": "Needed besides the image; ` --hash=sha256:...` pins it.",
        },
    ),
    ("--jar", {"multiple": True, "type": PATH, "metavar": "FILE", "help": "Likewise; it is copied to the set."}),
)

IDLE = frozenset({"base_url", "concurrency", "timeout", "retries"})
"""Options of a model that do not change what it answers."""


def settings(options: Mapping[str, Any], folder: Path, known: Mapping[str, Any]) -> Settings:
    """What is asked for.

    Args:
        known: build.json of an earlier start; what is not given stays as it was there.

    Raises:
        UserError: a package or a jar that cannot be taken.
    """
    from bench.benchmarks.ncb.construction.extras import check_package, jar_hashes
    from bench.benchmarks.ncb.construction.work import Settings

    kept = (
        *("solutions", "tests", "mutants", "target_branches", "target_mutants", "budget", "argue", "translate"),
        *("smallest", "embeddings", "embeddings_url"),
    )
    before = known.get("settings", {})
    packages = [check_package(text) for text in options["python_package"]] or before.get("python_packages", ())
    jars = jar_hashes(options["jar"]) if options["jar"] else before.get("jars", {})
    return Settings(
        name=options["name"] or before.get("name") or set_name(folder),
        python_packages=tuple(packages),
        jars=jars,
        **{name: options[name] if is_given(name) else before.get(name, options[name]) for name in kept},
    )


def is_given(name: str) -> bool:
    """Whether the user wrote an option, and did not leave it at its default."""
    from click.core import ParameterSource

    return click.get_current_context().get_parameter_source(name) is not ParameterSource.DEFAULT


def set_name(folder: Path) -> str:
    """A card's name out of a folder's."""
    import re

    return re.sub(r"[^A-Za-z0-9._-]", "-", folder.resolve().name).strip("-._")[:64] or "problems"


def models(options: Mapping[str, Any], known: Mapping[str, Any], *, sample: bool) -> tuple[Asked, list[Asked]]:
    """The model and the solvers; those of an earlier start where none is named."""
    earlier = {one["model"]: one for one in [known.get("model", {}), *known.get("solvers", ())] if one.get("model")}
    name = options["model"] or known.get("model", {}).get("model")
    solvers = options["solver"] or [one["model"] for one in known.get("solvers", ()) if one.get("model") != name]
    found = [asked(one, options, earlier.get(one, {}), sample=sample) for one in (name, *solvers)]
    return found[0], found[1:]


def asked(name: str | None, options: Mapping[str, Any], earlier: Mapping[str, Any], *, sample: bool) -> Asked:
    """A model by its name on the command line, loaded when the first prompt goes out.

    Args:
        earlier: its identity in an earlier start, whose options stay where they are not given.
    """
    from bench.benchmarks.ncb.construction.interview import Asked

    if name is None:
        return Asked(name="none", identity={"model": None}, make=_no_model)
    given = {**earlier.get("options", {}), **_own_options(name, model_options(options))}
    kept = {key: value for key, value in given.items() if key not in IDLE}
    identity = {"model": name, **({"options": kept} if kept else {}), **_file_hash(name)}
    return Asked(name=name, identity=identity, make=partial(_load, name, given, sample=sample))


def _own_options(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the given options that this backend takes: solver and model may be of two kinds."""
    from bench.models import MODELS

    backend = MODELS.get(name.partition("/")[0])
    return {key: value for key, value in given.items() if backend is None or key in backend.options}


def _file_hash(name: str) -> dict[str, str]:
    """Of a model in a file of the user's own: another file is another model."""
    path = Path(name.removeprefix("python/").rpartition(":")[0]).expanduser()
    own = name.startswith("python/") and path.is_file()
    return {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()} if own else {}


def _load(name: str, given: Mapping[str, Any], *, sample: bool) -> Model:
    from bench.benchmarks.ncb.construction.scripted import scripted_answer
    from bench.models import load_model
    from bench.models.reference import Reference

    loaded = load_model(name, **given)
    if isinstance(loaded, Reference):
        if not sample:
            raise UserError("--model reference: these requests have no scripted answers; it goes with `sample` alone")
        loaded.answers_from(scripted_answer)
    return loaded


def _no_model() -> Model:
    raise UserError("something has to be asked, and no model is named; add --model")


def observer_maker(name: str, folder: Path, chosen: Settings) -> Callable[[], Observer]:
    """Makes the sandbox of that name, with what the set needs besides the image, when a trial has to be run."""

    def make() -> Any:
        from bench.sandbox import load_sandbox
        from bench.sandbox.layers import Layer

        made: Any = load_sandbox(name)
        if chosen.python_packages or chosen.jars:
            made.use(Layer(name=chosen.name, folder=folder, packages=chosen.python_packages, jars=chosen.jars))
        return made

    return make


def decisions(given: str | None) -> list[Decision]:
    """Those of a file; for `sample` those of a reviewer that was made up, for the sample requests.

    Raises:
        DataError: it cannot be read, or a line is no decision.
    """
    from importlib.resources import as_file, files

    from bench.benchmarks.ncb.construction.folder import DECISIONS, read_decisions

    if given is None:
        return []
    if given == "sample":
        with as_file(files("bench.benchmarks.ncb.construction.sample") / DECISIONS) as path:
            return read_decisions(path)
    return read_decisions(Path(given).expanduser())


def stage_names(options: Mapping[str, Any]) -> Sequence[str]:
    """`--stages` as names.

    Raises:
        UserError: one is unknown.
    """
    from bench.benchmarks.ncb.construction.folder import check_stages

    names = [name.strip() for name in options["stages"].split(",") if name.strip()]
    check_stages([*names, *options["redo"]])
    return names
