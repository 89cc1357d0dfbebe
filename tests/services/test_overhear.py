from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from journey_assistant.domain.ownership import OwnerState
from journey_assistant.errors import PortError
from journey_assistant.services.decide import Decider
from journey_assistant.services.overhear import DangerWatch
from real_parts import decider
from records import ANA, OURS
from talking import Talk, talk

DANGER = "Please hurry, my son swallowed the cleaning tablets and cannot breathe!"


__all__ = ["decider"]


async def waiting(decider: Decider) -> tuple[Talk, DangerWatch]:
    """Ana waits for a person; what she says meanwhile is overheard."""
    room = await talk()
    await room.chat.ask_for_person(ANA, room.id)
    parts = decider.parts
    watch = DangerWatch(room.store, room.clock, parts.perception, parts.playbook, room.notifier, OURS)
    room.chat = replace(room.chat, overheard=watch.hear)
    return room, watch


@pytest.mark.parametrize(
    ("text", "priority"), [(DANGER, "urgent"), ("Is anybody there? I would like a refund.", "normal")]
)
async def test_that_danger_alone_makes_a_waiting_conversation_urgent(
    decider: Decider, text: str, priority: str
) -> None:
    room, watch = await waiting(decider)
    await room.say(text)
    await watch.idle()
    after = await room.now()
    assert (after.ownership.state, after.ownership.priority) == (OwnerState.WAITING, priority)
    shown = [entry.payload.get("status") for entry in await room.chat.entries(ANA, room.id)]
    assert "raised" not in shown
    assert room.decider.seen == []


async def test_that_a_message_is_accepted_whatever_overhearing_does(decider: Decider) -> None:
    room, watch = await waiting(decider)

    class Down:
        def read(self, *_: object) -> object:
            raise PortError("gone", port="encoder", retryable=True)

    deaf = replace(watch, perception=Down())  # type: ignore[arg-type]
    room.chat = replace(room.chat, overheard=deaf.hear)
    entry = await room.say(DANGER)
    async with asyncio.timeout(5):
        await deaf.idle()
    assert entry.text == DANGER
    assert (await room.now()).ownership.priority == "normal"
