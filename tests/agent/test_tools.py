"""The record's reads as tools: nobody chooses whose record, every call is kept, and no name or address leaves."""

import inspect

import pytest

from journey_assistant.agent.placeholders import Placeholders
from journey_assistant.agent.records import RECORD_READS
from journey_assistant.agent.tools import NOTHING_STORED, RecordTools
from timelines import ago, event, snapshot
from worlds import message

SEEN = message(
    "When does our plan renew?",
    {
        "id": "i1",
        "type": "invoice_paid",
        "at": "2026-03-01T09:00:00Z",
        "properties": {"invoice_id": "INV-7", "amount": 99},
    },
).snapshot


def tools_of(seen=SEEN) -> RecordTools:
    return RecordTools(seen, Placeholders.of(seen))


def told(record: RecordTools, name: str) -> str:
    return str(next(tool for tool in record.tools if tool.name == name).invoke({}))


def test_that_every_read_of_the_record_is_a_tool_that_says_what_it_reads() -> None:
    tools = {tool.name: tool for tool in tools_of().tools}
    assert set(tools) == set(RECORD_READS)
    assert all(tools[name].description == inspect.getdoc(read) for name, read in RECORD_READS.items())


@pytest.mark.parametrize("argument", ["customer_id", "id", "email"])
def test_that_an_argument_changes_nothing_of_what_is_read(argument: str) -> None:
    for name in RECORD_READS:
        plain, other = (next(t for t in tools_of().tools if t.name == name) for _ in range(2))
        assert plain.args == {}
        assert other.invoke({argument: "c_2"}) == plain.invoke({})


def test_that_a_read_is_recorded_with_its_result_and_evidence() -> None:
    record = tools_of()
    told(record, "subscription")
    (call,) = record.calls
    assert (call.name, call.arguments) == ("subscription", {})
    assert "1 December 2026" in call.result
    assert call.evidence == RECORD_READS["subscription"](SEEN).evidence


def test_that_what_is_told_stands_in_a_marked_block_with_ids_that_stay() -> None:
    record = tools_of()
    first, again = told(record, "subscription"), told(record, "subscription")
    assert first.startswith("<evidence ")
    assert "1 December 2026" in first
    ids = [fact.id for fact in record.facts]
    assert len(ids) == len(set(ids))
    assert all(f"{fact_id}: " in first and f"{fact_id}: " in again for fact_id in ids)
    assert len(record.calls) == 2


def test_that_two_reads_number_their_facts_on() -> None:
    record = tools_of()
    told(record, "subscription")
    before = len(record.facts)
    assert "INV-7" in told(record, "invoices")
    assert len({fact.id for fact in record.facts}) == len(record.facts) > before


def test_that_an_empty_record_says_so() -> None:
    record = tools_of(snapshot())
    assert NOTHING_STORED in told(record, "orders")
    assert record.facts == []


def test_that_personal_data_leaves_as_placeholders() -> None:
    opened = event(
        "ticket_opened", ago(days=1), ticket_id="T1", topic="billing", subject="Write to ana.ruiz@example.com please"
    )
    shown = told(tools_of(snapshot([opened])), "tickets")
    assert "EMAIL_1" in shown
    assert "ana.ruiz@example.com" not in shown
