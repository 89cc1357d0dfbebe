import csv
import io
from typing import Any

import pytest

from conversations import conversation, said
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.chat import Attachment, AttachmentId
from journey_assistant.domain.job import Job
from journey_assistant.errors import NotFound
from journey_assistant.services.export_crm import export_customer, safe_cell, timeline_csv, whole_timeline
from records import ANA, BEN, NOON, OURS, THEIRS, all_effects, customer, event, run_record


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+Plus", "'+Plus"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\0x", "'\0x"),
        ("O'Neill", "O'Neill"),
        ("a=b", "a=b"),
        ("", ""),
        (-5, -5),
        (True, True),
        ({"a": 1}, "{'a': 1}"),
    ],
)
def test_that_only_what_begins_like_a_formula_is_quoted(value: Any, cell: Any) -> None:
    assert safe_cell(value) == cell


def test_that_names_of_columns_and_ids_are_quoted_too() -> None:
    rows = list(csv.reader(io.StringIO(timeline_csv([event("=cmd", "+type", **{"=evil": "@x"}).event]))))
    assert rows[0][-1] == "properties.=evil"
    assert (rows[1][0], rows[1][1], rows[1][-1]) == ("'=cmd", "'+type", "'@x")


async def test_that_an_export_is_complete_and_only_of_this_customer() -> None:
    store = MemoryStore()
    for tenant, whose, number, word in ((OURS, ANA, 1, "mine"), (OURS, BEN, 2, "bens"), (THEIRS, ANA, 1, "theirs")):
        await store.put_customers(tenant, [customer(whose, name=word)])
        await store.commit_run(tenant, run_record(number, whose), all_effects(number, whose, word))
    exported = await export_customer(store, OURS, ANA)
    assert {part: len(rows) for part, rows in exported.items() if part != "customer" and rows} == dict.fromkeys(
        ("timeline", "runs", "drafts", "handoffs", "holds", "actions", "outbox"), 1
    )
    assert "bens" not in str(exported)
    assert "theirs" not in str(exported)
    assert exported["drafts"][0]["text"] == "mine"


async def test_that_an_export_has_names_conversations_files_and_jobs() -> None:
    store = MemoryStore()
    for whose, number in ((ANA, 1), (BEN, 2)):
        await store.link(OURS, f"anonymous:{number}", whose, at=NOON)
        talk = await store.open_conversation(OURS, conversation(f"conv_{number}", whose))
        await store.accept_message(OURS, talk.id, said(f"said by {whose}"))
        file = Attachment(AttachmentId(f"att_{number}"), talk.id, whose, "a.txt", "text/plain", 2, "0", NOON, OURS)
        await store.put_attachment(OURS, file, b"hi")
        await store.enqueue([Job(f"look:{whose}", "look", NOON, whose, tenant_id=OURS)])
    exported = await export_customer(store, OURS, ANA)
    assert [one["alias"] for one in exported["identities"]] == ["anonymous:1"]
    assert [one["text"] for talk in exported["conversations"] for one in talk["entries"]] == [f"said by {ANA}"]
    assert [(one["name"], one["content_base64"]) for one in exported["attachments"]] == [("a.txt", "aGk=")]
    assert [one["key"] for one in exported["jobs"]] == [f"look:{ANA}"]


async def test_that_nobody_is_exported_who_is_not_there() -> None:
    with pytest.raises(NotFound):
        await export_customer(MemoryStore(), OURS, ANA)


async def test_that_a_long_timeline_is_read_to_its_end() -> None:
    store = MemoryStore()
    await store.add_events(OURS, [event(f"e{n:05}", at=NOON) for n in range(2_500)])
    assert [e.id async for e in whole_timeline(store, OURS, ANA)] == [f"e{n:05}" for n in range(2_500)]
