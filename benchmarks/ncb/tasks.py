"""The four sets of NaturalCodeBench as a table (Zhang et al., Findings of ACL 2024, arXiv:2405.04520).

Hashes and row counts are those of `problems/` in THUDM/NaturalCodeBench at 268e85044a44e434ac3681b269f6531abbf1a291.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bench.records import Limits

METRIC = "pass@1"
MAX_NEW_TOKENS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One set of problems.

    Attributes:
        language: that is to be written.
        natural_language: of the requests.
        sha256: of the published file.
        rows: problems in it.
    """

    name: str
    language: str
    natural_language: str
    sha256: str
    rows: int = 70

    @property
    def file(self) -> str:
        """The official file name."""
        return f"ncb_{self.name}.jsonl"


_PYTHON_EN = "ebbd3887bebc0e2dd949d3b4eaa2b8e905c7346f42fcafd5cdba89d0d938a808"
_PYTHON_ZH = "2c5327ad1a978099df211b1b2b99b8803005a8bb821245823c351ac3f774a7a4"
_JAVA_EN = "9f20840efb9df455f90205de5c2ecb25a463b81dd32decb3d1964e71c7ccbd5a"
_JAVA_ZH = "8df729e2645adf87660b6a922308158b8082e27377456c427350ed0d21608e9d"

TASKS: Mapping[str, Task] = MappingProxyType(
    {
        task.name: task
        for task in (
            Task(name="python_en", language="python", natural_language="en", sha256=_PYTHON_EN),
            Task(name="python_zh", language="python", natural_language="zh", sha256=_PYTHON_ZH),
            Task(name="java_en", language="java", natural_language="en", sha256=_JAVA_EN),
            Task(name="java_zh", language="java", natural_language="zh", sha256=_JAVA_ZH),
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

LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "python": Limits(wall_seconds=60.0, cpu_seconds=60),
        "java": Limits(wall_seconds=60.0, cpu_seconds=60),
    }
)
"""The authors allow 840 s (Python) and 420 s each for javac and java; the slowest public problem sleeps 23 s."""
TRIVIAL_LIMITS: Mapping[str, Limits] = MappingProxyType(
    {language: Limits(wall_seconds=15.0, cpu_seconds=15) for language in LIMITS}
)
"""A solution that does nothing is quick, or waits for what never comes."""
