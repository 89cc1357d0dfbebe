"""kill -9 at every point of a turn and of a handoff: what was acknowledged is there, answered once, with one owner.

`KILLS` says how often each point is killed: 3 here, 30 by `make crash`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crash.born import KILLED, KILLS, Nursery, nursery
from databases import opened
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.domain.chat import Entry
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.services.answer_turn import LEASE
from records import ANA, NOON, OURS
from talking import Talk, talk

__all__ = ["nursery"]
pytestmark = pytest.mark.slow
QUESTION = "Does the Team plan include SSO?"
DANA, ELI = ColleagueId("dana"), ColleagueId("eli")


@dataclass
class World:
    """A database in a file with one conversation of Ana's, and colleagues."""

    file: Path
    log: Path

    def job(self, act: str, point: str = "", **more: Any) -> dict[str, Any]:
        given = {"file": str(self.file), "log": str(self.log), "act": act, "point": point, "owner": "child"}
        return given | {"key": "k1", "text": QUESTION} | more

    def heard(self, what: str) -> list[str]:
        """What the client was told before the process died."""
        if not self.log.exists():
            return []
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line["value"] for line in lines if line["what"] == what]

    def fresh_log(self) -> None:
        self.log.unlink(missing_ok=True)


@pytest.fixture
async def world(tmp_path: Path) -> World:
    file = tmp_path / "journey.db"
    async with opened(f"sqlite+aiosqlite:///{file}") as store:
        room = await talk(store=store)
        for id_ in (DANA, ELI):
            await store.add_colleague(OURS, Colleague(id_, id_.title(), Role.CSM, NOON, OURS))
        assert room.id
    return World(file, tmp_path / "client.log")


async def restarted(store: SqlStore) -> Talk:
    """The service after the crash, when the dead one's lease has ended."""
    room = await talk(store=store, owner="after the crash")
    room.clock.at = NOON + LEASE + timedelta(minutes=1)
    return room


def by(entries: list[Entry], author: str) -> list[Entry]:
    return [entry for entry in entries if entry.kind == "message" and entry.author == author]


TURN_POINTS: dict[str, dict[str, Any]] = {
    "C1 before the message is accepted": {"point": "before the message is accepted"},
    "C1 inside the transaction that accepts it": {"dies_in": 1},
    "C2 message accepted, not told": {"point": "message accepted, not told"},
    "C3 while it is decided": {"point": "while it is decided"},
    "C4 before the answer is written": {"point": "before the change"},
    "C4 inside the transaction of the answer": {"dies_in": 2},
    "C5 answered, not shown": {"point": "changed, not shown"},
}


@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize("point", TURN_POINTS)
async def test_that_what_was_acknowledged_is_there_and_answered_once(
    nursery: Nursery, world: World, point: str, number: int
) -> None:
    job = world.job("say", **TURN_POINTS[point])
    assert nursery.live(job) == [KILLED]
    acknowledged = world.heard("ok")
    async with opened(f"sqlite+aiosqlite:///{world.file}") as store:
        room = await restarted(store)
        before = await store.entries(OURS, room.id)
        assert set(acknowledged) <= {entry.id for entry in before}
        assert len(by(before, "assistant")) == len(await store.runs(OURS))
        # The client heard nothing, or heard and resumes: it sends again with its key.
        entry = await room.chat.post(ANA, room.id, key="k1", text=QUESTION)
        await room.runner.recover()
        await room.settled()
        after = await store.entries(OURS, room.id)
        assert [one.id for one in by(after, "customer")] == [entry.id]
        assert len(by(after, "assistant")) == 1
        assert len(await store.runs(OURS)) == 1
        assert [one.seq for one in after] == list(range(1, len(after) + 1))
        if point.startswith("C5"):
            assert by(after, "assistant") == by(before, "assistant")
        assert len(world.heard("asked the model")) + len(room.decider.seen) <= 2
        await store.check_integrity()


HANDOFF_POINTS: dict[str, dict[str, Any]] = {
    "inside the transaction": {"dies_in": 1},
    "before it": {"point": "before the change"},
    "after it": {"point": "changed, not shown"},
}
ACTS: dict[str, tuple[OwnerState, OwnerState]] = {
    "ask for a person": (OwnerState.ASSISTANT, OwnerState.WAITING),
    "claim": (OwnerState.WAITING, OwnerState.PERSON),
    "give_back": (OwnerState.PERSON, OwnerState.ASSISTANT),
    "resolve": (OwnerState.PERSON, OwnerState.RESOLVED),
}


@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize("point", HANDOFF_POINTS)
@pytest.mark.parametrize("act", ACTS)
async def test_that_a_handoff_that_was_cut_off_has_one_owner_and_loses_nobody(
    nursery: Nursery, world: World, act: str, point: str, number: int
) -> None:
    before_it = ("ask for a person", "claim", "give_back")[: {"ask for a person": 0, "claim": 1}.get(act, 2)]
    for earlier in before_it:
        assert nursery.live(world.job(earlier)) == [0]
    assert nursery.live(world.job(act, **HANDOFF_POINTS[point])) == [KILLED]
    began, ends = ACTS[act]
    async with opened(f"sqlite+aiosqlite:///{world.file}") as store:
        room = await restarted(store)
        stands = (await room.now()).ownership
        assert stands.state is (ends if point == "after it" else began)
        assert (stands.colleague is not None) == (stands.state is OwnerState.PERSON)
        entries = await store.entries(OURS, room.id)
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        changes = [e for e in await store.timeline(OURS, ANA) if e.type.startswith("conversation_")]
        assert len(changes) == len(before_it) + (point == "after it")
        assert len(await store.handoffs(OURS)) == len(await store.runs(OURS))
        await store.check_integrity()


