"""Events over HTTP: what clients of Segment and RudderStack send, odd spellings included; limits; signed webhooks."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.testclient import TestClient

from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.source import Source
from journey_assistant.services.decide import Decider
from journey_assistant.services.event_entry import EventEntry
from journey_assistant.services.ingest_events import EventIntake
from journey_assistant.services.stored_case import event_line
from journey_assistant.web.app import build_app
from journey_assistant.web.deps import Service
from records import NOON

KEY, PUBLIC, OTHER = "secret-write-key-1", "public-key", "secret-write-key-2"
SECRET = "whsec_" + base64.b64encode(b"a webhook secret of 32 bytes, ok").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"another webhook secret 32 bytes.").decode()
THEIRS = TenantId("theirs")
VIEW = {"type": "page", "userId": "c1", "messageId": "m1", "properties": {"path": "/pricing"}}


def entry(store: MemoryStore, now: datetime = NOON) -> EventEntry:
    clock = SetClock(now)
    return EventEntry(
        EventIntake(store, clock, lambda tenant, at, events: []),
        clock,
        {KEY: Source("server"), PUBLIC: Source("site", public=True), OTHER: Source("other", THEIRS)},
        {"crm": (Source("crm"), SECRET), "other": (Source("other", THEIRS), OTHER_SECRET)},
    )


@pytest.fixture
def events(store: MemoryStore, decider: Decider) -> Iterator[TestClient]:
    with TestClient(build_app(Service(store, decider, events=entry(store)))) as client:
        yield client


def authorized(key: str = KEY) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def send(client: TestClient, body: Any, path: str = "/v1/batch", key: str = KEY, **headers: str) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, content=raw, headers={**authorized(key), **headers})


def stored(store: MemoryStore, customer_id: str = "c1", tenant: TenantId = DEFAULT_TENANT) -> list[dict[str, Any]]:
    timeline = asyncio.run(store.timeline(tenant, CustomerId(customer_id)))
    return [event_line(event) for event in timeline]


def document(store: MemoryStore, customer_id: str = "c1") -> dict[str, Any]:
    (row,) = asyncio.run(store.customers(DEFAULT_TENANT, ids=[CustomerId(customer_id)]))
    return dict(row.document)


def test_that_a_batch_is_stored_once_however_often_it_comes(events: TestClient, store: MemoryStore) -> None:
    body = {"batch": [VIEW, {"type": "track", "userId": "c1", "messageId": "m2", "event": "Order Completed",
                             "properties": {"revenue": 12.5, "products": [{"product_id": "p1"}]}}]}  # fmt: skip
    first, again = send(events, body), send(events, body)
    assert (first.status_code, first.json()) == (200, {"success": True, "stored": 2, "known": 0, "refused": []})
    assert again.json()["known"] == 2
    view, order = stored(store)
    assert (view["type"], view["properties"]) == ("page_viewed", {"path": "/pricing"})
    assert order["type"] == "order_completed"
    assert order["properties"] == {
        "revenue": 12.5, "value": 12.5, "products": [{"product_id": "p1"}], "items": [{"product_id": "p1"}]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/track", {"event": "Order Completed"}),
        ("/v1/t", {"event": "Order Completed"}),
        ("/v1/page", {"name": "Pricing"}),
        ("/v1/p", {"context": {"page": {"path": "/pricing"}}}),
        ("/v1/screen", {"name": "Home"}),
        ("/v1/t/", {"event": "x", "type": "identify"}),
    ],
)
def test_that_single_messages_come_by_long_and_short_paths(
    events: TestClient, store: MemoryStore, path: str, body: dict[str, Any]
) -> None:
    assert send(events, {"userId": "c1", "messageId": "m1", **body}, path).status_code == 200
    assert len(stored(store)) == 1


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "application/json", "x", ""])
@pytest.mark.parametrize("packed", [True, False])
def test_that_the_body_is_read_whatever_type_it_says(
    events: TestClient, store: MemoryStore, kind: str, packed: bool
) -> None:
    raw = json.dumps({"batch": [VIEW], "sentAt": NOON.isoformat()}).encode()
    answer = send(events, gzip.compress(raw) if packed else raw, **{"Content-Type": kind})
    assert (answer.status_code, len(stored(store))) == (200, 1)


def test_that_a_bomb_is_not_unpacked(events: TestClient, store: MemoryStore) -> None:
    assert send(events, gzip.compress(b" " * 50_000_000)).status_code == 413
    assert send(events, b"x" * (4 * 1024 * 1024 + 1)).status_code == 413
    assert stored(store) == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"batch": NaN}', b'{"batch": 1}', b'{"a":1,"a":2}',
        gzip.compress(b'{"batch": []}', mtime=0)[:-3], b"\x1f\x8bnot gzip", b"[" * 5000, b'{"batch": ["\\ud83d"]}',
        json.dumps({"batch": [VIEW] * 2501}).encode(), b'{"batch": [], "sentAt": "soon"}',
    ],
)  # fmt: skip
def test_that_an_unreadable_body_is_400_with_the_reason(events: TestClient, store: MemoryStore, body: bytes) -> None:
    answer = send(events, body)
    assert (answer.status_code, bool(answer.json()["what"]), stored(store)) == (400, True, [])


BAD = [
    7, None, "x", {}, {"type": "track", "event": "x"}, {"type": "dance", "userId": "c1"},
    {"type": "track", "userId": "c1"}, {"type": "track", "userId": "c1", "event": "x", "properties": 3},
    {"type": "track", "userId": "c1", "event": "x", "timestamp": "yesterday"},
    {"type": "track", "userId": "c1", "event": "x", "timestamp": "1970-01-01T00:00:00Z"},
    {"type": "track", "userId": "c1", "event": "x", "timestamp": "2026-03-12T12:00:00Z"},
    {"type": "track", "userId": "c1\n", "event": "x"}, {"type": "track", "userId": "anonymous:x", "event": "x"},
    {"type": "track", "userId": "c1", "event": "x", "properties": {"a": "b" * 33_000}},
    {"type": "identify", "userId": "c1", "traits": {"account": {"employees": "many"}}},
    {"type": "alias", "userId": "c1"}, {"type": "group", "userId": "c1"},
    {"type": "track", "userId": True, "event": "x"},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: json.dumps(bad)[:60])
def test_that_a_bad_message_is_named_and_the_others_are_kept(events: TestClient, store: MemoryStore, bad: Any) -> None:
    answer = send(events, {"batch": [bad, VIEW]})
    assert (answer.status_code, answer.json()["stored"]) == (200, 1)
    assert [one["index"] for one in answer.json()["refused"]] == [0]


def test_that_strict_mode_refuses_all_for_one(events: TestClient, store: MemoryStore) -> None:
    answer = send(events, {"batch": [VIEW, {"type": "track", "userId": "c1"}]}, **{"X-Strict-Mode": "1"})
    assert (answer.status_code, answer.json()["where"], stored(store)) == (400, "batch.1", [])


@pytest.mark.parametrize("headers", [{}, authorized("wrong"), {"Authorization": "Basic ###"}, {"Authorization": "x"}])
def test_that_nobody_sends_without_a_write_key(events: TestClient, store: MemoryStore, headers: dict[str, str]) -> None:
    assert events.post("/v1/batch", json={"batch": [VIEW]}, headers=headers).status_code == 401
    assert stored(store) == []


def test_that_the_key_may_stand_in_the_body_or_the_address(events: TestClient, store: MemoryStore) -> None:
    assert events.post("/v1/p", json={**VIEW, "writeKey": PUBLIC}).status_code == 200
    assert events.post(f"/v1/p?writeKey={PUBLIC}", json={**VIEW, "messageId": "m2"}).status_code == 200
    assert len(stored(store)) == 2


def test_that_a_key_writes_to_its_own_tenant(events: TestClient, store: MemoryStore) -> None:
    send(events, {"batch": [VIEW]}, key=OTHER)
    assert (stored(store), len(stored(store, tenant=THEIRS))) == ([], 1)


def test_that_traits_count_in_either_place_and_add_to_what_is_known(events: TestClient, store: MemoryStore) -> None:
    send(
        events, {"userId": "c1", "traits": {"email": "a@example.com", "firstName": "Ana", "lastName": "Ruiz"}}, "/v1/i"
    )
    inside = {"plan": "Team", "company": {"name": "H", "employees": "9"}}
    context = {"traits": inside, "locale": "pt-BR", "timezone": "Asia/Kolkata"}
    send(events, {"userId": "c1", "context": context}, "/v1/identify")
    assert document(store) == {
        "id": "c1", "email": "a@example.com", "name": "Ana Ruiz", "plan": "Team",
        "account": {"name": "H", "employees": 9}, "language": "pt", "timezone": "Asia/Kolkata",
    }  # fmt: skip


def test_that_consent_of_a_server_is_an_event_with_its_source(events: TestClient, store: MemoryStore) -> None:
    body = {"userId": "c1", "messageId": "m1", "traits": {"consent": {"email_marketing": False, "sms": {"service": 1}}}}
    send(events, body, "/v1/identify")
    (change,) = stored(store)
    assert change["type"] == "consent_changed"
    assert change["properties"] == {"channel": "email", "purpose": "marketing", "granted": False, "source": "server"}
    assert "consent" not in document(store)


def test_that_a_page_changes_nothing_that_matters_about_a_customer(events: TestClient, store: MemoryStore) -> None:
    send(events, {"userId": "c1", "traits": {"name": "Ana", "tier": "key"}}, "/v1/identify")
    forged = {"email": "x@evil.example", "name": "Eve", "csm": "eve", "plan": "Free", "timezone": "Asia/Tokyo",
              "consent": {"email_marketing": True}, "stop_state": None}  # fmt: skip
    send(events, {"userId": "c1", "traits": forged}, "/v1/identify", key=PUBLIC)
    assert document(store) == {"id": "c1", "name": "Ana", "tier": "key", "timezone": "Asia/Tokyo"}
    assert stored(store) == []


@pytest.mark.parametrize(
    "event", ["consent_changed", "Invoice Failed", "ticket_opened", "message_sent", "chat_message"]
)
def test_that_a_page_cannot_tell_what_only_a_server_knows(events: TestClient, store: MemoryStore, event: str) -> None:
    body = {"batch": [{"type": "track", "userId": "c1", "event": event, "messageId": "m1"}]}
    assert len(send(events, body, key=PUBLIC).json()["refused"]) == 1
    assert stored(store) == []
    assert send(events, body).json()["stored"] == 1


def test_that_who_says_who_they_are_keeps_what_they_did_before(events: TestClient, store: MemoryStore) -> None:
    send(events, {**VIEW, "userId": None, "anonymousId": "a1"}, "/v1/page")
    assert len(stored(store, "anonymous:a1")) == 1
    send(events, {"userId": "c1", "anonymousId": "a1", "traits": {"name": "Ana"}}, "/v1/identify", key=PUBLIC)
    send(events, {**VIEW, "userId": None, "anonymousId": "a1", "messageId": "m2"}, "/v1/page")
    assert [one["id"] for one in stored(store)] == ["m1", "m2"]
    assert len(asyncio.run(store.jobs(DEFAULT_TENANT))) == 1


def test_that_alias_links_the_name_before(events: TestClient, store: MemoryStore) -> None:
    send(events, {**VIEW, "userId": None, "anonymousId": "a1"}, "/v1/page")
    send(events, {"userId": "c1", "previousId": "a1"}, "/v1/alias")
    assert len(stored(store)) == 1


def test_that_a_wrong_clock_of_the_sender_is_set_right(events: TestClient, store: MemoryStore) -> None:
    fast = NOON + timedelta(hours=3)
    late = {**VIEW, "originalTimestamp": (fast - timedelta(minutes=10)).isoformat()}
    send(events, {"batch": [late], "sentAt": fast.isoformat()})
    assert stored(store)[0]["at"] == "2026-03-10T11:50:00Z"


def test_that_a_wrong_clock_is_set_right_by_the_header_too(events: TestClient, store: MemoryStore) -> None:
    fast = NOON + timedelta(hours=3)
    late = {**VIEW, "originalTimestamp": (fast - timedelta(minutes=10)).isoformat()}
    send(events, late, "/v1/page", SentAt=fast.isoformat())
    assert stored(store)[0]["at"] == "2026-03-10T11:50:00Z"


def test_that_late_events_keep_their_time(events: TestClient, store: MemoryStore) -> None:
    send(events, {"batch": [{**VIEW, "timestamp": "2025-01-01T08:00:00"}], "sentAt": NOON.isoformat()})
    assert stored(store)[0]["at"] == "2025-01-01T08:00:00Z"


# --- signed webhooks ---------------------------------------------------------------------------------

BODY = json.dumps({"events": [{"type": "invoice_failed", "at": "2026-03-10T11:00:00Z", "customer_id": "c1"}]}).encode()


def signed(
    body: bytes = BODY, at: datetime = NOON, secret: str = SECRET, id_: str = "w1", **changed: str | None
) -> dict[str, str]:
    stated = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{id_}.{stated}.".encode() + body, hashlib.sha256).digest()
    made = {
        "webhook-id": id_,
        "webhook-timestamp": stated,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    return {name: value for name, value in made.items() if value is not None}


def post(client: TestClient, headers: dict[str, str], body: bytes = BODY, sender: str = "crm") -> int:
    return client.post(f"/v1/webhooks/{sender}", content=body, headers=headers).status_code


def test_that_a_signed_webhook_is_stored_once(events: TestClient, store: MemoryStore) -> None:
    assert [post(events, signed()), post(events, signed())] == [200, 200]
    assert [one["type"] for one in stored(store)] == ["invoice_failed"]


@pytest.mark.parametrize(
    "headers",
    [
        signed(at=NOON - timedelta(seconds=301)),
        signed(at=NOON + timedelta(seconds=301)),
        signed(body=BODY + b" "),
        signed(id_="w2", webhook_id="w3"),
        signed(webhook_timestamp=str(int(NOON.timestamp()) + 1)),
        signed(webhook_timestamp="now"),
        signed(webhook_timestamp="9" * 30),
        signed(webhook_timestamp=None),
        signed(webhook_id=None),
        signed(webhook_signature=None),
        signed(webhook_signature="v1,"),
        signed(webhook_signature="v2," + "a" * 44),
        signed(secret=OTHER_SECRET),
        {},
    ],
)
def test_that_a_forged_or_recorded_webhook_is_refused(
    events: TestClient, store: MemoryStore, headers: dict[str, str]
) -> None:
    assert (post(events, headers), stored(store)) == (401, [])


@pytest.mark.parametrize(("seconds", "status"), [(-300, 200), (300, 200), (0, 200)])
def test_that_a_fresh_signature_counts(events: TestClient, seconds: int, status: int) -> None:
    assert post(events, signed(at=NOON + timedelta(seconds=seconds))) == status


def test_that_a_sender_is_believed_for_its_own_tenant_alone(events: TestClient, store: MemoryStore) -> None:
    assert post(events, signed(), sender="other") == 401
    assert post(events, signed(secret=OTHER_SECRET), sender="nobody") == 401
    assert post(events, signed(secret=OTHER_SECRET), sender="other") == 200
    assert (stored(store), len(stored(store, tenant=THEIRS))) == ([], 1)


def test_that_an_old_event_in_a_fresh_webhook_is_stored(events: TestClient, store: MemoryStore) -> None:
    body = BODY.replace(b"2026-03-10", b"2026-01-10")
    assert post(events, signed(body), body) == 200
    assert stored(store)[0]["at"] == "2026-01-10T11:00:00Z"


async def test_that_a_hundred_of_one_webhook_at_once_are_one_event(store: MemoryStore, decider: Decider) -> None:
    app = build_app(Service(store, decider, events=entry(store)))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        posts = [client.post("/v1/webhooks/crm", content=BODY, headers=signed()) for _ in range(100)]
        answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["stored"] for answer in answers) == 1


# --- pages of other sites ----------------------------------------------------------------------------


def test_that_only_listed_sites_send_events_from_pages(events: TestClient, store: MemoryStore) -> None:
    headers = {"Origin": "https://elsewhere.example"}
    assert send(events, VIEW, "/v1/p", PUBLIC, **headers).status_code == 403
    assert stored(store) == []
