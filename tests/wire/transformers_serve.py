"""One run against `transformers serve` with a tiny Llama of random weights, made on the spot: the perfect nonsense.

    make transformers-serve

A server that somebody else wrote, which ignores fields silently, and a model whose every answer is garbage: each turn
must end without a proposal (a person), within two calls. Prints what came back and exits 1 if any turn did not.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from answerable import prompts, task  # noqa: E402
from journey_assistant.adapters.model_openai import OpenAICompatibleChatModel  # noqa: E402
from journey_assistant.agent.propose import CALLS_A_TURN, propose  # noqa: E402
from journey_assistant.errors import PortError  # noqa: E402

TURNS = 5
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"
START_S = 120


def make_model(folder: Path) -> None:
    """A Llama of some hundred thousand random weights with a byte tokenizer; nothing is downloaded."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    torch.manual_seed(0)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = {token: number for number, token in enumerate(["<s>", "</s>", *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocab=words, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="</s>")
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=16_384,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )
    LlamaForCausalLM(config).save_pretrained(folder)


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until_up(port: int, server: subprocess.Popen[bytes]) -> None:
    """Waits until the server takes connections."""
    async with asyncio.timeout(START_S):
        while True:
            if server.poll() is not None:
                raise SystemExit("the server ended before it was up")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.5)
            else:
                writer.close()
                return


async def turns(folder: Path, port: int) -> int:
    """Asks a few times; the number of turns that ended otherwise than they must."""
    wrong = 0
    model = OpenAICompatibleChatModel(model=str(folder), base_url=f"http://127.0.0.1:{port}/v1", max_tokens=64)
    try:
        answer = await model.ainvoke("Say hello.")
        print(f"the model says {str(answer.text)[:60]!r}, {answer.usage_metadata}")
    except PortError as error:
        print(f"the model cannot be asked: {error}")
        wrong += 1
    for number in range(TURNS):
        proposed = await propose(task(), model, prompts())
        print(f"turn {number + 1}: {proposed.failure or 'A PROPOSAL'}, {proposed.calls} calls, {proposed.why[:80]}")
        reached = proposed.failure in ("invalid", "refused", "leaked")
        wrong += proposed.proposal is not None or not reached or proposed.calls > CALLS_A_TURN
    await model.aclose()
    return wrong


async def main() -> int:
    """Makes the model, serves it, asks it, stops the server."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, port = Path(scratch) / "tiny", free_port()
        make_model(folder)
        serve = Path(sys.executable).with_name("transformers")
        command = [str(serve), "serve", str(folder), "--device", "cpu", "--host", "127.0.0.1", "--port", str(port)]
        with (Path(scratch) / "log").open("wb") as log:
            server = subprocess.Popen(
                command, env={**os.environ, "HF_HUB_OFFLINE": "1"}, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            await until_up(port, server)
            wrong = await turns(folder, port)
        except BaseException:
            print((Path(scratch) / "log").read_text(errors="replace")[-2000:], file=sys.stderr)
            raise
        finally:
            server.terminate()
            server.wait()
    print("every turn ended at a person" if not wrong else f"{wrong} ended otherwise")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
