"""Tokenizers made on the spot: a byte-level BPE trained on the standard library, with habits that models differ in."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from tiny_model import BEGIN, make_tokenizer

TURNS = "{% for m in messages %}<|{{ m['role'] }}|>\n{{ m['content'] }}{{ eos_token }}\n{% endfor %}<|assistant|>\n"
WITH_BOS = "{{ bos_token }}" + TURNS
WITHOUT_BOS = TURNS
THINKING = (
    TURNS
    + "{% if enable_thinking is not defined or enable_thinking %}<think>\n{% else %}<think>\n\n</think>\n{% endif %}"
)
NO_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system messages') }}{% endif %}" + TURNS


@functools.cache
def _trained() -> Any:
    return make_tokenizer()


def tokenizer_folder(
    folder: Path, *, template: str | None = WITH_BOS, begins: int = 1, window: int | None = 4096
) -> Path:
    """A folder as a model has one.

    Args:
        template: the chat template; None for a tokenizer without.
        begins: how many `<s>` it puts before a text.
        window: `max_position_embeddings` of the config.json; None for no such file.
    """
    from tokenizers import processors

    tokenizer = _trained()
    backend = tokenizer.backend_tokenizer
    backend.post_processor = processors.TemplateProcessing(
        single=" ".join([BEGIN] * begins + ["$A"]), special_tokens=[(BEGIN, backend.token_to_id(BEGIN))]
    )
    tokenizer.chat_template = template
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)
    if window is not None:
        (folder / "config.json").write_text(f'{{"model_type": "llama", "max_position_embeddings": {window}}}')
    return folder
