"""``python -m evals.performance.model_server``: a scripted model that answers at once, for all who are compared.

It speaks the chat completions API, prints its address, and runs until it is stopped. ``honest`` answers by the
evidence in the prompt; ``calls-a-tool`` calls the first tool once and then answers.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from journey_assistant.evaluation.scripted_writers import honest

CALL = {"id": "call_1", "type": "function"}
LETTERS_A_TOKEN = 4
"""The same rough measure of tokens for everybody."""


def answered(asked: dict[str, Any]) -> dict[str, Any]:
    """The completion."""
    prompt = "\n".join(str(message.get("content") or "") for message in asked["messages"])
    if asked["model"] == "honest":
        message: dict[str, Any] = {"role": "assistant", "content": honest(prompt)}
    elif any(message["role"] == "tool" for message in asked["messages"]):
        message = {"role": "assistant", "content": "It renews on 1 December 2026."}
    else:
        call = {**CALL, "function": {"name": asked["tools"][0]["function"]["name"], "arguments": "{}"}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    finished = "tool_calls" if message.get("tool_calls") else "stop"
    read, written = (len(json.dumps(part)) // LETTERS_A_TOKEN for part in (asked, message))
    return {
        "id": "c", "object": "chat.completion", "created": 1, "model": asked["model"],
        "choices": [{"index": 0, "finish_reason": finished, "message": message}],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
    }  # fmt: skip


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            size = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if b"content-length" in line)
            body = json.dumps(answered(json.loads(await reader.readexactly(size)))).encode()
            said = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            writer.write(said.encode() + body)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print("http://{}:{}/v1".format(*server.sockets[0].getsockname()[:2]), flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
