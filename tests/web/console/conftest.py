"""The console over a store in memory, with a clock that stands and hashes that are quick."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from deciding import DRAFT, HANDOFF, SetClock, run_of
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.draft import Draft, DraftId
from journey_assistant.domain.effects import RunRecord
from journey_assistant.domain.guardrail import Finding, Severity, Verdict
from journey_assistant.errors import Rejected
from journey_assistant.services.commit import commit
from journey_assistant.services.login import Login
from journey_assistant.services.read_case import read_case
from journey_assistant.services.review_draft import DraftReview, Standing
from journey_assistant.services.rewrite_draft import Wish
from journey_assistant.services.what_if import WhatIf
from journey_assistant.web.console.app import add_console
from journey_assistant.web.console.parts import Console
from records import NOON

ORIGIN = "http://testserver"
PASSWORD = "correct horse battery"
PEOPLE = {"vera": Role.VIEWER, "dana": Role.CSM, "lena": Role.LEAD, "ada": Role.ADMIN}


class QuickHashes:
    """Answers PasswordHasher for tests: nothing here is worth guessing."""

    def hash(self, password: str) -> str:
        return f"quick:{password}"

    def matches(self, password_hash: str, password: str) -> bool:
        return password_hash == f"quick:{password}"


@dataclass
class Checked:
    """Says of every draft what it was told, except of words that shout."""

    stale: str = ""
    later: timedelta = timedelta()
    four_eyes: bool = False
    low_risk: bool = False
    seen: list[str] = field(default_factory=list)

    async def __call__(self, draft: Draft, now: datetime) -> Standing:
        self.seen.append(draft.text)
        shouting = (Finding("pressure_tactics", Severity.BLOCK, "it shouts", (0, 4)),) if "BUY!" in draft.text else ()
        return Standing(Verdict(shouting), now + self.later, self.stale, self.four_eyes, self.low_risk)


async def no_what_if(_record: RunRecord) -> Sequence[WhatIf]:
    return (WhatIf("without page_viewed", "hold", None, "no_play"),)


def shouted(review: DraftReview) -> Callable[..., Awaitable[Draft]]:
    """Rewrites by saying the same in capital letters, and only once."""

    async def rewrite(draft_id: DraftId, wish: Wish, by: ColleagueId, version: int) -> Draft:
        draft = await review.store.draft(DEFAULT_TENANT, draft_id)
        assert draft is not None
        if draft.text.isupper():
            raise Rejected("nothing can be left out of it", where=f"draft {draft_id}", allowed="edit it")
        why = f"rewritten: {wish.kind} {wish.hint}"
        return await review.edit(draft_id, by=by, text=draft.text.upper(), version=version, why=why)

    return rewrite


@pytest.fixture
def check() -> Checked:
    return Checked()


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    for id_, role in PEOPLE.items():
        await store.add_colleague(DEFAULT_TENANT, Colleague(ColleagueId(id_), id_.title(), role, NOON))
    return store


@pytest.fixture
def console(store: MemoryStore, check: Checked) -> Console:
    clock = SetClock()
    return Console(
        store=store,
        review=DraftReview(store, clock, check),
        login=Login(store, QuickHashes(), clock),
        clock=clock,
        what_if=no_what_if,
        rewrite=shouted(DraftReview(store, clock, check)),
    )


@pytest.fixture
async def with_passwords(console: Console) -> None:
    for id_ in PEOPLE:
        await console.login.set_password(ColleagueId(id_), PASSWORD)


@dataclass
class Browser:
    """A person in front of the console: keeps cookies, fills in forms from the page they are on."""

    client: TestClient
    page: Response | None = None

    def sign_in(self, name: str, password: str = PASSWORD) -> Response:
        return self.client.post("/login", data={"name": name, "password": password}, headers={"Origin": ORIGIN})

    def get(self, path: str, **given: Any) -> Response:
        self.page = self.client.get(path, **given)
        return self.page

    def hidden(self, name: str) -> str:
        """A hidden field of the page."""
        assert self.page is not None
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page.text)
        assert found, f"no field {name}"
        return found[1]

    def post(self, path: str, *, headers: dict[str, str] | None = None, **fields: Any) -> Response:
        """A form as the page's script sends it, with the page's token unless another is given."""
        given = {"csrf": self.hidden("csrf"), **fields}
        return self.client.post(path, json=given, headers={"Origin": ORIGIN, **(headers or {})})

    def post_form(self, path: str, **fields: Any) -> Response:
        """The same as a plain form, with everything right but that."""
        given = {"csrf": self.hidden("csrf"), **fields}
        return self.client.post(path, data=given, headers={"Origin": ORIGIN, "X-CSRF-Token": given["csrf"]})


def app_of(console: Console) -> FastAPI:
    app = FastAPI()
    add_console(app, console)
    return app


@pytest.fixture
def browser_of(console: Console, with_passwords: None) -> Iterator[Callable[..., Browser]]:
    opened: list[TestClient] = []

    def signed_in(name: str | None = None, **changed: Any) -> Browser:
        client = TestClient(app_of(replace(console, **changed)), follow_redirects=False)
        opened.append(client)
        browser = Browser(client)
        if name is not None:
            assert browser.sign_in(name).status_code == 303
        return browser

    yield signed_in
    for client in opened:
        client.close()


CUSTOMER: dict[str, Any] = {
    "id": "c_ana",
    "name": "Ana Ruiz",
    "email": "ana@example.com",
    "plan": "Team",
    "csm": "dana",
    "account": {"id": "a_1", "name": "Halden Print"},
    "declared": {"goal": "faster invoicing"},
}
EVENTS: list[dict[str, Any]] = [
    {"id": "e1", "type": "page_viewed", "at": "2026-03-10T10:00:00Z", "properties": {"path": "/pricing"}},
    {
        "id": "e2",
        "type": "note_added",
        "at": "2026-03-10T11:00:00Z",
        "properties": {"author": "dana", "text": "a note"},
    },
]


async def drafted(store: MemoryStore, *, number: int = 1, **fields: Any) -> Draft:
    """A committed draft for Ana; ``customer``, ``timeline`` or fields of the message may be others."""
    case = read_case(
        {
            "id": f"case-{number}",
            "now": "2026-03-10T12:00:00Z",
            "customer": fields.pop("customer", CUSTOMER),
            "timeline": fields.pop("timeline", EVENTS),
            "moment": {"kind": "sweep"},
        }
    )
    facts = ("e1", "declared.goal")
    run = run_of(case, replace(DRAFT, facts=facts, **fields), play="pricing_velocity")
    await commit(store, run, case)
    found = await store.draft(
        DEFAULT_TENANT, next(d.id for d in await store.drafts(DEFAULT_TENANT) if d.run_id == run.id)
    )
    assert found is not None
    return found


async def handed_over(store: MemoryStore, **fields: Any) -> str:
    """A committed handoff of a message; the id of its run."""
    case = read_case(
        {
            "id": "case-handoff",
            "now": "2026-03-10T12:00:00Z",
            "customer": fields.pop("customer", CUSTOMER),
            "timeline": EVENTS,
            "moment": {"kind": "message", "text": fields.pop("said", "I want my money back")},
        }
    )
    run = run_of(case, replace(HANDOFF, **fields))
    await commit(store, run, case)
    return run.id
