import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.errors import PortError
from journey_assistant.services.decide import Decider
from journey_assistant.web.app import build_app
from journey_assistant.web.decide import RunLine
from journey_assistant.web.deps import MAX_CASE_BYTES, Service
from journey_assistant.web.problems import Problem


def case(**fields: Any) -> dict[str, Any]:
    return {
        "id": "case-1",
        "now": "2026-03-10T12:00:00Z",
        "customer": {"id": "c_1", "name": "Ana", "timezone": "UTC"},
        "moment": {"kind": "message", "text": "I want to talk to a person"},
    } | fields


async def stored(store: MemoryStore) -> list[int]:
    return [len(await store.runs(DEFAULT_TENANT)), len(await store.handoffs(DEFAULT_TENANT))]


async def test_that_a_case_is_answered_with_a_run_and_nothing_is_stored(client: TestClient, store: MemoryStore) -> None:
    answer = client.post("/v1/decide", json=case())
    assert answer.status_code == 200
    assert (answer.json()["case_id"], answer.json()["route"]) == ("case-1", "route_to_human")
    assert answer.headers["cache-control"] == "no-store"
    assert await stored(store) == [0, 0]


async def test_that_commit_stores_the_run_and_its_effects_once(client: TestClient, store: MemoryStore) -> None:
    first = client.post("/v1/decide", json=case(commit=True)).json()
    again = client.post("/v1/decide", json=case(commit=True)).json()
    assert first == again
    assert await stored(store) == [1, 1]
    (record,) = await store.runs(DEFAULT_TENANT)
    assert record.line == first
    assert "commit" not in record.case


def test_that_a_dry_run_and_a_commit_are_the_same_run(client: TestClient) -> None:
    dry, committed = client.post("/v1/decide", json=case()), client.post("/v1/decide", json=case(commit=True))
    assert dry.json()["id"] == committed.json()["id"]


@pytest.mark.parametrize("moment", [{"kind": "sweep"}, {"kind": "message", "text": "How do I export my invoices?"}])
def test_that_an_answer_is_what_the_description_says(client: TestClient, moment: dict[str, str]) -> None:
    line = client.post("/v1/decide", json=case(moment=moment)).json()
    assert RunLine.model_validate(line, strict=True).model_dump(exclude_unset=True) == line


def test_that_an_unknown_tenant_in_a_case_changes_nothing(client: TestClient) -> None:
    answer = client.post("/v1/decide", json=case(customer={"id": "c_1", "tenant_id": "theirs"}))
    assert answer.json()["tenant_id"] == DEFAULT_TENANT


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "JSON"),
        ("{", "JSON"),
        ("[]", "object"),
        ("null", "object"),
        ('{"id": NaN}', "NaN"),
        ('{"id": "a", "id": "b"}', "twice"),
        ("[" * 100_000, "levels"),
        ('{"n": ' + "9" * 5_000 + "}", "digits"),
        (b"\xff\xfe", "UTF-8"),
        (json.dumps(case(now="2026-03-10T12:00:00")), "now"),
        (json.dumps(case(now="9999-12-31T23:59:59-14:00")), "now"),
        (json.dumps(case(moment={"kind": "dance"})), "moment"),
        (json.dumps(case(customer={"id": 7})), "customer.id"),
        (json.dumps(case(commit="yes")), "commit"),
        (json.dumps(case(commit=True, customer={"id": "a\u0000b"})), "customer.id"),
        (json.dumps(case(timeline=[{"id": "e", "type": "t", "at": "2026-01-01T00:00:00"}])), "timeline.0.at"),
    ],
)
def test_that_bad_input_is_422_with_one_shape(client: TestClient, body: str | bytes, told: str) -> None:
    answer = client.post("/v1/decide", content=body)
    problem = Problem.model_validate(answer.json(), strict=True)
    assert (answer.status_code, problem.error) == (422, "rejected")
    assert told in problem.what
    assert set(answer.json()) == {"error", "what", "where", "allowed"}


def test_that_too_large_a_body_is_413_whatever_it_says_of_its_length(client: TestClient) -> None:
    def chunks() -> Any:
        for _ in range(MAX_CASE_BYTES // 65_536 + 2):
            yield b"x" * 65_536

    for content in (b"x" * (MAX_CASE_BYTES + 1), chunks()):
        answer = client.post("/v1/decide", content=content)
        assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


async def test_that_a_store_that_is_down_is_503_and_a_dry_run_still_answers(
    decider: Decider,
) -> None:
    class Down(MemoryStore):
        async def commit_run(self, *args: Any, **named: Any) -> Any:
            raise PortError("connection refused to host db-17", port="store", retryable=True)

    with TestClient(build_app(Service(Down(), decider))) as down:
        answer = down.post("/v1/decide", json=case(commit=True))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "db-17" not in answer.text
        assert down.post("/v1/decide", json=case()).status_code == 200
