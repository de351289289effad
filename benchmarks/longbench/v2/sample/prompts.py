"""Prompt texts for the sample data, in our own words; they have the authors' places for what is put in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_QUESTION = "Question: $Q$\nIts four choices:\n(A) $C_A$\n(B) $C_B$\n(C) $C_C$\n(D) $C_D$\n"
_LETTER = 'End with one sentence that names the letter: "The correct answer is (letter)".'

PROMPTS: Mapping[str, str] = MappingProxyType(
    {
        "0shot": f"Here is a document.\n\n$DOC$\n\nIt is the only thing to go by.\n\n{_QUESTION}\n{_LETTER}",
        "0shot_cot": f"Here is a document.\n\n$DOC$\n\n{_QUESTION}\nThink aloud before you choose:",
        "0shot_cot_ans": f"{_QUESTION}\nThese were your thoughts about it:\n\n$COT$\n\nNow choose. {_LETTER}",
        "0shot_no_context": f"Answer from what you know.\n\n{_QUESTION}\n{_LETTER}",
        "0shot_rag": f"Here are parts of a document.\n\n$DOC$\n\nOther parts are left out.\n\n{_QUESTION}\n{_LETTER}",
    }
)
