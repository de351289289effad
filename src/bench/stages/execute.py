"""Answers in, executions out: the code of every answer is run in the sandbox, and each verdict is on disk at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.protocols import Sandbox
from bench.reading import final
from bench.records import Execution, Job, Verdict
from bench.sandbox.jobs import job_sha256
from bench.stages import Workspace
from bench.stages.gate import Gate, GateCache
from bench.stopwatch import Stopwatch

Key = tuple[str, int, str]


@dataclass(slots=True)
class Plan:
    """What this run's answers and problems come to.

    Attributes:
        hashes: of every job by its key; an execution of another hash is out of date.
        answers: jobs of answers; each is run by itself even where two are equal.
        gate: jobs of the gate by their hash.
    """

    hashes: dict[Key, str] = field(default_factory=dict)
    answers: list[Job] = field(default_factory=list)
    gate: dict[str, list[Job]] = field(default_factory=dict)


def execute(work: Workspace, sandbox: Sandbox, cache: Path) -> None:
    """Run every job that has no execution yet; those the sandbox failed at are run again.

    Args:
        cache: the folder in which verdicts of the gate are kept between runs.
    """
    plan = make_plan(work, sandbox)
    again = work.executions.mend(stale=lambda found: plan.hashes.get(found.key) != found.job_sha256)
    if again:
        work.say(f"{again} executions are out of date or failed, and are done again")
    with work.executions.appending() as appender:
        gate = Gate(plan.gate, work.executions, appender, GateCache(cache))
        gate.recall()
        answers = [job for job in plan.answers if key_of(job) not in work.executions]
        under_way = {plan.hashes[key_of(job)] for job in answers}
        others = [job for digest, job in gate.left() if digest not in under_way]
        if answers or others:
            _announce(work, plan, answers, others)
            watch, done = Stopwatch(), 0
            try:
                for found in sandbox.run(slow_first([*answers, *others])):
                    if found.key in plan.hashes and found.key not in work.executions:
                        appender.add(found)
                    gate.settle(found)
                    _tell(work, found)
                    done += 1
            finally:
                work.progress.end()
                work.took("execute", done, watch.read())


def make_plan(work: Workspace, sandbox: Sandbox) -> Plan:
    """All jobs of a run, in the order of the samples."""
    plan = Plan()
    for stored in work.folder.samples():
        sample = stored.sample(work.benchmark.name)
        for completion in final(work.log.of(stored.id), stored.steps):
            if completion.error is None:
                plan.answers += work.benchmark.jobs(sample, completion)
        for job in work.benchmark.gate(sample):
            digest = plan.hashes[key_of(job)] = job_sha256(job, sandbox.identity)
            plan.gate.setdefault(digest, []).append(job)
    plan.hashes |= {key_of(job): job_sha256(job, sandbox.identity) for job in plan.answers}
    return plan


def key_of(job: Job) -> Key:
    """The key of the execution that a job becomes."""
    return (job.sample_id, job.attempt, job.extractor)


def slow_first(jobs: Iterable[Job]) -> Iterator[Job]:
    """Long jobs first, so that none is alone at the end; the others in their order."""
    yield from sorted(jobs, key=lambda job: -job.expected_seconds)


def _announce(work: Workspace, plan: Plan, answers: list[Job], others: list[Job]) -> None:
    work.folder.drop_result()
    gate = f", and {len(others):,} solutions that tell what can be solved here" if others else ""
    work.say(f"{len(answers):,} programs to run{gate}")
    total = len(plan.answers) + len(others)
    work.progress.start("execute", total=total, done=len(plan.answers) - len(answers))


def _tell(work: Workspace, found: Execution) -> None:
    failed = found.verdict == Verdict.SANDBOX_ERROR
    if failed:
        work.folder.log(f"{found.sample_id}: {found.verdict}: {found.reason}")
    work.progress.advance(failed=failed, verdict=None if failed else found.verdict)
