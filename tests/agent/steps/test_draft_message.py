"""Draft a message: the play's template with this customer's facts, an opt-out, and a reviewer."""

import pytest

from worlds import pricing_views, sweep


@pytest.fixture
async def draft(run):
    return (await run(sweep(*pricing_views(), plan=None, lifecycle_stage="decision")))["outcome"]


async def test_that_a_draft_rests_on_events_and_says_something(draft):
    assert set(draft.facts) & {"p5", "p15", "p25", "declared.goal"}
    assert "faster invoicing" in draft.text


async def test_that_behaviour_may_steer_but_never_appears(draft):
    said = f"{draft.subject} {draft.text}".lower()
    assert not any(word in said for word in ("three times", "viewed", "visited", "/pricing", "14:55"))


async def test_that_marketing_mail_says_how_to_stop_and_waits_for_its_owner(draft):
    assert "https://example.invalid/preferences" in draft.text
    assert (draft.channel, draft.purpose, draft.reviewer) == ("email", "marketing", "dana")
