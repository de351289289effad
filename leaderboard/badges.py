"""How a run was made, as badges; and which of them set it apart from the authors' protocol."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bench.leaderboard.board import Badge
from bench.leaderboard.cells import SIDE_BY_SIDE
from bench.leaderboard.found import Run

OFFICIAL = "official"
"""The protocol of a run that departs from the authors' in nothing."""
KNOWN = ("longbench", "longbench-e", "longbench-v2", "ncb")
"""Benchmarks with published data."""
OTHER_DATA = frozenset({"data", "card"})
"""Badges that, where they set a run apart, say that it is not over the published data."""
CODE_METRIC = "code_sim_score"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What badges are read from.

    Attributes:
        data, model: of the run's `generation`.
        newest: score version of the newest run of this benchmark; `versions` all of them.
    """

    run: Run
    generation: Mapping[str, Any]
    data: Mapping[str, Any]
    model: Mapping[str, Any]
    notes: Sequence[str]
    newest: object
    versions: Sequence[object]

    def noted(self, pattern: str) -> re.Match[str] | None:
        """The first of the run's notes that matches."""
        return next(filter(None, (re.search(pattern, note) for note in self.notes)), None)


Found = Badge | None
Reader = Callable[[Made], Found]


def _fact(name: str, value: object) -> Found:
    return Badge(name=name, value=str(value))


def _unlike(name: str, value: object) -> Found:
    return Badge(name=name, value=str(value), unlike=True)


def _given(value: object, usual: str) -> bool:
    """Whether an option was given, and another value than the usual one."""
    return value is not None and value != usual


def _setting(made: Made) -> Found:
    setting = made.run.folder.setting
    own = SIDE_BY_SIDE.get(made.run.folder.benchmark, ("zero-shot",))
    return _fact("setting", setting) if setting in own else _unlike("setting", setting)


ANSWERED: Mapping[object, str] = MappingProxyType(
    {"reference": "the benchmark's own solutions", "replay": "answers of an earlier run"}
)
"""By backend, whose answers they are where no model was asked."""


def _imported(made: Made) -> Found:
    if "predictions" in made.generation:
        return _unlike("imported", "predictions made elsewhere")
    backend = made.model.get("backend")
    return _unlike("imported", ANSWERED[backend]) if isinstance(backend, str) and backend in ANSWERED else None


def _data(made: Made) -> Found:
    source = made.data.get("source")
    if source == "sample":
        return _unlike("data", "sample data")
    if made.data.get("unpinned"):
        revision = made.noted(r"\(revision (\w+)\)")
        return _unlike("data", f"not the published data ({revision[1][:12]})" if revision else "not the published data")
    return None if source is None else _fact("data", source)


def _card(made: Made) -> Found:
    changed = made.noted(r"what counts as published is what (.+) in BENCH_CARDS says")
    return _unlike("card", changed[1]) if changed else None


def _prompts(made: Made) -> Found:
    official = made.data.get("prompts", {}).get("official")
    if official is None:
        return None
    return _fact("prompts", "official") if official else _unlike("prompts", "changed")


def _partial(made: Made) -> Found:
    why = made.run.why_partial
    return None if why is None else _fact("partial", why)


def _edit_similarity(made: Made) -> Found:
    result = made.run.result
    if result is None or all(task["metric"] != CODE_METRIC for task in result.tasks.values()):
        return None
    used = made.run.folder.spec.scoring.get("edit_similarity", "difflib")
    return _fact("edit_similarity", used) if used == "difflib" else _unlike("edit_similarity", used)


def _input_limit(made: Made) -> Found:
    asked, window = made.model.get("max_input_tokens"), made.model.get("window")
    narrowed = made.noted(r"cut to what the window of ([\d,]+) tokens leaves")
    if narrowed:
        return _unlike("input_limit", f"window of {narrowed[1]}")
    if asked is None:
        return None
    if asked != "auto":
        return _unlike("input_limit", asked)
    return _fact("input_limit", f"auto, window {window:,}" if isinstance(window, int) else "auto")


def _cut_further(made: Made) -> Found:
    further = made.noted(r"prompts were refused as too long by the server and cut further")
    return _unlike("cut_further", "by the server's refusal") if further else None


def _truncation(made: Made) -> Found:
    unit = made.model.get("truncate_by")
    return None if unit is None else _unlike("truncate_by", unit) if unit != "tokens" else _fact("truncate_by", unit)


