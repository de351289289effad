"""One request to one server, and what became of it."""

from __future__ import annotations

import asyncio

from bench.models.api.bodies import Body, Endpoint
from bench.models.api.faults import Fault, message, of_status
from bench.models.api.replicas import Replica
from bench.models.api.replies import BadResponse, Reply, read
from bench.models.api.servers import Server, client_package

_NO_CONNECTION = frozenset({"ConnectError", "ConnectTimeout"})


async def attempt(replica: Replica, endpoint: Endpoint, body: Body, choices: int, seconds: float) -> Reply | Fault:
    """Send a request; how the server fared is kept with it.

    Args:
        choices: answers that are asked for.
        seconds: for all of it: the client's own timeout begins anew with every byte.
    """
    clock = asyncio.get_running_loop().time
    began = clock()
    try:
        async with asyncio.timeout(seconds), replica.clients.one() as client:
            raw = await client.post(endpoint, cast_to=str, body=body)
        reply = read(raw, choices)
    except (TimeoutError, client_package().OpenAIError, BadResponse, ValueError) as error:
        fault = fault_of(error, replica.server, seconds)
        replica.failed(fault, began, clock())
        return fault
    replica.answered(began, clock())
    return reply


def fault_of(error: Exception, server: Server, seconds: float) -> Fault:
    """What an exception of the client comes to; a ValueError is a body whose bytes are no text."""
    package = client_package()
    if isinstance(error, TimeoutError | package.APITimeoutError):
        return Fault("timeout", f"no answer within {seconds:g} s", passing=True, crowded=True)
    if isinstance(error, package.APIStatusError):
        shown = server.cleaned(message(error.body) or error.message)
        forgotten = error.status_code in {404, 405, 501} and server.lacks_path
        hint = f" (does {server.option} lack /v1?)" if forgotten else ""
        return of_status(error.status_code, error.body, error.response.headers, shown + hint)
    if isinstance(error, package.APIConnectionError):
        cause = error.__cause__ or error
        said = server.cleaned(str(cause) or type(cause).__name__)
        return Fault("connection", said, passing=True, unreachable=type(cause).__name__ in _NO_CONNECTION)
    return Fault("bad_response", server.cleaned(str(error)), passing=True)
