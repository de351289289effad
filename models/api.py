"""`openai/<name>`: any server that speaks OpenAI's protocol, through the official client.

A few threads keep `concurrency` requests in flight; prompts are pulled as places come free and never gathered. One
prompt's failure is its completion's `error`, after the client's own retries.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from bench.errors import ModelError, UserError
from bench.models.replies import BadResponse, read_chat, read_text, said
from bench.records import Completion, Prompt, Truncation
from bench.threads import in_threads

if TYPE_CHECKING:
    import openai

DEFAULT_URL = "https://api.openai.com/v1"
_NO_KEY = "EMPTY"
"""What local servers are sent: they want a header and look at nothing in it."""
_CHECK_SECONDS = 5.0
_NO_ENDPOINT = frozenset({404, 405, 501})
_PORTS = {"http": 80, "https": 443}


class OpenAI:
    """A model behind an HTTP server.

    Args:
        model: the name that the server knows it by.
        base_url: up to and with `/v1`; without it OPENAI_BASE_URL or OpenAI itself.
        concurrency: requests in flight at most.
        timeout: seconds that one request may take.
        retries: further tries after a refused connection, a timeout, 408, 409, 429 or 5xx.

    Attributes:
        notes: what a reader of the result must know about how prompts were sent; complete when generation ends.

    Raises:
        UserError: an argument is out of range, or the URL is none.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        concurrency: int = 16,
        timeout: float = 600.0,
        retries: int = 4,
    ) -> None:
        self.name = f"openai/{model}"
        self.spec: Mapping[str, Any] = MappingProxyType({"backend": "openai", "model": model})
        self.notes: list[str] = []
        self._model = model
        self._url = base_url or os.environ.get("OPENAI_BASE_URL") or DEFAULT_URL
        self._place = _place(self._url)
        self._concurrency = _at_least(1, concurrency, "--concurrency")
        self._timeout = timeout
        self._retries = _at_least(0, retries, "--retries")
        self._raw_works: bool | None = None
        self._switch = threading.Lock()
        if timeout <= 0:
            raise UserError(f"--timeout must be above 0, not {timeout}")

    def check(self, truncation: Truncation | None = None) -> None:  # noqa: ARG002 - the seam's
        """See that the client is installed, that there is a key and that something listens.

        Raises:
            ModelError: one of the three is missing.
        """
        _client_package()
        self._key()
        if _goes_through_proxy(self._place):
            return
        address = (self._place.hostname or "", self._place.port or _PORTS[self._place.scheme])
        try:
            socket.create_connection(address, timeout=_CHECK_SECONDS).close()
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ModelError(
                f"nothing listens at {self._shown_url()} ({reason}); give --base-url or start it"
            ) from error

    def generate(self, prompts: Iterable[Prompt]) -> Iterator[Completion]:
        """Completions as they land.

        Raises:
            ModelError: there is no key or no client package.
        """
        with self._client() as client:
            yield from in_threads(lambda prompt: self._complete(client, prompt), prompts, self._concurrency)

    def _client(self) -> openai.OpenAI:
        make = _client_package().OpenAI
        client: openai.OpenAI = make(
            api_key=self._key(), base_url=self._url, timeout=self._timeout, max_retries=self._retries
        )
        return client

    def _key(self) -> str:
        key = os.environ.get("OPENAI_API_KEY", "").strip()
        if not key and self._url.rstrip("/") == DEFAULT_URL:
            raise ModelError("no key for api.openai.com; set OPENAI_API_KEY, or name your own server by --base-url")
        return key or _NO_KEY

    def _shown_url(self) -> str:
        """The URL without the user and password that it may carry."""
        return self._place._replace(netloc=self._place.netloc.rpartition("@")[2]).geturl()

    def _complete(self, client: openai.OpenAI, prompt: Prompt) -> Completion:
        begin = time.perf_counter()
        fields = self._ask(client, prompt)
        return Completion(
            sample_id=prompt.sample_id,
            attempt=prompt.attempt,
            step=prompt.step,
            seconds=time.perf_counter() - begin,
            **fields,
        )

    def _ask(self, client: openai.OpenAI, prompt: Prompt) -> dict[str, Any]:
        """The fields of the completion that the server determines, or `error`."""
        package = _client_package()
        try:
            return self._send(client, prompt)
        except package.APIStatusError as error:
            return {"error": f"http_{error.status_code}: {_cleaned(error)}{self._hint(error.status_code)}"}
        except package.APITimeoutError:
            return {"error": f"timeout: no answer within {self._timeout:g} s, {self._retries + 1} times"}
        except package.APIConnectionError as error:
            return {"error": f"connection: {_cleaned(error.__cause__ or error)}"}
        except (BadResponse, package.OpenAIError, ValueError) as error:  # ValueError: a body that is no JSON
            return {"error": f"bad_response: {_cleaned(error)}"}

    def _send(self, client: openai.OpenAI, prompt: Prompt) -> dict[str, Any]:
        if prompt.chat or self._raw_works is False:
            return self._chat(client, prompt)
        package = _client_package()
        try:
            fields = self._raw(client, prompt)
        except package.APIStatusError as error:
            if error.status_code not in _NO_ENDPOINT or self._raw_works:
                raise
            return self._chat_instead(client, prompt, error.status_code)
        self._raw_works = True
        return fields

    def _chat_instead(self, client: openai.OpenAI, prompt: Prompt, status: int) -> dict[str, Any]:
        """Ask a server without the completions endpoint by chat, from now on: but only if it answers there.

        An unknown model is a 404 too, and must stay one.
        """
        fields = self._chat(client, prompt)
        with self._switch:
            if self._raw_works is None:
                self._raw_works = False
                self.notes.append(f"raw as chat: the server has no completions endpoint (HTTP {status})")
        return fields

    def _chat(self, client: openai.OpenAI, prompt: Prompt) -> dict[str, Any]:
        message: Any = {"role": "user", "content": prompt.text}
        return read_chat(client.chat.completions.create(messages=[message], **self._sampling(prompt)))

    def _raw(self, client: openai.OpenAI, prompt: Prompt) -> dict[str, Any]:
        return read_text(client.completions.create(prompt=prompt.text, **self._sampling(prompt)))

    def _sampling(self, prompt: Prompt) -> dict[str, Any]:
        """All the sampling fields, none left to the server's defaults.

        The protocol has no minimum of new tokens, so a stop that holds only after some tokens cannot be said: it is
        not sent. The tasks that ask for it score the first line alone, which comes out the same.
        """
        sampling = prompt.sampling
        fields = {
            "model": self._model,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "seed": sampling.seed,
            "max_tokens": prompt.max_tokens,
        }
        if prompt.stop and not sampling.min_tokens:
            fields["stop"] = list(prompt.stop)
        return fields

    def _hint(self, status: int) -> str:
        at_root = status in _NO_ENDPOINT and not self._place.path.strip("/")
        return " (does --base-url lack /v1?)" if at_root else ""


def _client_package() -> Any:
    try:
        import openai
    except ImportError as error:
        raise ModelError("the OpenAI client is not installed; pip install 'longcode-bench[openai]'") from error
    return openai


def _cleaned(error: BaseException) -> str:
    """An error's text on one line, without the key that a server may echo; 300 characters at most."""
    text = said(error)
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    return " ".join((text.replace(key, "[key]") if key else text).split())[:300]


def _place(url: str) -> SplitResult:
    try:
        place = urlsplit(url)
        usable = place.scheme in _PORTS and bool(place.hostname) and (place.port is None or place.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise UserError("--base-url must look like http://127.0.0.1:8000/v1")
    return place


def _goes_through_proxy(place: SplitResult) -> bool:
    """Whether the client will not connect to the server itself, so that a connection from here proves nothing."""
    return place.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(place.hostname or "")


def _at_least(lowest: int, value: int, option: str) -> int:
    if value < lowest:
        raise UserError(f"{option} must be at least {lowest}, not {value}")
    return value
