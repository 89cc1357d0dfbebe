"""Signing in by a company's own provider: a real one, on a real socket."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from joserfc.jwk import RSAKey

from identity_provider import CLIENT, SECRET, Provider, running_provider
from journey_assistant.adapters.identity_oidc import OidcProvider
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.sessions import COOKIE
from web.console.conftest import Browser

Open = Callable[..., Browser]
OWN = "http://testserver"


@dataclass
class TrueClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture
async def browser(browser_of: Open, console: Console, provider: Provider) -> Browser:
    """Nobody yet, in front of a console that knows Dana's address."""
    await console.login.set_email(ColleagueId("dana"), "dana@fernway.example")
    identity = OidcProvider(provider.address, CLIENT, SECRET)
    login = replace(console.login, clock=TrueClock())
    return browser_of(identity=identity, clock=TrueClock(), login=login)


def through_the_provider(browser: Browser) -> str:
    """The path that the provider sends the browser back to."""
    away = browser.get("/login/oidc")
    assert away.status_code == 303
    back = httpx2.get(away.headers["location"], follow_redirects=False)
    assert back.headers["location"].startswith(f"{OWN}/login/oidc/callback?")
    return back.headers["location"].removeprefix(OWN)


def test_that_a_colleague_signs_in_as_the_provider_says(browser: Browser) -> None:
    assert 'href="/login/oidc"' in browser.get("/login").text
    welcome = browser.get(through_the_provider(browser))
    assert welcome.status_code == 200
    assert "Welcome, <bdi>Dana</bdi>" in welcome.text
    assert "samesite=strict" in welcome.headers["set-cookie"].casefold()
    assert browser.get("/").status_code == 200


def test_that_an_answer_is_good_once_and_for_the_browser_that_asked(browser: Browser, browser_of: Open) -> None:
    back = through_the_provider(browser)
    assert browser_of(identity=browser.client.app.state.console.identity).get(back).status_code == 400  # type: ignore[attr-defined]
    assert browser.get(back).status_code == 200
    assert browser.get(back).status_code == 400


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"nonce": "another"}, 422),
        ({"nonce": None}, 422),
        ({"aud": "another client"}, 422),
        ({"aud": [CLIENT, "another"], "azp": "another"}, 422),
        ({"iss": "https://evil.example"}, 422),
        ({"exp": int(time.time()) - 3600}, 422),
        ({"exp": None}, 422),
        ({"email_verified": False}, 422),
        ({"email_verified": "true"}, 422),
        ({"email": None}, 422),
        ({"email": "stranger@fernway.example"}, 403),
    ],
)
def test_that_a_token_which_does_not_hold_opens_nothing(
    browser: Browser, provider: Provider, claims: dict[str, Any], status: int
) -> None:
    provider.claims = claims
    answer = browser.get(through_the_provider(browser))
    assert answer.status_code == status
    assert COOKIE not in answer.headers.get("set-cookie", "")
    assert browser.get("/").status_code == 303


def test_that_a_token_of_another_key_opens_nothing(browser: Browser, provider: Provider) -> None:
    provider.shown = RSAKey.generate_key(2048, {"kid": "one"})
    assert browser.get(through_the_provider(browser)).status_code == 422


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?code=x&state=y", "?state=y", "?error=access_denied&state=y", "?code=%00&state=%ff"]
)
def test_that_an_answer_nobody_asked_for_opens_nothing(browser: Browser, query: str) -> None:
    browser.get("/login/oidc")
    assert browser.get(f"/login/oidc/callback{query}").status_code in (400, 422)


def test_that_a_code_that_was_made_up_opens_nothing(browser: Browser) -> None:
    back = through_the_provider(browser)
    state = back.partition("state=")[2]
    assert browser.get(f"/login/oidc/callback?code=made-up&state={state}").status_code == 422


@pytest.mark.parametrize("cookie", ["", "x", "e30=", "bnVsbA==", "W10=", "a" * 4000])
def test_that_a_broken_cookie_is_a_start_again(browser: Browser, cookie: str) -> None:
    browser.client.cookies.set("journey_departure", cookie)
    assert browser.get("/login/oidc/callback?code=x&state=y").status_code == 400


def test_that_a_provider_that_is_down_is_told_and_passwords_still_work(browser_of: Open) -> None:
    browser = browser_of(identity=OidcProvider("http://127.0.0.1:9", CLIENT, SECRET))
    answer = browser.get("/login/oidc")
    assert (answer.status_code, "does not answer" in answer.text) == (503, True)
    assert browser.sign_in("dana").status_code == 303


def test_that_without_a_provider_there_is_none(browser_of: Open) -> None:
    browser = browser_of()
    assert "/login/oidc" not in browser.get("/login").text
    assert browser.get("/login/oidc").status_code == 404
