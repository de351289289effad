"""The official client, several times over for one server, each with few connections.

Before every request the client looks through all of its connections, so that its cost grows with the square of what is
in flight: at 64 connections that is already two thirds of it.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bench.models.api.servers import Server, client_package

_EACH = 16
"""Requests in flight through one client; a further one is made where all have so many."""


class Clients:
    """Clients of one server, made as they are needed, in the thread of one event loop."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._in_flight: dict[Any, int] = {}

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Any]:
        """A client with a connection to spare."""
        client = next((each for each, count in self._in_flight.items() if count < _EACH), None) or self._make()
        self._in_flight[client] = self._in_flight.get(client, 0) + 1
        try:
            yield client
        finally:
            self._in_flight[client] -= 1

    async def close(self) -> None:
        """Let go of all connections."""
        for client in self._in_flight:
            await client.close()

    def _make(self) -> Any:
        """Without timeouts and repetitions, which are ours: the client knows no deadline for a whole request."""
        package = client_package()
        options: dict[str, Any] = {"base_url": self._server.url, "timeout": None, "max_retries": 0}
        if self._server.place.scheme == "http":
            options["http_client"] = package.DefaultAsyncHttpxClient(verify=no_certificates())
        return package.AsyncOpenAI(api_key=self._server.key(), **options)


def no_certificates() -> ssl.SSLContext:
    """For plain HTTP: reading all certificates takes longer than many an answer."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
