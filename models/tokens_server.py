"""A tokenizer behind a server's /tokenize and /detokenize: vLLM's, SGLang's and llama.cpp's."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bench.errors import ModelError

_PROBE_SECONDS = 10.0
_SECONDS = 120.0  # a text of megabytes takes a busy server a while
_TRIES = 4
_PAUSE = 0.5  # seconds before the second try; doubled each time
_LASTING = frozenset({400, 401, 403, 404, 405, 413, 422, 501})  # statuses that another try will not mend
_SAMPLE = "The café's naïve 東京 résumé: 文学 𝄞 🙂, Привет! x = {'a': 1}\n\tend"
"""A text that only a faithful pair of endpoints gives back."""
_SPECIAL_SPELLINGS = (
    *("<s>", "</s>", "<unk>", "<pad>", "<bos>", "<eos>", "<sop>", "<eop>", "<mask>", "[gMASK]", "[UNK]", "[PAD]"),
    *("[CLS]", "[SEP]", "[MASK]", "[BOS]", "[EOS]", "[INST]", "[/INST]", "<|endoftext|>", "<|im_start|>", "<|im_end|>"),
    *("<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>", "<|pad|>"),
    *(
        "<start_of_turn>",
        "<end_of_turn>",
        "<|user|>",
        "<|assistant|>",
        "<|system|>",
        "<|end|>",
        "<|return|>",
        "<|start|>",
    ),
    *("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>"),
)
"""Special tokens as texts may spell them: a server does not say which ids it would skip, so they are asked for."""

Post = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one family of servers names the fields.

    Attributes:
        text, special: of a request to /tokenize.
        back: the text in the answer of /detokenize.
        render: the endpoint that puts the chat template on; empty where there is none.
    """

    name: str
    text: str
    special: str
    back: str
    render: str


# As vLLM's entrypoints/serve/tokenize, SGLang's entrypoints/openai/protocol.py and llama.cpp's tools/server/README.md
# name them.
DIALECTS = (
    Dialect(name="vllm", text="prompt", special="add_special_tokens", back="prompt", render="tokenize"),
    Dialect(name="sglang", text="prompt", special="add_special_tokens", back="text", render=""),
    Dialect(name="llama.cpp", text="content", special="add_special", back="content", render="apply-template"),
)


class ServerTokenizer:
    """The tokenizer of one server; used from threads, never sent to another process.

    Args:
        post: asks an endpoint.
        dialect: of the server.
        model: the name that the server knows it by.

    Raises:
        ModelError: the server does not answer in this dialect, or does not give the sample text back.
    """

    template: str | None = None

    def __init__(self, post: Post, dialect: Dialect, model: str) -> None:
        self._post = post
        self._dialect = dialect
        self._model = model
        self.window: int | None = None
        ids = self.encode(_SAMPLE, special=False)
        self._skipped: frozenset[int] = frozenset()
        if not ids or self.decode(ids) != _SAMPLE:
            raise ModelError("the server's tokenizer does not give a text back as it was")
        self._skipped = self._special_ids()
        digest = hashlib.sha256(json.dumps(self.encode(_SAMPLE)).encode()).hexdigest()
        self.spec: Mapping[str, Any] = MappingProxyType({"server": dialect.name, "sample_sha256": digest})

    @property
    def serves_as_rendered(self) -> bool:
        """Whether its chat endpoint feeds the model what `render` gives and nothing before it.

        vLLM's does; llama.cpp writes the beginning-of-sequence token itself.
        """
        return self._dialect.render == "tokenize"

    def encode(self, text: str, *, special: bool = True) -> list[int]:
        """Token ids by the server's /tokenize."""
        body = {"model": self._model, self._dialect.text: text, self._dialect.special: special}
        return self._tokens(self._post("tokenize", body))

    def decode(self, ids: Sequence[int]) -> str:
        """The text by the server's /detokenize, which skips nothing: special tokens are left out here."""
        kept = [number for number in ids if number not in self._skipped]
        if not kept:
            return ""
        text = self._post("detokenize", {"model": self._model, "tokens": kept}).get(self._dialect.back)
        if not isinstance(text, str):
            raise ModelError("the server's /detokenize gave no text")
        return text

    def render(self, messages: Sequence[Mapping[str, str]], template: str | None, options: Mapping[str, Any]) -> str:
        """Messages under the server's chat template, special tokens spelt out."""
        if template or not self._dialect.render:  # vLLM takes a template of others only where it was started so
            raise ModelError(
                "the server renders no chat template for others; name the model's tokenizer by --tokenizer"
            )
        body = {
            "model": self._model,
            "messages": [dict(message) for message in messages],
            "add_generation_prompt": True,
            "chat_template_kwargs": dict(options),
        }
        reply = self._post(self._dialect.render, body)
        if "prompt" in reply:
            return str(reply["prompt"])
        return self._spelt_out(self._tokens(reply))

    def _spelt_out(self, ids: Sequence[int]) -> str:
        reply = self._post("detokenize", {"model": self._model, "tokens": list(ids)})
        return str(reply.get(self._dialect.back, ""))

    def _tokens(self, reply: Mapping[str, Any]) -> list[int]:
        tokens = reply.get("tokens")
        if not isinstance(tokens, list) or not all(isinstance(number, int) for number in tokens):
            raise ModelError("the server's /tokenize gave no token ids")
        if isinstance(reply.get("max_model_len"), int):
            self.window = reply["max_model_len"]
        return tokens

    def _special_ids(self) -> frozenset[int]:
        """What it puts around an empty text, and whatever common special spelling is one token to it."""
        around = self.encode("")
        spelt = [self.encode(spelling, special=False) for spelling in _SPECIAL_SPELLINGS]
        return frozenset([*around, *(ids[0] for ids in spelt if len(ids) == 1)])


