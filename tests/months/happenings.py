"""What happens in a month: random lives of a few customers, as steps at a time. Nothing here knows a rule.

Most of it is worth a message, and much of it makes one forbidden: consent that comes and goes, tickets, another team
that writes too, states in which nobody may write, people who move; late, twice and out of order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from never_events.lives import CAUSES, SERVICE, Cause
from worlds import NOW

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
MONTH = 30 * DAY
# Months in which clocks change somewhere, a leap day, and a quiet one.
STARTS = tuple(
    datetime.fromisoformat(day).replace(tzinfo=UTC)
    for day in ("2026-02-24", "2026-03-15", "2026-10-12", "2026-10-20", "2028-02-10", "2026-06-01")
)
ZONES = (
    "America/Chicago", "America/New_York", "Europe/Berlin", "Europe/London", "Asia/Kolkata", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Auckland", "America/St_Johns", "Africa/Nairobi",
)  # fmt: skip
CHANNELS, PURPOSES = ("email", "sms", "push"), ("marketing", "service")
STOPS = ("do_not_contact", "bereavement", "legal_hold", "erasure_requested", "minor")
ISSUES, HARMLESS = ("billing", "complaint", "outage", "refund"), ("how_to", "technical")


@dataclass(frozen=True, order=True)
class Step:
    """Something that reaches us at a time: a client's message, a record, or what somebody does."""

    at: datetime
    number: int
    what: str = field(compare=False)
    customer: str = field(compare=False)
    given: dict[str, Any] = field(compare=False, default_factory=dict)


