from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.bootstrap.service import Talking, build_talking
from journey_assistant.domain.chat import Attachment, AttachmentId, ChatConversation, Said
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.handoff import HandoffSummary, Priority
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import Ownership, OwnerState
from journey_assistant.errors import PortError
from journey_assistant.ports.chat import Change
from journey_assistant.ports.store import CustomerRow
from journey_assistant.services.decide import Decider
from journey_assistant.settings import Settings
from journey_assistant.web.console.inbox_view import clock_of
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.sessions import COOKIE
from live_server import serving
from real_parts import decider
from web.console.conftest import CUSTOMER, PASSWORD, Browser, app_of, handed_over
from web.console.payloads import PAYLOADS
from web.console.test_hostile_text import skeleton

__all__ = ["decider"]
Open = Callable[..., Browser]
TALK = ConversationId("conv_1")
ANA = CustomerId("c_ana")


@pytest.fixture
async def talking(store: MemoryStore, decider: Decider, tmp_path: Path) -> Talking:
    await store.put_customers(DEFAULT_TENANT, [CustomerRow(ANA, CUSTOMER)])
    return build_talking(Settings(home=tmp_path), store, decider)


async def asked(store: MemoryStore, text: str = "How do I export all invoices?", **fields: Any) -> ChatConversation:
    """Ana asked, and waits for a person in billing."""
    now = datetime.now(UTC)
    opened = ChatConversation(TALK, ANA, now, now, Ownership(now), tenant_id=DEFAULT_TENANT)
    await store.open_conversation(DEFAULT_TENANT, opened)
    await store.accept_message(DEFAULT_TENANT, TALK, Said("key", text, now, fields.pop("payload", {})))
    before = await stored(store)
    due_at = now + fields.pop("left", timedelta(minutes=30))
    waits = before.ownership.hand_over(
        queue="billing", priority=Priority.HIGH, at=now, pickup_by_at=due_at, promised_at=due_at
    )
    after, entries = before.written(at=now, ownership=waits)
    await store.change_conversation(DEFAULT_TENANT, before, after, Change(entries))
    return await stored(store)


async def stored(store: MemoryStore) -> ChatConversation:
    found = await store.conversation(DEFAULT_TENANT, TALK)
    assert found is not None
    return found


@pytest.fixture
def desk(browser_of: Open, talking: Talking) -> Open:
    """Browsers of a console whose chat runs."""
    return lambda name, **changed: browser_of(name, **{"talking": talking, "clock": talking.clock, **changed})


def at_the_conversation(desk: Open, name: str = "dana") -> Browser:
    browser = desk(name)
    assert browser.get(f"/inbox/{TALK}").status_code == 200
    return browser


def say(browser: Browser, text: str) -> Any:
    browser.get(f"/inbox/{TALK}")
    return browser.post(f"/inbox/{TALK}/say", text=text, key=browser.hidden("key"))


async def test_that_who_waits_is_shown_with_queue_clock_and_words(desk: Open, store: MemoryStore) -> None:
    await asked(store)
    page = desk("vera").get("/inbox").text
    for words in ("Ana Ruiz", "Halden Print", "How do I export all invoices?", "billing", "high", "29 min left"):
        assert words in page
    assert "Nobody waits" in desk("vera").get("/inbox?queue=security").text
    assert "There are none" in desk("vera").get("/inbox?view=mine").text


async def test_that_the_packet_stands_before_the_transcript(desk: Open, store: MemoryStore) -> None:
    await asked(store)
    page = desk("vera").get(f"/inbox/{TALK}").text
    assert page.index("What to know first") < page.index('id="transcript"')
    assert re.search(r"\d+ % complete", page)
    assert "Ana Ruiz" in page[page.index("The customer") :]


