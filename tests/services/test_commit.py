import pytest

from deciding import ALERT, DRAFT, HANDOFF, HOLD, REPLY, run_of
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.moment import Message
from journey_assistant.domain.outcome import Outcome, ProposedAction
from journey_assistant.errors import NotFound
from journey_assistant.services.commit import commit, effects_of, fingerprint
from journey_assistant.services.read_case import Case, read_case
from journey_assistant.services.record import run_line
from journey_assistant.services.stored_case import in_tenant
from records import ANA, OURS

MESSAGE = {"kind": "message", "text": "Does Team include SSO?", "conversation_id": "chat-1"}
SWEEP = {"kind": "sweep"}


def case_of(moment: dict[str, str]) -> Case:
    raw = {"id": "case-1", "now": "2026-03-10T12:00:00Z", "customer": {"id": ANA}, "moment": moment}
    return in_tenant(read_case(raw), OURS)


@pytest.mark.parametrize(
    ("outcome", "moment", "rows", "events", "texts"),
    [
        (REPLY, MESSAGE, set(), ["chat_message"], ["Team includes SSO."]),
        (HANDOFF, MESSAGE, {"handoff"}, ["chat_message"], ["A colleague will answer."]),
        (ALERT, SWEEP, {"handoff"}, ["alert_raised"], []),
        (DRAFT, SWEEP, {"draft"}, ["draft_created"], []),
        (DRAFT, MESSAGE, {"draft"}, ["draft_created"], []),
        (HOLD, SWEEP, {"hold"}, [], []),
    ],
    ids=["reply", "handoff", "alert", "play draft", "answer draft", "hold"],
)
def test_that_each_outcome_leaves_its_rows_and_nothing_else(
    outcome: Outcome, moment: dict[str, str], rows: set[str], events: list[str], texts: list[str]
) -> None:
    case = case_of(moment)
    effects = effects_of(run_of(case, outcome), case)
    assert {name for name in ("draft", "handoff", "hold") if getattr(effects, name)} == rows
    assert [given.event.type for given in effects.events] == events
    assert [message.text for message in effects.outbox] == texts


def test_that_what_a_run_leaves_on_the_timeline_is_later_than_the_moment() -> None:
    case = case_of(SWEEP)
    (created,) = effects_of(run_of(case, DRAFT, play="welcome"), case).events
    assert created.event.at > case.snapshot.now_at
    assert created.event.properties["play"] == "welcome"


def test_that_an_alert_is_remembered_by_the_code_of_its_reason() -> None:
    case = case_of(SWEEP)
    (raised,) = effects_of(run_of(case, ALERT), case).events
    assert raised.event.properties["code"] == "frustrated_prospect"


def test_that_a_reply_stays_in_its_conversation() -> None:
    case = case_of(MESSAGE)
    assert isinstance(case.snapshot.moment, Message)
    effects = effects_of(run_of(case, REPLY), case)
    assert effects.outbox[0].conversation_id == "chat-1"
    assert effects.events[0].event.properties["author"] == "assistant"


def test_that_every_proposed_action_is_a_row_of_its_own() -> None:
    case = case_of(SWEEP)
    actions = (ProposedAction("close_ticket", {"id": "t1"}, "done"), ProposedAction("close_ticket", {"id": "t2"}))
    effects = effects_of(run_of(case, HOLD, proposed_actions=actions), case)
    assert [(action.name, action.arguments["id"]) for action in effects.actions] == [
        ("close_ticket", "t1"),
        ("close_ticket", "t2"),
    ]
    assert len({action.id for action in effects.actions}) == 2


async def test_that_a_committed_run_can_be_read_with_its_case() -> None:
    store, case = MemoryStore(), case_of(SWEEP)
    run = run_of(case, DRAFT)
    record = await commit(store, run, case)
    assert record.line == run_line(run)
    assert record.case == case.raw
    assert record.identity == fingerprint(record.line)
    assert await store.run(OURS, run.id) == record


async def test_that_the_same_moment_twice_is_one_run() -> None:
    store, case = MemoryStore(), case_of(SWEEP)
    first = await commit(store, run_of(case, DRAFT), case)
    again = await commit(store, run_of(case, HOLD), case)
    assert again == first
    assert await store.holds(OURS) == []


async def test_that_nothing_is_committed_for_an_erased_customer() -> None:
    store, case = MemoryStore(), case_of(SWEEP)
    with pytest.raises(NotFound):
        await commit(store, run_of(case, DRAFT), case, of_stored_customer=True)
    assert await store.drafts(OURS) == []


def test_that_the_fingerprint_does_not_depend_on_the_time_that_steps_took() -> None:
    case = case_of(SWEEP)
    fast, slow = run_of(case, DRAFT), run_of(case, DRAFT, elapsed_ms={"gate": 99.0})
    assert fingerprint(run_line(fast)) == fingerprint(run_line(slow))
    other = run_of(case, HOLD)
    assert fingerprint(run_line(fast)) != fingerprint(run_line(other))
