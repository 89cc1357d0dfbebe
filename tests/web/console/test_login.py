from collections.abc import Callable
from datetime import timedelta

import pytest

from deciding import SetClock
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.services.login import SESSION_LASTS
from journey_assistant.web.console.login import local_path
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.sessions import COOKIE
from web.console.conftest import ORIGIN, Browser

Open = Callable[..., Browser]
PAGES = ("/", "/drafts", "/drafts/draft_1", "/runs/run_1", "/runs/run_1/what-if", "/customers/c_ana")


@pytest.mark.parametrize("path", PAGES)
def test_that_who_is_not_signed_in_sees_the_sign_in_page_alone(browser_of: Open, path: str) -> None:
    answer = browser_of().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


def test_that_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser_of: Open) -> None:
    cookie = browser_of().sign_in("dana").headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip().casefold() for part in cookie.split(";")}
    assert "Secure" not in cookie


def test_that_the_cookie_is_for_https_alone_where_the_service_is_reached_by_it(browser_of: Open) -> None:
    browser = browser_of(own_address="https://journey.fernway.example")
    answer = browser.client.post(
        "/login",
        data={"name": "dana", "password": "correct horse battery"},
        headers={"Origin": "https://journey.fernway.example", "Host": "journey.fernway.example"},
    )
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(("name", "password"), [("dana", "wrong"), ("nobody", "wrong"), ("", ""), ("dana", "x" * 5000)])
def test_that_a_wrong_name_and_a_wrong_password_get_the_same_words(browser_of: Open, name: str, password: str) -> None:
    answer = browser_of().sign_in(name, password)
    assert answer.status_code == 401
    assert "Name or password is wrong" in answer.text
    assert COOKIE not in answer.headers.get("set-cookie", "")


def test_that_guessing_is_slowed_down_and_the_right_password_waits_as_well(browser_of: Open, console: Console) -> None:
    browser = browser_of()
    answers = [browser.sign_in("dana", f"guess {n}").status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2
    blocked = browser.sign_in("dana")
    assert blocked.status_code == 429
    assert int(blocked.headers["retry-after"]) > 0
    assert isinstance(console.clock, SetClock)
    console.clock.at += timedelta(minutes=6)
    assert browser.sign_in("dana").status_code == 303


def test_that_a_session_ends_by_itself(browser_of: Open, console: Console) -> None:
    browser = browser_of("dana")
    assert isinstance(console.clock, SetClock)
    console.clock.at += SESSION_LASTS - timedelta(seconds=1)
    assert browser.get("/").status_code == 200
    console.clock.at += timedelta(seconds=1)
    assert browser.get("/").status_code == 303


def test_that_signing_out_ends_the_session_for_a_copied_cookie_too(browser_of: Open) -> None:
    browser = browser_of("dana")
    copied = browser.client.cookies[COOKIE]
    browser.get("/")
    assert browser.post("/logout").headers["location"] == "/login"
    browser.client.cookies.set(COOKIE, copied)
    assert browser.get("/").status_code == 303


async def test_that_a_new_password_ends_every_session_of_that_colleague(browser_of: Open, console: Console) -> None:
    dana, lena = browser_of("dana"), browser_of("lena")
    await console.login.set_password(ColleagueId("dana"), "a new long password")
    assert (dana.get("/").status_code, lena.get("/").status_code) == (303, 200)


def test_that_a_made_up_cookie_opens_nothing(browser_of: Open) -> None:
    browser = browser_of()
    for made_up in ("", "x", "a" * 5000):
        browser.client.cookies.set(COOKIE, made_up)
        assert browser.get("/").status_code == 303


def test_that_one_click_enters_as_dana_in_a_demonstration_alone(browser_of: Open) -> None:
    demo, real = browser_of(demo=True), browser_of()
    assert "Enter as Dana" in demo.get("/login").text
    assert demo.client.post("/login/demo", data={"next": "/drafts"}, headers={"Origin": ORIGIN}).headers[
        "location"
    ] == ("/drafts")
    assert "Dana" in demo.get("/").text
    assert "Enter as Dana" not in real.get("/login").text
    assert real.client.post("/login/demo", data={}, headers={"Origin": ORIGIN}).status_code == 404


@pytest.mark.parametrize("path", ["/login", "/login/demo"])
def test_that_no_other_site_signs_a_browser_in(browser_of: Open, path: str) -> None:
    browser = browser_of(demo=True)
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        answer = browser.client.post(path, data={"name": "dana", "password": "correct horse battery"}, headers=headers)
        assert answer.status_code == 403
        assert COOKIE not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    ("given", "onwards"),
    [
        ("/drafts?state=approved", "/drafts?state=approved"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\n/evil", "/"),
        ("", "/"),
    ],
)
def test_that_nobody_is_sent_to_another_site_after_signing_in(given: str, onwards: str) -> None:
    assert local_path(given) == onwards


def test_that_signing_in_leads_back_to_the_page_that_was_wanted(browser_of: Open) -> None:
    browser = browser_of()
    wanted = browser.get("/drafts?state=approved").headers["location"]
    browser.get(wanted)
    answer = browser.client.post(
        "/login",
        data={"name": "dana", "password": "correct horse battery", "next": browser.hidden("next")},
        headers={"Origin": ORIGIN},
    )
    assert answer.headers["location"] == "/drafts?state=approved"