async def test_that_what_the_customer_has_read_is_shown_at_that_line(
    desk: Open, store: MemoryStore, talking: Talking
) -> None:
    await asked(store)
    browser = at_the_conversation(desk)
    browser.post(f"/inbox/{TALK}/claim")
    say(browser, "It is under Settings.")
    assert "Seen by the customer" not in browser.get(f"/inbox/{TALK}").text
    stands = await stored(store)
    await talking.chat.read(ANA, TALK, stands.last_seq)
    page = browser.get(f"/inbox/{TALK}").text
    assert page.index("It is under Settings.</p>") < page.index("Seen by the customer")


async def test_that_the_promise_is_shown_as_the_customer_heard_it(desk: Open, store: MemoryStore) -> None:
    await asked(store)
    page = desk("vera").get(f"/inbox/{TALK}").text
    assert re.search(r"promised: <bdi>(today|tomorrow) at \d+:\d\d [AP]M", page)


async def test_that_a_lead_sees_broken_promises_first(desk: Open, store: MemoryStore, talking: Talking) -> None:
    await asked(store, left=-timedelta(minutes=1))
    await handed_over(store, priority=Priority.URGENT, summary=HandoffSummary(why_you="at once"))
    assert await talking.hand_over.sweep_overdue() == 1
    page = desk("lena").get("/").text
    assert "promise broken" in page
    assert page.index("not answered in time once: How do I export") < page.index("at once")
    assert "promise broken" in desk("dana").get("/").text


async def test_that_a_colleague_claims_answers_and_resolves(desk: Open, store: MemoryStore) -> None:
    await asked(store)
    browser = at_the_conversation(desk)
    assert browser.post(f"/inbox/{TALK}/claim").status_code == 303
    assert (await stored(store)).ownership.colleague == "dana"
    assert say(browser, "It is under Settings.").status_code == 303
    assert "It is under Settings." in browser.get(f"/inbox/{TALK}").text
    assert browser.post(f"/inbox/{TALK}/resolve").status_code == 303
    assert (await stored(store)).ownership.state is OwnerState.RESOLVED


async def test_that_one_key_is_one_message(desk: Open, store: MemoryStore) -> None:
    await asked(store)
    browser = at_the_conversation(desk)
    browser.post(f"/inbox/{TALK}/claim")
    for _ in range(3):
        assert browser.post(f"/inbox/{TALK}/say", text="Once", key="k1").status_code == 303
    entries = await store.entries(DEFAULT_TENANT, TALK)
    assert [entry.text for entry in entries].count("Once") == 1


async def test_that_who_comes_second_sees_who_has_it_and_keeps_what_they_typed(desk: Open, store: MemoryStore) -> None:
    await asked(store)
    dana, lena = at_the_conversation(desk), at_the_conversation(desk, "lena")
    dana.post(f"/inbox/{TALK}/claim")
    late = lena.post(f"/inbox/{TALK}/claim")
    assert late.status_code == 409
    assert "with <bdi>Dana</bdi>" in late.text
    refused = lena.post(f"/inbox/{TALK}/say", text="my words", key="k")
    assert refused.status_code == 409
    assert "claim it first" in refused.text


async def test_that_a_note_is_for_colleagues_alone(desk: Open, store: MemoryStore, talking: Talking) -> None:
    await asked(store)
    browser = at_the_conversation(desk)
    assert browser.post(f"/inbox/{TALK}/note", text="careful, renewal").status_code == 303
    assert "careful, renewal" in browser.get(f"/inbox/{TALK}").text
    assert "careful, renewal" not in [entry.text for entry in await talking.chat.entries(ANA, TALK)]


