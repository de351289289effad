"""In which ways LongBench v2 is asked: the authors' `pred.py` without an option, with --cot, --no_context, --rag N."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bench.errors import UserError
from bench.protocols import Setting
from bench.records import Kind, Truncation

CARD = "longbench-v2"
DATA, PROMPTS = "data.json", "prompts"  # the published file of rows, and the folder beside it
TRUNCATION = Truncation(most=120_000, joined=True)
"""`config/model2maxlen.json` has 120000 for the open models, and their window is 128k."""
TEMPERATURE = 0.1
CHUNK_TOKENS = 512  # section 4.1 of the paper
GIVEN = "given"
"""`--retriever` for the chunks that the rows carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request of an answer.

    Attributes:
        template: the prompt file, without `.txt`.
        max_tokens: new tokens.
        kind: what is asked for; a step before the last one asks for reasoning.
    """

    template: str
    max_tokens: int = 128
    kind: Kind = Kind.CHOICE


STEPS: Mapping[str, Sequence[Step]] = MappingProxyType(
    {
        "zero-shot": (Step(template="0shot"),),
        "cot": (Step(template="0shot_cot", max_tokens=1024, kind=Kind.QA), Step(template="0shot_cot_ans")),
        "no-context": (Step(template="0shot_no_context"),),
        "rag": (Step(template="0shot_rag"),),
    }
)
"""The requests of each way, in their order."""

_OF_V1 = ("compress", "top_k")
_OF_RAG = ("retriever", "chunk", "chunk_tokenizer", "embeddings_url")


def way(setting: Setting) -> str:
    """A key of `STEPS`."""
    return "cot" if setting.cot else "no-context" if setting.no_context else "rag" if setting.rag else "zero-shot"


def setting_name(setting: Setting) -> str:
    """What tables call it: `zero-shot`, `cot`, `no-context`, `rag-4`."""
    return f"rag-{setting.rag}" if setting.rag else way(setting)


def check_setting(setting: Setting) -> None:
    """Refuse what the authors' protocol has no place for.

    With two options at once their pred.py silently follows one of them, or asks for reasoning by a prompt that asks
    for the letter.

    Raises:
        UserError: naming the options.
    """
    ways = [option for option, given in _given(setting, ("cot", "no_context", "rag")) if given]
    if len(ways) > 1:
        raise UserError(f"longbench-v2: {' and '.join(ways)} exclude each other; give one of them")
    of_v1 = [option for option, given in _given(setting, _OF_V1) if given]
    if of_v1:
        raise UserError(f"longbench-v2: {of_v1[0]} is of longbench; here --rag N gives the N best chunks")
    of_rag = [option for option, given in _given(setting, _OF_RAG) if given]
    if of_rag and not setting.rag:
        raise UserError(f"longbench-v2: {of_rag[0]} needs --rag N, the number of chunks")
    if setting.retriever == GIVEN and len(of_rag) > 1:
        raise UserError(f"longbench-v2: --retriever given takes the rows' own chunks; leave {of_rag[1]} out")


def _given(setting: Setting, names: Sequence[str]) -> list[tuple[str, bool]]:
    return [(f"--{name.replace('_', '-')}", bool(getattr(setting, name))) for name in names]
