"""What could not be delivered waits for a person, who tries again or puts it away; both are recorded."""

from __future__ import annotations

import pytest

from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.outbox import DeliveryState
from journey_assistant.errors import InvalidTransition, NotFound, Rejected
from journey_assistant.services.given_up import GivenUp
from records import NOON, message, run_record

LENA, DANA = ColleagueId("lena"), ColleagueId("dana")
KEY = "reply:run_1"


async def given_up(state: DeliveryState = DeliveryState.DEAD) -> GivenUp:
    store = MemoryStore()
    for id_, role in ((LENA, Role.LEAD), (DANA, Role.CSM)):
        await store.add_colleague(DEFAULT_TENANT, Colleague(id_, id_, role, NOON))
    row = message(channel="email")
    await store.commit_run(DEFAULT_TENANT, run_record(), Effects(outbox=(row,)))
    ((_, claimed),) = await store.claim_due(DEFAULT_TENANT, ["email"], owner="me", now=NOON, until_at=NOON, limit=1)
    ends = {
        DeliveryState.DEAD: claimed.dead(at=NOON, error="refused"),
        DeliveryState.UNKNOWN: claimed.unknown(at=NOON, error="no answer"),
        DeliveryState.SENT: claimed.sent(receipt="x", at=NOON),
    }
    await store.settle(DEFAULT_TENANT, claimed, ends[state])
    return GivenUp(store, SetClock())


@pytest.mark.parametrize("state", [DeliveryState.DEAD, DeliveryState.UNKNOWN])
async def test_that_a_lead_tries_again_and_it_is_recorded(state: DeliveryState) -> None:
    work = await given_up(state)
    assert [delivery.state for _, delivery in await work.found()] == [state]
    after = await work.retry(KEY, by=LENA, why="it is up again")
    assert (after.state, after.attempts, after.due_at) == (DeliveryState.QUEUED, 0, NOON)
    assert await work.found() == []
    (step,) = await work.store.delivery_steps(DEFAULT_TENANT, KEY)
    assert (step.step, step.by, step.at, step.why) == ("retry", LENA, NOON, "it is up again")


async def test_that_what_is_put_away_is_not_shown_again() -> None:
    work = await given_up()
    assert (await work.discard(KEY, by=LENA)).state is DeliveryState.DISCARDED
    assert await work.found() == []
    with pytest.raises(InvalidTransition):
        await work.retry(KEY, by=LENA)


async def test_that_it_takes_a_lead() -> None:
    work = await given_up()
    with pytest.raises(Rejected, match="lead"):
        await work.retry(KEY, by=DANA)
    with pytest.raises(NotFound):
        await work.retry(KEY, by=ColleagueId("nobody"))
    with pytest.raises(NotFound):
        await work.retry("other", by=LENA)
    assert len(await work.found()) == 1


async def test_that_what_was_delivered_cannot_be_sent_again() -> None:
    work = await given_up(DeliveryState.SENT)
    with pytest.raises(InvalidTransition, match="sent"):
        await work.retry(KEY, by=LENA)
