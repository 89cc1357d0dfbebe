"""Writes customers.jsonl and timelines.jsonl of the demo company from cast.yaml.

Run `python demo/build_demo.py`. The same cast and seed give the same bytes. The stories in cast.yaml are written
by hand; this script adds ordinary working days around them in each customer's own hours, and then makes the
stream as messy as a real one: some events are delivered twice with the same id, some arrive late, out of order.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

HERE = Path(__file__).resolve().parent
SEED = 20261123
FIRST_DAY, LAST_DAY = date(2026, 8, 25), date(2026, 11, 23)
QUIET_END = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Ordinary events stop here, so that only the stories decide what happens on the last day."""
NEWSLETTERS = {date(2026, 9, 8): "september", date(2026, 10, 6): "october", date(2026, 11, 3): "november"}
SATURDAY_TRADES = {"salon", "fitness", "pet care", "cleaning"}
SIDE_FEATURES = ["quotes", "email_reminders", "calendar_sync", "mobile_app", "reports"]
APP_PAGES = ["/app/calendar", "/app/customers", "/app/invoices", "/app/team", "/app/reports", "/app/payments"]
HELP_PAGES = [
    "/help/scheduling/recurring-appointments",
    "/help/invoicing/credit-notes",
    "/help/reminders/sms-reminders",
    "/help/mobile/offline-mode",
    "/help/payments/payouts",
    "/help/team/roles-and-permissions",
]
DEVICES = ["desktop", "desktop", "desktop", "mobile", "tablet"]
PARTIES = {"visit_identified": "third", "intent_reported": "third", "survey_answered": "second"}
PARTIES |= dict.fromkeys(("form_submitted", "quiz_completed", "signed_up", "nps_submitted", "csat_submitted"), "zero")
Happening = tuple[datetime, str, dict[str, Any]]


def main(folder: Path = HERE) -> None:
    """Write both files into `folder` and say how much was written."""
    cast = yaml.safe_load((HERE / "cast.yaml").read_text(encoding="utf-8"))
    customers = [customer_of(person) for person in cast]
    lines = [line for person in cast for line in delivered(person)]
    write_lines(folder / "customers.jsonl", customers)
    write_lines(folder / "timelines.jsonl", lines)
    print(f"{len(customers)} customers, {len(lines)} event lines")


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


# customers


def customer_of(person: dict[str, Any]) -> dict[str, Any]:
    """The customer record in the format of a case."""
    name, role, language, zone = person["who"]
    marketing = person.get("marketing", True)
    customer: dict[str, Any] = {
        "id": person["id"],
        "name": name,
        "email": f"{plain(name.split()[0])}@{plain(person['account'][0])}.example",
        "phone": None,
        "language": language,
        "timezone": zone,
        "role": role,
        "plan": person.get("plan"),
        "lifecycle_stage": person["stage"],
        "csm": person.get("csm"),
        "tier": person.get("tier", "standard"),
        "account": account_of(person),
        "consent": {
            "email": {"service": True, "marketing": marketing},
            "sms": {"service": False, "marketing": False},
            "personalization": True,
        },
        "declared": person.get("declared", {}),
    }
    extras = ("key_features", "limits", "stop_state", "tags")
    return customer | {key: person[key] for key in extras if key in person}


def account_of(person: dict[str, Any]) -> dict[str, Any]:
    company, industry, employees, renews_at, value, billing = (*person["account"], None, None, None)[:6]
    account = {
        "id": person["id"].replace("c_", "a_"),
        "name": company,
        "industry": industry,
        "employees": employees,
        "renews_at": renews_at,
        "annual_value": value,
    }
    return account | ({"billing": billing} if billing else {})


def plain(text: str) -> str:
    """A host-name form of a name: ASCII, lower case, words joined by hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")


# what happened


def delivered(person: dict[str, Any]) -> list[dict[str, Any]]:
    """The customer's events as lines, numbered in order of time and then delivered the way streams are."""
    dice = random.Random(f"{SEED}:{person['id']}")
    happenings = [*story(person), *visits(person, dice), *working_days(person, dice), *routine(person, dice)]
    happenings.sort(key=lambda happening: (happening[0], happening[1]))
    lines = [
        line_of(person["id"], number, happening)
        for number, happening in enumerate(happenings, 1)
        if FIRST_DAY <= happening[0].date() <= LAST_DAY
    ]
    return messy(lines, dice)


