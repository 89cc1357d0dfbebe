"""T28, T16: the description of the chat's API is true for whatever is sent, and no secret leaves it."""

from __future__ import annotations

import io
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from journey_assistant.bootstrap import written_logs
from journey_assistant.services.decide import Decider
from web.chatting import KID, SECRET, SITE, Site, a_site, as_customer, settings_of, token_for

ANA = as_customer("c_ana")


@pytest.mark.parametrize("examples", [6, pytest.param(200, marks=pytest.mark.slow)])
def test_that_the_chats_description_is_true_for_whatever_is_sent(
    tmp_path: Path, decider: Decider, examples: int
) -> None:
    with a_site(tmp_path, decider) as site:
        # A stream would not end by itself.
        site.edge.stopping.set()
        known = own_ids(site)
        schema = schemathesis.openapi.from_asgi("/openapi.json", site.client.app)
        operations = [found.ok() for found in schema.include(path_regex="^/v1/chat").get_all_operations()]
        assert len(operations) >= 20
        answered: set[int] = set()
        for operation in operations:
            answered |= tried(operation, known, examples)
    assert {200, 201, 202, 204, 404} <= answered
    assert not [status for status in answered if status >= 500]


def own_ids(site: Site) -> dict[str, str]:
    """Things of Ana that exist."""
    conversation = site.open(ANA)
    site.say(ANA, conversation, "I want to talk to a person")
    path = f"/v1/chat/conversations/{conversation}/attachments"
    stored = site.client.post(path, files={"file": ("a.txt", b"words")}, headers=ANA).json()
    entry = site.answer(ANA, conversation)["id"]
    return {"conversation_id": conversation, "entry_id": entry, "attachment_id": stored["id"]}


def tried(operation: Any, known: dict[str, str], examples: int) -> set[int]:
    """The statuses of an operation's answers; every other call is about what exists."""
    answered, numbers = set(), count()

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def check(case: schemathesis.Case) -> None:
        if next(numbers) % 2 == 0:
            for name in case.path_parameters or {}:
                case.path_parameters[name] = known.get(name, case.path_parameters[name])
        # Limits of what is stored (who owns a file, an unused key) have no words in JSON schema.
        answer = case.call_and_validate(headers=dict(as_customer("c_ana")), excluded_checks=[positive_data_acceptance])
        answered.add(answer.status_code)

    check()
    return answered


def test_that_no_secret_is_in_a_log_an_answer_or_the_home_folder(tmp_path: Path, decider: Decider) -> None:
    token, log = token_for("c_ana"), io.StringIO()
    who = {"Authorization": f"Bearer {token}", "Origin": SITE}
    answers = []
    with written_logs(settings_of(tmp_path, log_level="debug"), log), a_site(tmp_path, decider) as site:
        ids = own_ids(site)
        strangers = ({"Authorization": f"Bearer {token}x"}, {"Authorization": SECRET})
        paths = ("", f"/{ids['conversation_id']}", f"/{token}", f"/{ids['conversation_id']}/why/{SECRET}")
        asked = [(headers, path) for headers in (who, *strangers) for path in paths]
        answers += [site.client.get(f"/v1/chat/conversations{path}", headers=headers) for headers, path in asked]
        body = {"token": f"{KID}:{SECRET}"}
        answers.append(site.client.post("/v1/chat/identify", json=body, headers=who))
        answers.append(site.client.post("/v1/chat/conversations", content=SECRET.encode(), headers=who))
        answers.append(site.client.get("/openapi.json"))
        answers.append(site.client.get("/ready"))
    assert SECRET not in "".join(answer.text for answer in answers)
    assert token not in "".join(answer.text for answer in answers if token not in str(answer.request.url))
    assert SECRET not in log.getvalue()
    assert token not in log.getvalue()
    assert not any(SECRET.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
