"""``journey deliveries``: what could not be delivered, from the terminal."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Journey
from databases import opened
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.effects import Effects
from records import NOON, message, run_record


@pytest.fixture
def journey_with_mail(journey: Journey, tmp_path: Path) -> Journey:
    """A mail that may have arrived, and a lead."""

    async def fill() -> None:
        async with opened(f"sqlite+aiosqlite:///{tmp_path / 'home' / 'journey.db'}") as store:
            row = message(channel="email", text="secret words")
            await store.commit_run(DEFAULT_TENANT, run_record(), Effects(outbox=(row,)))
            until = NOON
            found = await store.claim_due(DEFAULT_TENANT, ["email"], owner="me", now=NOON, until_at=until, limit=1)
            ((_, claimed),) = found
            await store.settle(DEFAULT_TENANT, claimed, claimed.unknown(at=NOON, error="no answer"))

    asyncio.run(fill())
    assert journey("user", "add", "lena", "--role", "lead", "--timezone", "Europe/Berlin").code == 0
    return journey


def listed(journey: Journey, state: str = "given-up") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = journey("deliveries", "list", "--state", state, "--json").json
    return found


def test_that_what_may_have_arrived_is_listed_without_its_words(journey_with_mail: Journey) -> None:
    (line,) = listed(journey_with_mail)
    assert (line["key"], line["state"], line["error"]) == ("reply:run_1", "unknown", "no answer")
    shown = journey_with_mail("deliveries", "list").out
    assert "unknown" in shown
    assert "secret words" not in shown + json.dumps(line)


def test_that_a_lead_tries_again_or_puts_away(journey_with_mail: Journey) -> None:
    done = journey_with_mail("deliveries", "retry", "reply:run_1", "--by", "lena", "--why", "not in the mailbox")
    assert (done.code, listed(journey_with_mail)) == (0, [])
    assert [line["state"] for line in listed(journey_with_mail, "all")] == ["queued"]
    again = journey_with_mail("deliveries", "discard", "reply:run_1", "--by", "lena")
    assert again.code != 0
    assert "queued" in again.err


def test_that_an_unknown_state_or_zone_is_refused(journey_with_mail: Journey) -> None:
    assert journey_with_mail("deliveries", "list", "--state", "lost").code == 2
    assert journey_with_mail("user", "add", "mars", "--timezone", "Mars/Olympus").code == 2
