"""A customer's conversation over the API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.moment import ConversationId
from journey_assistant.errors import PortError
from journey_assistant.services.decide import Decider
from web.chatting import SITE, Site, a_site, as_customer, token_for

ANA = as_customer("c_ana")
EVERY_STATE = {"assistant", "waiting", "person", "resolved"}


def test_that_a_question_gets_a_cited_answer_that_can_be_explained(site: Site) -> None:
    conversation = site.open(ANA)
    asked = site.say(ANA, conversation, "How do I export my invoices?")
    assert (asked.status_code, asked.json()["entry"]["seq"]) == (202, 1)
    answer = site.answer(ANA, conversation)
    assert answer["citations"]
    assert answer["why"] is True
    why = site.client.get(f"/v1/chat/conversations/{conversation}/why/{answer['id']}", headers=ANA).json()
    assert answer["citations"][0]["title"] in why["sentences"][0]
    assert why["citations"] == answer["citations"]
    assert len(why["checked"]) == 3


def test_that_the_same_key_and_body_is_the_same_message_and_another_body_a_conflict(site: Site) -> None:
    conversation = site.open(ANA)
    first = site.say(ANA, conversation, "I want to talk to a person", key="k")
    again = site.say(ANA, conversation, "I want to talk to a person", key="k")
    other = site.say(ANA, conversation, "Never mind", key="k")
    assert first.json() == again.json()
    assert (other.status_code, other.json()["error"]) == (409, "conflict")
    mine = [entry for entry in site.entries(ANA, conversation) if entry["author"] == "customer"]
    assert len(mine) == 1


def test_that_a_conversation_is_resumed_with_its_entries_and_opened_again_by_writing(site: Site) -> None:
    conversation = site.open(ANA)
    site.say(ANA, conversation, "I want to talk to a person")
    site.answer(ANA, conversation)
    resumed = site.client.post("/v1/chat/conversations", json={"conversation_id": conversation}, headers=ANA)
    assert resumed.status_code == 200
    assert [entry["seq"] for entry in resumed.json()["entries"]] == [1, 2, 3]
    assert resumed.json()["conversation"]["state"] == "waiting"
    assert resumed.json()["conversation"]["promised_at"]
    closed = site.client.post(f"/v1/chat/conversations/{conversation}/close", json={}, headers=ANA)
    assert closed.json()["conversation"]["state"] == "resolved"
    site.say(ANA, conversation, "One more thing: how do I export my invoices?")
    stands = site.client.get(f"/v1/chat/conversations/{conversation}", headers=ANA).json()
    assert stands["conversation"]["state"] in EVERY_STATE - {"resolved"}


def test_that_a_person_is_named_and_the_inside_is_not_shown(site: Site) -> None:
    conversation = site.open(ANA)
    site.client.post(f"/v1/chat/conversations/{conversation}/person", json={}, headers=ANA)
    portal, talking = site.client.portal, site.talking
    assert portal is not None
    dana = ColleagueId("dana")
    added = Colleague(dana, "Dana Whitfield", Role.CSM, talking.clock.now())
    portal.call(site.service.store.add_colleague, DEFAULT_TENANT, added)
    portal.call(lambda: talking.hand_over.claim(ConversationId(conversation), by=dana))
    portal.call(lambda: talking.hand_over.note(ConversationId(conversation), by=dana, text="canary-note"))
    portal.call(lambda: talking.hand_over.say(ConversationId(conversation), by=dana, text="Hello Ana", key="s"))
    stands = site.client.get(f"/v1/chat/conversations/{conversation}", headers=ANA).json()["conversation"]
    assert (stands["state"], stands["colleague"]) == ("person", {"name": "Dana Whitfield"})
    entries = site.entries(ANA, conversation)
    (said,) = [entry for entry in entries if entry["author"] == "person"]
    assert (said["name"], said["text"], said["why"]) == ("Dana Whitfield", "Hello Ana", False)
    shown = site.client.get(f"/v1/chat/conversations/{conversation}/entries", headers=ANA).text
    assert "canary-note" not in shown
    assert "dana" not in shown.replace("Dana", "")


def test_that_read_typing_and_score_are_taken(site: Site) -> None:
    conversation = site.open(ANA)
    site.say(ANA, conversation, "I want to talk to a person")
    at = f"/v1/chat/conversations/{conversation}"
    assert site.client.post(f"{at}/typing", json={"on": True}, headers=ANA).status_code == 204
    assert site.client.post(f"{at}/read", json={"seq": 1}, headers=ANA).status_code == 204
    assert site.client.post(f"{at}/csat", json={"score": 4, "comment": "good"}, headers=ANA).status_code == 204
    stands = site.client.get(at, headers=ANA).json()["conversation"]
    assert (stands["read_seq"], stands["csat"]) == (1, 4)
    (listed,) = site.client.get("/v1/chat/conversations", headers=ANA).json()["conversations"]
    assert listed == stands


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("messages", {"text": "x" * 4_001}, "body.text"),
        ("messages", {"text": "a\u0000b"}, "body.text"),
        ("messages", {"text": "  "}, "text"),
        ("messages", {}, "body.text"),
        ("messages", {"text": "a", "customer_id": "c_ben"}, "body.customer_id"),
        ("messages", {"text": "a", "attachments": ["x"] * 6}, "body.attachments"),
        ("csat", {"score": 6}, "body.score"),
        ("csat", {"score": "NaN"}, "body.score"),
        ("read", {"seq": -1}, "body.seq"),
        ("typing", {"on": "perhaps"}, "body.on"),
        ("person", {"who": "me"}, "body.who"),
    ],
)
def test_that_a_wrong_body_is_422_and_says_where(site: Site, path: str, body: dict[str, Any], where: str) -> None:
    conversation = site.open(ANA)
    headers = {**ANA, "Idempotency-Key": "k"}
    answer = site.client.post(f"/v1/chat/conversations/{conversation}/{path}", json=body, headers=headers)
    assert (answer.status_code, answer.json()["error"], answer.json()["where"]) == (422, "rejected", where)


def test_that_a_message_needs_a_key(site: Site) -> None:
    conversation = site.open(ANA)
    path = f"/v1/chat/conversations/{conversation}/messages"
    answer = site.client.post(path, json={"text": "hello"}, headers=ANA)
    assert (answer.status_code, answer.json()["where"]) == (422, "header.Idempotency-Key")


class Down:
    """A part that fails whatever is asked of it; only what is known of it at the start is there."""

    def __init__(self, whole: Any) -> None:
        self.knowledge = getattr(whole, "knowledge", None)

    def __getattr__(self, name: str) -> Any:
        raise PortError(f"gone: {name}", port="part", retryable=True)


def test_that_a_person_can_be_asked_for_with_model_encoder_and_index_down(tmp_path: Path, decider: Decider) -> None:
    parts: Any = decider.parts
    down = replace(parts, perception=Down(None), retriever=Down(parts.retriever), model=Down(None))
    with a_site(tmp_path, replace(decider, parts=down)) as site:
        conversation = site.open(ANA)
        answer = site.client.post(f"/v1/chat/conversations/{conversation}/person", json={}, headers=ANA)
    assert (answer.status_code, answer.json()["conversation"]["state"]) == (200, "waiting")
    assert answer.json()["conversation"]["promised_at"]


def test_that_a_visitor_talks_without_a_name_and_keeps_it(site: Site) -> None:
    first = site.client.post("/v1/chat/visitors", json={}, headers={"Origin": SITE}).json()
    visitor = {"Authorization": f"Bearer {first['token']}", "Origin": SITE}
    conversation = site.open(visitor)
    site.say(visitor, conversation, "How do I export my invoices?")
    assert site.answer(visitor, conversation)["text"]
    again = site.client.post("/v1/chat/visitors", json={}, headers=visitor).json()
    assert again["visitor_id"] == first["visitor_id"]
    assert again["token"] != first["token"]


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
def test_that_nobody_becomes_a_visitor_elsewhere(site: Site, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    assert site.client.post("/v1/chat/visitors", json={}, headers=headers).status_code == 403


def test_that_a_visitor_becomes_a_customer_only_on_proof(site: Site) -> None:
    visitor = {"Origin": SITE}
    given = site.client.post("/v1/chat/visitors", json={}, headers=visitor).json()
    visitor["Authorization"] = f"Bearer {given['token']}"
    conversation = site.open(visitor)
    for wrong in ("", "nonsense", given["token"]):
        answer = site.client.post("/v1/chat/identify", json={"token": wrong}, headers=visitor)
        assert answer.status_code == 401
    assert site.client.get(f"/v1/chat/conversations/{conversation}", headers=ANA).status_code == 404
    proved = site.client.post("/v1/chat/identify", json={"token": token_for("c_ana")}, headers=visitor)
    assert proved.status_code == 204
    assert site.client.get(f"/v1/chat/conversations/{conversation}", headers=ANA).status_code == 200
    assert site.client.post("/v1/chat/identify", json={"token": token_for("c_ben")}, headers=ANA).status_code == 422


def test_that_a_signed_out_token_is_not_taken_any_more(site: Site) -> None:
    leaving = as_customer("c_ana")
    assert site.client.post("/v1/chat/sign-out", json={}, headers=leaving).status_code == 204
    answer = site.client.get("/v1/chat/conversations", headers=leaving)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert site.client.get("/v1/chat/conversations", headers=ANA).status_code == 200


def test_that_an_offline_message_waits_for_a_person_once(site: Site) -> None:
    body = {"email": "new@example.org", "text": "Please call me about an offer."}
    for _ in range(2):
        headers = {"Origin": SITE, "Idempotency-Key": "k"}
        assert site.client.post("/v1/chat/offline", json=body, headers=headers).status_code == 202
    portal = site.client.portal
    assert portal is not None
    (handoff,) = portal.call(site.service.store.handoffs, DEFAULT_TENANT)
    (customer,) = portal.call(lambda: site.service.store.customers(DEFAULT_TENANT, ids=[handoff.customer_id]))
    assert customer.document["email"] == "new@example.org"


def test_that_the_chat_says_how_it_is_set_up(site: Site) -> None:
    config = site.client.get("/v1/chat/config", headers={"Origin": SITE}).json()
    assert config["attachments"]["max_bytes"] == site.edge.attachment_bytes
    assert {"en", "de"} <= set(config["languages"])
    assert (config["csat"], config["consent_page_views"]) == (True, True)


def test_that_of_a_thousand_messages_a_minute_the_limit_is_taken(tmp_path: Path, decider: Decider) -> None:
    with a_site(tmp_path, decider, chat_per_minute=30) as site:
        conversation = site.open(ANA)
        site.client.post(f"/v1/chat/conversations/{conversation}/person", json={}, headers=ANA)
        answers = [site.say(ANA, conversation, f"message {number}") for number in range(1_000)]
        assert site.open(as_customer("c_ben"))
    taken = [answer for answer in answers if answer.status_code == 202]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(taken) + len(refused) == 1_000
    # The bucket fills by one every two seconds while the test runs.
    assert 28 <= len(taken) <= 28 + 40
    assert all(int(answer.headers["retry-after"]) in (1, 2) for answer in refused)