@pytest.mark.parametrize(
    ("step", "fields", "state", "queue"),
    [
        ("transfer", {"to": "lena"}, OwnerState.PERSON, "billing"),
        ("requeue", {"queue": "security"}, OwnerState.WAITING, "security"),
        ("give-back", {}, OwnerState.ASSISTANT, None),
    ],
)
async def test_that_it_is_handed_on(
    desk: Open, store: MemoryStore, step: str, fields: dict[str, str], state: OwnerState, queue: str | None
) -> None:
    await asked(store)
    browser = at_the_conversation(desk)
    browser.post(f"/inbox/{TALK}/claim")
    assert say(browser, "Done.").status_code == 303
    assert browser.post(f"/inbox/{TALK}/{step}", **fields).status_code == 303
    ownership = (await stored(store)).ownership
    assert (ownership.state, ownership.queue) == (state, queue)


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("transfer", {"to": "nobody"}),
        ("requeue", {"queue": "nowhere"}),
        ("say", {"text": " ", "key": "k"}),
        ("say", {}),
    ],
)
async def test_that_what_cannot_be_changes_nothing(
    desk: Open, store: MemoryStore, step: str, fields: dict[str, str]
) -> None:
    await asked(store)
    browser = at_the_conversation(desk)
    browser.post(f"/inbox/{TALK}/claim")
    before = await stored(store)
    assert browser.post(f"/inbox/{TALK}/{step}", **fields).status_code in (404, 422)
    assert replace(await stored(store), seen_seq=before.seen_seq) == before  # the page that says so was looked at


STEPS = ("claim", "say", "note", "transfer", "requeue", "give-back", "resolve", "typing")


@pytest.mark.parametrize("step", STEPS)
async def test_that_a_viewer_reads_and_does_nothing(desk: Open, store: MemoryStore, step: str) -> None:
    await asked(store)
    before = await stored(store)
    vera = at_the_conversation(desk, "vera")
    assert vera.get(f"/inbox/{TALK}").text.count("<form") == 1
    answer = vera.post(f"/inbox/{TALK}/{step}", text="x", key="k", to="lena", queue="billing", on="yes")
    assert answer.status_code == 403
    assert await stored(store) == before


async def test_that_a_suggested_reply_stands_in_the_field_and_is_not_sent(desk: Open, store: MemoryStore) -> None:
    await asked(store)
    browser = at_the_conversation(desk)
    browser.post(f"/inbox/{TALK}/claim")
    before = await stored(store)
    page = browser.get(f"/inbox/{TALK}?suggest=true").text
    field = re.search(r"<textarea name=\"text\" rows=\"4\"[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert field
    assert "export all invoices" in field[1]
    assert "checked like its own answers" in page
    assert replace(await stored(store), seen_seq=before.seen_seq) == before


async def test_that_a_part_that_is_down_keeps_nobody_from_answering(
    desk: Open, store: MemoryStore, talking: Talking
) -> None:
    class Down:
        async def suggest(self, _id: ConversationId) -> None:
            raise PortError("it is down", port="model", retryable=True)

    await asked(store)
    browser = desk("dana", talking=replace(talking, suggestions=Down()))  # type: ignore[arg-type]
    browser.get(f"/inbox/{TALK}")
    browser.post(f"/inbox/{TALK}/claim")
    page = browser.get(f"/inbox/{TALK}?suggest=true")
    assert page.status_code == 200
    assert "does not answer" in page.text
    assert say(browser, "I help you myself.").status_code == 303


async def test_that_a_file_is_kept_as_a_file_and_never_opened_as_a_page(desk: Open, store: MemoryStore) -> None:
    await asked(store)
    name = '"><script>alert(1)</script>\r\nX: y.svg'
    now = datetime.now(UTC)
    file = Attachment(AttachmentId("att_1"), TALK, ANA, name, "image/svg+xml", 5, "0" * 64, now, DEFAULT_TENANT)
    await store.put_attachment(DEFAULT_TENANT, file, b"<svg/>")
    answer = desk("dana").get("/inbox/attachments/att_1")
    assert answer.content == b"<svg/>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%22%3E%3Cscript")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "x" not in answer.headers
    assert desk("dana").get("/inbox/attachments/nothing").status_code == 404


