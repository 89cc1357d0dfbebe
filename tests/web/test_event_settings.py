"""What clients in pages ask for before they send: settings that name this host, for keys that may stand in a page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.source import Source
from journey_assistant.services.event_entry import EventEntry
from journey_assistant.services.ingest_events import EventIntake
from journey_assistant.web.app import build_app
from journey_assistant.web.deps import Service
from journey_assistant.web.edge import Edge
from journey_assistant.web.limits import Sites

KEY, PUBLIC, SITE = "secret-write-key-1", "public-key", "https://www.example.com"


@pytest.fixture
def pages(store: MemoryStore) -> Iterator[TestClient]:
    clock = SetClock()
    intake = EventIntake(store, clock, lambda tenant, at, events: [])
    entry = EventEntry(intake, clock, {KEY: Source("server"), PUBLIC: Source("site", public=True)})
    edge = replace(Edge.closed(), sites=Sites.of([SITE], "https://journey.example.com", dev=False))
    with TestClient(build_app(Service(store, None, events=entry), edge)) as client:
        yield client


def test_that_the_settings_send_messages_to_this_host_and_nowhere_else(pages: TestClient) -> None:
    settings = pages.get(f"/v1/projects/{PUBLIC}/settings").json()
    assert list(settings["integrations"]) == ["Segment.io"]
    ours = settings["integrations"]["Segment.io"]
    assert (ours["protocol"], ours["apiHost"]) == ("http", "testserver/v1")
    assert settings["metrics"]["sampleRate"] == 0


def test_that_messages_go_to_the_public_address_encrypted_whatever_a_proxy_says(pages: TestClient) -> None:
    answer = pages.get(f"/v1/projects/{PUBLIC}/settings", headers={"Host": "journey.example.com"})
    ours = answer.json()["integrations"]["Segment.io"]
    assert (ours["protocol"], ours["apiHost"]) == ("https", "journey.example.com/v1")


@pytest.mark.parametrize("path", ["/sourceConfig", "/sourceConfig/", "/v1/sourceConfig/"])
@pytest.mark.parametrize("told", ["header", "query"])
def test_that_rudderstacks_source_has_no_destination(pages: TestClient, path: str, told: str) -> None:
    packed = base64.b64encode(f"{PUBLIC}:".encode()).decode()
    asked = {"headers": {"Authorization": f"Basic {packed}"}} if told == "header" else {"params": {"writeKey": PUBLIC}}
    source = pages.get(path, **asked).json()["source"]  # type: ignore[arg-type]
    assert (source["enabled"], source["destinations"]) == (True, [])


@pytest.mark.parametrize(("key", "status", "error"), [("x", 404, "unknown_write_key"), (KEY, 403, "secret_write_key")])
def test_that_only_a_key_for_pages_has_settings(pages: TestClient, key: str, status: int, error: str) -> None:
    for path in (f"/v1/projects/{key}/settings", f"/sourceConfig/?writeKey={key}"):
        answer = pages.get(path)
        assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize(("origin", "status"), [(SITE, 200), ("https://elsewhere.example", 403)])
def test_that_only_listed_sites_may_ask(pages: TestClient, origin: str, status: int) -> None:
    answer = pages.get(f"/v1/projects/{PUBLIC}/settings", headers={"Origin": origin})
    assert answer.status_code == status
    assert answer.headers.get("access-control-allow-origin") == (origin if status == 200 else None)


def test_that_a_page_may_send_the_headers_of_the_clients(pages: TestClient) -> None:
    asked = {
        "Origin": SITE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "anonymousid,authorization,content-type,rsa-retry-attempt,sentat",
    }
    assert pages.options("/v1/track", headers=asked).status_code == 200
