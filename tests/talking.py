"""A chat with everything behind it, over a store, for tests: what a customer does, and what the assistant answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from deciding import VERSIONS, Fixed, SetClock, run_of
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.chat import ChatConversation, Entry
from journey_assistant.domain.journey_run import JourneyRun, Versions
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.outcome import Outcome, Reply
from journey_assistant.playbook.load import load_playbook
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.ports.store import Store
from journey_assistant.resources import resource_dir
from journey_assistant.services.answer_turn import Answering
from journey_assistant.services.ask_person import AskPerson
from journey_assistant.services.chat import Chat
from journey_assistant.services.converse import TurnRunner
from journey_assistant.services.hand_over import HandOver
from journey_assistant.services.handoff_out import HandoffOut
from journey_assistant.services.live import Notifier
from journey_assistant.services.read_case import Case
from journey_assistant.services.turn_commit import TurnCommit
from records import ANA, NOON, OURS, customer

NOWHERE = ConversationId("")


@cache
def playbook() -> Playbook:
    return load_playbook(resource_dir("playbook"))


@dataclass
class Echo:
    """Answers with the words it was asked; ``gate`` holds every decision until it is set."""

    versions: Versions = VERSIONS
    seen: list[Case] = field(default_factory=list)
    gate: asyncio.Event | None = None
    cancelled: int = 0

    async def decide(self, case: Case, *, progress: Callable[[str], None] | None = None) -> JourneyRun:
        self.seen.append(case)
        if progress is not None:
            progress("retrieve")
        try:
            if self.gate is not None:
                await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        assert case.snapshot.message is not None
        return run_of(case, Reply(f"You said: {case.snapshot.message.text}"))

    @property
    def texts(self) -> list[str]:
        return [case.snapshot.message.text for case in self.seen if case.snapshot.message]


@dataclass
class Window:
    """The join window as a test moves it: nothing passes until ``pass_by``."""

    waits: list[asyncio.Event] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        passed = asyncio.Event()
        self.waits.append(passed)
        await passed.wait()

    def pass_by(self) -> None:
        for passed in self.waits:
            passed.set()


@dataclass
class Talk:
    """One customer's conversation and everything that works on it."""

    store: Store
    decider: Any
    clock: SetClock
    notifier: Notifier
    commit: TurnCommit
    runner: TurnRunner
    chat: Chat
    window: Window
    hand: HandOver
    id: ConversationId
    keys: int = 0

    async def say(self, text: str) -> Entry:
        self.keys += 1
        return await self.chat.post(ANA, self.id, key=f"key-{self.keys}", text=text)

    async def ask(self, text: str) -> str:
        """Says something and waits for what is answered."""
        await self.say(text)
        await self.settled()
        return (await self.said())[-1][1]

    async def settled(self) -> None:
        """Until nothing is being answered."""
        async with asyncio.timeout(5):
            await self.runner.idle()

    async def breathe(self) -> None:
        """Lets everything run that can."""
        for _ in range(50):
            await asyncio.sleep(0)

    async def said(self) -> list[tuple[str, str]]:
        entries = await self.store.entries(OURS, self.id)
        return [(entry.author, entry.text) for entry in entries if entry.kind == "message"]

    async def now(self) -> ChatConversation:
        found = await self.store.conversation(OURS, self.id)
        assert found is not None
        return found


async def talk(
    decider: Any | None = None, store: Store | None = None, owner: str = "one", out: HandoffOut | None = None
) -> Talk:
    """A conversation of Ana's that was just opened, or (with a store that has one) the same from another process."""
    decider = Echo() if decider is None else decider
    given = store is not None
    store = store or MemoryStore()
    clock, notifier, window = SetClock(), Notifier(), Window()
    commit = TurnCommit(playbook(), out=out or HandoffOut())
    runner = TurnRunner(Answering(store, decider, clock, commit, notifier, owner, OURS, wait=window))
    asking = AskPerson(store, clock, commit, decider.versions, OURS)
    chat = Chat(store, clock, runner, notifier, asking, OURS)
    hand = HandOver(store, clock, commit, notifier, runner, OURS)
    made = Talk(store, decider, clock, notifier, commit, runner, chat, window, hand, NOWHERE)
    if given and (known := await store.conversations(OURS, customer_id=ANA)):
        made.id = known[0].id
        return made
    await store.put_customers(OURS, [customer(ANA, name="Ana", language="en")])
    made.id = (await chat.open(ANA)).id
    return made


def fixed(outcome: Outcome) -> Fixed:
    return Fixed(outcome)


__all__ = ["NOON", "Echo", "Talk", "Window", "fixed", "playbook", "talk"]
