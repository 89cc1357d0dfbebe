from datetime import timedelta

import pytest

from journey_assistant.domain.draft import Draft, DraftState
from journey_assistant.domain.snooze import Snooze, WakeOn
from journey_assistant.domain.timeline import Event, EventId, Timeline
from journey_assistant.errors import InvalidTransition
from records import NOON, draft

LATER, HOUR = NOON + timedelta(days=1), timedelta(hours=1)


def happened(type_: str, at=NOON + HOUR, **properties: object) -> Event:
    return Event(EventId(type_), type_, at, properties=properties)


TICKET = happened("ticket_opened", NOON - HOUR, ticket_id="t1", author="customer")
CLOSED = happened("ticket_closed", ticket_id="t1")
VIEW = happened("page_viewed", path="/help")


@pytest.mark.parametrize(
    ("on", "events", "at", "over"),
    [
        (WakeOn.TIME, [VIEW], LATER - HOUR, ""),
        (WakeOn.TIME, [], LATER, "its time came"),
        (WakeOn.TICKET_CLOSED, [TICKET], LATER - HOUR, ""),
        (WakeOn.TICKET_CLOSED, [TICKET], LATER, "its time came"),
        (WakeOn.TICKET_CLOSED, [TICKET, CLOSED], NOON + 2 * HOUR, "no ticket is open any more"),
        (WakeOn.ACTIVITY, [TICKET], LATER - HOUR, ""),
        (WakeOn.ACTIVITY, [VIEW], NOON + 2 * HOUR, "the customer is active again"),
    ],
)
def test_that_a_snooze_ends_with_its_time_or_with_what_is_waited_for(
    on: WakeOn, events: list[Event], at, over: str
) -> None:
    assert Snooze(NOON, LATER, on).is_over(Timeline(events), at) == over


def aside() -> Draft:
    return draft().snooze(until_at=LATER, on=WakeOn.TIME, by="dana", at=NOON)


def test_that_a_snoozed_draft_can_only_wake_or_be_withdrawn() -> None:
    assert aside().snooze_of == Snooze(NOON, LATER, WakeOn.TIME)
    for step in (
        lambda: aside().approve(by="dana", at=NOON),
        lambda: aside().edit(text="x", subject=None, by="dana", at=NOON),
        lambda: aside().reject(by="dana", at=NOON, why="no"),
        lambda: aside().reassign(to="eve", by="dana", at=NOON),
        lambda: aside().snooze(until_at=LATER, on=WakeOn.TIME, by="dana", at=NOON),
        lambda: draft().wake(at=NOON, why=""),
    ):
        with pytest.raises(InvalidTransition):
            step()
    assert aside().withdraw(at=NOON, why="a ticket").state is DraftState.WITHDRAWN
    woken = aside().wake(at=LATER, why="its time came")
    assert (woken.state, woken.snooze_of, woken.step) == (DraftState.PENDING, None, 2)


def test_that_only_an_edit_makes_somebody_the_writer() -> None:
    edited = draft().edit(text="x", subject=None, by="dana", at=NOON)
    later = edited.reassign(to="eve", by="lena", at=NOON).snooze(until_at=LATER, on=WakeOn.TIME, by="eve", at=NOON)
    assert (later.words_by, later.version, later.step) == ("dana", 2, 3)
