"""What the customer's own page says that we hold: all of it, each once, with what it is for."""

from __future__ import annotations

from typing import Any

import pytest

from journey_assistant.services.held_data import held_data

ANA: dict[str, Any] = {
    "id": "c_1", "name": "Ana", "email": "ana@example.com", "plan": "Team", "csm": "dana",
    "account": {"id": "a_1", "name": "Halden", "renews_at": "2026-09-01"}, "consent": {"email": {"marketing": True}},
    "declared": {"goal": "invoices"}, "traits": {"shoe": 38}, "key_features": ["waitlist", "sync"],
}  # fmt: skip


def groups(document: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {group.title: dict(group.facts) for group in held_data(document)}


def test_that_every_fact_stands_in_one_group_with_what_it_is_for() -> None:
    assert groups(ANA) == {
        "You told us": {"goal": "invoices"},
        "How we reach you": {"name": "Ana", "email": "ana@example.com"},
        "Your company and your contract": {
            "plan": "Team", "key_features": "waitlist, sync", "account id": "a_1",
            "account renews_at": "2026-09-01", "company": "Halden",
        },
        "In our records": {"id": "c_1", "csm": "dana", "traits shoe": "38"},
    }  # fmt: skip
    assert all(group.why for group in held_data(ANA))


@pytest.mark.parametrize("document", [{}, {"declared": None, "name": "", "account": {"id": None}, "key_features": []}])
def test_that_nothing_is_said_of_what_we_do_not_know(document: dict[str, Any]) -> None:
    assert groups(document) == {}


def test_that_a_company_without_a_record_of_its_own_is_named_as_it_came() -> None:
    assert groups({"account": "Halden"}) == {"Your company and your contract": {"account": "Halden"}}
