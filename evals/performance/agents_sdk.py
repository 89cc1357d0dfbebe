"""A tool agent of the OpenAI Agents SDK against a server; run by an interpreter that has the SDK, needs nothing else.

``python agents_sdk.py ADDRESS QUESTION TIMES`` prints JSON: CPU milliseconds, model calls and tokens of each turn.
"""

import asyncio
import json
import sys
from time import process_time

from agents import Agent, OpenAIChatCompletionsModel, Runner, function_tool, set_tracing_disabled
from openai import AsyncOpenAI


@function_tool
def subscription() -> str:
    """Plan, billing rhythm and renewal date."""
    return "The Team plan renews on 1 December 2026."


async def main(address: str, question: str, times: int) -> None:
    """Turns one after the other; the first ones, which load things, do not count."""
    set_tracing_disabled(True)
    client = AsyncOpenAI(base_url=address, api_key="none", max_retries=0)
    model = OpenAIChatCompletionsModel(model="calls-a-tool", openai_client=client)
    agent = Agent(name="peer", instructions="Answer the customer.", model=model, tools=[subscription])
    turns = []
    for _ in range(times + 5):
        began = process_time()
        result = await Runner.run(agent, question)
        used = result.context_wrapper.usage
        turns.append([(process_time() - began) * 1000, used.requests, used.total_tokens])
    print(json.dumps(turns[5:]))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
