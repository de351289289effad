"""A server that speaks OpenAI's protocol and takes the time that an engine with continuous batching takes.

    python benches/capacity_engine.py

It prints its port and lives until its standard input ends. Every step of the engine has room for `ROOM` tokens: one for
each answer that is written, and what is left for the prompt that is read, in pieces, as vLLM does it. A step takes time
for itself, for each answer and for each token that is read. So reading slows writing down, without stopping it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sys
import time
from collections import deque
from dataclasses import dataclass, field

ROOM, STEP, EACH_ANSWER, EACH_READ = 512, 0.004, 0.0001, 0.00002  # tokens; then seconds
SIGNS = 4  # of a prompt for one token
LEAST, MOST = 16, 120  # tokens of an answer
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(eq=False)
class Asked:
    """A request: tokens still to be read and to be written."""

    read: int
    write: int
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Engine:
    """Reads and writes in steps; a step that the machine made late is caught up with."""

    def __init__(self) -> None:
        self._reading: deque[Asked] = deque()
        self._writing: list[Asked] = []
        self._some = asyncio.Event()

    async def answer(self, text: str) -> dict[str, int]:
        """Wait for the answer; returns the usage."""
        digest = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
        asked = Asked(max(1, len(text) // SIGNS), LEAST + digest % (MOST - LEAST))
        usage = {"prompt_tokens": asked.read, "completion_tokens": asked.write}
        self._reading.append(asked)
        self._some.set()
        await asked.done.wait()
        return {**usage, "total_tokens": sum(usage.values())}

    async def run(self) -> None:
        """Step for ever."""
        while True:
            self._some.clear()
            clock = time.monotonic()
            while self._reading or self._writing:
                clock += self._step()
                await asyncio.sleep(max(0.0, clock - time.monotonic()))
            await self._some.wait()

    def _step(self) -> float:
        """One step; returns its seconds."""
        answers, room = len(self._writing), ROOM - len(self._writing)
        for asked in self._writing:
            asked.write -= 1
        for asked in [asked for asked in self._writing if not asked.write]:
            self._writing.remove(asked)
            asked.done.set()
        left = room
        while self._reading and left:
            first, taken = self._reading[0], min(left, self._reading[0].read)
            first.read, left = first.read - taken, left - taken
            if not first.read:
                self._writing.append(self._reading.popleft())
        return STEP + answers * EACH_ANSWER + (room - left) * EACH_READ


async def serve(engine: Engine, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The requests of one connection, one after the other."""
    while head := await _head(reader):
        length = _LENGTH.search(head)
        body = await reader.readexactly(int(length[1]) if length else 0)
        status, answer = 200, json.dumps(await _answer(engine, head, body)).encode()
        if answer == b"null":
            status = 404
        writer.write(b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\n" % status)
        writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(answer), answer))
        await writer.drain()
    writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


async def _answer(engine: Engine, head: bytes, body: bytes) -> object:
    if b"/models " in head:
        return {"object": "list", "data": [{"id": "m", "object": "model", "max_model_len": 10_000_000}]}
    if not head.startswith(b"POST /v1/c"):
        return None
    asked = json.loads(body)
    usage = await engine.answer(asked["messages"][0]["content"] if "messages" in asked else asked["prompt"])
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "red"}, "text": "red"}
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "usage": usage, "choices": [choice]}


async def main() -> None:
    """Serve until standard input ends."""
    engine = Engine()
    stepping = asyncio.create_task(engine.run())
    server = await asyncio.start_server(lambda *ends: serve(engine, *ends), "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    stepping.cancel()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
