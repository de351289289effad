"""What travels between the stages: frozen records in the field's own words.

Every record is plain data: strings, numbers, tuples and read-only mappings, so that it can be pickled to a worker
and written as one line of JSON (`to_json`, `from_json`).
"""

from bench.records.answered import FROM_CACHE, Completion, Score, Usage
from bench.records.asked import (
    EXCERPT,
    Kind,
    Parts,
    PlacedSample,
    Prompt,
    Sample,
    Sampling,
    StoredSample,
    Truncation,
    is_in,
)
from bench.records.executed import Execution, Job, Limits, Verdict
from bench.records.nested import from_plain, to_plain
from bench.records.plain import Json, from_json, to_json
from bench.records.results import SCHEMA_VERSION, RunResult, RunSpec
from bench.records.sharded import Shard
from bench.records.tried import Coverage, Ended, Observation, Outcome, Round, TestRun, Trial

__all__ = [
    "EXCERPT",
    "FROM_CACHE",
    "SCHEMA_VERSION",
    "Completion",
    "Coverage",
    "Ended",
    "Execution",
    "Job",
    "Json",
    "Kind",
    "Limits",
    "Observation",
    "Outcome",
    "Parts",
    "PlacedSample",
    "Prompt",
    "Round",
    "RunResult",
    "RunSpec",
    "Sample",
    "Sampling",
    "Score",
    "Shard",
    "StoredSample",
    "TestRun",
    "Trial",
    "Truncation",
    "Usage",
    "Verdict",
    "from_json",
    "from_plain",
    "is_in",
    "to_json",
    "to_plain",
]
