"""`bench build-tests`: the stages one after the other, each done again only where what it rests on has changed."""

from __future__ import annotations

import dataclasses
import hashlib
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench.benchmarks.ncb.construction import stages as doing
from bench.benchmarks.ncb.construction.folder import DECISIONS, FILES, STAGES, Folder, check_stages
from bench.benchmarks.ncb.construction.interview import Asked
from bench.benchmarks.ncb.construction.problem_cards import new_canary, write_card
from bench.benchmarks.ncb.construction.publishing import DROPPED, Published, copy_inputs, counts_of, publish
from bench.benchmarks.ncb.construction.records import Decision, Draft, Question, Repaired, Request, Screened
from bench.benchmarks.ncb.construction.review.asking import open_questions
from bench.benchmarks.ncb.construction.templates import Templates
from bench.benchmarks.ncb.construction.watching import Watch
from bench.benchmarks.ncb.construction.work import Settings, Work
from bench.benchmarks.ncb.sources import INPUTS
from bench.errors import UserError
from bench.jsonl import replace_file, to_line
from bench.progress import Progress
from bench.sandbox.observing import Observer
from bench.versions import version_of

PACKAGES = ("longcode-bench", "cosmic-ray", "coverage")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a stage rests on: where any of it has changed, the stage is done again.

    Attributes:
        run: makes its records.
        inputs: stages whose files it reads.
        settings: names of settings.
        templates: prompts that it sends.
        models: whose answers it takes, `asked` or `solvers`.
        prefixes: of the sample ids of its prompts, which `--redo` forgets.
        variants: which trials `--redo` forgets, by the start of their variant's name.
    """

    run: Callable[[Work], Sequence[Any]]
    inputs: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    models: str = ""
    prefixes: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()


def _screen(work: Work) -> Sequence[Any]:
    return doing.screen(work, work.folder.read("requests"))


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "screen": Rule(
            _screen,
            settings=("embeddings", "embeddings_url"),
            templates=("screen",),
            models="asked",
            prefixes=("screen/",),
        ),
        "draft": Rule(
            doing.draft,
            inputs=("screen",),
            settings=("tests", "translate"),
            templates=("statement", "solution", "tests", "translate"),
            models="asked",
            prefixes=("statement/", "solution/", "tests/", "translate/"),
        ),
        "verify": Rule(
            doing.verify,
            inputs=("draft",),
            settings=("mutants",),
            variants=("reference", "empty", "altered", "idle", "mutant"),
        ),
        "measure": Rule(doing.measure, inputs=("draft", "verify"), settings=("mutants",)),
        "repair": Rule(
            doing.repair,
            inputs=("draft", "verify", "measure"),
            settings=("target_branches", "target_mutants", "budget", "argue", "mutants"),
            templates=("more_tests", "argue"),
            models="asked",
            prefixes=("more_tests/", "argue/"),
        ),
        "align": Rule(
            doing.align,
            inputs=("repair",),
            settings=("solutions",),
            templates=("solve",),
            models="solvers",
            prefixes=("solve/",),
            variants=("solver",),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What there is after a build.

    Attributes:
        screened, drafts, repaired, questions: records of the stages, as far as they were done.
        pending: questions that nobody has decided.
        published: None where that stage was not asked for.
        failures: prompts and trials that failed, and are done again by the same command.
    """

    folder: Path
    screened: tuple[Screened, ...]
    drafts: tuple[Draft, ...]
    repaired: tuple[Repaired, ...]
    questions: tuple[Question, ...]
    pending: tuple[Question, ...]
    published: Published | None
    failures: int

    @property
    def undrafted(self) -> tuple[Draft, ...]:
        """Requests that were kept and never became a problem."""
        return tuple(draft for draft in self.drafts if draft.reason is not None)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to decide or to do again, and every request that stays became a problem."""
        unusable = [row for row in self.repaired if row.verified.reason is not None]
        left_out = [] if self.published is None else [why for why in self.published.left_out.values() if why != DROPPED]
        return not (self.pending or self.undrafted or self.failures or unusable or left_out)

    def counts(self, repaired: Repaired) -> Mapping[str, int]:
        """Tests of a problem, and marks on them."""
        return counts_of(repaired.verified)


def build(
    requests: Sequence[Request] | None,
    *,
    model: Asked,
    observer: Callable[[], Observer],
    folder: Folder,
    settings: Settings,
    templates: Templates,
    progress: Progress,
    solvers: Sequence[Asked] = (),
    stages: Sequence[str] = STAGES,
    redo: Sequence[str] = (),
    decisions: Sequence[Decision] = (),
) -> Built:
    """Make problems of requests, or go on where an earlier start ended.

    Args:
        requests: None for those that the folder has.
        observer: makes the sandbox when a trial has to be run.
        folder: held by the caller.
        solvers: write solutions from the text alone; the model itself where there are none.
        stages: those to do, in their order; what they rest on must be there.
        redo: stages whose answers and observations are forgotten first.
        decisions: that are taken besides those of the folder.

    Raises:
        UserError: with what to do about it; what is finished is kept.
    """
    check_stages([*stages, *redo])
    watch = Watch(observer, folder.observations, progress)
    work = Work(
        folder=folder,
        settings=settings,
        templates=templates,
        asked=model,
        solvers=solvers or (model,),
        watch=watch,
        progress=progress,
    )
    try:
        _take(work, requests)
        _forget(work, redo)
        _decide(folder, decisions)
        for stage in (one for one in STAGES if one in stages and one != "publish"):
            _do(work, stage)
        published = _publish(work) if "publish" in stages else None
    finally:
        if watch.spec:
            folder.write_build({**folder.build(), "sandbox": watch.spec})
        watch.close()
    return _built(work, published)


# -- requests


def _take(work: Work, requests: Sequence[Request] | None) -> None:
    """Keep the requests with the folder, their input files too."""
    folder = work.folder
    if requests is None and not folder.has("requests"):
        raise UserError(f"{folder.path}: holds no requests yet; name a file of them")
    if folder.has("requests"):
        own = None if requests is None else [_with_own_files(folder, request) for request in requests]
        same = own is None or own == folder.read("requests")
        change = "" if same else ": other requests than before, what rests on them is done again"
        work.progress.say(f"going on in {folder.path}{change}")
    if requests is not None:
        folder.write("requests", [_with_own_files(folder, request) for request in requests])
    known = folder.build()
    kept = {"canary": known.get("canary") or new_canary(work.settings.name), "stages": known.get("stages", {})}
    kept |= {"sandbox": known["sandbox"]} if "sandbox" in known else {}
    folder.write_build({**_asked_for(work), **kept})
    if work.settings.python_packages or work.settings.jars:
        write_card(folder.path, work.settings, tasks=[], canary=kept["canary"])  # `bench sandbox build --for` reads it


def _with_own_files(folder: Folder, request: Request) -> Request:
    """The request with its files in the folder, where an evaluator looks for those of the published problem."""
    if request.files is None:
        return request
    place = folder.path / f"{request.language}_{request.natural_language}" / INPUTS / request.id
    copy_inputs(Path(request.files), place)
    return dataclasses.replace(request, files=str(place))


def _asked_for(work: Work) -> dict[str, Any]:
    settings = dataclasses.asdict(work.settings)
    return {
        "settings": {**settings, "jars": dict(work.settings.jars)},
        "model": dict(work.asked.identity),
        "solvers": [dict(solver.identity) for solver in work.solvers],
        "prompts_sha256": work.templates.hashes,
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Of what takes part in a build."""
    return {"python": platform.python_version(), **{name: version_of(name) for name in PACKAGES}}


