"""v1 with its long documents summarised in parts first (the paper's section 4.2, `LongBench/summ/compress.py`).

Each part is summarised in a step of its own; the summaries take the document's place in the authors' template, which is
asked in the step after them. docs/compression.md tells where the authors' script is not followed.
"""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench.benchmarks.longbench.chunking import by_parts, joined
from bench.benchmarks.longbench.tasks import TRUNCATION
from bench.benchmarks.wrapping import Wrapped
from bench.errors import DataError
from bench.hub.cards import pinned
from bench.protocols import Entry, SampleSet, Setting
from bench.records import Completion, Kind, Parts, Prompt, Sample
from bench.spending import BYTES_PER_TOKEN

TASKS = ("gov_report", "qmsum", "multi_news", "vcsum")
CHUNK = 500
NEW_TOKENS = 200
FILE = "compress.py"
_LABELS: Mapping[str, str] = MappingProxyType({"en": "Paragraph Summary", "zh": "段落摘要"})
_NAMES: Mapping[str, str] = MappingProxyType({"en": "prompt_en", "zh": "prompt_zh"})
_OWN: Mapping[str, str] = MappingProxyType(
    {
        "en": "Write a short summary of the text above, in at most 200 words.",
        "zh": "以上是一段文字，请写出它的摘要，不超过200字。",
    }
)

Find = Callable[[str], tuple[Path, bytes] | None]
"""A file beside the data or the prompt texts, by its name; None where it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """What is said under a part, by language, and the hash of the file that it came from; None for our own."""

    texts: Mapping[str, str]
    sha256: str | None = None

    @property
    def note(self) -> str | None:
        """What a reader of a result must know of them."""
        if self.sha256 is None:
            return f"summaries of parts are asked for in words of our own: the authors' {FILE} is not beside the data"
        if self.sha256 == pinned("longbench", f"summ/{FILE}"):
            return None
        return f"the request for summaries of parts is not the authors' (sha256 {self.sha256[:8]})"


def load_requests(find: Find) -> Requests:
    """The authors' requests out of their script, which is read and never run; our own where it is not there.

    Raises:
        DataError: the file is not Python, or does not hold them.
    """
    found = find(FILE)
    if found is None:
        return Requests(texts=_OWN)
    path, raw = found
    try:
        strings = dict(_strings(_parsed(raw)))
        texts = {language: strings[name] for language, name in _NAMES.items()}
    except (SyntaxError, ValueError):
        raise DataError("not a Python file", path=path, remedy="take the authors' LongBench/summ/compress.py") from None
    except KeyError as error:
        raise DataError(f"sets no {error}", path=path, remedy="take the authors' LongBench/summ/compress.py") from None
    return Requests(texts=texts, sha256=hashlib.sha256(raw).hexdigest())


def _parsed(source: bytes) -> ast.AST:
    with warnings.catch_warnings():  # of escapes that newer Pythons do not know
        warnings.simplefilter("ignore")
        return ast.parse(source)


def _strings(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Names that are set to a string, wherever in the file."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text


def setting_name(setting: Setting) -> str:
    """`summary-500`."""
    return f"summary-{setting.chunk or CHUNK}"


def summarised(samples: SampleSet, setting: Setting, find: Find) -> SampleSet:
    """The samples, each asked for the summaries of its parts first.

    Raises:
        DataError: the file with the requests is not what it should be.
    """
    return Summarised(samples, setting.chunk or CHUNK, load_requests(find))


class Summarised(Wrapped):
    """Samples in steps: the summaries of `n` parts are steps 0 to n - 1, all askable at once; step n is the task.

    A document shorter than a chunk has no parts and is asked as it is.
    """

    def __init__(self, plain: SampleSet, chunk: int, requests: Requests) -> None:
        super().__init__(plain)
        self._chunk, self._requests = chunk, requests
        self._entries = [self._in_steps(entry) for entry in plain.entries]

    @property
    def entries(self) -> Sequence[Entry]:
        """Every sample with its steps, in the order of the data."""
        return self._entries

    @property
    def spec(self) -> Mapping[str, Any]:
        """With the size of a part and the requests."""
        requests = {"sha256": self._requests.sha256} if self._requests.sha256 else dict(self._requests.texts)
        return {**self.plain.spec, "compress": {"summary": True, "chunk": self._chunk, "requests": requests}}

    @property
    def notes(self) -> Sequence[str]:
        """With whose requests these are, and how many documents are whole."""
        whole = sum(entry.steps == 1 for entry in self._entries)
        shorter = f"{whole} documents of less than {self._chunk} words were not summarised" if whole else None
        return [*self.plain.notes, *filter(None, [self._requests.note, shorter])]

    def prompts(self, sample: Sample, earlier: Sequence[Completion]) -> Sequence[Prompt]:
        """Those of the parts that have no summary yet; the task's own once all have one."""
        parts = self._parts(sample)
        summaries = {done.step: done.text for done in earlier if done.step < len(parts)}
        if len(summaries) == len(parts):
            return [self._last(sample, [summaries[step] for step in range(len(parts))], earlier)]
        return [self._request(sample, step, part) for step, part in enumerate(parts) if step not in summaries]

    def _in_steps(self, entry: Entry) -> Entry:
        sample = self.plain.read(entry)
        parts = self._parts(sample)
        if not parts:
            return entry
        requests = sum(len(self._request(sample, 0, part).text.encode("utf-8", "surrogatepass")) for part in parts)
        steps, sent = len(parts) + 1, requests + self._last_bytes(sample, len(parts))
        return dataclasses.replace(
            entry, steps=steps, max_tokens=entry.max_tokens + NEW_TOKENS * len(parts), asked=sent // steps
        )

    def _last_bytes(self, sample: Sample, parts: int) -> int:
        """Of the task's own prompt, if every summary takes all it may."""
        longest = "x" * (NEW_TOKENS * BYTES_PER_TOKEN)
        return len(self._last(sample, [longest] * parts, ()).text.encode("utf-8", "surrogatepass"))

    def _parts(self, sample: Sample) -> list[str]:
        context = sample.input["context"]
        return [joined(context, part) for part in by_parts(context, self._chunk)]

    def _request(self, sample: Sample, step: int, part: str) -> Prompt:
        language = _language(sample)
        return Prompt(
            sample_id=sample.id,
            step=step,
            text=f"{part}\n{self._requests.texts[language]}",
            parts=Parts(context=part),
            kind=Kind.SUMMARY,
            language=language,
            max_tokens=NEW_TOKENS,
            truncation=TRUNCATION,
        )

    def _last(self, sample: Sample, summaries: Sequence[str], earlier: Sequence[Completion]) -> Prompt:
        if summaries:
            label = _LABELS[_language(sample)]
            context = "".join(f"{label}{number} : {text}\n" for number, text in enumerate(summaries, start=1))
            sample = dataclasses.replace(sample, input={**sample.input, "context": context})
        (prompt,) = self.plain.prompts(sample, earlier)
        return dataclasses.replace(prompt, step=len(summaries))


def _language(sample: Sample) -> str:
    """As compress.py: what is not Chinese is asked in English."""
    return "zh" if sample.language == "zh" else "en"
