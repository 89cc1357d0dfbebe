"""T18: whoever edits, deletes, swaps, inserts or cuts off entries of the trail, or what they tell of, is noticed."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from databases import sqlite_store
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.domain.audit import Head, chained, deed_of
from journey_assistant.domain.draft import change_between
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.outbox import DeliveryStep
from journey_assistant.errors import Rejected
from journey_assistant.services.audit_trail import head_line, read_heads, verify_audit
from records import ANA, NOON, OURS, draft, message, run_record

ALL = 6


async def decided(store: SqlStore) -> None:
    """Three drafts, each edited and approved."""
    for number in range(3):
        await store.commit_run(OURS, run_record(number), Effects(draft=draft(number)))
    for before in await store.drafts(OURS):
        edited = before.edit(text="other words", subject=None, by="dana", at=NOON)
        await store.change_draft(OURS, before, edited)
        await store.change_draft(OURS, edited, edited.approve(by="eve", at=NOON + timedelta(hours=1)))


TAMPERED = [
    ("the hash of what was done", "UPDATE audit SET payload_sha256 = '0' WHERE seq = 3", "entry 3 was changed"),
    ("who did it", "UPDATE audit SET \"by\" = 'nobody' WHERE seq = 2", "entry 2 was changed"),
    ("an entry gone", "DELETE FROM audit WHERE seq = 4", "entry 4 is missing"),
    ("two swapped", "UPDATE audit SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3)", "entry"),
    ("the words before", "UPDATE draft_changes SET text = '\"Hi\"' WHERE step = 1", "step 1 of draft_0 was changed"),
    ("who approved", "UPDATE draft_changes SET \"by\" = 'dana' WHERE step = 2", "step 2 of draft_0 was changed"),
    ("a step gone", "DELETE FROM draft_changes WHERE draft_id = 'draft_1' AND step = 2", "step 2 of draft_1 is gone"),
    (
        "a step added",
        "INSERT INTO draft_changes SELECT tenant_id, draft_id, 9, kind, version, state, customer_id, subject, text,"
        " \"by\", at, why FROM draft_changes WHERE draft_id = 'draft_2' AND step = 1",
        "step 9 of draft_2 is not in the trail",
    ),
]


async def tampered(store: SqlStore, statement: str) -> None:
    async with store._db.write() as connection:
        await connection.execute(text(statement))


@pytest.mark.parametrize(("statement", "told"), [case[1:] for case in TAMPERED], ids=[case[0] for case in TAMPERED])
async def test_that_what_was_changed_is_found(tmp_path: Path, statement: str, told: str) -> None:
    async with sqlite_store(tmp_path) as store:
        await decided(store)
        assert await verify_audit(store, OURS) == (ALL, ())
        await tampered(store, statement)
        _, wrong = await verify_audit(store, OURS)
        assert told in "\n".join(wrong)


async def test_that_a_forged_entry_in_between_is_found(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path) as store:
        await decided(store)
        second = (await store.audit(OURS))[1]
        await tampered(store, "UPDATE audit SET seq = -seq - 1 WHERE seq > 2")
        await tampered(store, "UPDATE audit SET seq = -seq WHERE seq < 0")
        forged = deed_of(change_between(draft(7), draft(7).reject(by="mallory", at=NOON, why="")))
        (entry,) = chained(OURS, [forged], Head(2, second.sha256))
        given = ", ".join(f"'{value}'" for value in (entry.payload_sha256, entry.previous, entry.sha256))
        await tampered(
            store,
            f"INSERT INTO audit VALUES ('{OURS}', 3, 'draft', 'draft_7', 1, 'mallory', '2026-03-10 12:00:00', {given})",
        )
        _, wrong = await verify_audit(store, OURS)
        assert "entry 4 does not follow the entry before it" in wrong
        assert "step 1 of draft_7 is gone (entry 3)" in wrong


@pytest.mark.parametrize("noted", [True, False])
async def test_that_a_cut_off_end_is_found_by_a_head_that_was_noted_elsewhere(tmp_path: Path, noted: bool) -> None:
    async with sqlite_store(tmp_path) as store:
        await decided(store)
        head = await store.audit_head(OURS)
        assert head is not None
        file = tmp_path / "heads.jsonl"
        file.write_text(head_line(head) + "\n")
        await tampered(store, "DELETE FROM audit WHERE seq > 4")
        await tampered(store, "DELETE FROM draft_changes WHERE draft_id = 'draft_2'")
        _, wrong = await verify_audit(store, OURS, read_heads(file) if noted else ())
        assert wrong == (("the chain ends at entry 4, but entry 6 was noted",) if noted else ())


async def test_that_a_chain_that_was_made_anew_is_found_by_a_noted_head(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path) as store:
        await decided(store)
        head = await store.audit_head(OURS)
        assert head is not None
        assert await verify_audit(store, OURS, [Head(head.seq, "1" * 64)]) == (
            ALL,
            ("entry 6 is not the one that was noted",),
        )


@pytest.mark.parametrize("line", ["", "{}", "[1]", '{"seq": "x", "sha256": "y"}'])
def test_that_a_broken_file_of_heads_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "heads.jsonl"
    file.write_text('{"seq": 1, "sha256": "a"}\n' + line + "\n")
    with pytest.raises(Rejected, match="jsonl:2"):
        read_heads(file)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT 1", ()),
        ("UPDATE delivery_steps SET \"by\" = 'nobody'", ("step 1 of the delivery reply:run_1 was changed (entry 1)",)),
        ("DELETE FROM delivery_steps", ("step 1 of the delivery reply:run_1 is gone (entry 1)",)),
    ],
)
async def test_that_what_a_lead_did_with_a_delivery_is_in_the_trail(
    tmp_path: Path, statement: str, told: tuple[str, ...]
) -> None:
    async with sqlite_store(tmp_path) as store:
        await store.commit_run(OURS, run_record(), Effects(outbox=(message(channel="email"),)))
        until = NOON + timedelta(minutes=1)
        ((_, begun),) = await store.claim_due(OURS, ["email"], owner="x", now=NOON, until_at=until, limit=1)
        dead = begun.dead(at=NOON, error="refused")
        await store.settle(OURS, begun, dead)
        step = DeliveryStep("reply:run_1", 1, "retry", "lena", NOON, "again", ANA, OURS)
        assert await store.settle(OURS, dead, dead.retried(at=NOON), step=step)
        await tampered(store, statement)
        assert await verify_audit(store, OURS) == (1, told)
        await store.erase_customer(OURS, ANA)
        assert told or await verify_audit(store, OURS) == (2, ())
