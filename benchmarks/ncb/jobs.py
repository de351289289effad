"""From answers to jobs: the files that the authors' evaluator would write, for the sandbox."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bench.benchmarks.ncb.data import reference_response
from bench.benchmarks.ncb.extraction import OFFICIAL, ROBUST, Extracted
from bench.benchmarks.ncb.tasks import LIMITS, TRIVIAL_LIMITS
from bench.benchmarks.ncb.trivial import TRIVIAL
from bench.records import Completion, Job, Sample

EXPECTED_SECONDS: Mapping[str, float] = {
    "python/183": 23.0,  # it sleeps
    "python/174": 3.0,
    **{f"python/{number}": 3.0 for number in (159, 167, 169, 177, 184)},  # they load torch
}
"""The slow public problems."""

REFERENCE, TRIVIALLY = "reference", "trivial"


def extracted(sample: Sample, text: str) -> tuple[Extracted, Extracted]:
    """What the official and the robust way take out of an answer."""
    number = number_of(sample)
    return OFFICIAL[sample.language](text, number), ROBUST[sample.language](text, number)


def answer_jobs(sample: Sample, completion: Completion, inputs: str | None) -> Sequence[Job]:
    """The official extraction first; the robust one only where it gives other files."""
    if completion.error is not None:
        return []
    official, robust = extracted(sample, completion.text)
    jobs = [_job(sample, "official", official.files, inputs, completion.attempt)]
    if robust.files != official.files:
        jobs.append(_job(sample, "robust", robust.files, inputs, completion.attempt))
    return jobs


def gate_jobs(sample: Sample, inputs: str | None) -> Sequence[Job]:
    """The authors' solution, and one with its signatures that does nothing."""
    response = reference_response(sample)
    if response is None:
        return []
    files = OFFICIAL[sample.language](response, number_of(sample)).files
    trivial = TRIVIAL[sample.language](files)
    return [
        _job(sample, REFERENCE, files, inputs),
        *([_job(sample, TRIVIALLY, trivial, inputs)] if trivial is not None else []),
    ]


def number_of(sample: Sample) -> str:
    """The problem's number in its file."""
    return str(sample.metadata["problem"])


def _job(sample: Sample, extractor: str, files: Mapping[str, str], inputs: str | None, attempt: int = 0) -> Job:
    number, language = number_of(sample), sample.language
    return Job(
        sample_id=sample.id,
        attempt=attempt,
        extractor=extractor,
        language=language,
        name=solution_name(language, number),
        files=files,
        tests=tests_of(sample),
        inputs=inputs,
        limits=TRIVIAL_LIMITS[language] if extractor == TRIVIALLY else LIMITS[language],
        expected_seconds=_expected_seconds(sample),
    )


def _expected_seconds(sample: Sample) -> float:
    known = sample.metadata.get("published")
    return EXPECTED_SECONDS.get(f"{sample.language}/{number_of(sample)}", 0.0) if known else 0.0


def solution_name(language: str, number: str) -> str:
    """The module of the solution (Python), or the class of the tests (Java)."""
    return f"python_{number}" if language == "python" else f"Test_java_{number}"


def tests_of(sample: Sample) -> str:
    """The test file of a problem."""
    found = sample.metadata
    return test_text(sample.language, number_of(sample), str(found["testcases"]), str(found["setup_code"]))


def test_text(language: str, number: str, cases: str, setup: str) -> str:
    """The test file as the authors write it (`write_python_test_files`, `write_java_test_files`)."""
    if language == "python":
        return f"import pytest\nfrom {solution_name(language, number)} import *\n{cases}\n{setup}"
    return java_tests(cases, number)


def java_tests(cases: str, number: str) -> str:
    """The authors rename the test class by replacing its name wherever that text stands."""
    found = re.search(r"class (.*?)\s", cases, re.DOTALL)
    return cases.replace(found.group(1), f"Test_java_{number}") if found else cases
