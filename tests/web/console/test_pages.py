import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.services.degraded import RESTS, LostPart
from journey_assistant.web.pages import HEADERS, POLICY, TEMPLATES, length
from web.console.conftest import Browser, drafted

Open = Callable[..., Browser]
STATIC = TEMPLATES.parent / "static"


@pytest.mark.parametrize(
    "path", ["/", "/drafts", "/drafts?state=nonsense", "/drafts/nothing", "/login", "/runs/nothing", "/customers/c"]
)
@pytest.mark.parametrize("name", ["dana", None])
def test_that_every_page_carries_every_header(browser_of: Open, name: str | None, path: str) -> None:
    answer = browser_of(name).get(path)
    assert {header: answer.headers.get(header) for header in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "directive",
    [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ],
)
def test_that_the_policy_lets_in_nothing_from_elsewhere_and_nothing_inline(directive: str) -> None:
    assert directive in POLICY.split("; ")
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_that_no_template_has_a_script_a_style_or_unescaped_text_inside(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|<style|\bstyle=|\son[a-z]+=|javascript:|hx-on|https?://", text)
    assert not re.search(r"<script(?! src=\"/static/)", text)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("console.css", "text/css"), ("console.js", "text/javascript"), ("htmx.min.js", "text/javascript")],
)
def test_that_files_are_served_by_name_and_kept_until_they_change(browser_of: Open, name: str, kind: str) -> None:
    browser = browser_of()
    answer = browser.get(f"/static/{name}")
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = browser.get(f"/static/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fapp.py", "%2e%2e/console.py", ".hidden"])
def test_that_no_other_file_is_served(browser_of: Open, name: str) -> None:
    assert browser_of().get(f"/static/{name}").status_code == 404


async def test_that_every_page_names_its_language_title_and_content(browser_of: Open, store: MemoryStore) -> None:
    draft = await drafted(store)
    browser = browser_of("dana")
    for path in ("/", "/drafts", f"/drafts/{draft.id}", f"/runs/{draft.run_id}", "/customers/c_ana"):
        page = browser.get(path).text
        assert '<html lang="en">' in page
        assert re.search(r"<title>[^<]+ · Journey</title>", page)
        assert page.count("<h1>") == 1
        assert '<main id="main"' in page


async def test_that_what_if_is_a_page_or_the_part_that_a_script_asked_for(browser_of: Open, store: MemoryStore) -> None:
    draft = await drafted(store)
    browser = browser_of("dana")
    whole = browser.get(f"/runs/{draft.run_id}/what-if").text
    part = browser.get(f"/runs/{draft.run_id}/what-if", headers={"HX-Request": "true"}).text
    assert "Without page_viewed" in whole
    assert "Without page_viewed" in part
    assert "<html" in whole
    assert "<html" not in part


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=3, minutes=59), "3 h"),
        (timedelta(hours=48), "2 days"),
    ],
)
def test_that_a_wait_is_told_in_two_words(span: timedelta, words: str) -> None:
    assert length(span) == words


def test_that_colleagues_read_on_every_page_what_is_lost_and_what_happens_meanwhile(browser_of: Open) -> None:
    lost = LostPart("model", "its calls failed", RESTS)
    page = browser_of("dana", lost=lambda: (lost,)).get("/drafts").text
    assert "The model is not whole:" in page
    assert f"{lost.why}. {lost.meanwhile}" in page
    assert "is not whole" not in browser_of("dana").get("/drafts").text


def test_that_who_is_not_signed_in_learns_nothing_of_what_is_lost(browser_of: Open) -> None:
    lost = LostPart("model", "its calls failed", RESTS)
    assert "is not whole" not in browser_of(lost=lambda: (lost,)).get("/login").text
