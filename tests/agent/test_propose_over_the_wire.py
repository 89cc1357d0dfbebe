"""Every failure of a model's server, through the real client: one repair or retry, then no proposal, never nonsense."""

import json

import pytest

from answerable import CANCELLING, QUESTION, prompts, task
from journey_assistant.adapters.model_openai import OpenAICompatibleChatModel
from journey_assistant.agent.propose import CALLS_A_TURN, Proposed, Task, propose
from journey_assistant.evaluation.scripted_writers import answer_json, honest
from model_server import (
    ModelServer,
    Request,
    Script,
    answers,
    calls_tool,
    completion,
    date_in,
    hangs,
    never_ends,
    resets,
    resets_mid_body,
    says,
    sends,
    status,
    streams,
    trickles,
)

SLOW = (hangs, trickles)


def prompt_of(request: Request) -> str:
    return "\n\n".join(str(message["content"]) for message in request["messages"])


def honestly(request: Request) -> str:
    return honest(prompt_of(request))


async def at_once(_: float) -> None:
    """No test waits for a server's Retry-After."""


async def proposed_by(*scripts: Script, work: Task | None = None) -> tuple[Proposed, ModelServer]:
    async with ModelServer(*scripts) as server:
        timeout_s = 0.8 if scripts[0] in SLOW else 10.0
        model = OpenAICompatibleChatModel(model="m", base_url=server.base_url, timeout_s=timeout_s, sleep=at_once)
        proposed = await propose(work or task(), model, prompts())
        await model.aclose()
        return proposed, server


GOOD = answer_json([("You can cancel a session up to 48 hours before it begins.", "P1")])

FAILURES = {
    "hangs": hangs,
    "one byte at a time": trickles,
    "never ends": never_ends,
    "reset": resets,
    "reset mid body": resets_mid_body,
    "429": status(429),
    "429 after 1 s": status(429, "1"),
    "429 after 30 s": status(429, "30"),
    "429 after an hour": status(429, "3600"),
    "429 at a date": status(429, date_in(5)),
    "429 some day": status(429, "some day"),
    "400": status(400),
    "401": status(401),
    "404": status(404),
    "500": status(500),
    "502": status(502),
    "503": status(503),
    "malformed JSON": sends(b'{"choices": [{"message": {"content": "'),
    "a string for a body": sends(b'"Just words"'),
    "a page": sends(b"<html>Bad gateway</html>", content_type="text/html"),
    "events although not asked": streams("{", "}"),
    "no choices": sends(b"{}"),
    "empty": says(""),
    "null": says(None),
    "whitespace": says("  \n "),
    "refuses": says(None, refusal="I cannot help with that."),
    "filtered": says("", finish="content_filter"),
    "words": says("You can cancel whenever you like!"),
    "truncated": says(GOOD[:70], finish="length"),
    "extra keys": says(json.dumps(json.loads(GOOD) | {"approved": True})),
    "wrong route": says(json.dumps(json.loads(GOOD) | {"route": "approved"})),
    "two objects": says(GOOD + "\n" + GOOD),
    "a megabyte": says("a" * 1_000_000),
    "invented evidence": says(answer_json([("You can cancel whenever you like.", "P9")])),
    "repeats the prompt": answers(prompt_of),
    "calls a tool nobody offered": calls_tool("send_email", '{"to": "all"}'),
    "noise": says("⟦NAME_1⟧ \x00\u202e lorem {{ipsum}} <|im_start|> 1 2 3"),
}


@pytest.mark.parametrize("script", FAILURES.values(), ids=FAILURES)
async def test_that_a_failure_that_stays_ends_without_a_proposal_within_two_calls(script: Script) -> None:
    proposed, server = await proposed_by(script)
    assert proposed.proposal is None
    assert proposed.failure in {"unreachable", "invalid", "refused", "leaked"}
    assert server.calls <= CALLS_A_TURN
    assert proposed.calls == server.calls


ONCE = [
    *("reset", "reset mid body", "429 after 1 s", "503", "malformed JSON", "no choices"),
    *("words", "truncated", "extra keys", "wrong route", "two objects", "invented evidence"),
]


@pytest.mark.parametrize("name", ONCE)
async def test_that_a_failure_that_passes_is_followed_by_the_answer(name: str) -> None:
    proposed, server = await proposed_by(FAILURES[name], says(GOOD))
    assert proposed.proposal is not None
    assert server.calls == 2


async def test_that_a_retry_uses_up_the_repair() -> None:
    proposed, server = await proposed_by(status(503), says("words"), says(GOOD))
    assert proposed.proposal is None
    assert server.calls == 2


async def test_that_an_honest_server_is_quoted_in_one_call() -> None:
    proposed, server = await proposed_by(answers(honestly))
    assert proposed.proposal is not None
    assert proposed.proposal.sentences[0].text in CANCELLING
    assert server.calls == 1
    assert proposed.tokens == 120


async def test_that_fenced_json_is_read_and_a_missing_usage_is_nothing() -> None:
    body = json.dumps(completion(f"```json\n{GOOD}\n```", usage=None)).encode()
    proposed, _ = await proposed_by(sends(body))
    assert proposed.proposal is not None
    assert (proposed.tokens, proposed.cost_usd, proposed.calls) == (0, 0.0, 1)


async def test_that_personal_data_is_in_no_request_body() -> None:
    text = (
        "Xanthe Halloran here, xanthe@lowceiling.example, call 020 7946 0018 or (312) 555-0119. My card "
        f"4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00. Tamsin knows. {QUESTION}"
    )
    proposed, server = await proposed_by(says("words"), answers(honestly), work=task(text))
    sent = "\n".join(json.dumps(json.loads(body), ensure_ascii=False) for body in server.texts).casefold()
    assert proposed.proposal is not None
    assert server.calls == 2
    for canary in ("xanthe", "halloran", "lowceiling.example", "7946", "555-0119", "4111", "3704", "tamsin"):
        assert canary not in sent
