"""Make a tiny Llama with random weights, a tokenizer and a chat template, for tests against real servers.

    python scripts/tiny_model.py OUT

Nothing is downloaded: the tokenizer is trained on the sources of Python's standard library. The folder takes a few
megabytes and about ten seconds; what the model writes is noise, so it tests protocols and truncation, never quality.
Needs `torch`, `transformers` and `tokenizers`.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VOCABULARY = 4096
POSITIONS = 32_768
"""Room for samples of thousands of words; random weights do not mind."""
SOURCES = 400
"""Files of the standard library that the tokenizer sees."""
BEGIN, END, PAD = "<s>", "</s>", "<pad>"

CHAT_TEMPLATE = (
    "{{ bos_token }}"
    "{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' + message['content'] + eos_token + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}"
)


def main() -> int:
    """Write the model into the folder named on the command line."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python scripts/tiny_model.py OUT\n")
        return 2
    out = Path(sys.argv[1])
    make_tokenizer().save_pretrained(out)
    make_model().save_pretrained(out)
    return 0


def make_tokenizer() -> Any:
    """A byte-level BPE tokenizer that puts one `<s>` in front of raw text, as Llama's does."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[BEGIN, END, PAD],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(library_sources(), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A", special_tokens=[(BEGIN, tokenizer.token_to_id(BEGIN))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=BEGIN,
        eos_token=END,
        pad_token=PAD,
        chat_template=CHAT_TEMPLATE,
        model_max_length=POSITIONS,
    )


def library_sources() -> Iterator[str]:
    """Texts that every Python has."""
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[:SOURCES]:
        yield path.read_text(encoding="utf-8", errors="replace")


def make_model() -> Any:
    """About 600,000 weights, the same on every run; heads of 32 because vLLM's CPU attention refuses smaller ones."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=POSITIONS,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=2,
        tie_word_embeddings=False,
        torch_dtype="float32",
    )
    return LlamaForCausalLM(config)


if __name__ == "__main__":
    raise SystemExit(main())