def line_of(customer_id: str, number: int, happening: Happening) -> dict[str, Any]:
    at, kind, properties = happening
    return {
        "customer_id": customer_id,
        "id": f"{customer_id}-{number:04d}",
        "type": kind,
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "party": PARTIES.get(kind, "first"),
        "properties": properties,
    }


def messy(lines: list[dict[str, Any]], dice: random.Random) -> list[dict[str, Any]]:
    """One event in fifty arrives late, one in eighty arrives twice under the same id."""
    keyed: list[tuple[float, dict[str, Any]]] = []
    for place, line in enumerate(lines):
        late = dice.randint(3, 60) if dice.random() < 1 / 50 else 0
        keyed.append((place + late, line))
        if dice.random() < 1 / 80:
            keyed.append((place + dice.randint(1, 25) + 0.5, line))
    return [line for _, line in sorted(keyed, key=lambda pair: pair[0])]


def story(person: dict[str, Any]) -> Iterator[Happening]:
    """The hand-written happenings; tickets and chats become the events they consist of."""
    for written_at, kind, told in person.get("story", []):
        at = local(person, written_at)
        if kind == "ticket":
            yield from ticket(at, told)
        elif kind == "chat":
            yield from chat(person, at, told)
        else:
            yield at, kind, told


def ticket(at: datetime, told: dict[str, Any]) -> Iterator[Happening]:
    ticket_id = told["id"]
    opened = {"ticket_id": ticket_id, "topic": told["topic"], "subject": told["subject"], "text": told["text"]}
    opened["priority"] = told.get("priority", "normal")
    if "sentiment" in told:
        opened["sentiment"] = told["sentiment"]
    yield at, "ticket_opened", opened
    hours = told.get("hours")
    replied_at = at + timedelta(minutes=47 if hours is None else hours * 50)
    yield replied_at, "ticket_replied", {"ticket_id": ticket_id, "text": told["reply"], "author": "support"}
    if hours is not None:
        closed_at = at + timedelta(hours=hours)
        yield closed_at, "ticket_closed", {"ticket_id": ticket_id, "resolution": told["resolution"]}
        if "csat" in told:
            csat = {"score": told["csat"], "comment": told["comment"], "ticket_id": ticket_id}
            yield closed_at + timedelta(minutes=33), "csat_submitted", csat


def chat(person: dict[str, Any], at: datetime, texts: list[str]) -> Iterator[Happening]:
    conversation = f"v-{person['id'][2:]}-{at:%m%d}"
    for turn, text in enumerate(texts):
        author = "assistant" if turn % 2 else "customer"
        said = {"conversation_id": conversation, "author": author, "text": text}
        yield at + timedelta(seconds=turn * 71), "chat_message", said


def visits(person: dict[str, Any], dice: random.Random) -> Iterator[Happening]:
    """Page views of somebody who is not a customer yet, in the evening and at lunch."""
    plan = person.get("visitor")
    if not plan:
        return
    for day in days_between(plan["first"], plan["last"]):
        is_edge = day in (day_of(plan["first"]), day_of(plan["last"]))
        if not is_edge and dice.random() > 0.22:
            continue
        hour = dice.choice([12, 12, 17, 19, 20])
        at = zoned(person, datetime.combine(day, time(hour, dice.randint(0, 40), dice.randint(0, 59))))
        pages = [page for page in plan["pages"] if page != "/pricing"]
        for page in dice.sample(pages, k=dice.randint(1, min(3, len(pages)))):
            yield at, "page_viewed", {"path": page, "device": dice.choice(DEVICES)}
            at += timedelta(seconds=dice.randint(25, 240))