# -- one stage


def _do(work: Work, stage: str) -> None:
    """A stage, where its file is not there or rests on something else than what there is now."""
    rests_on, state = _rests_on(work, stage), work.folder.build().get("stages", {}).get(stage, {})
    if work.folder.has(stage) and state.get("rests_on") == rests_on and state.get("whole"):
        return
    if work.folder.has(stage):
        work.progress.say(f"{stage}: {_why_again(state, rests_on)}; done again")
    before = work.failures
    work.folder.write(stage, RULES[stage].run(work))
    if stage == "align":
        work.folder.write("questions", doing.ask(work))
    _note(work, stage, {"rests_on": rests_on, "whole": work.failures == before})


def _rests_on(work: Work, stage: str) -> dict[str, Any]:
    rule, folder = RULES[stage], work.folder
    for one in rule.inputs:
        if not folder.has(one):
            raise UserError(f"--stages: {stage} needs {one}, which was not done yet; add it")
    identities = {"asked": [work.asked], "solvers": list(work.solvers)}.get(rule.models, [])
    found: dict[str, Any] = {
        "inputs": {one: _sha256(folder.path / FILES[one].name) for one in rule.inputs},
        "settings": {name: getattr(work.settings, name) for name in rule.settings},
        "prompts": {name: work.templates.sha256(name) for name in rule.templates},
        "models": [dict(one.identity) for one in identities],
    }
    if stage == "screen":
        found["inputs"] = {"requests": _sha256(folder.path / FILES["requests"].name)}
    if stage == "draft":
        found["inputs"]["kept requests"] = [row.id for row in doing.kept_requests(work)]
    return found


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _why_again(state: Mapping[str, Any], rests_on: Mapping[str, Any]) -> str:
    """What changed, in a few words."""
    if not state:
        return "it was not finished"
    before = state.get("rests_on", {})
    if before == rests_on:
        return "some of it failed"
    changed = []
    for what, now in rests_on.items():
        old = before.get(what)
        if isinstance(now, dict) and isinstance(old, dict):
            changed += [f"{name} changed" for name in now if now[name] != old.get(name)]
        elif now != old:
            changed.append(f"{what} changed")
    return ", ".join(changed)


