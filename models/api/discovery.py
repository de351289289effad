"""What a server says of itself before the first prompt. Many say nothing: then nothing is concluded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bench.errors import ModelError
from bench.models.api.faults import message
from bench.models.api.servers import Server, client_package

_SECONDS = 5.0
_WINDOWS = ("max_model_len", "n_ctx", "context_length", "context_window", "max_context_length", "n_ctx_train")
"""What servers call the context window: vLLM, llama.cpp, hosted services; n_ctx_train is the model's own."""
_SERVES_ONLY_THESE = "max_model_len"
"""Servers that state it answer 404 to any name but those that they list; others know aliases, or take any."""
_MOST_NAMED = 20
_KEY_REFUSED = 401


def discover(server: Server, model: str) -> int | None:
    """Ask a server for a model's context window, in tokens; None where it does not say.

    Raises:
        ModelError: it has no such model, or refuses the key.
    """
    entries = _entries(server)
    entry = next((each for each in entries if each.get("id") == model), None)
    if entry is None and any(_SERVES_ONLY_THESE in each for each in entries):
        names = ", ".join(str(each.get("id")) for each in entries[:_MOST_NAMED])
        raise ModelError(f"the server at {server.shown} has no model {model}; it has {names}: name one of these")
    if entry is None and len(entries) == 1:
        entry = entries[0]  # one model under a name of its own, which answers to any
    return _window(entry or {})


def _entries(server: Server) -> Sequence[Mapping[str, Any]]:
    """The models that it lists; empty where it lists none, or not in the usual way."""
    package = client_package()
    try:
        with package.OpenAI(api_key=server.key(), base_url=server.url, timeout=_SECONDS, max_retries=0) as client:
            listed = json.loads(client.get("/models", cast_to=str))
    except package.APIStatusError as error:
        said = message(error.body) or error.message
        if error.status_code == _KEY_REFUSED and "scope" not in said and "permission" not in said:
            detail = server.cleaned(said)
            raise ModelError(f"{server.shown} refuses the key (HTTP 401: {detail}); set OPENAI_API_KEY") from None
        return ()
    except (package.OpenAIError, ValueError, RecursionError):
        return ()
    data = listed.get("data") if isinstance(listed, dict) else listed
    return [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else ()


def _window(entry: Mapping[str, Any]) -> int | None:
    meta = entry.get("meta")
    told = {**(meta if isinstance(meta, dict) else {}), **entry}
    return next((told[name] for name in _WINDOWS if type(told.get(name)) is int and told[name] > 0), None)