def working_days(person: dict[str, Any], dice: random.Random) -> Iterator[Happening]:
    """Product use in the customer's own working hours."""
    if "days" not in person:
        return
    features = key_features()[person.get("plan") or "Starter"]
    away = set(days_between(*person["away"])) if "away" in person else set()
    turn = 0
    for day in days_between(*person["days"]):
        if day in away or not works(person, day, dice):
            continue
        sessions = (person["pace"] + 1) // 2 if dice.random() < 0.8 else person["pace"]
        if "fade" in person and day >= day_of(person["fade"]):
            sessions = 1 if dice.random() < 0.4 else 0
        for _ in range(sessions):
            yield from session(person, day, [features[turn % len(features)], dice.choice(SIDE_FEATURES)], dice)
            turn += 1


@cache
def key_features() -> dict[str, list[str]]:
    """What each plan is for, as company.yaml says."""
    company = yaml.safe_load((HERE / "company.yaml").read_text(encoding="utf-8"))
    return {plan["name"]: plan["key_features"] for plan in company["plans"]}


def works(person: dict[str, Any], day: date, dice: random.Random) -> bool:
    if day.weekday() == 6:
        return False
    if day.weekday() == 5:
        return person["account"][1] in SATURDAY_TRADES and dice.random() < 0.6
    return dice.random() < 0.93


def session(person: dict[str, Any], day: date, features: list[str], dice: random.Random) -> Iterator[Happening]:
    """One sitting: some pages and the features that were used in it."""
    hour = dice.choices([7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18], weights=[3, 8, 9, 7, 5, 5, 6, 6, 6, 4, 1])[0]
    at = zoned(person, datetime.combine(day, time(hour, dice.randint(0, 45), dice.randint(0, 59))))
    if at.astimezone(UTC) >= QUIET_END:
        return
    device = dice.choice(DEVICES)
    for page in dice.sample(APP_PAGES, k=dice.randint(1, 2)):
        yield at, "page_viewed", {"path": page, "device": device}
        at += timedelta(seconds=dice.randint(20, 190))
    if dice.random() < 0.04:
        yield at, "page_viewed", {"path": dice.choice(HELP_PAGES), "device": device}
    stopped, last_use = person.get("stopped", (None, FIRST_DAY.strftime("%m-%d")))
    for feature in features[: 1 if dice.random() < 0.5 else 2]:
        if feature == stopped and day > day_of(last_use):
            continue
        at += timedelta(seconds=dice.randint(15, 120))
        yield at, "feature_used", {"feature": feature, "count": dice.randint(1, 6)}


def routine(person: dict[str, Any], dice: random.Random) -> Iterator[Happening]:
    """Newsletters to those who allowed them, and the monthly invoice of those who pay by the month."""
    if "days" not in person:
        return
    first, last = (day_of(edge) for edge in person["days"])
    for day, month in NEWSLETTERS.items():
        if first <= day <= last and person.get("marketing", True):
            at = zoned(person, datetime.combine(day, time(10, 5)))
            message = f"n-{month}-{person['id']}"
            campaign = {"campaign": f"news-{month}", "topic": "newsletter", "purpose": "marketing"}
            yield at, "message_sent", {"message_id": message, "channel": "email", **campaign, "status": "sent"}
            if dice.random() < 0.55:
                yield at + timedelta(minutes=dice.randint(8, 300)), "email_opened", {"message_id": message}
    if (*person["account"], None, None, None)[5] == "monthly":
        paid = [day for day in days_between(*person["days"]) if day.day == person.get("invoice_day", 7)]
        for day in paid:
            at = zoned(person, datetime.combine(day, time(6, 10)))
            amount = 49 if person["plan"] == "Team" else 19
            yield at, "invoice_paid", {"invoice_id": f"F-{day:%m}{person['id'][2:]}", "amount": amount}


# days and hours


def day_of(text: str) -> date:
    month, day = text.split("-")
    return date(2026, int(month), int(day))


def days_between(first: str, last: str) -> list[date]:
    start, end = day_of(first), day_of(last)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def local(person: dict[str, Any], text: str) -> datetime:
    return zoned(person, datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M"))  # noqa: DTZ007 - zoned just here


def zoned(person: dict[str, Any], at: datetime) -> datetime:
    return at.replace(tzinfo=ZoneInfo(person["who"][3]))


if __name__ == "__main__":
    main()
