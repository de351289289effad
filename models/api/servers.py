"""Where servers are, the key that opens them, and what of both must never be shown."""

from __future__ import annotations

import os
import socket
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from bench.errors import ModelError, UserError

DEFAULT_URL = "https://api.openai.com/v1"
_OPENAI_HOST = "api.openai.com"
_NO_KEY = "EMPTY"
"""What local servers are sent: they want a header and look at nothing in it."""
_CHECK_SECONDS = 5.0
_MOST_SHOWN = 300
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Server:
    """One server, by its URL up to and with `/v1`.

    Attributes:
        option: names it on the command line.
        secret: opens it, in place of OPENAI_API_KEY.
    """

    url: str
    place: SplitResult
    option: str = "--base-url"
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, url: str, option: str = "--base-url", secret: str | None = None) -> Server:
        """The server of a URL.

        Raises:
            UserError: it is none.
        """
        return cls(url, _place(url, option), option, secret)

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI itself, which refuses the fields that others add to its protocol."""
        return self.place.hostname == _OPENAI_HOST

    @property
    def shown(self) -> str:
        """The URL without the user and password that it may carry."""
        return self.place._replace(netloc=self.place.netloc.rpartition("@")[2]).geturl()

    @property
    def lacks_path(self) -> bool:
        """Whether the URL ends at the host, so that `/v1` was probably forgotten."""
        return not self.place.path.strip("/")

    def key(self) -> str:
        """What opens it.

        Raises:
            ModelError: it needs a key and there is none.
        """
        key = self.secret or _environment_key()
        if not key and self.is_openai:
            raise ModelError(f"no key for api.openai.com; set OPENAI_API_KEY, or name your own server by {self.option}")
        return key or _NO_KEY

    def check(self) -> None:
        """See that something listens there.

        Raises:
            ModelError: nothing does.
        """
        if _goes_through_proxy(self.place):
            return
        address = (self.place.hostname or "", self.place.port or _PORTS[self.place.scheme])
        try:
            socket.create_connection(address, timeout=_CHECK_SECONDS).close()
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ModelError(f"nothing listens at {self.shown} ({reason}); give {self.option} or start it") from error

    def cleaned(self, text: str) -> str:
        """A text on one line, without the key and the password that a server may echo; 300 characters at most."""
        for secret in (self.secret, _environment_key(), self.place.password, unquote(self.place.password or "")):
            text = text.replace(secret, "[key]") if secret else text
        return " ".join(text.split())[:_MOST_SHOWN]


def servers(urls: str | Sequence[str] | None, key: str | None = None) -> tuple[Server, ...]:
    """The servers of `--base-url`; without it OPENAI_BASE_URL or OpenAI itself.

    Args:
        key: opens them, in place of OPENAI_API_KEY.

    Raises:
        UserError: a URL is none, or given twice.
    """
    given = [urls] if isinstance(urls, str) else list(urls or ())
    named = [url.rstrip("/") for url in given or [default_url()]]
    if len(set(named)) < len(named):
        raise UserError("--base-url names one server twice; give each replica once")
    return tuple(Server.at(url, secret=key) for url in named)


def default_url() -> str:
    """OPENAI_BASE_URL, or OpenAI itself."""
    return os.environ.get("OPENAI_BASE_URL") or DEFAULT_URL


def client_package() -> Any:
    """The official client.

    Raises:
        ModelError: it is not installed.
    """
    try:
        import openai
    except ImportError as error:
        raise ModelError("the OpenAI client is not installed; pip install 'longcode-bench[openai]'") from error
    return openai


def _environment_key() -> str:
    return os.environ.get("OPENAI_API_KEY", "").strip()


def _place(url: str, option: str) -> SplitResult:
    try:
        place = urlsplit(url)
        usable = place.scheme in _PORTS and bool(place.hostname) and (place.port is None or place.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise UserError(f"{option} must look like http://127.0.0.1:8000/v1")
    return place


def _goes_through_proxy(place: SplitResult) -> bool:
    """Whether the client will not connect to the server itself, so that a connection from here proves nothing."""
    return place.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(place.hostname or "")
