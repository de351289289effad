"""The model's side of a run: it is checked, asked, and what it leaves for the reader is kept."""

from __future__ import annotations

from collections.abc import Sequence

from bench.errors import ModelError, UserError
from bench.models.cached import Cached, cache_key, check_cache
from bench.models.reference import Reference
from bench.protocols import Benchmark, Model, SampleSet
from bench.stages import Workspace
from bench.stages.asking import Asking, Conduct
from bench.stages.generate import Ended, Ending, generate


def check_model(
    benchmark: Benchmark, model: Model, samples: SampleSet, conduct: Conduct, stages: Sequence[str]
) -> list[str]:
    """Find out whether the model can be used; lines to say before the first prompt.

    It is asked where no prompt will go out too: a run is found by what the model says of itself after its check.

    Raises:
        ModelError: it cannot.
    """
    warning = check_cache(model) if conduct.cache else None
    _hand_over(model, samples)
    try:
        model.check(benchmark.truncation)
    except ModelError as error:
        if "generate" in stages:
            raise
        raise ModelError(f"{error}; `bench score {benchmark.name} FOLDER` needs no model") from error
    return [*dict.fromkeys(getattr(model, "said", ())), *([warning] if warning else [])]


def _hand_over(model: Model, samples: SampleSet) -> None:
    """Give the model that answers with the benchmark's own solutions these solutions.

    Raises:
        UserError: the benchmark has none.
    """
    if not isinstance(model, Reference):
        return
    entries = {entry.id: entry for entry in samples.entries}
    first = next(iter(entries.values()), None)
    if first is not None and samples.reference(samples.read(first)) is None:
        raise UserError("--model reference: this benchmark has no reference solutions; ncb has")
    model.answers_from(lambda sample_id: samples.reference(samples.read(entries[sample_id])))


def answer(work: Workspace, model: Model, samples: SampleSet, asking: Asking, conduct: Conduct) -> None:
    """Generate, and keep what a reader must know of how, even when it is interrupted.

    Raises:
        UserError: thinking uses up the answers' tokens.
        KeyboardInterrupt: it was asked to end.
    """
    work.folder.keep(stopped=None)
    asked = model
    if conduct.cache is not None:
        asked = Cached(model, conduct.cache, cache_key(work.folder.spec.generation, work.folder.tags))
    try:
        ending = generate(work, asked, samples, asking, conduct)
    finally:
        work.folder.add_notes([*_departures(samples, asking), *samples.notes, *model.notes])
        _keep_observed(work, model)
    _end(work, ending)


def _end(work: Workspace, ending: Ending) -> None:
    """Go on to scoring, or not."""
    if ending.why is Ended.INTERRUPTED:
        raise KeyboardInterrupt
    if ending.why is Ended.CUT_THOUGHTS:
        raise UserError(f"{ending.text}; the answers are kept in {work.folder.path}")
    if ending.why is Ended.BUDGET:
        work.folder.keep(stopped=ending.text)


def _departures(samples: SampleSet, asking: Asking) -> list[str]:
    """Where the benchmark's own protocol was left, told by its first prompt."""
    first = next(iter(samples.entries), None)
    return [] if first is None else list(asking.departures(samples.prompts(samples.read(first), [])[0]))


def _keep_observed(work: Workspace, model: Model) -> None:
    work.folder.keep_observed(model.observed)
    tokens = model.observed.get("first_tokens")
    if tokens:
        work.folder.log(f"the first prompt begins with the token ids {', '.join(map(str, tokens))}")
