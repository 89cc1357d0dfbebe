"""T2, T12, T25: nobody reaches what is another's, by no route, no id and no name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.services.decide import Decider
from web.chatting import SITE, Site, a_site, as_customer, token_for

ANA, BEN = as_customer("c_ana"), as_customer("c_ben")
CANARIES = ("canary-words", "canary-file", "canary-bytes", "canary-page")
NO_STRANGER = {401, 404}

ROUTES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/chat/conversations"): {"json": {"conversation_id": "{conversation_id}"}},
    ("GET", "/v1/chat/conversations"): {},
    ("GET", "/v1/chat/conversations/{conversation_id}"): {},
    ("GET", "/v1/chat/conversations/{conversation_id}/entries"): {},
    ("GET", "/v1/chat/conversations/{conversation_id}/events"): {},
    ("POST", "/v1/chat/conversations/{conversation_id}/messages"): {"json": {"text": "hi"}},
    ("POST", "/v1/chat/conversations/{conversation_id}/typing"): {"json": {"on": True}},
    ("POST", "/v1/chat/conversations/{conversation_id}/read"): {"json": {"seq": 1}},
    ("POST", "/v1/chat/conversations/{conversation_id}/csat"): {"json": {"score": 5}},
    ("POST", "/v1/chat/conversations/{conversation_id}/person"): {"json": {}},
    ("POST", "/v1/chat/conversations/{conversation_id}/close"): {"json": {}},
    ("GET", "/v1/chat/conversations/{conversation_id}/why/{entry_id}"): {},
    ("POST", "/v1/chat/conversations/{conversation_id}/attachments"): {"files": {"file": ("a.txt", b"words")}},
    ("GET", "/v1/chat/attachments/{attachment_id}"): {},
    ("POST", "/v1/chat/pages"): {"json": {"path": "/pricing"}},
    ("POST", "/v1/chat/bubbles/{bubble_id}/dismiss"): {"json": {}},
    ("POST", "/v1/chat/identify"): {"json": {"token": "nonsense"}},
    ("POST", "/v1/chat/sign-out"): {"json": {}},
}
FOR_EVERYBODY = {("GET", "/v1/chat/config"), ("POST", "/v1/chat/visitors"), ("POST", "/v1/chat/offline")}
BY_BODY = ("POST", "/v1/chat/conversations")
OF_THE_CALLER = {route for route in ROUTES if "{" not in route[1]} - {BY_BODY}


@dataclass
class Town:
    """Ben's conversation with everything in it, and Ana, who would like to know."""

    site: Site
    ids: dict[str, str]


@pytest.fixture
def town(tmp_path: Path, decider: Decider) -> Iterator[Town]:
    with a_site(tmp_path, decider) as site:
        # A stream would not end by itself.
        site.edge.stopping.set()
        ids = {"conversation_id": site.open(BEN), "bubble_id": "bubble_run_1"}
        files = {"file": ("canary-file.txt", b"canary-bytes")}
        path = f"/v1/chat/conversations/{ids['conversation_id']}/attachments"
        ids["attachment_id"] = site.client.post(path, files=files, headers=BEN).json()["id"]
        page = {"path": "/canary-page", "title": "canary-page"}
        words = "canary-words: I want to talk to a person"
        site.say(BEN, ids["conversation_id"], words, attachments=[ids["attachment_id"]], page=page)
        ids["entry_id"] = site.answer(BEN, ids["conversation_id"])["id"]
        yield Town(site, ids)


def test_that_the_matrix_knows_every_route_of_the_chat(town: Town) -> None:
    described = town.site.client.get("/openapi.json").json()["paths"]
    chat = {(m.upper(), path) for path in described if path.startswith("/v1/chat") for m in described[path]}
    assert set(ROUTES) | FOR_EVERYBODY == chat
    assert 4 * len(ROUTES) + len(FOR_EVERYBODY) >= 75


