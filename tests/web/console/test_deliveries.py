"""The page of what could not be delivered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.job import Job
from journey_assistant.domain.outbox import DeliveryState
from records import ANA, NOON, customer, message, run_record
from web.console.conftest import Browser

HOSTILE = "<script>alert(1)</script>"


async def failed(store: MemoryStore, uncertain: bool = False) -> None:
    await store.put_customers(DEFAULT_TENANT, [customer(name=f"Ana {HOSTILE}")])
    row = message(channel="email", subject=f"A guide {HOSTILE}", kind="draft")
    await store.commit_run(DEFAULT_TENANT, run_record(), Effects(outbox=(row,)))
    ((_, claimed),) = await store.claim_due(DEFAULT_TENANT, ["email"], owner="me", now=NOON, until_at=NOON, limit=1)
    after = claimed.unknown(at=NOON, error="no answer") if uncertain else claimed.dead(at=NOON, error=HOSTILE)
    await store.settle(DEFAULT_TENANT, claimed, after)


async def states(store: MemoryStore) -> list[DeliveryState]:
    return [delivery.state for _, delivery in await store.deliveries(DEFAULT_TENANT)]


async def test_that_everything_delivered_is_an_empty_page(browser_of: Callable[..., Browser]) -> None:
    assert "Everything was delivered" in browser_of("dana").get("/deliveries").text


@pytest.mark.parametrize(("uncertain", "said"), [(False, "not delivered"), (True, "may have arrived")])
async def test_that_what_was_given_up_is_shown_escaped(
    store: MemoryStore, browser_of: Callable[..., Browser], uncertain: bool, said: str
) -> None:
    await failed(store, uncertain)
    page = browser_of("lena").get("/deliveries").text
    assert said in page
    assert "A guide" in page
    assert "<script>alert" not in page


async def test_that_a_lead_tries_again(store: MemoryStore, browser_of: Callable[..., Browser]) -> None:
    await failed(store)
    browser = browser_of("lena")
    browser.get("/deliveries")
    answer = browser.post("/deliveries/retry", key="reply:run_1")
    assert (answer.status_code, await states(store)) == (303, [DeliveryState.QUEUED])


async def test_that_a_lead_puts_away_with_a_reason(store: MemoryStore, browser_of: Callable[..., Browser]) -> None:
    await failed(store, uncertain=True)
    browser = browser_of("lena")
    browser.get("/deliveries")
    browser.post("/deliveries/discard", key="reply:run_1", why="she has it")
    assert await states(store) == [DeliveryState.DISCARDED]
    (step,) = await store.delivery_steps(DEFAULT_TENANT, "reply:run_1")
    assert (step.by, step.why) == ("lena", "she has it")
    second = browser.post("/deliveries/retry", key="reply:run_1")
    assert second.status_code == 409


@pytest.mark.parametrize("who", ["vera", "dana"])
async def test_that_others_read_and_change_nothing(
    store: MemoryStore, browser_of: Callable[..., Browser], who: str
) -> None:
    await failed(store)
    browser = browser_of(who)
    assert "Try again" not in browser.get("/deliveries").text
    answer = browser.post("/deliveries/retry", key="reply:run_1")
    assert (answer.status_code, await states(store)) == (403, [DeliveryState.DEAD])


async def test_that_nobody_reads_it_who_is_not_signed_in(browser_of: Callable[..., Browser]) -> None:
    assert browser_of().get("/deliveries").status_code == 303


async def test_that_work_that_was_given_up_is_shown(store: MemoryStore, browser_of: Callable[..., Browser]) -> None:
    await store.enqueue([Job("look:c_ana", "look", NOON, ANA)])
    (leased,) = await store.lease(DEFAULT_TENANT, NOON, until=NOON)
    await store.give_up(leased, why=f"broken {HOSTILE}")
    page = browser_of("dana").get("/deliveries").text
    assert "Work that was given up" in page
    assert "broken &lt;script&gt;" in page
