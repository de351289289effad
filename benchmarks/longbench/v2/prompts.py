"""The prompt texts of LongBench v2, verified by hash and never retyped here, and how the authors fill them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bench.benchmarks.longbench.v2.rows import ASKED, CHOICES
from bench.benchmarks.longbench.v2.settings import CARD, PROMPTS, TEMPERATURE, TRUNCATION, Step
from bench.errors import DataError
from bench.hub.cards import pinned
from bench.jsonl import reason
from bench.records import Kind, Parts, Prompt, Sample, Sampling

DOCUMENT, THOUGHT = "$DOC$", "$COT$"
MARKS: Mapping[str, str] = MappingProxyType(
    {"question": "$Q$"} | {key: f"$C_{letter}$" for letter, key in CHOICES.items()}
)
"""What stands in a template for each field, in the order in which the authors put them in."""
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "0shot": (DOCUMENT,),
        "0shot_cot": (DOCUMENT,),
        "0shot_cot_ans": (THOUGHT,),
        "0shot_no_context": (),
        "0shot_rag": (DOCUMENT,),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTexts:
    """The templates of one setting by their name, with the hash of each file."""

    templates: Mapping[str, str]
    sha256: Mapping[str, str]

    @property
    def official(self) -> bool:
        """Whether these are the authors' own, byte for byte."""
        return not self.foreign

    @property
    def foreign(self) -> list[str]:
        """Files that are not."""
        names = {file_of(name): found for name, found in self.sha256.items()}
        return [name for name, found in names.items() if found != pinned(CARD, f"{PROMPTS}/{name}")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is put into a template besides the question: what takes the place of the document, and the first answer."""

    document: str
    thought: str = ""


def load_texts(folder: Path, steps: Sequence[Step]) -> PromptTexts:
    """Read and check the prompt texts of some steps.

    Raises:
        DataError: a file is missing, is no text or lacks a place for what belongs into it.
    """
    paths = (folder / file_of(step.template) for step in steps)
    return read_texts({path: _read(path) for path in paths})


def file_of(template: str) -> str:
    """The name of a prompt file."""
    return f"{template}.txt"


def read_texts(files: Mapping[Path, bytes]) -> PromptTexts:
    """The texts of some files, by their path.

    Raises:
        DataError: see `load_texts`.
    """
    return PromptTexts(
        templates={path.stem: _text(path, content) for path, content in files.items()},
        sha256={path.stem: hashlib.sha256(content).hexdigest() for path, content in files.items()},
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        remedy = "name the folder with the authors' prompt files with --prompts"
        raise DataError(reason(error), path=path, remedy=remedy) from None


def _text(path: Path, content: bytes) -> str:
    try:
        # The authors read it in text mode, which makes every line end a line feed.
        text = content.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise DataError("not UTF-8", path=path, remedy="restore the file") from None
    for mark in (*_NEEDED[path.stem], *MARKS.values()):
        if mark not in text:
            raise DataError(f"has no {mark}", path=path, remedy="restore the file, or put it where it belongs")
    return text


def fill(template: str, document: str, fields: Mapping[str, str]) -> str:
    """The template with everything put in, as the authors' pred.py does: one replacement after the other.

    So a document that itself contains `$Q$` gets the question there too, as in theirs.

    Args:
        fields: `question`, `choice_A` to `choice_D`.
    """
    text = template.replace(DOCUMENT, document.strip())
    for key, mark in MARKS.items():
        text = text.replace(mark, fields[key].strip())
    return text


def make_prompt(steps: Sequence[Step], number: int, sample: Sample, texts: PromptTexts, said: Said) -> Prompt:
    """The prompt of one step."""
    step = steps[number]
    text = fill(texts.templates[step.template], said.document, sample.input)
    if number:
        text = text.replace(THOUGHT, said.thought.strip())
    return Prompt(
        sample_id=sample.id,
        step=number,
        text=text,
        parts=_parts(step, sample, said.thought if number else said.document),
        kind=step.kind,
        language=sample.language,
        max_tokens=step.max_tokens,
        truncation=TRUNCATION,
        sampling=Sampling(temperature=TEMPERATURE),
    )


def _parts(step: Step, sample: Sample, context: str) -> Parts:
    """The pieces; where a letter is asked for, the choices belong to the question, each on a line of its own."""
    question, *choices = (" ".join(sample.input[key].split()) for key in ASKED)
    if step.kind is not Kind.CHOICE:
        return Parts(context=context, question=question)
    lettered = (f"({letter}) {choice}" for letter, choice in zip(CHOICES, choices, strict=True))
    return Parts(context=context, question="\n".join([question, *lettered]))
