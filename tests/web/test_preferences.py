"""The customer's own page by a signed link: what counts, from when on, and who may see or erase what."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.services.preference_links import LinkKind, PreferenceLinks
from journey_assistant.services.preferences import Preferences
from journey_assistant.web.app import build_app
from journey_assistant.web.deps import Service
from journey_assistant.web.preferences import PreferencePages
from records import ANA, BEN, NOON, customer, event, message, run_record

YES = {"email": {"marketing": True, "service": True}}


@dataclass
class Pages:
    """The running pages of one store."""

    store: MemoryStore
    clock: SetClock = field(default_factory=SetClock)
    mails: list[str] = field(default_factory=list)
    client: Any = None

    def __post_init__(self) -> None:
        self.links = PreferenceLinks(b"k" * 32, "http://testserver", self.clock)
        self.preferences = Preferences(self.store, self.clock)

    async def send(self, tenant: TenantId, customer_id: CustomerId, link: str) -> bool:
        self.mails.append(link)
        return True

    def link(self, kind: LinkKind = LinkKind.PAGE, who: CustomerId = ANA) -> str:
        return self.links.address(DEFAULT_TENANT, who, kind)

    def consents(self) -> list[tuple[str, str, Any, str]]:
        timeline = asyncio.run(self.store.timeline(DEFAULT_TENANT, ANA))
        said = [one.properties for one in timeline if one.type == "consent_changed"]
        return [(one["channel"], one["purpose"], one["granted"], one["source"]) for one in said]


@pytest.fixture
def pages(store: MemoryStore) -> Iterator[Pages]:
    made = Pages(store)
    rows = [customer(ANA, name="Ana", email="ana@example.com", consent=YES), customer(BEN, name="Ben", consent=YES)]
    asyncio.run(store.put_customers(DEFAULT_TENANT, rows))
    shown = PreferencePages(made.preferences, made.links, made.send, "Halden")
    app = build_app(Service(store, None, preferences=shown))  # type: ignore[arg-type]  # nothing is decided here
    with TestClient(app, follow_redirects=False) as made.client:
        yield made


def test_that_the_page_shows_what_we_hold_and_is_stored_by_nobody(pages: Pages) -> None:
    answer = pages.client.get(pages.link())
    assert answer.status_code == 200
    assert "ana@example.com" in answer.text
    assert "<script" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "script-src" not in answer.headers["Content-Security-Policy"] or "unsafe" not in str(answer.headers)


@pytest.mark.parametrize("spoil", ["x{}", "{}x", "{}.", "", "a.b", "é"])
def test_that_a_forged_link_opens_nothing(pages: Pages, spoil: str) -> None:
    token = pages.link().rpartition("/")[2]
    answer = pages.client.get(f"/preferences/{spoil.format(token) or 'none'}")
    assert (answer.status_code, "ana@example.com" in answer.text) == (403, False)


def test_that_a_link_of_another_key_or_a_year_ago_opens_nothing(pages: Pages) -> None:
    other = PreferenceLinks(b"o" * 32, "http://testserver", pages.clock).address(DEFAULT_TENANT, ANA)
    assert pages.client.get(other).status_code == 403
    old = pages.link()
    pages.clock.move(timedelta(days=366))
    assert pages.client.get(old).status_code == 403


def test_that_a_program_that_follows_links_changes_nothing(pages: Pages) -> None:
    for path in ("", "/unsubscribe"):
        assert pages.client.get(pages.link() + path).status_code == 200
    assert pages.consents() == []


def test_that_one_click_of_a_mail_program_is_enough(pages: Pages) -> None:
    answer = pages.client.post(f"{pages.link()}/unsubscribe", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert {(p, granted, source) for _, p, granted, source in pages.consents()} == {
        ("marketing", False, "one-click unsubscribe")
    }
    shown = asyncio.run(pages.preferences.show(DEFAULT_TENANT, ANA))
    assert shown.consents["email"] == {"marketing": False, "service": True}


def test_that_only_what_changes_is_history(pages: Pages) -> None:
    form = {"email.service": "on", "sms.marketing": "on", "frequency": "monthly"}
    assert pages.client.post(pages.link(), data=form).status_code == 303
    assert sorted(pages.consents()) == [
        ("all", "personalization", False, "preference page"),
        ("email", "marketing", False, "preference page"),
        ("sms", "marketing", True, "preference page"),
    ]
    (row,) = asyncio.run(pages.store.customers(DEFAULT_TENANT, ids=[ANA]))
    assert row.document["declared"]["message_frequency"] == "monthly"
    page = pages.client.get(f"{pages.link()}?saved=choices").text
    assert "It counts from now on" in page


def test_that_a_pause_ends_by_itself_unless_somebody_said_no_meanwhile(pages: Pages) -> None:
    for said_no in (False, True):
        pages.client.post(f"{pages.link()}/pause", data={"days": "30"})
        assert asyncio.run(pages.preferences.show(DEFAULT_TENANT, ANA)).consents["email"]["marketing"] is False
        pages.clock.move(timedelta(days=3))
        if said_no:
            pages.client.post(f"{pages.link()}/unsubscribe")
        pages.clock.move(timedelta(days=27))
        due = asyncio.run(pages.store.lease(DEFAULT_TENANT, pages.clock.now(), until=pages.clock.now()))
        resume = [one for one in due if one.job.kind == "resume_consent"]
        asyncio.run(pages.preferences.resume(resume[-1].job))
        asyncio.run(pages.store.finish(resume))
        shown = asyncio.run(pages.preferences.show(DEFAULT_TENANT, ANA))
        assert shown.consents["email"]["marketing"] is not said_no


def test_that_no_other_length_of_a_pause_is_taken(pages: Pages) -> None:
    assert pages.client.post(f"{pages.link()}/pause", data={"days": "9999"}).status_code == 422


def test_that_a_mailed_link_neither_exports_nor_erases(pages: Pages) -> None:
    assert pages.client.get(f"{pages.link()}/export").status_code == 403
    assert pages.client.post(f"{pages.link()}/erase", data={"sure": "on"}).status_code == 403
    assert pages.client.post(f"{pages.link()}/prove").status_code == 303
    (fresh,) = pages.mails
    exported = pages.client.get(f"{fresh}/export")
    assert exported.json()["customer"]["email"] == "ana@example.com"
    assert "Ben" not in exported.text
    pages.clock.move(timedelta(minutes=31))
    assert pages.client.get(f"{fresh}/export").status_code == 403


def test_that_who_erases_is_gone_with_what_waited_to_go_out(pages: Pages) -> None:
    row = message(text="waits")
    asyncio.run(pages.store.commit_run(DEFAULT_TENANT, run_record(), Effects(outbox=(row,))))
    fresh = pages.link(LinkKind.PROVEN)
    assert pages.client.post(f"{fresh}/erase").status_code == 422
    assert pages.client.post(f"{fresh}/erase", data={"sure": "on"}).status_code == 200
    assert asyncio.run(pages.store.outbox(DEFAULT_TENANT)) == []
    assert [one.id for one in asyncio.run(pages.store.customers(DEFAULT_TENANT))] == [BEN]
    assert pages.client.get(pages.link()).status_code == 404


def test_that_a_legal_hold_is_not_erased(pages: Pages) -> None:
    rows = [customer(ANA, name="Ana", stop_state="legal_hold")]
    asyncio.run(pages.store.put_customers(DEFAULT_TENANT, rows))
    assert pages.client.post(f"{pages.link(LinkKind.PROVEN)}/erase", data={"sure": "on"}).status_code == 409


def test_that_why_did_i_get_this_is_answered_from_the_record(pages: Pages) -> None:
    line = {"reasons": [{"code": "welcome", "why": "you signed up", "evidence": ["e1"]}]}
    asyncio.run(pages.store.commit_run(DEFAULT_TENANT, run_record(play="welcome", line=line), Effects()))
    sent = event("m1", "message_sent", NOON + timedelta(hours=1), play="welcome", status="sent", message_id="m")
    asyncio.run(pages.store.add_events(DEFAULT_TENANT, [CustomerEvent(ANA, sent.event)]))
    pages.clock.move(timedelta(hours=2))
    assert "you signed up" in pages.client.get(pages.link()).text


def test_that_hostile_words_in_a_record_are_only_words(pages: Pages) -> None:
    rows = [customer(ANA, name="<img src=x onerror=alert(1)>", declared={"goal": "{{ 7 * 7 }}</dd><script>"})]
    asyncio.run(pages.store.put_customers(DEFAULT_TENANT, rows))
    page = pages.client.get(pages.link()).text
    assert "<img src=x" not in page
    assert "<script>" not in page
    assert "{{ 7 * 7 }}" in page


def test_that_the_page_without_a_link_tells_nothing(pages: Pages) -> None:
    assert pages.client.get("/preferences").status_code == 200