def asked(town: Town, route: tuple[str, str], who: dict[str, str], ids: dict[str, str]) -> Any:
    method, path = route
    given = dict(ROUTES[route])
    if route == BY_BODY:
        given["json"] = {"conversation_id": ids["conversation_id"]}
    return town.site.client.request(method, path.format(**ids), headers={"Idempotency-Key": "k", **who}, **given)


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_that_a_route_shows_its_own_and_no_stranger_what_is_anothers(town: Town, route: tuple[str, str]) -> None:
    guessed = {name: f"{id_[:6]}AAAAAAAAAAAAAAAAAAAAAA" for name, id_ in town.ids.items()}
    answers = {
        "other": asked(town, route, ANA, town.ids),
        "guessed": asked(town, route, ANA, guessed),
        "missing": asked(town, route, {"Origin": SITE}, town.ids),
        "own": asked(town, route, BEN, town.ids),
    }
    for name in ("other", "guessed", "missing"):
        assert not any(canary in answers[name].text for canary in CANARIES), name
    assert answers["missing"].status_code == 401
    if route not in OF_THE_CALLER:
        assert answers["other"].status_code == answers["guessed"].status_code == 404
        # What is another's and what does not exist cannot be told apart.
        assert _without_ids(answers["other"].json(), town.ids) == _without_ids(answers["guessed"].json(), guessed)
    if "bubble" not in route[1] and route[1] != "/v1/chat/identify":
        assert answers["own"].status_code < 300, answers["own"].text


def _without_ids(problem: dict[str, str], ids: dict[str, str]) -> dict[str, str]:
    what = problem["what"]
    for id_ in ids.values():
        what = what.replace(id_, "…")
    return {**problem, "what": what}


def test_that_a_strangers_attempts_change_nothing(town: Town) -> None:
    before = town.site.entries(BEN, town.ids["conversation_id"])
    for route in set(ROUTES) - {("POST", "/v1/chat/sign-out")}:
        asked(town, route, ANA, town.ids)
    assert town.site.entries(BEN, town.ids["conversation_id"]) == before
    stolen = town.site.open(ANA)
    answer = town.site.say(ANA, stolen, "look", attachments=[town.ids["attachment_id"]])
    assert answer.status_code == 404


def test_that_a_visitor_sees_nothing_of_a_customer_it_names(town: Town) -> None:
    given = town.site.client.post("/v1/chat/visitors", json={}, headers={"Origin": SITE}).json()
    visitor = {"Authorization": f"Bearer {given['token']}", "Origin": SITE}
    for route in ROUTES:
        if route[1] != "/v1/chat/sign-out":
            assert not any(canary in asked(town, route, visitor, town.ids).text for canary in CANARIES)


