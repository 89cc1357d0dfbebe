"""A small company, its help centre and its customers, for tests that run the whole agent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from journey_assistant.services.read_case import Case, read_case

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)

ARTICLES = {
    "swaps": (
        "Swap a shift",
        "A shift can be swapped up to 4 hours before it starts. After that, a manager has to agree to the swap.",
    ),
    "export": (
        "Export your timesheets",
        "1. Open **Reports > Timesheets**.\n2. Choose the month.\n3. Press **Export** and pick CSV or PDF.",
    ),
    "sso": (
        "Single sign-on with Okta",
        "Single sign-on is set up under Security. Enter the metadata address of Okta and press Test first.",
    ),
    "invoices": (
        "Invoices by e-mail",
        "Invoices are sent on the first of the month. Up to five addresses can receive a copy of every invoice.",
    ),
}
PLANS = {"sso": "[Business]"}


def help_centre(folder: Path) -> Path:
    """Writes the help centre; ``sso`` is for the Business plan only."""
    for name, (title, text) in ARTICLES.items():
        plans = PLANS.get(name, "[Team, Business]")
        front = f"id: {name}\ntitle: {title}\naudience: customers\nplans: {plans}\nreview_by: 2030-01-01\n"
        (folder / f"{name}.md").write_text(f"---\n{front}---\n\n# {title}\n\n{text}\n")
    return folder


def customer(**changes: Any) -> dict[str, Any]:
    """A content customer of the Team plan in Chicago, whose consent covers e-mail."""
    base = {
        "id": "c_1",
        "name": "Ana Ruiz",
        "language": "en",
        "timezone": "America/Chicago",
        "plan": "Team",
        "lifecycle_stage": "retention",
        "csm": "dana",
        "account": {"id": "a_1", "name": "Halden Print", "renews_at": "2026-12-01", "billing": "yearly"},
        "consent": {"email": {"service": True, "marketing": True}},
        "declared": {"goal": "faster invoicing"},
    }
    return {**base, **changes}


def event(id_: str, type_: str, ago: timedelta, **properties: Any) -> dict[str, Any]:
    """An event that happened ``ago`` before now."""
    return {"id": id_, "type": type_, "at": (NOW - ago).isoformat(), "properties": properties}


def message(text: str, *timeline: dict[str, Any], **changes: Any) -> Case:
    """The customer writes this in chat."""
    return _case({"kind": "message", "channel": "chat", "text": text}, timeline, changes)


def sweep(*timeline: dict[str, Any], **changes: Any) -> Case:
    """Somebody looks at the timeline."""
    return _case({"kind": "sweep"}, timeline, changes)


def _case(moment: dict[str, Any], timeline: tuple[dict[str, Any], ...], changes: dict[str, Any]) -> Case:
    now = changes.pop("now", NOW.isoformat())
    states = changes.pop("case_states", [])
    row = {"id": "case", "now": now, "customer": customer(**changes), "timeline": list(timeline), "moment": moment}
    return read_case({**row, "case_states": states} if states else row)


def issue(reason: str = "invoice_problem", ago: timedelta = timedelta(days=2), **entries: Any) -> dict[str, Any]:
    """An issue of the customer from an earlier conversation; every entry is a text and the message it is from."""
    at = (NOW - ago).isoformat()
    quoted = {name: [{"text": text, "source": id_} for text, id_ in given] for name, given in entries.items()}
    if goal := quoted.pop("goal", None):
        quoted["goal"] = goal[0]
    return {"id": f"case_{reason}", "reason": reason, "opened_at": at, "updated_at": at, **quoted}


def pricing_views(times: int = 3) -> list[dict[str, Any]]:
    """Views of the pricing page, ten minutes apart, the last five minutes ago."""
    minutes = range(5, 5 + 10 * times, 10)
    return [event(f"p{m}", "page_viewed", timedelta(minutes=m), path="/pricing") for m in minutes]


def frustrated_ticket(ago: timedelta = timedelta(days=1)) -> dict[str, Any]:
    """An open ticket that the CRM itself classified as frustrated."""
    return event("t1", "ticket_opened", ago, ticket_id="T1", topic="technical", subject="Sync", sentiment="frustrated")
