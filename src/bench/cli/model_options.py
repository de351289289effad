"""The options of `bench run` that a model's backend takes: tables, and their values as `load_model` wants them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import click

from bench.cli.sections import Declared
from bench.errors import UserError

COUNT: Mapping[str, Any] = MappingProxyType({"type": click.IntRange(min=1), "metavar": "N"})

PROMPTS: tuple[Declared, ...] = (
    ("--max-input-tokens", {"metavar": "auto|window|N", "help": "auto: the authors' own limit.  [default: auto]"}),
    (
        "--truncate-by",
        {"type": click.Choice(["tokens", "chars"]), "help": "chars where no tokenizer can be had.  [default: tokens]"},
    ),
    ("--tokenizer", {"metavar": "NAME", "help": "A folder or hub id, in place of the model's own."}),
    ("--chat-template", {"metavar": "auto|none|FILE", "help": "auto: the tokenizer's.  [default: auto]"}),
    ("--chat-template-kwargs", {"metavar": "JSON", "help": "Variables of the chat template."}),
    ("--system", {"metavar": "TEXT", "help": "A system message, under a chat template."}),
    (
        "--generation-config",
        {"type": click.Choice(["bench", "model"]), "help": "Who sets what is not asked for.  [default: bench]"},
    ),
    (
        "--thinking",
        {"type": click.Choice(["auto", "keep", "strip"]), "help": "Thoughts apart from answers.  [default: auto]"},
    ),
    ("--no-thinking", {"is_flag": True, "default": None, "help": "Turn thinking off by the chat template."}),
)

SERVERS: tuple[Declared, ...] = (
    ("--base-url", {"multiple": True, "metavar": "URL", "help": "http://127.0.0.1:8000/v1; once for each replica."}),
    ("--concurrency", {**COUNT, "help": "Requests in flight at most; hf/: prompts in a batch."}),
    ("--timeout", {"type": click.FloatRange(min=0, min_open=True), "metavar": "S", "help": "Seconds for one request."}),
    ("--retries", {"type": click.IntRange(min=0), "metavar": "N", "help": "Further tries of a failed request."}),
)

ENGINES: tuple[Declared, ...] = (
    ("--model-revision", {"metavar": "REV", "help": "Commit, branch or tag on the hub."}),
    ("--serve", {"is_flag": True, "default": None, "help": "vllm/: start a server, and talk to it."}),
    ("--tensor-parallel-size", {**COUNT, "help": "GPUs that share each layer."}),
    ("--pipeline-parallel-size", {**COUNT, "help": "Groups of GPUs that share the layers."}),
    ("--data-parallel-size", {**COUNT, "help": "Copies of the model."}),
    ("--replicas", {**COUNT, "help": "vllm/ with --cluster: so many servers, on whichever machines have room."}),
    ("--max-model-len", {**COUNT, "help": "The context window, tokens."}),
    ("--dtype", {"metavar": "TYPE", "help": "auto, bfloat16, float16, float32."}),
    ("--quantization", {"metavar": "NAME", "help": "awq, gptq, fp8 and what else the engine knows."}),
    ("--lora", {"metavar": "FOLDER", "help": "A LoRA adapter."}),
    (
        "--vllm-arg",
        {"multiple": True, "metavar": "K=V", "help": "Any other option of vLLM; V as JSON where it parses."},
    ),
)

NAMES: tuple[str, ...] = tuple(
    option.removeprefix("--").replace("-", "_") for table in (PROMPTS, SERVERS, ENGINES) for option, _ in table
)


def model_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """What was given of these, as `load_model` takes it; what was not given is left out.

    Raises:
        UserError: `--chat-template-kwargs` is no JSON object.
    """
    given = {name: options[name] for name in NAMES if options[name] not in {None, ()}}
    if "chat_template_kwargs" in given:
        given["chat_template_kwargs"] = _json_object(given["chat_template_kwargs"])
    return given


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise UserError(f'--chat-template-kwargs {text}: must be a JSON object, {{"name": true}} for example')
    return value