async def test_that_hostile_words_in_a_conversation_stay_words(desk: Open) -> None:
    async def pages(words: str) -> list[Any]:
        store = MemoryStore()
        person = {**CUSTOMER, "name": words, "account": {"id": "a", "name": words}}
        await store.put_customers(DEFAULT_TENANT, [CustomerRow(ANA, person)])
        files = [{"id": "att_1", "name": words, "type": words, "size": 1}]
        citations = [{"article": words, "title": words, "quote": words}]
        await asked(store, words, payload={"attachments": files, "citations": citations})
        browser = desk("dana", store=store, talking=over(store))
        answers = [browser.get(path) for path in ("/inbox", f"/inbox/{TALK}", "/")]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        return [skeleton(re.sub(r'value="[0-9a-f]{32}"', "", answer.text)) for answer in answers]

    running = desk("dana").client.app.state.console.talking  # type: ignore[attr-defined]

    def over(store: MemoryStore) -> Talking:
        return replace(running, store=store, hand_over=replace(running.hand_over, store=store))

    plain = await pages("plain")
    for payload in PAYLOADS:
        assert await pages(payload) == plain, payload


@pytest.mark.parametrize("path", ["/inbox/nothing", "/inbox?view=nothing"])
def test_that_what_is_not_there_is_a_page_that_says_so(desk: Open, path: str) -> None:
    assert desk("dana").get(path).status_code == 404


def test_that_without_a_running_chat_the_inbox_says_so(browser_of: Open) -> None:
    answer = browser_of("dana").get("/inbox")
    assert (answer.status_code, "does not run in this service" in answer.text) == (503, True)


@pytest.mark.parametrize(
    ("minutes", "state", "words"),
    [(30, "fine", "30 min left"), (4, "soon", "4 min left"), (-1, "late", "late 1 min"), (-200, "late", "late 3 h")],
)
def test_that_a_clock_says_how_long_is_left(minutes: int, state: str, words: str) -> None:
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    due_at = now + timedelta(minutes=minutes)
    waits = Ownership(now).hand_over(
        queue="billing", priority=Priority.NORMAL, at=now, pickup_by_at=due_at, promised_at=due_at
    )
    clock = clock_of(ChatConversation(TALK, ANA, now, now, waits), now)
    assert clock is not None
    assert (clock.state, clock.words) == (state, words)
    assert clock_of(ChatConversation(TALK, ANA, now, now, Ownership(now)), now) is None


async def test_that_today_shows_who_waits_in_a_chat_once(desk: Open, store: MemoryStore) -> None:
    await asked(store)
    page = desk("dana").get("/").text
    assert page.count(f"/inbox/{TALK}") == 1
    assert "1 of 1 things" in page


@pytest.fixture
def live(console: Console, talking: Talking, with_passwords: None) -> Iterator[str]:
    with serving(app_of(replace(console, talking=talking, clock=talking.clock))) as address:
        yield address


async def test_that_news_arrive_without_reload_and_end_with_the_session(
    live: str, store: MemoryStore, talking: Talking, console: Console
) -> None:
    await asked(store)
    with httpx2.Client(base_url=live, timeout=10) as client:
        entered = client.post("/login", data={"name": "dana", "password": PASSWORD}, headers={"Origin": live})
        cookie = {"Cookie": f"{COOKIE}={entered.cookies[COOKIE]}"}
        page = client.get(f"/inbox/{TALK}", headers=cookie).text
        token = re.search(r'name="csrf" value="(\w+)"', page)
        assert token
        form = {"csrf": token[1], "text": "note one"}
        heard: list[str] = []
        with client.stream("GET", f"/inbox/{TALK}/events", headers=cookie) as news:
            lines = news.iter_lines()
            assert next(lines) == "retry: 2000"

            def write() -> None:
                with httpx2.Client(base_url=live, headers={**cookie, "Origin": live}) as other:
                    other.post(f"/inbox/{TALK}/note", json=form)
                    other.post("/logout", json=form)
                    heard.append(f"signed out: {other.get('/inbox').status_code}")

            writer = Thread(target=write)
            writer.start()
            heard += [next(line for line in lines if line.startswith("event"))]
            writer.join()
        assert "event: changed" in heard
        assert "signed out: 303" in heard
        assert client.get(f"/inbox/{TALK}/events", headers=cookie).status_code == 303
