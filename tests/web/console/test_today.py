from collections.abc import Callable

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.handoff import HandoffSummary, Priority
from web.console.conftest import CUSTOMER, Browser, drafted, handed_over

Open = Callable[..., Browser]


async def test_that_today_shows_what_waits_with_why_now(browser_of: Open, store: MemoryStore) -> None:
    await drafted(store)
    await handed_over(store, summary=HandoffSummary(why_you="the customer is upset"))
    page = browser_of("dana").get("/").text
    assert page.index("the customer is upset") < page.index("pricing velocity: a ticket is open")
    assert "2 of 2 things" in page


async def test_that_the_urgent_come_first(browser_of: Open, store: MemoryStore) -> None:
    await handed_over(store, priority=Priority.LOW, summary=HandoffSummary(why_you="whenever"))
    urgent = {**CUSTOMER, "id": "c_ben"}
    await handed_over(store, customer=urgent, priority=Priority.URGENT, summary=HandoffSummary(why_you="at once"))
    page = browser_of("dana").get("/").text
    assert page.index("at once") < page.index("whenever")


async def test_that_at_most_twenty_are_shown_and_the_rest_is_counted(browser_of: Open, store: MemoryStore) -> None:
    for number in range(23):
        await drafted(store, number=number)
    page = browser_of("dana").get("/").text
    assert page.count('class="row"') == 20
    assert "20 of 23 things" in page


def test_that_an_empty_day_says_so(browser_of: Open) -> None:
    assert "Nothing needs you" in browser_of("vera").get("/").text
