from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from journey_assistant import errors
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.services.decide import Decider
from journey_assistant.settings import Settings
from journey_assistant.web.app import build_app, open_service
from journey_assistant.web.deps import Service, status_of
from real_parts import one_article

ERRORS = [
    (errors.Rejected("x"), 422),
    (errors.NotFound("x"), 404),
    (errors.Conflict("x"), 409),
    (errors.InvalidTransition("x"), 409),
    (errors.StaleDraft("x"), 409),
    (errors.PortError("x", port="store", retryable=True), 503),
    (errors.UncertainDelivery("x", port="channel", retryable=False), 503),
    (errors.ConfigurationError("x"), 500),
    (errors.JourneyError("x"), 500),
]


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_that_every_error_has_its_status(error: errors.JourneyError, status: int) -> None:
    assert status_of(error) == status


def test_that_no_error_of_the_tree_is_left_out_above() -> None:
    tree = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.JourneyError)}
    assert tree == {type(error) for error, _ in ERRORS}


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [("GET", "/nowhere", 404, "not_found"), ("GET", "/v1/decide", 405, "method_not_allowed")],
)
def test_that_the_frameworks_own_refusals_have_the_same_shape(
    client: TestClient, method: str, path: str, status: int, error: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert set(answer.json()) == {"error", "what", "where", "allowed"}


def test_that_a_fault_inside_tells_nothing_of_the_inside(client: TestClient, decider: Decider) -> None:
    class Broken(MemoryStore):
        async def ping(self) -> None:
            raise RuntimeError("secret of the inside")

    with TestClient(build_app(Service(Broken(), decider)), raise_server_exceptions=False) as broken:
        answer = broken.get("/ready")
    assert (answer.status_code, answer.json()["error"]) == (500, "internal")
    assert "secret" not in answer.text


def test_that_the_description_names_request_answer_and_errors(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    decide = description["paths"]["/v1/decide"]["post"]
    assert decide["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Case"}
    case = description["components"]["schemas"]["Case"]
    assert {"customer", "timeline", "moment", "commit"} <= case["properties"].keys()
    assert {"200", "408", "413", "422", "503"} == decide["responses"].keys()


async def test_that_the_service_of_the_settings_opens_and_closes(tmp_path: Path) -> None:
    given = Settings(home=tmp_path / "home", knowledge_dir=one_article(tmp_path))
    async with open_service(given) as service:
        await service.store.ping()
        assert service.decider.parts.degraded == ()
    assert (tmp_path / "home" / "journey.db").is_file()


@pytest.mark.slow
def test_that_the_description_is_true_for_whatever_is_sent(decider: Decider) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", build_app(Service(MemoryStore(), decider)))
    answered = set()
    for found in schema.get_all_operations():

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=found.ok().as_strategy())
        def check(case: schemathesis.Case) -> None:
            # Limits such as the size of one event, or ids that a line can show, have no words in JSON schema.
            answer = case.call_and_validate(excluded_checks=[positive_data_acceptance])
            answered.add(answer.status_code)

        check()
    assert 200 in answered
