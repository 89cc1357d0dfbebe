from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from deciding import HOLD, run_of
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.handoff import HandoffSummary, Priority
from journey_assistant.services.commit import commit
from journey_assistant.services.read_case import read_case
from records import NOON
from web.console.conftest import CUSTOMER, EVENTS, Browser, drafted, handed_over

Open = Callable[..., Browser]
THEIRS = {**CUSTOMER, "id": "c_cy", "name": "Cy Young", "csm": "lena", "account": {"id": "a_2", "name": "Oak Dental"}}


async def alert_id(store: MemoryStore) -> str:
    (found,) = await store.handoffs(DEFAULT_TENANT)
    return found.id


async def held(store: MemoryStore, reason: str, **fields: object) -> None:
    given = {"id": f"held-{reason}", "now": "2026-03-10T12:00:00Z", "customer": CUSTOMER, "timeline": EVENTS}
    case = read_case({**given, "moment": {"kind": "sweep"}})
    await commit(store, run_of(case, replace(HOLD, reason=reason, **fields), play="upgrade_fit"), case)


async def test_that_today_shows_what_waits_with_why_now(browser_of: Open, store: MemoryStore) -> None:
    await drafted(store)
    await handed_over(store, summary=HandoffSummary(why_you="the customer is upset"))
    page = browser_of("dana").get("/").text
    assert page.index("the customer is upset") < page.index("pricing velocity: a ticket is open")
    assert "2 of 2 things" in page


async def test_that_the_urgent_come_first(browser_of: Open, store: MemoryStore) -> None:
    await handed_over(store, priority=Priority.LOW, summary=HandoffSummary(why_you="whenever"))
    urgent = {**CUSTOMER, "id": "c_ben", "account": {"id": "a_3", "name": "Ben & Co"}}
    await handed_over(store, customer=urgent, priority=Priority.URGENT, summary=HandoffSummary(why_you="at once"))
    page = browser_of("dana").get("/").text
    assert page.index("at once") < page.index("whenever")


async def test_that_things_of_one_account_stand_together(browser_of: Open, store: MemoryStore) -> None:
    colleague = {**CUSTOMER, "id": "c_ben", "name": "Ben Okri"}
    other = {**CUSTOMER, "id": "c_di", "name": "Di Lang", "account": {"id": "a_9", "name": "Elm Foods"}}
    await drafted(store, number=1)
    await drafted(store, number=2, customer=other)
    await handed_over(store, customer=colleague, priority=Priority.URGENT)
    page = browser_of("dana").get("/").text
    places = [page.index(words) for words in ("Halden Print", "Ben Okri", "Ana Ruiz", "Elm Foods", "Di Lang")]
    assert places == sorted(places)
    assert page.count("Halden Print</bdi></h2>") == 1


async def test_that_each_sees_what_is_theirs_and_can_see_everybodys(browser_of: Open, store: MemoryStore) -> None:
    await drafted(store, number=1, reviewer="dana")
    await drafted(store, number=2, customer=THEIRS, reviewer="lena")
    dana = browser_of("dana")
    page = dana.get("/").text
    assert "Ana Ruiz" in page
    assert "Cy Young" not in page
    assert "Cy Young" in dana.get("/?who=all").text
    lena = browser_of("lena").get("/").text
    assert "Cy Young" in lena
    assert "/?who=dana" in lena
    assert dana.get("/?who=nobody").status_code == 404


async def test_that_what_is_nobodys_is_seen_by_everybody(browser_of: Open, store: MemoryStore) -> None:
    await drafted(store, customer={**THEIRS, "csm": "gone"}, reviewer="onboarding")
    for name in ("dana", "lena", "vera"):
        assert "Cy Young" in browser_of(name).get("/").text


async def test_that_at_most_twenty_are_shown_and_the_rest_is_counted(browser_of: Open, store: MemoryStore) -> None:
    for number in range(23):
        await drafted(store, number=number)
    page = browser_of("dana").get("/").text
    assert page.count('class="row"') == 20
    assert "20 of 23 things" in page
    assert "3 more wait behind these" in page


def test_that_an_empty_day_says_why_and_where_things_would_come_from(browser_of: Open) -> None:
    page = browser_of("vera").get("/").text
    assert "Nothing needs you now." in page
    assert "whenever something happens" in page


@pytest.mark.parametrize(
    ("reason", "worth"), [("open_issue", True), ("frequency_cap", True), ("quiet_hours", False), ("holdout", False)]
)
async def test_that_what_is_held_is_shown_when_it_is_worth_knowing(
    browser_of: Open, store: MemoryStore, reason: str, worth: bool
) -> None:
    await held(store, reason, until="the ticket closes", until_at=None)
    page = browser_of("dana").get("/").text
    assert ("upgrade fit is held: a ticket is open" in page) is worth
    assert ("until <bdi>the ticket closes</bdi>" in page) is worth
    assert ("Held back" in browser_of("lena").get("/").text) is False


async def test_that_a_hold_that_is_over_is_not_shown(browser_of: Open, store: MemoryStore) -> None:
    await held(store, "frequency_cap", until_at=NOON - timedelta(hours=1))
    assert "Held back" not in browser_of("dana").get("/").text


# --- done ----------------------------------------------------------------------------------------


async def test_that_a_done_alert_leaves_the_list_and_everybody_sees_by_whom(
    browser_of: Open, store: MemoryStore
) -> None:
    await handed_over(store, text="", summary=HandoffSummary(why_you="call before any sales mail"))
    dana, lena = browser_of("dana"), browser_of("lena")
    dana.get("/")
    assert dana.post(f"/alerts/{await alert_id(store)}/done", who="me").status_code == 303
    for browser in (dana, lena):
        page = browser.get("/?who=all").text
        assert "Done since yesterday" in page
        assert "done by <bdi>Dana</bdi>" in page
        assert "/alerts/" not in page
    events = await store.timeline(DEFAULT_TENANT, (await store.handoffs(DEFAULT_TENANT))[0].customer_id)
    assert [(event.type, event.properties["by"]) for event in events if event.type == "alert_done"] == [
        ("alert_done", "dana")
    ]


async def test_that_the_second_who_says_done_hears_who_was_first(browser_of: Open, store: MemoryStore) -> None:
    await handed_over(store, text="")
    dana, lena = browser_of("dana"), browser_of("lena")
    dana.get("/")
    lena.get("/?who=all")
    path = f"/alerts/{await alert_id(store)}/done"
    dana.post(path, who="me")
    late = lena.post(path, who="all")
    assert late.status_code == 409
    assert "Somebody was faster: dana has done it already" in late.text
    assert (await store.handoffs(DEFAULT_TENANT))[0].done_by == "dana"


async def test_that_who_may_only_read_sees_no_button_and_is_refused(browser_of: Open, store: MemoryStore) -> None:
    await handed_over(store, text="")
    vera = browser_of("vera")
    assert "/alerts/" not in vera.get("/?who=all").text
    assert vera.post(f"/alerts/{await alert_id(store)}/done").status_code == 403


async def test_that_an_alert_that_is_not_there_is_a_page(browser_of: Open) -> None:
    dana = browser_of("dana")
    dana.get("/")
    assert dana.post("/alerts/nothing/done").status_code == 404