def _note(work: Work, stage: str, state: Mapping[str, Any]) -> None:
    known = work.folder.build()
    work.folder.write_build({**known, "stages": {**known.get("stages", {}), stage: state}})


def _forget(work: Work, redo: Sequence[str]) -> None:
    """Take out of the logs what belongs to these stages, and their files."""
    for stage in redo:
        if stage == "publish":
            continue
        rule = RULES[stage]
        if rule.prefixes:
            work.folder.completions.mend(stale=partial(_begins, "sample_id", rule.prefixes))
        if rule.variants:
            work.folder.observations.mend(stale=partial(_begins, "variant", rule.variants))
        work.folder.drop(stage)


def _begins(field: str, beginnings: tuple[str, ...], record: object) -> bool:
    return str(getattr(record, field)).startswith(beginnings)


def _decide(folder: Folder, given: Sequence[Decision]) -> None:
    """Add decisions that the folder has not got yet."""
    known = folder.decisions()
    new = [one for one in given if one not in known]
    if not new:
        return
    mine = folder.path / DECISIONS
    before = "".join(to_line(one) for one in known)
    replace_file(mine, [before, *(to_line(one) for one in new)])


def _publish(work: Work) -> Published:
    for stage in ("repair", "align"):
        if not work.folder.has(stage):
            raise UserError(f"--stages: publish needs {stage}, which was not done yet; add it")
    work.folder.write("questions", doing.ask(work))
    return publish(work, versions(), work.folder.build()["canary"])


def _built(work: Work, published: Published | None) -> Built:
    folder = work.folder
    questions = tuple(folder.read("questions"))
    return Built(
        folder=folder.path,
        screened=tuple(folder.read("screen")),
        drafts=tuple(folder.read("draft")),
        repaired=tuple(folder.read("repair")),
        questions=questions,
        pending=open_questions(questions, folder.decisions()),
        published=published,
        failures=work.failures,
    )