@pytest.mark.parametrize(
    "header",
    [
        {}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": "Bearer "},
        {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer a.b.c"},
        {"Authorization": f"bearer {token_for('c_ben', minutes=-5)}"},
        {"Authorization": f"Bearer {token_for('visitor:ben')}"},
        {"Authorization": f"Bearer {token_for('c_ben', minutes=20)}"},
        {"Cookie": f"token={token_for('c_ben')}"},
    ],
)  # fmt: skip
def test_that_without_a_valid_token_nothing_is_answered(town: Town, header: dict[str, str]) -> None:
    answer = town.site.client.get("/v1/chat/conversations", headers=header)
    assert (answer.status_code, answer.json()["error"]) == (401, "not_signed_in")


# T12

INJECTIONS = [
    quote + rest
    for quote in ("", "'", '"', "')", "';", "1", "%27", "\\'", "`")
    for rest in (
        " OR '1'='1", " OR 1=1 --", " UNION SELECT * FROM customers --", "; DROP TABLE entries; --",
        " AND 1=(SELECT 1)", "/**/OR/**/1=1", "|| pg_sleep(9) --", " LIKE '%",
        "' || (SELECT document FROM customers) || '",
        " ORDER BY 99", "'; ATTACH DATABASE 'x' AS y; --", " RETURNING *",
    )
]  # fmt: skip


@pytest.fixture
def sql_site(tmp_path: Path, decider: Decider) -> Iterator[Site]:
    store = asyncio.run(SqlStore.open(f"sqlite+aiosqlite:///{tmp_path / 'chat.db'}"))
    with a_site(tmp_path, decider, store) as site:
        yield site


@pytest.mark.parametrize("every", [12, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "all"])
def test_that_sql_in_any_field_is_only_text(sql_site: Site, every: int) -> None:
    theirs = sql_site.open(BEN)
    sql_site.client.post(f"/v1/chat/conversations/{theirs}/person", json={}, headers=BEN)
    own = sql_site.open(ANA)
    sql_site.client.post(f"/v1/chat/conversations/{own}/person", json={}, headers=ANA)
    assert len(INJECTIONS) >= 100
    tried = INJECTIONS[5::every] if every > 1 else INJECTIONS
    for text in tried:
        for answer in _everywhere(sql_site.client, own, text):
            assert answer.status_code in {200, 202, 204, 400, 401, 404, 422}, (text, answer.text)
            assert "conv_" not in answer.text.replace(own, "")
    said = [entry["text"] for entry in sql_site.entries(ANA, own) if entry["author"] == "customer"]
    assert said == tried[: len(said)]
    assert said
    assert sql_site.client.get(f"/v1/chat/conversations/{theirs}", headers=BEN).status_code == 200


def _everywhere(client: TestClient, own: str, text: str) -> Iterator[Any]:
    at = f"/v1/chat/conversations/{own}"
    yield client.get("/v1/chat/conversations/" + text.replace("/", "%2F"), headers=ANA)
    yield client.get(f"{at}/entries", params={"after": text, "limit": text}, headers=ANA)
    yield client.get(f"{at}/why/" + text.replace("/", "%2F"), headers=ANA)
    yield client.get("/v1/chat/attachments/" + text.replace("/", "%2F"), headers=ANA)
    yield client.post("/v1/chat/conversations", json={"conversation_id": text}, headers=ANA)
    yield client.post("/v1/chat/pages", json={"path": text, "title": text, "referrer": text}, headers=ANA)
    yield client.post(f"{at}/messages", json={"text": text}, headers={**ANA, "Idempotency-Key": text.replace(" ", "_")})
    yield client.get("/v1/chat/conversations", headers={"Authorization": f"Bearer {text}"})


# T25

NAMES = [
    "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "C:\\boot.ini", "....//....//x", "%2e%2e%2fx",
    "a/../../b", "..", ".", "~/.ssh/id_rsa", "file\u202etxt.exe", "con.txt", "a\r\nSet-Cookie: x=y",
    'a"; filename="b.html', "x" * 500,
    "\u0000hidden.txt", "",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_that_no_name_of_a_sender_is_a_path(site: Site, tmp_path: Path, name: str) -> None:
    conversation = site.open(ANA)
    before = sorted(tmp_path.rglob("*"))
    path = f"/v1/chat/conversations/{conversation}/attachments"
    stored = site.client.post(path, files={"file": (name or "unnamed", b"plain words")}, headers=ANA)
    assert stored.status_code == 201, stored.text
    shown = stored.json()["name"]
    assert not set(shown) & set("/\\\r\n\0\u202e")
    assert shown not in ("", ".", "..")
    assert len(shown) <= 120
    got = site.client.get(f"/v1/chat/attachments/{stored.json()['id']}", headers=ANA)
    assert (got.content, "set-cookie" in got.headers) == (b"plain words", False)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["..%2f..%2fpyproject.toml", "..", "%2e%2e", "....", "a%00b", "C:%5Cx"])
def test_that_no_id_is_a_path(site: Site, name: str) -> None:
    for path in (f"/v1/chat/attachments/{name}", f"/widget.js/{name}", f"/v1/chat/conversations/{name}"):
        assert site.client.get(path, headers=ANA).status_code in {400, 404, 405, 422}
