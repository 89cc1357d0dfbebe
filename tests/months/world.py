"""A month in the real services, on a simulated clock: steps arrive, the worker works, a success manager reviews, two
relays deliver. Everything that was given in and everything that went out is logged for the oracle."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.draft import Draft, DraftState
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.domain.source import Source
from journey_assistant.errors import JourneyError, NotFound, PortError, UncertainDelivery
from journey_assistant.playbook.touch import TouchIndex
from journey_assistant.ports.store import CustomerRow
from journey_assistant.services.check_draft import DraftChecker
from journey_assistant.services.decide import Decider
from journey_assistant.services.deliver import Relay
from journey_assistant.services.ingest_events import EventIntake
from journey_assistant.services.last_check import LastCheck
from journey_assistant.services.play_worker import play_worker
from journey_assistant.services.preferences import Preferences
from journey_assistant.services.review_draft import DraftReview
from journey_assistant.services.run_play import run_play
from journey_assistant.services.watch_jobs import Following
from months.happenings import DAY, HOUR, MONTH, STARTS, Happenings, Step
from months.oracle import Entry

DANA = ColleagueId("dana")
SHOP = Source("shop")
TENANT = DEFAULT_TENANT


@dataclass
class Channel:
    """A provider that takes what it gets, is down now and then, and sometimes hangs up before it answers."""

    name: str
    month: Month
    takes_key: bool = False

    async def send(self, message: OutboxMessage) -> str:
        """Logs what arrived."""
        luck = self.month.chance.random()
        if luck < 0.05:
            raise PortError("busy", port=self.name, retryable=True)
        play = self.month.plays.get(str(message.draft_id))
        given = {
            "key": message.key, "draft": message.draft_id, "channel": message.channel, "purpose": message.purpose,
            "play": play, "campaign": play,
        }  # fmt: skip
        self.month.note("sent", message.customer_id, **given)
        if luck < 0.07:
            raise UncertainDelivery("hung up", port=self.name, retryable=True)
        return "taken"

    async def close(self) -> None:
        """Nothing is held open."""


@dataclass
class Month:
    """Some customers for thirty days."""

    decider: Decider
    seed: int
    people: int = 5
    store: Any = field(default_factory=MemoryStore)
    checked: bool = True
    """Whether relays ask the rules once more; a life without it is a mutant."""
    log: list[Entry] = field(default_factory=list)
    plays: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.start = STARTS[self.seed % len(STARTS)] + self.chance.random() * DAY
        self.clock = SetClock(self.start)
        self.happenings = Happenings(self.chance, self.start, companies=1 + self.seed % 3)
        book, store, clock = self.decider.parts.playbook, self.store, self.clock
        self.intake = EventIntake(store, clock, Following(TouchIndex(book)))
        self.worker = play_worker(store, self.decider, clock)
        self.review = DraftReview(store, clock, DraftChecker(store, self.decider, TENANT))
        self.preferences = Preferences(store, clock)
        check = LastCheck(book, self.decider.parts.perception.mood_of) if self.checked else None
        channels = {name: Channel(name, self) for name in ("email", "sms", "push")}
        self.relays = [Relay(store, channels, clock, owner, chance=self.chance, check=check) for owner in "ab"]
        self.steps: list[Step] = []

    def note(self, what: str, customer: str, **given: Any) -> None:
        """A line of the log."""
        self.log.append(Entry(self.clock.now(), what, customer, given))

    async def live(self) -> list[Entry]:
        """Lives it through; returns the log."""
        await self.store.add_colleague(TENANT, Colleague(DANA, "Dana Voss", Role.CSM, self.start))
        for number in range(self.people):
            id_, causes, document = self.happenings.person(number)
            await self._record(id_, document)
            self._will_happen(self.happenings.month(id_, causes))
        for hour in range(0, 30 * 24, 3):
            self._will_happen([self.happenings.step(self.start + hour * HOUR, "review", "")])
        await self.worker.start()
        end = self.start + MONTH
        while (at := await self._next()) <= end:
            self.clock.at = max(self.clock.at, at)
            while self.steps and self.steps[0].at <= self.clock.at:
                await self._take(heapq.heappop(self.steps))
            while await self.worker.run_due():
                pass
            while any(await asyncio.gather(*(relay.round() for relay in self.relays))):
                pass
        return self.log

    def _will_happen(self, steps: Iterable[Step]) -> None:
        for step in steps:
            heapq.heappush(self.steps, step)

    async def _next(self) -> datetime:
        """When something is due next."""
        due = [job.run_at for job in await self.store.jobs(TENANT)] + [step.at for step in self.steps[:1]]
        under_way = [one for _, one in await self.store.deliveries(TENANT, limit=1_000) if one.settled_at is None]
        return min([*due, *(one.claimed_until_at or one.due_at for one in under_way), self.start + 2 * MONTH])

    async def _take(self, step: Step) -> None:
        id_, given = CustomerId(step.customer), step.given
        try:
            match step.what:
                case "message":
                    self.note("message", id_, **given)
                    await self.intake.take([given["message"]], SHOP)
                case "record":
                    (row,) = await self.store.customers(TENANT, ids=[id_])
                    await self._record(id_, {**row.document, **given["changes"]})
                case "review":
                    await self._review()
                case "look":
                    await run_play(self.store, self.decider, self.clock, id_)
                case _:
                    await self._prefers(id_, step.what, given)
        except (NotFound, ValueError) as error:
            if not await self.store.customers(TENANT, ids=[id_]):
                return  # erased meanwhile
            raise AssertionError(f"{step}: {error}") from error

    async def _record(self, id_: str, document: dict[str, Any]) -> None:
        await self.store.put_customers(TENANT, [CustomerRow(CustomerId(id_), document)])
        self.note("record", id_, changes=document)

    async def _prefers(self, id_: CustomerId, what: str, given: dict[str, Any]) -> None:
        before = await self.preferences.show(TENANT, id_)
        match what:
            case "unsubscribe":
                await self.preferences.unsubscribe(TENANT, id_)
            case "pause":
                await self.preferences.pause(TENANT, id_, given["days"])
            case "choose":
                wanted, frequency = given["wanted"], given["frequency"]
                await self.preferences.choose(TENANT, id_, wanted, personalization=True, frequency=frequency)
                given = {
                    **given,
                    "changed": {k: yes for k, yes in wanted.items() if before.consents[k[0]][k[1]] != yes},
                }
            case "erase":
                try:
                    await self.preferences.erase(TENANT, id_)
                except JourneyError:
                    return  # a legal hold keeps it
        self.note(what, id_, **given)

    async def _review(self) -> None:
        """The success manager looks through what waits: approves most, edits or rejects some, leaves some."""
        for draft in await self.store.drafts(TENANT, state=DraftState.PENDING):
            self.plays[draft.id] = draft.play
            luck = self.chance.random()
            try:
                if luck < 0.1:
                    await self.review.reject(draft.id, by=DANA, why="not now")
                elif luck < 0.2:
                    await self.review.edit(draft.id, by=DANA, text=f"{draft.text}\n", version=draft.version)
                elif luck < 0.8:
                    await self.review.approve(draft.id, by=DANA, version=draft.version)
                    self._trouble_before(draft)
            except JourneyError:
                continue

    def _trouble_before(self, draft: Draft) -> None:
        """Much of what forbids a message comes after it was approved and before it goes out."""
        if self.chance.random() < 0.4:
            at = self.clock.now() + timedelta(minutes=self.chance.randint(0, 14 * 60))
            self._will_happen(self.happenings.trouble(draft.customer_id, at))
