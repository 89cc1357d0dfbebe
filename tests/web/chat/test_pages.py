"""Where a customer is becomes known, the alert reaches the colleague, and a bubble comes once a visit or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.recall import CustomerEvent, Recall
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.ports.store import CustomerRow
from web.chatting import SITE, Site, as_customer

ANA = as_customer("c_ana")
WILLING = {
    "id": "c_ana", "name": "Ana", "email": "ana@example.com", "timezone": "UTC", "language": "de", "plan": "Starter",
    "lifecycle_stage": "decision", "consent": {"email": {"service": True, "marketing": True}},
}  # fmt: skip


def stored(site: Site, *events: Event, **changed: Any) -> None:
    """A customer who may be written to, with a past."""
    portal, store = site.client.portal, site.service.store
    assert portal is not None
    portal.call(store.put_customers, DEFAULT_TENANT, [CustomerRow(CustomerId("c_ana"), {**WILLING, **changed})])
    portal.call(store.add_events, DEFAULT_TENANT, [CustomerEvent(CustomerId("c_ana"), event) for event in events])


def ago(site: Site, minutes: float, id_: str, type_: str, **properties: Any) -> Event:
    at = site.talking.clock.now() - timedelta(minutes=minutes)
    return Event(EventId(id_), type_, at, properties=properties)


def interested(site: Site) -> list[Event]:
    """A goal of her own, and two looks at the prices just before this one."""
    goal = ago(site, 9_000, "goal", "preference_declared", key="goal", value="less paperwork")
    return [goal, *(ago(site, minutes, f"v{minutes}", "page_viewed", path="/pricing") for minutes in (12, 25))]


def views(site: Site, times: int, who: dict[str, str] = ANA, **more: Any) -> list[Any]:
    """The bubbles after so many looks at the prices."""
    answers = []
    for _ in range(times):
        body = {"path": "/pricing?email=canary@example.com#x", "title": "Pricing", **more}
        answer = site.client.post("/v1/chat/pages", json=body, headers=who)
        assert answer.status_code == 200, answer.text
        answers.append(answer.json()["bubble"])
    return answers


def timeline(site: Site, customer: str = "c_ana") -> list[Event]:
    portal = site.client.portal
    assert portal is not None
    now = site.talking.clock.now()
    return list(portal.call(site.service.store.recall, DEFAULT_TENANT, CustomerId(customer), Recall(now)))


def test_that_a_willing_customer_gets_one_bubble_a_visit_in_their_language(site: Site) -> None:
    stored(site, *interested(site))
    bubbles = views(site, 6)
    (shown,) = [bubble for bubble in bubbles if bubble]
    assert "automatische Assistent" in shown["text"]
    portal = site.client.portal
    assert portal is not None
    record = portal.call(site.service.store.run, DEFAULT_TENANT, shown["run_id"])
    assert record.customer_id == "c_ana"
    assert record.play
    (event,) = [event for event in timeline(site) if event.type == "bubble_shown"]
    assert event.properties["run_id"] == shown["run_id"]


def test_that_the_page_is_known_without_what_may_be_secret_in_its_address(site: Site) -> None:
    stored(site)
    views(site, 1, referrer="https://example.org/a?token=canary")
    (seen,) = [event for event in timeline(site) if event.type == "page_viewed"]
    assert dict(seen.properties) == {"path": "/pricing", "title": "Pricing", "referrer": "https://example.org/a"}


def test_that_a_frustrated_customer_gets_no_bubble_and_a_colleague_the_alert(site: Site) -> None:
    ticket = ago(site, 600, "t", "ticket_opened", ticket_id="T", topic="billing", sentiment="frustrated", text="Again!")
    stored(site, *interested(site), ticket)
    assert views(site, 5) == [None] * 5
    portal = site.client.portal
    assert portal is not None
    (alert,) = portal.call(site.service.store.handoffs, DEFAULT_TENANT)
    assert (alert.customer_id, alert.queue, alert.priority) == ("c_ana", "success", "urgent")


def test_that_nobody_is_spoken_to_whom_a_stop_state_or_a_conversation_protects(site: Site) -> None:
    stored(site, *interested(site), stop_state="do_not_contact")
    assert views(site, 4) == [None] * 4
    stored(site)
    conversation = site.open(ANA)
    site.client.post(f"/v1/chat/conversations/{conversation}/person", json={}, headers=ANA)
    assert views(site, 4) == [None] * 4


def test_that_a_dismissed_bubble_is_not_followed_by_another_for_a_week(site: Site) -> None:
    # One was shown and closed three days ago, in another visit.
    shown = ago(site, 4_320, "bubble_old", "bubble_shown", bubble_id="bubble_old")
    stored(site, *interested(site), shown)
    assert site.client.post("/v1/chat/bubbles/bubble_old/dismiss", json={}, headers=ANA).status_code == 204
    assert site.client.post("/v1/chat/bubbles/bubble_new/dismiss", json={}, headers=ANA).status_code == 404
    assert views(site, 5) == [None] * 5


def test_that_a_visitors_pages_are_stored_with_consent_only(site: Site) -> None:
    given = site.client.post("/v1/chat/visitors", json={}, headers={"Origin": SITE}).json()
    visitor = {"Authorization": f"Bearer {given['token']}", "Origin": SITE}
    assert views(site, 2, visitor) == [None, None]
    assert timeline(site, given["visitor_id"]) == []
    assert views(site, 3, visitor, consent=True) == [None] * 3
    assert len(timeline(site, given["visitor_id"])) == 3
