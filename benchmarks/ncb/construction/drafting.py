"""Stage 2: from a request to a problem: its text, a reference solution, and tests, each from a model's answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from bench.benchmarks.ncb.construction.interview import Answers, prompt
from bench.benchmarks.ncb.construction.records import Draft, Request, Screened
from bench.benchmarks.ncb.construction.screening import NO_ANSWER, SPELLINGS
from bench.benchmarks.ncb.construction.source.code_answers import fenced_solution, solution_files, test_code
from bench.benchmarks.ncb.construction.source.suites import units
from bench.benchmarks.ncb.construction.templates import Templates
from bench.benchmarks.ncb.extraction import official_python
from bench.evaluators.thoughts import without_thoughts
from bench.records import Prompt

FRAMEWORKS: Mapping[str, str] = MappingProxyType({"python": "pytest", "java": "JUnit 5"})
SHAPES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "python": {
            "en": "Functions or one class; the names of the solution are imported already.",
            "zh": "写成函数或一个类；解答的名字已经导入。",
        },
        "java": {
            "en": "One class with its imports and without a package.",
            "zh": "写成一个类，带import，不带package。",
        },
    }
)
LONGEST_STATEMENT = 12_000
"""Characters; what is longer is no text of a problem but a model that does not end."""


def problem_name(draft_id: str, what: str) -> str:
    """The id under which a template's prompt about a problem is asked and logged."""
    return f"{what}/{draft_id}"


def statement_prompt(request: Request, templates: Templates) -> Prompt:
    """Asks for the text of the problem."""
    values = {
        "text": request.text,
        "language": SPELLINGS[request.language],
        "files": files_line(request.files, request.natural_language),
    }
    text = templates.filled("statement", request.natural_language, values)
    return prompt(problem_name(request.id, "statement"), text, request.natural_language)


def solution_prompt(draft: Draft, templates: Templates, *, what: str = "solution", attempt: int = 0) -> Prompt:
    """Asks for a solution from the text alone.

    Args:
        what: `solution` for the reference, `solve` for one more that is compared with it.
    """
    text = templates.filled(what, draft.natural_language, common(draft))
    return prompt(problem_name(draft.id, what), text, draft.natural_language, attempt)


def tests_prompt(draft: Draft, templates: Templates, count: int) -> Prompt:
    """Asks for tests: six of ten for coverage, four for corner cases, as in NaturalCodeBench's paper."""
    ordinary = round(0.6 * count)
    values = {
        **common(draft),
        "solution": shown_solution(draft),
        "count": count,
        "ordinary": ordinary,
        "corner": count - ordinary,
    }
    text = templates.filled("tests", draft.natural_language, values)
    return prompt(problem_name(draft.id, "tests"), text, draft.natural_language)


def common(draft: Draft) -> dict[str, object]:
    """What most templates are filled with."""
    return {
        "statement": draft.statements[draft.natural_language],
        "language": SPELLINGS[draft.language],
        "files": files_line(draft.inputs, draft.natural_language),
        "fence": draft.language,
        "framework": FRAMEWORKS[draft.language],
        "shape": SHAPES[draft.language][draft.natural_language],
    }


def files_line(folder: str | None, natural_language: str) -> str:
    """Names of the input files, with the start of each, in words; empty where there are none."""
    if folder is None:
        return ""
    named = "；以下文件在工作目录里" if natural_language == "zh" else "These files lie in the working folder"
    parts = [
        f"{path.relative_to(folder)}:\n{_head(path)}" for path in sorted(Path(folder).rglob("*")) if path.is_file()
    ]
    return f"\n{named.lstrip('；')}:\n" + "\n".join(parts) + "\n"


def _head(path: Path, most: int = 400) -> str:
    text = path.read_bytes()[: 4 * most].decode("utf-8", "replace")
    return text if len(text) <= most else f"{text[:most]}..."


def shown_solution(draft: Draft) -> str:
    """The reference solution as a prompt shows it."""
    return "\n\n".join(source.strip() for source in draft.files.values())


def begun(found: Screened) -> Draft:
    """The draft of a request that was kept, with nothing in it yet."""
    request = found.request
    return Draft(
        id=found.id,
        language=request.language,
        natural_language=request.natural_language,
        domain=found.domain,
        inputs=request.files,
    )


def with_statement(draft: Draft, answers: Answers) -> Draft:
    """The draft with its text, or with the reason why there is none."""
    answer = answers[problem_name(draft.id, "statement"), 0]
    text = without_thoughts(answer.text).strip()
    reason = _why_not(answer.error, text, "text of the problem")
    if reason is None and len(text) > LONGEST_STATEMENT:
        reason = f"the text of the problem does not end ({len(text):,} characters)"
    if reason is not None:
        return dataclasses.replace(draft, reason=reason)
    return dataclasses.replace(draft, statements={draft.natural_language: text})


def with_solution(draft: Draft, answers: Answers) -> Draft:
    """The draft with its reference solution, or with the reason why there is none."""
    answer = answers[problem_name(draft.id, "solution"), 0]
    reason = _why_not(answer.error, answer.text, "reference solution")
    if reason is not None:
        return dataclasses.replace(draft, reason=reason)
    found = solution_files(draft.language, answer.text, draft.id)
    if not found:
        return dataclasses.replace(draft, reason=_no_code("reference solution", answer.text, answer.finish_reason))
    return dataclasses.replace(draft, files=found)


def with_tests(draft: Draft, answers: Answers) -> Draft:
    """The draft with its tests, or with the reason why there are none."""
    answer = answers[problem_name(draft.id, "tests"), 0]
    reason = _why_not(answer.error, answer.text, "tests")
    if reason is not None:
        return dataclasses.replace(draft, reason=reason)
    code = test_code(draft.language, answer.text)
    if not code or not units(draft.language, code):
        return dataclasses.replace(draft, reason=_no_code("tests", answer.text, answer.finish_reason))
    return dataclasses.replace(draft, tests=code)


def with_translation(draft: Draft, natural_language: str, answers: Answers) -> Draft:
    """The draft with its text in another language too; without it where the model gave none."""
    answer = answers[problem_name(draft.id, "translate"), 0]
    text = without_thoughts(answer.text).strip()
    if answer.error is not None or not text:
        return draft
    return dataclasses.replace(draft, statements={**draft.statements, natural_language: text})


def _why_not(error: str | None, text: str, what: str) -> str | None:
    if error is not None:
        return f"{what}: {NO_ANSWER}: {error}"
    return None if text.strip() else f"{what}: the model's answer is empty"


def _no_code(what: str, text: str, finish_reason: str | None) -> str:
    cut = ", and was cut by its length" if finish_reason == "length" else ""
    said = " ".join(without_thoughts(text).split())[:80]
    return f"{what}: the model's answer holds none{cut}; it begins: {said}"


def response(draft: Draft) -> str:
    """The reference solution as a model would answer it: NaturalCodeBench's `reference_solution`."""
    header = official_python.module("").rstrip("\n") if draft.language == "python" else ""
    sources = [source.removeprefix(header).strip() for source in draft.files.values()]
    found = fenced_solution(draft.language, "\n\n".join(f"```{draft.language}\n{source}\n```" for source in sources))
    assert found is not None, "made of files that came out of such a response"
    return found
