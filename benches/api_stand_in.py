"""A server that speaks just enough of OpenAI's protocol to cost nothing: it answers every request after a fixed time.

    python benches/api_stand_in.py MILLISECONDS

It prints its port and lives until its standard input ends. One process, one event loop, no parsing of what it is asked.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_USAGE = {"prompt_tokens": 100, "completion_tokens": 1, "total_tokens": 101}
_MESSAGE = {"role": "assistant", "content": "red1"}
_ANSWER = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "usage": _USAGE} | {
    "choices": [{"index": 0, "finish_reason": "stop", "message": _MESSAGE, "text": "red1"}]
}
_MODELS = {"object": "list", "data": [{"id": "m", "object": "model", "max_model_len": 10_000_000}]}


def _response(body: object) -> bytes:
    data = json.dumps(body).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(data), data)


ANSWER, MODELS = _response(_ANSWER), _response(_MODELS)
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class StandIn(asyncio.Protocol):
    """One connection; only the head of a request is looked at, its body is counted and dropped."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._head = b""
        self._left = 0
        self._reply = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to answer by."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer after the delay once the whole request has come."""
        if not self._left:
            self._head += data
            head, end, rest = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            length = _LENGTH.search(head)
            self._left = int(length[1]) if length else 0
            self._reply = ANSWER if head.startswith(b"POST /v1/c") else MODELS if b"/models " in head else NOT_FOUND
            self._head, data = b"", rest
        self._left -= len(data)
        if self._left <= 0:
            self._left = 0
            delay = self._delay if self._reply is ANSWER else 0.0
            asyncio.get_running_loop().call_later(delay, self._answer, self._reply)

    def _answer(self, reply: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(reply)


async def serve(delay: float) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: StandIn(delay), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) / 1000))
