"""Explain: the events behind a run's ids, in words."""

from __future__ import annotations

from collections.abc import Mapping

from journey_assistant.domain.timeline import Event
from journey_assistant.services.read_case import Case

_TELLING = ("path", "subject", "stage", "feature", "plan", "product_id", "title", "score", "topic", "invoice_id")
"""Properties that say best what an event was about, the first one present wins."""


def event_names(case: Case) -> Mapping[str, str]:
    """Event ids of a case with what happened and when (UTC): ``page viewed /pricing 23 Nov 10:02``."""
    return {str(event.id): _named(event) for event in case.snapshot.timeline}


def _named(event: Event) -> str:
    about = next((str(event.properties[key]) for key in _TELLING if event.properties.get(key)), "")
    words = f"{event.type.replace('_', ' ')} {about}".strip()
    return f"{words[:60]} ({event.at:%d %b %H:%M})"