@dataclass
class Happenings:
    """Makes steps by chance; the same seed makes the same ones."""

    chance: Random
    start: datetime
    companies: int = 3
    _count: int = 0

    def person(self, number: int) -> tuple[str, list[Cause], dict[str, Any]]:
        """A customer as our records know them at the start, and the causes that will come up."""
        chance, id_ = self.chance, f"c_{number}"
        causes = chance.sample(CAUSES, k=chance.randint(3, 6))
        consent: dict[str, Any] = {
            "email": {"marketing": chance.random() < 0.8, "service": chance.random() < 0.9},
            "sms": {"marketing": chance.random() < 0.4, "service": chance.random() < 0.5},
            "push": {"marketing": chance.choice([True, False, "pending", None])},
        }
        document = {
            "id": id_, "name": "Ana Ruiz", "email": f"{id_}@example.com", "phone": "+15550100", "language": "en",
            "timezone": chance.choice(ZONES) if chance.random() < 0.95 else chance.choice([None, "Mars/Olympus"]),
            "plan": "Team", "lifecycle_stage": "retention", "csm": "dana", "consent": consent,
            "declared": {"goal": "faster invoicing", "preferred_channel": chance.choice(["email", "email", "sms"])},
            **causes[0].changes,
            "account": {"id": f"a_{number % self.companies}", "name": "Halden Print", "billing": "yearly",
                        "renews_at": (self.start + 60 * DAY).date().isoformat()},
        }  # fmt: skip
        if chance.random() < 0.25:
            document["experiments"] = {cause.play: "holdout" for cause in causes[:2]}
        if chance.random() < 0.1:
            document["declared"]["message_frequency"] = chance.choice(["weekly", "monthly"])
        return id_, causes, document

    def month(self, id_: str, causes: list[Cause]) -> Iterator[Step]:
        """Everything that happens to a customer by itself."""
        for cause in causes:
            yield from self._cause(id_, cause)
        for _ in range(self.chance.randint(0, 3)):
            yield from self.trouble(id_, self._some_time())
        for _ in range(self.chance.randint(0, 3)):
            yield from self._by_another_team(id_, self._some_time())
        for _ in range(self.chance.randint(0, 2)):
            yield self.step(self._some_time(), "look", id_)

    def trouble(self, id_: str, at: datetime) -> Iterator[Step]:
        """Something after which less may be sent, and sometimes more again."""
        yield from self.chance.choice(
            (self._consent, self._consent, self._ticket, self._stop, self._preferences, self._move,
             self._by_another_team)
        )(id_, at)  # fmt: skip

    def step(self, at: datetime, what: str, id_: str, **given: Any) -> Step:
        """The next step."""
        self._count += 1
        return Step(at, self._count, what, id_, given)

    def _some_time(self) -> datetime:
        return self.start + self.chance.random() * MONTH

    def _cause(self, id_: str, cause: Cause) -> Iterator[Step]:
        came_at = self._some_time()
        for one in cause.events:
            at = came_at - (NOW - datetime.fromisoformat(one["at"]))
            yield from self._arrives(id_, at, one["type"], one["properties"])
        if cause.play not in SERVICE and self.chance.random() < 0.15:
            yield from self._arrives(id_, came_at + 3 * HOUR, "order_completed", {"order_id": "O", "items": []})

    def _arrives(self, id_: str, at: datetime, type_: str, properties: dict[str, Any]) -> Iterator[Step]:
        """Mostly at once; sometimes hours or a week later, sometimes twice, sometimes by a clock that is ahead."""
        self._count += 1
        lateness = self.chance.choices(
            [0.0, self.chance.random() * 600, self.chance.random() * 86_400, 9 * 86_400.0], [70, 20, 8, 2]
        )[0]
        ahead = HOUR if self.chance.random() < 0.02 else timedelta()
        message = {
            "type": "track", "userId": id_, "event": type_, "properties": properties,
            "messageId": f"m{self._count}", "timestamp": (at + ahead).isoformat(),
        }  # fmt: skip
        for again in range(2 if self.chance.random() < 0.1 else 1):
            arrives_at = max(self.start, at + timedelta(seconds=lateness) + again * 20 * MINUTE)
            yield self.step(arrives_at, "message", id_, message=message)

    def _consent(self, id_: str, at: datetime) -> Iterator[Step]:
        channel = self.chance.choice(["email", "email", "sms", "all"])
        purpose, granted = self.chance.choice(["marketing", "marketing", "service"]), self.chance.random() < 0.3
        if channel != "all" and self.chance.random() < 0.4:
            traits = {"consent": {channel: {purpose: granted}}}
            self._count += 1
            message = {"type": "identify", "userId": id_, "traits": traits, "messageId": f"m{self._count}",
                       "timestamp": at.isoformat()}  # fmt: skip
            yield self.step(at, "message", id_, message=message)
        else:
            said = {"channel": channel, "purpose": purpose, "granted": granted if channel != "all" else False}
            yield from self._arrives(id_, at, "consent_changed", said)
        if self.chance.random() < 0.4:
            back = {"channel": channel, "purpose": purpose, "granted": True}
            yield from self._arrives(id_, at + self.chance.random() * 5 * DAY, "consent_changed", back)

    def _ticket(self, id_: str, at: datetime) -> Iterator[Step]:
        self._count += 1
        ticket = {"ticket_id": f"T{self._count}", "topic": self.chance.choice((*ISSUES, *HARMLESS)),
                  "subject": "A question", "text": "Please have a look at my account."}  # fmt: skip
        yield from self._arrives(id_, at, "ticket_opened", ticket)
        if self.chance.random() < 0.7:
            closed = {"ticket_id": ticket["ticket_id"], "resolution": "solved"}
            yield from self._arrives(id_, at + self.chance.random() * 6 * DAY, "ticket_closed", closed)

    def _stop(self, id_: str, at: datetime) -> Iterator[Step]:
        if self.chance.random() < 0.15:
            yield self.step(at, "erase", id_)
            return
        yield self.step(at, "record", id_, changes={"stop_state": self.chance.choice(STOPS)})
        if self.chance.random() < 0.4:
            yield self.step(at + self.chance.random() * 6 * DAY, "record", id_, changes={"stop_state": None})

    def _preferences(self, id_: str, at: datetime) -> Iterator[Step]:
        match self.chance.randint(0, 3):
            case 0:
                yield self.step(at, "unsubscribe", id_)
            case 1:
                yield self.step(at, "pause", id_, days=self.chance.choice([30, 90]))
            case _:
                wanted = {(c, p): self.chance.random() < 0.5 for c in CHANNELS for p in PURPOSES}
                frequency = self.chance.choice(["", "weekly", "monthly"])
                yield self.step(at, "choose", id_, wanted=wanted, frequency=frequency)

    def _move(self, id_: str, at: datetime) -> Iterator[Step]:
        yield self.step(at, "record", id_, changes={"timezone": self.chance.choice((*ZONES, None))})

    def _by_another_team(self, id_: str, at: datetime) -> Iterator[Step]:
        """Another tool writes to the same customer and tells us: queued, then sent, or bounced."""
        self._count += 1
        said = {
            "message_id": f"other{self._count}", "channel": self.chance.choice(["email", "email", "sms", "push"]),
            "purpose": self.chance.choice(["marketing", "marketing", "marketing", "service"]),
            "campaign": self.chance.choice(["news", "spring", self.chance.choice(CAUSES).play]),
        }  # fmt: skip
        if self.chance.random() < 0.5:
            yield from self._arrives(id_, at - HOUR, "message_sent", {**said, "status": "queued"})
        yield from self._arrives(id_, at, "message_sent", {**said, "status": "sent"})
        if self.chance.random() < 0.1:
            yield from self._arrives(id_, at + 10 * MINUTE, "message_sent", {**said, "status": "bounced"})
