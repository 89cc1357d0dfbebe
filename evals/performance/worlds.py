"""What is measured on: the demo company, synthetic help centres and long histories. All of it is made here."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

import numpy as np

from journey_assistant.adapters.index_memory import MemoryDenseIndex
from journey_assistant.bootstrap import build_decider
from journey_assistant.domain.knowledge import Article
from journey_assistant.domain.timeline import Event, EventId, Timeline
from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.ports import EncodedText, Vector
from journey_assistant.resources import resource_dir
from journey_assistant.services.decide import Decider
from journey_assistant.services.demo_company import headline_moments
from journey_assistant.services.read_case import Case, read_case
from journey_assistant.settings import Settings

DIMENSION = 384
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
WORDS = [f"{first}{second}" for first in ("re", "un", "ka", "mo", "li", "ta", "so") for second in "bcdfgklmnprstvz"]
PLANS = ("Starter", "Team", "Business")


@cache
def demo_decider() -> Decider:
    """The embedded profile over the demo company, without a model."""
    home = Path(tempfile.mkdtemp(prefix="journey-bench-"))
    return build_decider(Settings(home=home), company=resource_dir("demo"), in_memory=True)


@cache
def demo_cases() -> tuple[Case, ...]:
    """The demo's headline moments."""
    return tuple(moment.case for moment in headline_moments(resource_dir("demo")))


def with_history(case: Case, events: int) -> Case:
    """The case after a long life: so many views of everyday pages before everything that it knows."""
    own = list(case.snapshot.timeline)
    oldest = min(event.at for event in own) - timedelta(minutes=1)
    earlier = (
        Event(EventId(f"b{n}"), "page_viewed", oldest - timedelta(minutes=5 * n), properties={"path": f"/app/{n % 40}"})
        for n in range(events - len(own))
    )
    return replace(case, snapshot=replace(case.snapshot, timeline=Timeline([*own, *earlier])), raw={"id": "bench"})


def short_lives() -> dict[str, Case]:
    """Ten events or fewer on the way to a draft, an alert, an answer and a hold."""
    path = {"path": "/pricing"}
    views = [_event(f"p{n}", "page_viewed", 5 + 10 * n, path) for n in range(3)]
    ticket = _event("t", "ticket_opened", 600, {"ticket_id": "T", "topic": "technical", "sentiment": "frustrated"})
    used = [_event(f"u{n}", "feature_used", 900 * n + 60, {"feature": "invoices", "count": 2}) for n in range(7)]
    ask = {"kind": "message", "channel": "chat", "text": "How do I send a copy of an invoice to somebody else?"}
    return {
        "draft": _case({"kind": "sweep"}, [*views, *used]),
        "alert": _case({"kind": "sweep"}, [*views, ticket, *used[:6]]),
        "message": _case(ask, [*views, *used]),
        "hold": _case({"kind": "sweep"}, used),
    }


def _event(id_: str, type_: str, minutes: int, properties: dict[str, object]) -> dict[str, object]:
    return {"id": id_, "type": type_, "at": (NOW - timedelta(minutes=minutes)).isoformat(), "properties": properties}


def _case(moment: dict[str, object], timeline: list[dict[str, object]]) -> Case:
    who = {"id": "c", "name": "Ana Ruiz", "timezone": "Europe/Berlin", "declared": {"goal": "less paperwork"}}
    consent = {"consent": {"email": {"marketing": True, "service": True}}}
    row = {"id": "bench", "now": NOW.isoformat(), "customer": who | consent, "timeline": timeline, "moment": moment}
    return read_case(row)


class DrawnEncoder:
    """Unit vectors drawn from the text itself: as good as any for time, and a hundred thousand are soon there."""

    id = "drawn"
    dimension = DIMENSION

    def read(self, text: str) -> EncodedText:
        """The vector of one text."""
        return EncodedText(text, self.encode([text])[0])

    def encode(self, texts: Sequence[str]) -> Vector:
        """One vector a text."""
        seeds = np.random.default_rng([len(texts), *map(len, texts[:8])])
        vectors = seeds.standard_normal((len(texts), DIMENSION), dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def help_centre(passages: int) -> KnowledgeBase:
    """A help centre of so many short articles of one passage each, for different plans and audiences."""
    draw = Random(passages)
    articles = [
        Article(
            id=f"a{n}",
            title=" ".join(draw.choices(WORDS, k=4)),
            text=" ".join(draw.choices(WORDS, k=40)).capitalize() + ".",
            audience="internal" if n % 20 == 0 else "customers",
            plans=(PLANS[n % 3],),
        )
        for n in range(passages)
    ]
    return KnowledgeBase(articles, encoder=DrawnEncoder(), index=MemoryDenseIndex(DIMENSION))
