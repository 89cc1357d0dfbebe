import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.conftest import Journey
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.effects import Effects
from records import NOON, draft, run_record

LINE = {
    "case_id": "case",
    "route": "draft_message",
    "reasons": [{"code": "welcome", "why": "signed up", "evidence": ["e1"]}],
    "rejected": [],
    "play": "welcome",
    "outcome": {"kind": "draft", "channel": "email", "reviewer": "dana", "text": "words"},
}


@pytest.fixture
def queue(journey: Journey, tmp_path: Path) -> Journey:
    """Two drafts in review, and a colleague."""

    async def fill() -> None:
        store = await SqlStore.open(f"sqlite+aiosqlite:///{tmp_path / 'home' / 'journey.db'}")
        for number in (1, 2):
            record = run_record(number, line={**LINE, "id": f"run_{number}"})
            await store.commit_run(DEFAULT_TENANT, record, Effects(draft=draft(number)))
        await store.close()

    asyncio.run(fill())
    assert journey("user", "add", "dana", "--name", "Dana Voss", "--role", "csm").code == 0
    return journey


def test_that_drafts_are_listed_oldest_first(queue: Journey) -> None:
    assert [row["id"] for row in queue("queue", "list", "--json").json] == ["draft_1", "draft_2"]
    assert "draft_1" in queue("queue", "list").out
    assert queue("queue", "list", "--state", "approved", "--json").json == []


def test_that_a_draft_is_shown_with_its_words(queue: Journey) -> None:
    shown = queue("queue", "show", "draft_1", "--json").json
    assert (shown["text"], shown["run"]["id"]) == (draft().text, "run_1")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("queue", "list", "--state", "asleep"), "pending"),
        (("queue", "show", "draft_9"), "there is no draft draft_9"),
        (("queue", "edit", "draft_1", "--by", "dana"), "--text or --file"),
        (("queue", "edit", "draft_1", "--by", "dana", "--file", "nowhere.txt"), "nowhere.txt"),
        (("user", "add", "eli", "--role", "boss"), "viewer, csm, lead, admin"),
        (("user", "add", "a\nb"), "printable"),
        (("user", "add", "dana"), "already a colleague dana"),
    ],
)
def test_that_bad_input_is_one_clear_line_and_exit_2(queue: Journey, arguments: tuple[str, ...], told: str) -> None:
    ran = queue(*arguments)
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_that_colleagues_are_listed(queue: Journey) -> None:
    assert [(row["id"], row["role"]) for row in queue("user", "list", "--json").json] == [("dana", "csm")]
    assert "Dana Voss" in queue("user", "list").out


def test_that_a_draft_is_rejected_with_a_reason(queue: Journey) -> None:
    ran = queue("queue", "reject", "draft_1", "--by", "dana", "--why", "wrong tone", "--json")
    assert (ran.code, ran.json["state"], ran.json["why"]) == (0, "rejected", "wrong tone")
    again = queue("queue", "reject", "draft_1", "--by", "dana", "--why", "again")
    assert (again.code, "rejected" in again.err) == (2, True)


def test_that_the_history_of_a_draft_is_kept_and_shown(queue: Journey, tmp_path: Path) -> None:
    before = draft().text

    async def edited() -> None:
        store = await SqlStore.open(f"sqlite+aiosqlite:///{tmp_path / 'home' / 'journey.db'}")
        stored = await store.draft(DEFAULT_TENANT, draft().id)
        assert stored is not None
        after = stored.edit(text="Better words.", subject=stored.subject, by="dana", at=NOON)
        await store.change_draft(DEFAULT_TENANT, stored, after)
        await store.close()

    asyncio.run(edited())
    queue("queue", "reject", "draft_1", "--by", "dana", "--why", "too late")
    history = queue("queue", "show", "draft_1", "--json").json["history"]
    assert [(step["version"], step["by"], step["text"]) for step in history] == [
        (1, "dana", before),
        (2, "dana", "Better words."),
    ]
    shown = queue("queue", "show", "draft_1").out
    assert f"-{before.splitlines()[0]}" in shown
    assert "+Better words." in shown
    assert "version 2 · rejected by dana" in shown
    assert "too late" in shown


def test_that_strangers_decide_nothing(queue: Journey) -> None:
    ran = queue("queue", "reject", "draft_1", "--by", "eli", "--why", "no")
    assert (ran.code, "journey user add" in ran.err) == (2, True)
    assert json.dumps("pending") in queue("queue", "show", "draft_1", "--json").out


def test_that_a_draft_is_put_aside_and_given_on(queue: Journey) -> None:
    assert queue("user", "add", "eve", "--name", "Eve", "--role", "csm").code == 0
    given = queue("queue", "reassign", "draft_1", "--by", "dana", "--to", "eve", "--json").json
    assert given["reviewer"] == "eve"
    in_a_week = (datetime.now(UTC) + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    aside = queue("queue", "snooze", "draft_2", "--by", "dana", "--until", in_a_week, "--json").json
    assert aside["state"] == "snoozed"
    assert [row["id"] for row in queue("queue", "list", "--json").json] == ["draft_1"]
    assert [row["id"] for row in queue("queue", "list", "--state", "snoozed", "--json").json] == ["draft_2"]
    assert queue("queue", "snooze", "draft_1", "--by", "eve", "--until", "2020-01-01").code == 2
    assert queue("queue", "snooze", "draft_1", "--by", "eve", "--until", in_a_week, "--when", "payday").code == 2


def test_that_the_trail_is_verified_against_a_noted_head(queue: Journey, tmp_path: Path) -> None:
    assert queue("queue", "reject", "draft_1", "--by", "dana", "--why", "no").code == 0
    heads = tmp_path / "heads.jsonl"
    assert queue("audit", "head", "--append", str(heads), "--json").json["seq"] == 1
    assert queue("audit", "verify", "--anchor", str(heads), "--json").json == {
        "entries": 1,
        "noted_heads": 1,
        "wrong": [],
    }
    heads.write_text('{"seq": 2, "sha256": "0"}\n')
    assert queue("audit", "verify", "--anchor", str(heads)).code == 1
