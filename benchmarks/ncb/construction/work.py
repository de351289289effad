"""What the stages of one build share: the folder, the models, the sandbox, and what was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.benchmarks.ncb.construction.evidence.examining import Examined, examine
from bench.benchmarks.ncb.construction.folder import Folder
from bench.benchmarks.ncb.construction.interview import Answers, Asked, interview
from bench.benchmarks.ncb.construction.records import Draft
from bench.benchmarks.ncb.construction.templates import Templates
from bench.benchmarks.ncb.construction.watching import Watch
from bench.progress import Progress
from bench.records import Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What was asked for, besides requests and models.

    Attributes:
        name: of the set, in card, runs and tables.
        solutions: that each solver writes from the text alone.
        tests: asked for in the first place.
        mutants: of each solution, at most.
        target_branches, target_mutants: per cent that the tests shall reach.
        budget: how often more tests are asked for, at most.
        argue: a model argues both sides of each expected value.
        translate: each text is translated into the other natural language.
        smallest: only the smallest set of tests is published.
        embeddings: `st/MODEL` or `openai/MODEL`, by which requests are compared besides their letters.
        python_packages: `name==version`, each followed by ` --hash=sha256:...` where it is pinned.
        jars: name to sha256.
    """

    name: str = "problems"
    solutions: int = 2
    tests: int = 10
    mutants: int = 10
    target_branches: float = 90.0
    target_mutants: float = 80.0
    budget: int = 2
    argue: bool = False
    translate: bool = False
    smallest: bool = False
    embeddings: str | None = None
    embeddings_url: str | None = None
    python_packages: tuple[str, ...] = ()
    jars: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Work:
    """One build that is under way.

    Attributes:
        solvers: that write solutions from the text alone.
        lost: prompts that the model failed at; their stage is done again next time.
    """

    folder: Folder
    settings: Settings
    templates: Templates
    asked: Asked
    solvers: Sequence[Asked]
    watch: Watch
    progress: Progress
    lost: int = 0
    _examined: dict[str, Examined] = field(default_factory=dict)

    def ask(self, prompts: Sequence[Prompt], stage: str, asked: Asked | None = None) -> Answers:
        """An answer to every prompt; see `interview`."""
        found = interview(asked or self.asked, prompts, self.folder.completions, self.progress, stage)
        self.lost += sum(answer.error is not None for answer in found.values())
        return found

    def examine(self, drafts: Sequence[Draft], stage: str) -> Mapping[str, Examined]:
        """What the drafts' tests are worth; a draft that was examined before is not again."""
        known = {draft.id: self._examined.get(draft.id) for draft in drafts}
        new = [draft for draft in drafts if (found := known[draft.id]) is None or found.draft != draft]
        fresh = examine(self.watch, new, self.settings.mutants, stage) if new else {}
        self._examined |= fresh
        return {draft.id: self._examined[draft.id] for draft in drafts}

    @property
    def failures(self) -> int:
        """Prompts and trials that have to be done again."""
        return self.lost + self.watch.failed
