"""In which ways LongBench v1 and E are asked: a table of what becomes of the document, and of which tasks are asked so.

A way is given the samples and asks them otherwise: it wraps the `SampleSet` of the plain one. Adding one is adding a
line to `WAYS`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.benchmarks.longbench import compressing, summarising
from bench.benchmarks.longbench.summarising import Find
from bench.benchmarks.longbench.tasks import QA_TASKS
from bench.benchmarks.wrapping import Wrapped
from bench.errors import UserError
from bench.protocols import Entry, SampleSet, Setting
from bench.records import Completion, Prompt, Sample


class WithoutContext(Wrapped):
    """The authors' template with nothing in place of the document."""

    def __init__(self, plain: SampleSet) -> None:
        super().__init__(plain)
        self._entries = [dataclasses.replace(e, asked=max(1, e.size - e.document_size)) for e in plain.entries]

    @property
    def entries(self) -> Sequence[Entry]:
        """Every sample; what is asked is its line less the document."""
        return self._entries

    @property
    def notes(self) -> Sequence[str]:
        """Besides the plain ones: the authors published no prompt for this."""
        return (*self.plain.notes, "no context: the template with an empty document; no prompt was published for it")

    def prompts(self, sample: Sample, earlier: Sequence[Completion]) -> Sequence[Prompt]:
        """The one prompt of a sample."""
        bare = dataclasses.replace(sample, input={**sample.input, "context": ""})
        return self.plain.prompts(bare, earlier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of asking.

    Attributes:
        chosen: whether a setting asks for it.
        options: fields of `Setting` that it takes.
        name: what tables and run folders call it, given the setting.
        tasks: those that may be asked so; None for all.
        wrap: the samples asked so, given what finds a file beside the data or the prompts. It is known to work when
            this returns; raises a `UserError` where it cannot.
    """

    chosen: Callable[[Setting], bool]
    options: frozenset[str]
    name: Callable[[Setting], str]
    tasks: tuple[str, ...] | None
    wrap: Callable[[SampleSet, Setting, Find], SampleSet]

    def of(self, tasks: Sequence[str]) -> list[str]:
        """Those of the given tasks that may be asked so."""
        return [task for task in tasks if self.tasks is None or task in self.tasks]


ZERO_SHOT = Way(
    chosen=lambda _: False,
    options=frozenset(),
    name=lambda _: "zero-shot",
    tasks=None,
    wrap=lambda samples, _setting, _find: samples,
)
WAYS: tuple[Way, ...] = (
    Way(
        chosen=lambda setting: setting.no_context,
        options=frozenset({"no_context"}),
        name=lambda _: "no-context",
        tasks=QA_TASKS,
        wrap=lambda samples, _setting, _find: WithoutContext(samples),
    ),
    Way(
        chosen=lambda setting: setting.compress == "retrieval",
        options=frozenset({"compress", "retriever", "chunk", "top_k", "embeddings_url"}),
        name=compressing.setting_name,
        tasks=QA_TASKS,
        wrap=lambda samples, setting, _find: compressing.compressed(samples, setting),
    ),
    Way(
        chosen=lambda setting: setting.compress == "summary",
        options=frozenset({"compress", "chunk"}),
        name=summarising.setting_name,
        tasks=summarising.TASKS,
        wrap=summarising.summarised,
    ),
)
OF_V2 = frozenset({"cot", "rag"})


def find_way(benchmark: str, setting: Setting) -> Way:
    """The way that a setting asks for.

    Raises:
        UserError: v1 is not asked so, two ways exclude each other, or an option belongs to a way that is not chosen.
    """
    given = _given(setting)
    if given & OF_V2:
        raise UserError(f"{benchmark}: --cot and --rag are of longbench-v2")
    chosen = [way for way in WAYS if way.chosen(setting)]
    if len(chosen) > 1:
        names = " and ".join(way.name(setting) for way in chosen)
        raise UserError(f"{benchmark}: {names} exclude each other; choose one")
    way = chosen[0] if chosen else ZERO_SHOT
    stray = sorted(given - way.options)
    if stray:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in stray)
        raise UserError(f"{benchmark}: {options} changes nothing in the setting {way.name(setting)}; leave it out")
    return way


def _given(setting: Setting) -> frozenset[str]:
    plain = Setting()
    names = (item.name for item in dataclasses.fields(Setting))
    return frozenset(name for name in names if getattr(setting, name) != getattr(plain, name))