def find(base_urls: Sequence[str], model: str, key: str | None) -> ServerTokenizer | None:
    """The tokenizer of the first of the servers that has one, in the first dialect that it speaks."""
    roots = [url.rstrip("/").removesuffix("/v1") for url in base_urls]
    found = (_find([root, *(other for other in roots if other != root)], model, key) for root in roots)
    return next(filter(None, found), None)


def _find(roots: Sequence[str], model: str, key: str | None) -> ServerTokenizer | None:
    """The tokenizer of the first server; the others stand in for it."""
    probe = _Client(roots, key, seconds=_PROBE_SECONDS, tries=1)
    for dialect in DIALECTS:
        try:
            tokenizer = ServerTokenizer(probe.post, dialect, model)
        except ModelError:
            continue
        probe.patient()
        return tokenizer
    return None


class _Client:
    """Asks a server's endpoints; quick to give up while it is found out whether they are there.

    Args:
        roots: replicas of one server; when one fails, the next is asked from then on.
    """

    def __init__(self, roots: Sequence[str], key: str | None, *, seconds: float, tries: int) -> None:
        self._roots = tuple(roots)
        self._turn = 0
        self._key = key
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._seconds = seconds
        self._tries = tries

    def patient(self) -> None:
        """From now on wait for long texts, and try again after a failure that may pass."""
        self._seconds, self._tries = _SECONDS, _TRIES

    def post(self, endpoint: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The endpoint's JSON object.

        Raises:
            ModelError: there is none after all tries.
        """
        for number in range(1, self._tries + 1):
            try:
                return self._once(endpoint, body)
            except (OSError, http.client.HTTPException, ValueError) as error:
                if number == self._tries or getattr(error, "code", None) in _LASTING:
                    raise ModelError(f"the server's /{endpoint} failed: {self._said(error)}") from error
                self._turn += 1
                time.sleep(_PAUSE * 2 ** (number - 1))
        raise AssertionError

    def _once(self, endpoint: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address was checked when the model was made
            f"{self._roots[self._turn % len(self._roots)]}/{endpoint}", json.dumps(body).encode(), self._headers
        )
        with urllib.request.urlopen(request, timeout=self._seconds) as response:  # noqa: S310
            reply = json.loads(response.read())
        if not isinstance(reply, dict):
            raise ValueError("it is no JSON object")  # noqa: TRY004 - like JSON that does not parse
        return reply

    def _said(self, error: BaseException) -> str:
        """An error on one line, with what the server wrote about it, without the key that it may echo."""
        text = str(error)
        if isinstance(error, urllib.error.HTTPError):
            text += f" {error.read(500).decode(errors='replace')}"
        if self._key:
            text = text.replace(self._key, "[key]")
        return " ".join(text.split())[:300] or type(error).__name__