def _template(made: Made) -> Found:
    choice = made.model.get("chat_template")
    absent = made.noted(r"^(no chat template|raw as chat)")
    if absent:
        return _unlike("chat_template", absent[1])
    if choice is None:
        return None
    given = [name for name in ("system", "chat_template_kwargs") if made.model.get(name)]
    if choice != "auto" or given:
        return _unlike("chat_template", " + ".join([str(choice), *given]))
    return _fact("chat_template", choice)


def _generation_config(made: Made) -> Found:
    chosen = made.model.get("generation_config")
    return _unlike("generation_config", chosen) if _given(chosen, "bench") else None


def _thinking(made: Made) -> Found:
    mode, more = made.model.get("thinking"), made.generation.get("thinking_tokens")
    said = [str(mode)] if _given(mode, "auto") else []
    said += ["off"] if made.model.get("no_thinking") else []
    said += [f"{more} more tokens"] if more else []
    if said:
        return _unlike("thinking", ", ".join(said))
    result = made.run.result
    thought = result is not None and result.tokens.get("thought")
    return _fact("thinking", "kept apart") if thought else None


def _attempts(made: Made) -> Found:
    attempts = made.generation.get("attempts", 1)
    return _fact("attempts", attempts) if attempts != 1 else None


def _sampled(name: str) -> Reader:
    def read(made: Made) -> Found:
        changed = made.noted(rf"^{name} (\S+) in place of the benchmark's own")
        return _unlike(name, changed[1]) if changed else None

    return read


def _not_sent(made: Made) -> Found:
    """Sampling fields that a server refused, so that its own defaults decided; the others change nothing unsent."""
    pattern = re.compile(r"^the server does not take (temperature|top_p|stop): not sent")
    fields = [found[1] for note in made.notes if (found := pattern.search(note))]
    return _unlike("refused", ", ".join(fields)) if fields else None


def _new_tokens(made: Made) -> Found:
    most = made.generation.get("max_new_tokens")
    return None if most is None else _unlike("max_new_tokens", most)


def _weights(made: Made) -> Found:
    precision = [made.model.get(name) for name in ("dtype", "quantization")]
    said = [str(value) for value in precision if _given(value, "auto")]
    return _fact("weights", ", ".join(said)) if said else None


def _input_files(made: Made) -> Found:
    result = made.run.result
    tasks = () if result is None else result.tasks.values()
    return (
        _unlike("input_files", "missing")
        if any(t.get("statuses", {}).get("needs input files") for t in tasks)
        else None
    )


def _sandbox(made: Made) -> Found:
    sandbox = made.run.folder.sandbox
    if not sandbox:
        return None
    name = sandbox.get("name")
    return _unlike("sandbox", name) if sandbox.get("isolation") == "none" else _fact("sandbox", name)


def _score_version(made: Made) -> Found:
    version = made.run.folder.spec.scoring.get("score_version")
    if len(made.versions) < 2:
        return None
    return _fact("score_version", version) if version == made.newest else _unlike("score_version", version)


BADGES: Mapping[str, Reader] = MappingProxyType(
    {
        "setting": _setting,
        "imported": _imported,
        "data": _data,
        "card": _card,
        "prompts": _prompts,
        "partial": _partial,
        "edit_similarity": _edit_similarity,
        "input_limit": _input_limit,
        "cut_further": _cut_further,
        "truncate_by": _truncation,
        "chat_template": _template,
        "generation_config": _generation_config,
        "thinking": _thinking,
        "attempts": _attempts,
        "temperature": _sampled("temperature"),
        "top_p": _sampled("top_p"),
        "refused": _not_sent,
        "max_new_tokens": _new_tokens,
        "weights": _weights,
        "input_files": _input_files,
        "sandbox": _sandbox,
        "score_version": _score_version,
    }
)
"""By name, how a badge is read from a run; None where there is nothing to say."""


def badges_of(run: Run, versions: Iterable[object] = ()) -> tuple[Badge, ...]:
    """The badges of a run, in the order of the table.

    Args:
        versions: score versions of the runs of this benchmark that stand beside it.
    """
    generation = run.folder.spec.generation
    known = sorted({version for version in versions if isinstance(version, int)})
    made = Made(
        run=run,
        generation=generation,
        data=generation.get("data", {}),
        model=generation.get("model", {}),
        notes=tuple(map(str, run.folder.notes)),
        newest=known[-1] if known else None,
        versions=known,
    )
    return tuple(badge for read in BADGES.values() if (badge := read(made)) is not None)


def protocol_of(badges: Iterable[Badge]) -> str:
    """What sets a run apart, as a text that is equal for runs made alike; `official` where nothing does."""
    return "; ".join(f"{badge.name}={badge.value}" for badge in badges if badge.unlike) or OFFICIAL
