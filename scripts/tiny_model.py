"""Make a tiny Llama with random weights, a tokenizer and a chat template, for tests against real servers.

    python scripts/tiny_model.py OUT
    python scripts/tiny_model.py OUT --end-tokens 2 --repetition-penalty 1.3

Nothing is downloaded: the tokenizer is trained on the sources of Python's standard library. The folder takes a few
megabytes and about ten seconds; what the model writes is noise, so it tests protocols and truncation, never quality.
Needs `torch`, `transformers` and `tokenizers`.
"""

from __future__ import annotations

import argparse
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

VOCABULARY = 4096
POSITIONS = 32_768
"""Room for samples of thousands of words; random weights do not mind."""
SOURCES = 400
"""Files of the standard library that the tokenizer sees."""
BEGIN, END, PAD, END_OF_TURN = "<s>", "</s>", "<pad>", "<|end|>"

CHAT_TEMPLATE = (
    "{{ bos_token }}"
    "{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' + message['content'] + eos_token + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}"
)


def main() -> int:
    """Write the model into the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Make a tiny model with random weights.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--end-tokens", type=int, choices=(1, 2), default=1, help="2: generation_config lists both")
    parser.add_argument("--repetition-penalty", type=float, help="written into generation_config.json")
    options = parser.parse_args()
    specials = [BEGIN, END, PAD, *([END_OF_TURN] if options.end_tokens == 2 else [])]
    make_tokenizer(specials).save_pretrained(options.out)
    model = make_model()
    set_generation(model, ends=options.end_tokens, penalty=options.repetition_penalty)
    model.save_pretrained(options.out)
    return 0


def make_tokenizer(specials: Sequence[str] = (BEGIN, END, PAD)) -> Any:
    """A byte-level BPE tokenizer that puts one `<s>` in front of raw text, as Llama's does."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(specials),
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


def set_generation(model: Any, *, ends: int, penalty: float | None) -> None:
    """What real models' generation_config.json holds: several end tokens, a sampling field of their own."""
    if ends == 2:
        model.generation_config.eos_token_id = [1, 3]
        for token in (1, 3):  # random weights would hardly ever end: with more weight both are the likeliest at times
            model.lm_head.weight.data[token] *= 1.5
    if penalty is not None:
        model.generation_config.repetition_penalty = penalty


if __name__ == "__main__":
    raise SystemExit(main())