@pytest.mark.parametrize("number", range(KILLS))
async def test_that_two_processes_give_one_answer(nursery: Nursery, world: World, number: int) -> None:
    assert nursery.live(world.job("say", "while it is decided")) == [KILLED]
    world.fresh_log()
    later = (NOON + LEASE + timedelta(minutes=1)).isoformat()
    racing = [world.job("recover", owner=f"process {n}", at=later) for n in range(4)]
    assert nursery.live(*racing) == [0, 0, 0, 0]
    async with opened(f"sqlite+aiosqlite:///{world.file}") as store:
        room = await restarted(store)
        assert len(by(await store.entries(OURS, room.id), "assistant")) == 1
        assert len(await store.runs(OURS)) == 1
        assert not (await room.now()).is_unanswered
    assert len(world.heard("asked the model")) == 1


@pytest.mark.parametrize("number", range(KILLS))
async def test_that_of_two_processes_that_claim_one_has_it(nursery: Nursery, world: World, number: int) -> None:
    assert nursery.live(world.job("ask for a person")) == [0]
    ended = nursery.live(*(world.job("claim", by=colleague) for colleague in (DANA, ELI)))
    assert sorted(ended) == [0, 1]
    async with opened(f"sqlite+aiosqlite:///{world.file}") as store:
        room = await restarted(store)
        assert (await room.now()).ownership.colleague == (DANA, ELI)[ended.index(0)]
        joined = [e for e in await store.entries(OURS, room.id) if e.payload.get("status") == "joined"]
        assert len(joined) == 1


LATER = (NOON + timedelta(days=4)).isoformat()


async def standing_after_the_deadline(world: World, was: OwnerState) -> None:
    """One new owner, told once, with every entry in its place."""
    async with opened(f"sqlite+aiosqlite:///{world.file}") as store:
        room = await restarted(store)
        stands = (await room.now()).ownership
        assert (stands.state, stands.reassignments) == (OwnerState.WAITING, 1)
        entries = await store.entries(OURS, room.id)
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        moved = "silent" if was is OwnerState.PERSON else "reassigned"
        assert len([entry for entry in entries if entry.payload.get("status") == moved]) == 1
        told = [entry.text for entry in entries if entry.payload.get("status") == "waiting" and entry.text]
        assert len(told) == 1
        await store.check_integrity()


@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize("was", [OwnerState.WAITING, OwnerState.PERSON])
async def test_that_of_two_processes_that_notice_a_broken_promise_one_moves_it(
    nursery: Nursery, world: World, was: OwnerState, number: int
) -> None:
    for act in ("ask for a person", "claim")[: 2 if was is OwnerState.PERSON else 1]:
        assert nursery.live(world.job(act)) == [0]
    racing = [world.job("sweep", owner=f"process {n}", at=LATER) for n in range(4)]
    assert nursery.live(*racing) == [0, 0, 0, 0]
    await standing_after_the_deadline(world, was)


@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize("point", HANDOFF_POINTS)
@pytest.mark.parametrize("was", [OwnerState.WAITING, OwnerState.PERSON])
async def test_that_a_move_after_the_deadline_that_was_cut_off_is_made_once(
    nursery: Nursery, world: World, was: OwnerState, point: str, number: int
) -> None:
    for act in ("ask for a person", "claim")[: 2 if was is OwnerState.PERSON else 1]:
        assert nursery.live(world.job(act)) == [0]
    assert nursery.live(world.job("sweep", at=LATER, **HANDOFF_POINTS[point])) == [KILLED]
    assert nursery.live(world.job("sweep", at=LATER)) == [0]
    await standing_after_the_deadline(world, was)


@pytest.mark.parametrize("number", range(KILLS))
async def test_that_a_claim_and_a_broken_promise_at_once_leave_one_owner(
    nursery: Nursery, world: World, number: int
) -> None:
    assert nursery.live(world.job("ask for a person")) == [0]
    assert nursery.live(world.job("sweep", at=LATER, owner="worker"), world.job("claim", at=LATER)) == [0, 0]
    async with opened(f"sqlite+aiosqlite:///{world.file}") as store:
        room = await restarted(store)
        stands = (await room.now()).ownership
        assert (stands.state, stands.colleague) == (OwnerState.PERSON, DANA)
        told = [e.payload["status"] for e in await store.entries(OURS, room.id) if e.payload.get("status")]
        assert told.count("joined") == 1
        assert told in (["waiting", "joined"], ["waiting", "reassigned", "waiting", "joined"])


@pytest.mark.parametrize("number", range(KILLS))
async def test_that_a_person_who_takes_over_in_another_process_is_not_talked_over(
    nursery: Nursery, world: World, number: int
) -> None:
    ended = nursery.live(world.job("say"), world.job("claim", owner="inbox"))
    assert ended[0] == 0
    async with opened(f"sqlite+aiosqlite:///{world.file}") as store:
        room = await restarted(store)
        entries = await store.entries(OURS, room.id)
        joined = [entry.seq for entry in entries if entry.payload.get("status") == "joined"]
        answered = [entry.seq for entry in by(entries, "assistant")]
        assert len(joined) == 1
        assert all(seq < joined[0] for seq in answered)
        assert (await room.now()).ownership.colleague == DANA
