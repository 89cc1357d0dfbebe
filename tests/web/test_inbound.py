"""Mail over HTTP: signed, fresh, within limits, once."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from deciding import DRAFT, Fixed, SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.signed_webhook import ID, SIGNATURE, TIMESTAMP, signature_of
from journey_assistant.services.decide import Decider
from journey_assistant.services.receive_mail import MailIntake
from journey_assistant.web.app import build_app
from journey_assistant.web.deps import Service
from journey_assistant.web.edge import Edge
from journey_assistant.web.limits import EVENTS_BODY, INBOUND
from journey_assistant.web.mail_entry import MailEntry
from records import ANA, NOON, customer

SECRET = "whsec_" + base64.b64encode(b"a webhook secret of 32 bytes, ok").decode()
MAIL = b"From: Ana <ana@example.test>\r\nSubject: Export\r\nMessage-ID: <m1@example.test>\r\n\r\nHow do I export?\r\n"


def clients(store: MemoryStore, decider: Decider, secret: str | None = SECRET) -> Iterator[TestClient]:
    clock = SetClock()
    intake = MailIntake(store, Fixed(DRAFT), clock, lambda events: [])
    entry = MailEntry(intake, secret, clock) if secret else None
    with TestClient(build_app(Service(store, decider, mail=entry), Edge.closed())) as client:
        yield client


@pytest.fixture
async def client(store: MemoryStore, decider: Decider) -> Any:
    await store.put_customers(DEFAULT_TENANT, [customer(ANA, email="ana@example.test")])
    for one in clients(store, decider):
        yield one


def post(client: TestClient, body: bytes = MAIL, *, at: Any = NOON, secret: str = SECRET, **headers: str) -> Any:
    stamp = str(int(at.timestamp()))
    id_ = headers.pop("id", "evt_1")
    signed = {ID: id_, TIMESTAMP: stamp, SIGNATURE: "v1," + signature_of(id_, stamp, body, secret)}
    given = {"content-type": "message/rfc822", **signed, **headers}
    return client.post(INBOUND, content=body, headers=given)


async def test_that_a_mail_becomes_a_draft_once(client: TestClient, store: MemoryStore) -> None:
    first = post(client)
    assert (first.status_code, first.json()["became"], first.json()["route"]) == (200, "decided", "draft_message")
    for id_ in ("evt_1", "evt_2"):
        assert post(client, id=id_).json()["became"] == "known"
    (written,) = await store.drafts(DEFAULT_TENANT)
    assert written.replies_to == ("<m1@example.test>",)


async def test_that_the_json_of_a_mail_service_is_taken(client: TestClient, store: MemoryStore) -> None:
    body = json.dumps(
        {"From": "ana@example.test", "Subject": "Export", "TextBody": "How?", "MessageID": "<m1@example.test>"}
    )
    answer = post(client, body.encode(), **{"content-type": "application/json; charset=utf-8"})
    assert answer.json()["became"] == "decided"
    assert post(client).json()["became"] == "known"


@pytest.mark.parametrize(
    "given",
    [
        {"at": NOON - timedelta(seconds=301)},
        {"at": NOON + timedelta(seconds=301)},
        {"secret": "whsec_" + base64.b64encode(b"another webhook secret 32 bytes.").decode()},
        {SIGNATURE: "v1,AAAA"},
        {ID: "other"},
        {TIMESTAMP: "1"},
    ],
)
async def test_that_what_is_not_signed_or_not_fresh_is_refused(
    client: TestClient, store: MemoryStore, given: dict[str, Any]
) -> None:
    assert post(client, **given).status_code == 401
    assert await store.drafts(DEFAULT_TENANT) == []


async def test_that_without_a_secret_no_mail_is_taken(store: MemoryStore, decider: Decider) -> None:
    for client in clients(store, decider, None):
        assert post(client).status_code == 401


@pytest.mark.parametrize(
    ("body", "type_", "status"),
    [
        (b"no mail at all", "message/rfc822", 400),
        (b"{", "application/json", 400),
        (b'{"text": "hi"}', "application/json", 400),
        (b"x" * (EVENTS_BODY + 1), "message/rfc822", 413),
    ],
)
async def test_that_what_is_no_mail_is_refused(client: TestClient, body: bytes, type_: str, status: int) -> None:
    answer = post(client, body, **{"content-type": type_})
    assert answer.status_code == status
    assert answer.json()["what"]


async def test_that_mail_of_machines_and_strangers_is_acknowledged_and_not_answered(
    client: TestClient, store: MemoryStore
) -> None:
    assert post(client, b"Auto-Submitted: auto-replied\r\n" + MAIL).json()["became"] == "ignored"
    assert post(client, MAIL.replace(b"ana@", b"eve@")).json()["became"] == "nobody"
    assert await store.runs(DEFAULT_TENANT) == []
