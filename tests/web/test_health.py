from dataclasses import replace

from starlette.testclient import TestClient

from journey_assistant.adapters.encoder_missing import MissingEncoder
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.errors import PortError
from journey_assistant.services.decide import Decider
from journey_assistant.web.app import build_app
from journey_assistant.web.deps import Service


def test_that_a_whole_service_is_ready(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ready", "degraded": []}


def test_that_a_degraded_part_is_named_and_the_service_goes_on(decider: Decider) -> None:
    gone = MissingEncoder(PortError("no file", port="encoder", retryable=False))
    perception = replace(decider.parts.perception, encoder=gone)
    lame = replace(decider, parts=replace(decider.parts, perception=perception))
    with TestClient(build_app(Service(MemoryStore(), lame))) as client:
        answer = client.get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded", "degraded": ["encoder: no file"]})


def test_that_a_service_without_its_store_is_alive_but_not_ready(decider: Decider) -> None:
    class Down(MemoryStore):
        async def ping(self) -> None:
            raise PortError("gone", port="store", retryable=True)

    with TestClient(build_app(Service(Down(), decider))) as client:
        assert client.get("/health").status_code == 200
        answer = client.get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "down", "degraded": ["store"]})
