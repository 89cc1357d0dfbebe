"""Pages of the console: templates that escape everything, and the headers that every page carries."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from journey_assistant.domain.login import SignedIn
from journey_assistant.domain.signals import in_words
from journey_assistant.services.explain import event_in_words

TEMPLATES = Path(__file__).parent / "templates"
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ROUTE_WORDS = {
    "self_resolve": "answered",
    "draft_message": "drafted for review",
    "route_to_human": "to a person",
    "hold": "held",
}
ROUTE_TITLES = {
    "self_resolve": "Answered",
    "draft_message": "Drafted for review",
    "route_to_human": "Handed to a person",
    "hold": "Held",
}
STATUS_WORDS = {
    "waiting": "Waits for a person",
    "reassigned": "Nobody picked it up in time: moved on",
    "silent": "No answer in time: back in the queue",
    "raised": "Danger was mentioned: most urgent now",
    "reopened": "Opened again by the customer",
    "joined": "A colleague joined",
    "given_back": "Given back to the assistant",
    "resolved": "Resolved",
}


def page(
    request: Request, template: str, signed: SignedIn | None = None, *, status: int = 200, **shown: Any
) -> HTMLResponse:
    """A page, or the part of one that a script asked for."""
    console = request.app.state.console
    given = {"signed": signed, "path": request.url.path, "demo": console.demo, "lost": console.lost, **shown}
    return HTMLResponse(templates().get_template(template).render(given), status, HEADERS)


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The templates: whatever comes from outside is escaped, a name that is not given is an error."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(day=_day, iso=_iso, waited=waited, words=_words, event=event_in_words, facts=in_words)
    found.globals.update(route_words=ROUTE_WORDS, route_titles=ROUTE_TITLES, status_words=STATUS_WORDS)
    return found


def waited(since: datetime, now: datetime) -> str:
    """How long something has waited, in one or two words: ``5 min``, ``3 h``, ``2 days``."""
    return length(now - since)


def length(span: timedelta) -> str:
    """A span in one or two words; what is over or just began is ``now``."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"


def _moment(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def _day(at: datetime | str) -> str:
    return f"{_moment(at):%-d %b %Y, %H:%M} UTC"


def _iso(at: datetime | str) -> str:
    return _moment(at).isoformat()


def _words(name: object) -> str:
    """A name of the program as people read it: ``pricing_velocity`` is ``pricing velocity``."""
    return str(name).replace("_", " ")
