"""The four sets of NaturalCodeBench as a table (Zhang et al., Findings of ACL 2024, arXiv:2405.04520).

Where their files are published, and what they are, says the card of `ncb`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bench.hub.cards import pinned
from bench.records import Limits

METRIC = "pass@1"
MAX_NEW_TOKENS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One set of problems.

    Attributes:
        language: that is to be written.
        natural_language: of the requests.
        rows: problems in the published file.
    """

    name: str
    language: str
    natural_language: str
    rows: int = 70

    @property
    def file(self) -> str:
        """The official file name."""
        return f"ncb_{self.name}.jsonl"

    @property
    def sha256(self) -> str | None:
        """Of the published file."""
        return pinned("ncb", f"problems/{self.file}")


TASKS: Mapping[str, Task] = MappingProxyType(
    {
        task.name: task
        for task in (
            Task(name="python_en", language="python", natural_language="en"),
            Task(name="python_zh", language="python", natural_language="zh"),
            Task(name="java_en", language="java", natural_language="en"),
            Task(name="java_zh", language="java", natural_language="zh"),
        )
    }
)
PUBLISHED: Mapping[str, int] = MappingProxyType({name: task.rows for name, task in TASKS.items()})
LANGUAGES: Sequence[str] = ("python", "java")
NATURAL_LANGUAGES: Sequence[str] = ("en", "zh")

DOMAINS: Mapping[str, str] = MappingProxyType(
    {
        "人工智能": "Artificial Intelligence",
        "数据科学": "Data Science",
        "算法和数据结构": "Algorithm and Data Structure",
        "操作系统": "Operation System",
        "软件工程": "Software Engineering",
        "前端开发": "Front-End",
        "后端开发": "Back-End",
        "数据库技术": "Database Technology",
        "网络编程": "Network Programming",
        "其他": "Other",
    }
)
"""The labels of the Chinese files in English. In Java the authors labelled the two languages apart, often otherwise."""

THREADS = 1280
"""A test of the public Java problem 159 starts a thousand at once; how many of them live together is chance."""
LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "python": Limits(wall_seconds=60.0, cpu_seconds=60),
        "java": Limits(wall_seconds=60.0, cpu_seconds=60, pids=THREADS),
    }
)
"""The authors allow 840 s (Python) and 420 s each for javac and java; the slowest public problem sleeps 23 s."""
TRIVIAL_LIMITS: Mapping[str, Limits] = MappingProxyType(
    {language: Limits(wall_seconds=15.0, cpu_seconds=15) for language in LIMITS}
)
"""A solution that does nothing is quick, or waits for what never comes."""
