"""`bench build-tests`: problems with hidden tests out of requests that users made."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli import NOT_JUDGED, build_options
from bench.cli.model_options import ENGINES, PROMPTS, SERVERS
from bench.cli.sandboxes import sandbox_option
from bench.cli.sections import SectionCommand, in_section
from bench.errors import UserError

if TYPE_CHECKING:
    from bench.benchmarks.ncb.construction.building import Built
    from bench.benchmarks.ncb.construction.folder import Folder
    from bench.benchmarks.ncb.construction.records import Request


@click.command(name="build-tests", cls=SectionCommand, short_help="Make problems with hidden tests of requests.")
@click.argument("requests", required=False, metavar="[REQUESTS|sample]")
@in_section("Requests", build_options.REQUESTS)
@in_section("Models", build_options.MODELS)
@in_section("Tests", build_options.TESTS)
@in_section("The build", build_options.BUILD)
@in_section("What is published", build_options.PUBLISHED)
@in_section("Prompts: openai/, vllm/, hf/", PROMPTS)
@in_section("Servers: openai/, vllm/ --serve", SERVERS)
@in_section("Engines: vllm/, hf/", ENGINES)
@sandbox_option
@click.option("--json", "as_json", is_flag=True, help="The result as JSON on stdout.")
def command(requests: str | None, **options: Any) -> None:
    """Make problems of the requests in a file, or go on where the last start in --out ended.

    REQUESTS is a JSONL file (id, text, language, natural_language, perhaps files), or a text file in which requests are
    parted by lines of three dashes; `sample` is six requests of our own. Without it, the build in --out goes on.
    Ends with 3 where something is left to decide or to do again, or a request did not become a problem.

    \b
    bench build-tests sample --model reference --out problems/
    bench build-tests requests.jsonl --model openai/NAME --base-url http://127.0.0.1:8000/v1 --out problems/
    bench review problems/
    bench build-tests --out problems/
    """
    from bench.benchmarks.ncb.construction.folder import Folder

    if options["write_prompts"] is not None:
        _write_prompts(options["write_prompts"])
        return
    stages = build_options.stage_names(options)
    folder = Folder(options["out"])
    if requests is None:
        folder = Folder.existing(options["out"])
    asked = _requests(requests, options)
    if options["dry_run"]:
        _foretell(folder, asked, options)
        return
    with folder:
        built = _build(folder, asked, requests, stages, options)
    _show(built, options)
    if not built.finished:
        sys.exit(NOT_JUDGED)


def _write_prompts(folder: Path) -> None:
    from bench.benchmarks.ncb.construction.templates import write_templates

    for path in write_templates(folder):
        click.echo(str(path))


def _requests(source: str | None, options: dict[str, Any]) -> list[Request] | None:
    from bench.benchmarks.ncb.construction.requests import read_requests

    if source is None:
        return None
    return read_requests(source, language=options["language"], natural_language=options["natural_language"])


def _build(
    folder: Folder, asked: list[Request] | None, source: str | None, stages: Any, options: dict[str, Any]
) -> Built:
    from bench.benchmarks.ncb.construction.building import build
    from bench.benchmarks.ncb.construction.extras import keep_jars
    from bench.benchmarks.ncb.construction.requests import SAMPLE, is_sample
    from bench.benchmarks.ncb.construction.templates import kept_templates, load_templates
    from bench.cli.progress import Bar

    known = folder.build()
    if source is None and options["model"] is None and not known.get("model"):
        raise UserError(f"{folder.path}: no model was named for it; add --model")
    sample = source == SAMPLE or (source is None and is_sample(folder))
    model, solvers = build_options.models(options, known, sample=sample)
    settings = build_options.settings(options, folder.path, known)
    keep_jars(options["jar"], folder.path)
    try:
        return build(
            asked,
            model=model,
            solvers=solvers,
            observer=build_options.observer_maker(options["sandbox"], folder.path, settings),
            folder=folder,
            settings=settings,
            templates=load_templates(kept_templates(options["prompts"], folder.path)),
            progress=Bar(),
            stages=stages,
            redo=options["redo"],
            decisions=build_options.decisions(options["decisions"]),
        )
    finally:
        for one in (model, *solvers):
            one.close()


def _foretell(folder: Folder, asked: list[Request] | None, options: dict[str, Any]) -> None:
    from bench.benchmarks.ncb.construction.foreseeing import foresee
    from bench.benchmarks.ncb.construction.templates import PROMPTS as KEPT
    from bench.benchmarks.ncb.construction.templates import load_templates
    from bench.cli.build_tables import show_forecast

    settings = build_options.settings(options, folder.path, folder.build())
    kept = folder.path / KEPT
    templates = load_templates(options["prompts"] or (kept if kept.is_dir() else None))
    found = foresee(asked, folder, settings, templates, max(1, len(options["solver"])))
    show_forecast(found, as_json=options["as_json"])


def _show(built: Built, options: dict[str, Any]) -> None:
    from bench.cli.build_tables import show_built

    show_built(built, as_json=options["as_json"])
    sys.stdout.flush()
    click.echo(str(built.folder), err=True)
