"""One model's results as the metadata of a model card on the Hugging Face hub: `model-index`, as YAML front matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bench.errors import UserError, did_you_mean
from bench.hub.cards import Kind, find_card
from bench.leaderboard.badges import KNOWN, OTHER_DATA, badges_of, protocol_of
from bench.leaderboard.building import Built
from bench.leaderboard.found import Run
from bench.leaderboard.ranking import WHOLE

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

TASK_TYPE = "text-generation"
AVERAGE = "mean"


def render(built: Built, model: str | None = None) -> str:
    """The front matter of a README: every average and task of the model's whole runs, the newest of each setting.

    Args:
        model: its name; None where there is only one.

    Raises:
        UserError: there are several models, or none of that name, or no whole run of it.
    """
    from huggingface_hub import ModelCardData

    name = _chosen(built, model)
    runs = _newest(run for run in built.runs.values() if run.folder.name == name and _is_score(run))
    if not runs:
        raise UserError(
            f"{name}: no run to put on a model card; neither a part of a benchmark nor sample data give its score"
        )
    found = [entry for run in runs for entry in _entries(run)]
    card = ModelCardData(model_name=name, eval_results=found)
    return f"---\n{card.to_yaml()}\n---\n"


def _chosen(built: Built, model: str | None) -> str:
    names = sorted({run.folder.name for run in built.runs.values()})
    if model is not None and model not in names:
        raise UserError(f"no run of {model!r}{did_you_mean(model, names)}")
    if model is None and len(names) != 1:
        raise UserError(f"a model card is of one model; name it with --model: {', '.join(names)}")
    return model or names[0]


def _is_score(run: Run) -> bool:
    """Whether a run is over the whole of what its benchmark's name stands for."""
    other_data = any(badge.unlike and badge.name in OTHER_DATA for badge in badges_of(run))
    return run.state in WHOLE and not other_data


def _newest(runs: Iterator[Run]) -> list[Run]:
    """The newest run of each benchmark and setting; they come in the order of their age."""
    return list({(run.folder.benchmark, run.folder.setting): run for run in runs}.values())


def _entries(run: Run) -> Iterator[EvalResult]:
    assert run.result is not None
    for name, entry in run.result.overall.items():
        yield from _entry(run, name, entry, metric=AVERAGE)
    for name, entry in run.result.tasks.items():
        yield from _entry(run, name, entry, metric=entry["metric"] or AVERAGE)


def _entry(run: Run, name: str, entry: Mapping[str, Any], *, metric: str) -> Iterator[EvalResult]:
    from huggingface_hub import EvalResult

    if entry["score"] is None:
        return
    repository, revision = _published(run)
    protocol = protocol_of(badges_of(run))
    known = {"setting": run.folder.setting, "protocol": protocol, "n": entry.get("n"), "ci95": entry["ci95"]}
    yield EvalResult(
        task_type=TASK_TYPE,
        dataset_type=repository or run.folder.benchmark,
        dataset_name=run.folder.benchmark,
        dataset_config=name,
        dataset_revision=revision,
        metric_type=metric,
        metric_value=round(entry["score"], 2),
        metric_name=f"{run.folder.benchmark} {name} ({run.folder.setting}), per cent",
        metric_args={key: value for key, value in known.items() if value is not None},
    )


def _published(run: Run) -> tuple[str | None, str | None]:
    """The data set on the hub, and its revision where the run is known to be over it."""
    card = find_card(run.folder.benchmark) if run.folder.benchmark in KNOWN else None
    hub = next((source for source in card.sources.values() if source.kind is Kind.HUB), None) if card else None
    if hub is None:
        return None, None
    asked_here = run.folder.expected is not None and "predictions" not in run.folder.spec.generation
    return hub.repository, hub.revision if asked_here else None
