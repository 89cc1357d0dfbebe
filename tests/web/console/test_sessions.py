"""Forged requests and roles: every changing route against everything that a forger lacks, and every role."""

from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.web.console.app import SURFACES
from web.console.conftest import ORIGIN, Browser, drafted

Open = Callable[..., Browser]
BEFORE_SIGNING_IN = {"/login", "/login/demo"}
CHANGES = sorted(
    {
        route.path
        for surface in SURFACES
        for route in surface.router.routes
        if isinstance(route, APIRoute) and "POST" in route.methods
    }
    - BEFORE_SIGNING_IN
)
READS = ("/", "/drafts", "/drafts/{draft_id}", "/customers/c_ana")
FORGED = {
    "no token": ({"csrf": ""}, {}),
    "a stale token": ({"csrf": "0" * 64}, {}),
    "the token of another session": ({"csrf": "THEIRS"}, {}),
    "another site": ({}, {"Origin": "https://evil.example"}),
    "a site whose name begins like ours": ({}, {"Origin": f"{ORIGIN}.evil.example"}),
    "no origin at all": ({}, {"Origin": ""}),
    "an opaque origin": ({}, {"Origin": "null"}),
    "a body that forms of other sites can send": ({}, {"Content-Type": "text/plain"}),
}


def filled(path: str, draft_id: str) -> str:
    return path.replace("{draft_id}", draft_id).replace("{conversation_id}", "nothing")


def test_that_the_routes_are_found() -> None:
    assert {"/logout", "/drafts/{draft_id}/approve", "/drafts/{draft_id}/edit", "/drafts/{draft_id}/reject"} <= set(
        CHANGES
    )


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("path", CHANGES)
async def test_that_a_forged_change_is_refused(browser_of: Open, store: MemoryStore, path: str, forged: str) -> None:
    draft = await drafted(store)
    victim, other = browser_of("dana"), browser_of("lena")
    other.get("/")
    victim.get(f"/drafts/{draft.id}")
    token, headers = FORGED[forged]
    fields = {
        "version": victim.hidden("version"),
        "sha256": victim.hidden("sha256"),
        "text": "x",
        "why": "x",
        **{name: other.hidden("csrf") if value == "THEIRS" else value for name, value in token.items()},
    }
    answer = victim.post(filled(path, draft.id), headers=headers, **fields)
    assert answer.status_code in (403, 415)
    assert await store.drafts(DEFAULT_TENANT) == [draft]
    assert victim.get("/").status_code == 200


@pytest.mark.parametrize("path", CHANGES)
async def test_that_a_form_is_refused_with_the_right_token_too(browser_of: Open, store: MemoryStore, path: str) -> None:
    draft = await drafted(store)
    browser = browser_of("dana")
    browser.get(f"/drafts/{draft.id}")
    fields = {"version": browser.hidden("version"), "sha256": browser.hidden("sha256"), "text": "x", "why": "x"}
    assert browser.post_form(filled(path, draft.id), **fields).status_code == 415
    assert await store.drafts(DEFAULT_TENANT) == [draft]


HOSTILE_JSON = [b"", b"[]", b"null", b'{"a": 1}', b'{"a": ["x"]}', b"{", b"\xff", b'{"a": "x", "a": "y"}']


@pytest.mark.parametrize("body", HOSTILE_JSON)
def test_that_what_is_no_object_of_texts_is_refused(browser_of: Open, body: bytes) -> None:
    browser = browser_of("dana")
    browser.get("/")
    headers = {"Origin": ORIGIN, "X-CSRF-Token": browser.hidden("csrf"), "Content-Type": "application/json"}
    assert browser.client.post("/logout", content=body, headers=headers).status_code == 422


@pytest.mark.parametrize("path", CHANGES)
async def test_that_nobody_changes_anything_without_a_session(browser_of: Open, store: MemoryStore, path: str) -> None:
    draft = await drafted(store)
    stranger = browser_of()
    answer = stranger.client.post(filled(path, draft.id), json={"version": "1"}, headers={"Origin": ORIGIN})
    assert answer.headers["location"] == "/login"
    assert await store.drafts(DEFAULT_TENANT) == [draft]


async def test_that_a_script_sends_the_token_as_a_header(browser_of: Open, store: MemoryStore) -> None:
    draft = await drafted(store)
    browser = browser_of("dana")
    browser.get(f"/drafts/{draft.id}")
    headers = {"X-CSRF-Token": browser.hidden("csrf")}
    answer = browser.post(f"/drafts/{draft.id}/reject", headers=headers, csrf="", version="1", why="no")
    assert answer.status_code == 303


ALLOWED = {"vera": False, "dana": True, "lena": True, "ada": True}
FIELDS = {
    "approve": lambda browser: {"version": "1", "sha256": browser.hidden("sha256")},
    "edit": lambda browser: {"version": "1", "subject": "A guide", "text": "other words"},
    "reject": lambda browser: {"version": "1", "why": "no"},
    "snooze": lambda browser: {"version": "1", "until": "tomorrow"},
    "reassign": lambda browser: {"version": "1", "to": "ada"},
    "rewrite": lambda browser: {"version": "1", "kind": "shorter"},
}


@pytest.mark.parametrize("action", FIELDS)
@pytest.mark.parametrize("name", ALLOWED)
async def test_that_a_role_decides_or_only_reads(browser_of: Open, store: MemoryStore, name: str, action: str) -> None:
    draft = await drafted(store)
    lead = browser_of("lena")
    lead.get(f"/drafts/{draft.id}")
    browser = browser_of(name)
    assert (browser.get(f"/drafts/{draft.id}").text.count("<form") > 1) is ALLOWED[name]
    answer = browser.post(f"/drafts/{draft.id}/{action}", **FIELDS[action](lead))
    assert answer.status_code == (303 if ALLOWED[name] else 403), answer.text
    assert (await store.draft(DEFAULT_TENANT, draft.id) == draft) is not ALLOWED[name]


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("name", ALLOWED)
async def test_that_every_role_reads(browser_of: Open, store: MemoryStore, name: str, path: str) -> None:
    draft = await drafted(store)
    assert browser_of(name).get(filled(path, draft.id)).status_code == 200
