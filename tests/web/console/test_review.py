import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.draft import Draft, DraftState
from journey_assistant.domain.knowledge import Citation
from journey_assistant.web.console.parts import Console
from records import NOON
from web.console.conftest import Browser, Checked, drafted

Open = Callable[..., Browser]


@pytest.fixture
async def draft(store: MemoryStore) -> Draft:
    return await drafted(store, text="Hi Ana,\n\nfor faster invoicing: the guide.", subject="A guide")


async def stored(store: MemoryStore, draft: Draft) -> Draft:
    found = await store.draft(DEFAULT_TENANT, draft.id)
    assert found is not None
    return found


def approving(browser: Browser, draft: Draft) -> dict[str, str]:
    browser.get(f"/drafts/{draft.id}")
    return {"version": browser.hidden("version"), "sha256": browser.hidden("sha256")}


async def test_that_a_draft_is_shown_with_its_evidence(browser_of: Open, draft: Draft) -> None:
    page = browser_of("dana").get(f"/drafts/{draft.id}").text
    assert '<mark class="fact" title="declared.goal of the record">faster invoicing</mark>' in page
    assert "page viewed /pricing (10 Mar 10:00)" in page
    assert "goal: faster invoicing" in page
    assert "a ticket is open" in page


async def test_that_approving_queues_exactly_the_bytes_that_were_shown(
    browser_of: Open, store: MemoryStore, draft: Draft
) -> None:
    browser = browser_of("dana")
    answer = browser.post(f"/drafts/{draft.id}/approve", **approving(browser, draft))
    assert answer.headers["location"] == f"/drafts/{draft.id}"
    (message,) = await store.outbox(DEFAULT_TENANT)
    assert (message.subject, message.text) == (draft.subject, draft.text)
    assert "Approved by <bdi>dana</bdi>" in browser.get(f"/drafts/{draft.id}").text


async def test_that_other_words_than_those_shown_are_not_queued(
    browser_of: Open, store: MemoryStore, draft: Draft
) -> None:
    browser = browser_of("dana")
    given = approving(browser, draft) | {"sha256": "0" * 64}
    answer = browser.post(f"/drafts/{draft.id}/approve", **given)
    assert answer.status_code == 409
    assert await store.outbox(DEFAULT_TENANT) == []


async def test_that_of_two_people_the_second_sees_the_newer_state_and_loses_nothing(
    browser_of: Open, store: MemoryStore, draft: Draft
) -> None:
    dana, lena = browser_of("dana"), browser_of("lena")
    mine = approving(lena, draft)
    given = approving(dana, draft)
    edited = dana.post(f"/drafts/{draft.id}/edit", version=given["version"], subject="A guide", text="Hi Ana, shorter.")
    assert edited.status_code == 303
    late = lena.post(f"/drafts/{draft.id}/approve", **mine)
    assert late.status_code == 409
    assert "Hi Ana, shorter." in late.text.replace(
        '<mark class="fact" title="the customer&#39;s name">Ana</mark>', "Ana"
    )
    typed = lena.post(f"/drafts/{draft.id}/edit", version=mine["version"], subject="A guide", text="my own long words")
    assert typed.status_code == 409
    assert "my own long words</textarea>" in typed.text
    assert (await stored(store, draft)).version == 2


async def test_that_an_edit_keeps_what_it_changed_and_has_to_be_approved(
    browser_of: Open, store: MemoryStore, draft: Draft
) -> None:
    browser = browser_of("dana")
    given = approving(browser, draft)
    browser.post(
        f"/drafts/{draft.id}/edit",
        version=given["version"],
        subject="A guide",
        text="Hi Ana,\r\n\r\nfor faster invoicing: the handbook.",
    )
    page = browser.get(f"/drafts/{draft.id}").text
    assert "<del>guide</del><ins>handbook</ins>" in page
    assert (await stored(store, draft)).text == "Hi Ana,\n\nfor faster invoicing: the handbook."
    assert (await stored(store, draft)).state is DraftState.PENDING
    assert await store.outbox(DEFAULT_TENANT) == []
    assert browser.post(f"/drafts/{draft.id}/approve", **given).status_code == 409


async def test_that_words_which_a_guardrail_blocks_are_not_kept_and_not_lost(
    browser_of: Open, store: MemoryStore, draft: Draft
) -> None:
    browser = browser_of("dana")
    given = approving(browser, draft)
    answer = browser.post(f"/drafts/{draft.id}/edit", version=given["version"], subject="x", text="BUY! now")
    assert answer.status_code == 422
    assert "it shouts" in answer.text
    assert "BUY! now</textarea>" in answer.text
    assert (await stored(store, draft)).version == 1


async def test_that_a_draft_whose_facts_changed_is_withdrawn_when_it_is_approved(
    browser_of: Open, store: MemoryStore, draft: Draft, check: Checked
) -> None:
    browser = browser_of("dana")
    given = approving(browser, draft)
    check.stale = "a ticket was opened"
    assert "Its facts no longer hold: <bdi>a ticket was opened</bdi>" in browser.get(f"/drafts/{draft.id}").text
    answer = browser.post(f"/drafts/{draft.id}/approve", **given)
    assert answer.status_code == 409
    assert (await stored(store, draft)).state is DraftState.WITHDRAWN
    assert await store.outbox(DEFAULT_TENANT) == []


async def test_that_a_rejection_needs_a_reason_and_keeps_it(browser_of: Open, store: MemoryStore, draft: Draft) -> None:
    browser = browser_of("dana")
    given = approving(browser, draft)
    assert browser.post(f"/drafts/{draft.id}/reject", version=given["version"], why="  ").status_code == 422
    assert browser.post(f"/drafts/{draft.id}/reject", version=given["version"], why="too early").status_code == 303
    assert "too early" in browser.get(f"/drafts/{draft.id}").text
    assert (await stored(store, draft)).state is DraftState.REJECTED


async def test_that_a_decided_draft_is_not_decided_again(browser_of: Open, store: MemoryStore, draft: Draft) -> None:
    dana, lena = browser_of("dana"), browser_of("lena")
    theirs, mine = approving(lena, draft), approving(dana, draft)
    dana.post(f"/drafts/{draft.id}/approve", **mine)
    late = lena.post(f"/drafts/{draft.id}/reject", version=theirs["version"], why="no")
    assert late.status_code == 409
    assert "Approved by <bdi>dana</bdi>" in late.text
    assert len(await store.outbox(DEFAULT_TENANT)) == 1


async def test_that_fifty_approvals_at_once_send_once_and_leave_one_step(
    browser_of: Open, store: MemoryStore, draft: Draft
) -> None:
    browser = browser_of("dana")
    given = approving(browser, draft)
    posted = [asyncio.to_thread(browser.post, f"/drafts/{draft.id}/approve", **given) for _ in range(50)]
    statuses = [answer.status_code for answer in await asyncio.gather(*posted)]
    assert sorted(statuses) == [303] + [409] * 49
    assert len(await store.outbox(DEFAULT_TENANT)) == 1
    assert len(await store.draft_changes(DEFAULT_TENANT, draft.id)) == 1


async def test_that_a_delayed_draft_says_when_it_goes_out(browser_of: Open, draft: Draft, check: Checked) -> None:
    check.later = timedelta(hours=8)
    assert "If approved it goes out" in browser_of("dana").get(f"/drafts/{draft.id}").text


async def test_that_hidden_characters_are_shown_to_the_reviewer(browser_of: Open, store: MemoryStore) -> None:
    draft = await drafted(store, text="Hi\u200b Ana\u202e, hello")
    page = browser_of("dana").get(f"/drafts/{draft.id}").text
    for name in ("U+200B zero width space", "U+202E right-to-left override"):
        assert f'<span class="hidden-character" title="{name}">{name[:6]}</span>' in page


async def test_that_the_list_shows_ones_own_first_and_only_the_state_that_was_asked_for(
    browser_of: Open, store: MemoryStore
) -> None:
    await drafted(store, number=1, subject="for lena", reviewer="lena")
    mine = await drafted(store, number=2, subject="for dana", reviewer="dana")
    browser = browser_of("dana")
    page = browser.get("/drafts").text
    assert page.index("for dana") < page.index("for lena")
    browser.post(f"/drafts/{mine.id}/reject", **{**approving(browser, mine), "why": "no"})
    assert "for dana" not in browser.get("/drafts").text
    assert "for dana" in browser.get("/drafts?state=rejected").text


@pytest.mark.parametrize("path", ["/drafts/nothing", "/runs/nothing", "/customers/nobody"])
def test_that_what_is_not_there_is_a_page_that_says_so(browser_of: Open, path: str) -> None:
    answer = browser_of("dana").get(path)
    assert answer.status_code == 404
    assert "<h1>Not found</h1>" in answer.text


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("approve", {}),
        ("approve", {"version": "1"}),
        ("approve", {"version": "x", "sha256": "y"}),
        ("edit", {"version": "1"}),
        ("edit", {"version": "1", "text": "x" * 20_001}),
        ("reject", {"version": "-1", "why": "no"}),
        ("state", {}),
    ],
)
async def test_that_a_broken_form_changes_nothing(
    browser_of: Open, store: MemoryStore, draft: Draft, action: str, fields: dict[str, str]
) -> None:
    browser = browser_of("dana")
    browser.get(f"/drafts/{draft.id}")
    assert browser.post(f"/drafts/{draft.id}/{action}", **fields).status_code in (404, 405, 422)
    assert await stored(store, draft) == draft


async def test_that_a_draft_of_another_tenant_is_not_there(browser_of: Open, draft: Draft) -> None:
    other = browser_of("dana", tenant="theirs")
    assert other.get(f"/drafts/{draft.id}").status_code == 404


async def test_that_with_four_eyes_whoever_changed_the_words_does_not_approve_them(
    browser_of: Open, store: MemoryStore, draft: Draft, check: Checked
) -> None:
    check.four_eyes = True
    dana, lena = browser_of("dana"), browser_of("lena")
    dana.get(f"/drafts/{draft.id}")
    dana.post(f"/drafts/{draft.id}/edit", version="1", subject="A guide", text="Hi Ana, other words.")
    given = approving(dana, draft)
    assert "second pair of eyes" in dana.get(f"/drafts/{draft.id}").text
    assert dana.post(f"/drafts/{draft.id}/approve", **given).status_code == 422
    assert await store.outbox(DEFAULT_TENANT) == []
    assert lena.post(f"/drafts/{draft.id}/approve", **approving(lena, draft)).status_code == 303
    assert len(await store.outbox(DEFAULT_TENANT)) == 1


async def test_that_with_four_eyes_words_of_the_assistant_need_one_pair(
    browser_of: Open, store: MemoryStore, draft: Draft, check: Checked
) -> None:
    check.four_eyes = True
    dana = browser_of("dana")
    assert dana.post(f"/drafts/{draft.id}/approve", **approving(dana, draft)).status_code == 303


# --- put aside, hand on, rewrite -----------------------------------------------------------------


async def test_that_a_snoozed_draft_leaves_the_list_and_can_be_taken_up_again(
    browser_of: Open, store: MemoryStore, draft: Draft
) -> None:
    browser = browser_of("dana")
    browser.get(f"/drafts/{draft.id}")
    assert browser.post(f"/drafts/{draft.id}/snooze", version="1", until="in 3 days").status_code == 303
    assert draft.id not in browser.get("/drafts").text
    assert draft.id in browser.get("/drafts?state=snoozed").text
    page = browser.get(f"/drafts/{draft.id}").text
    assert "Put aside by <bdi>dana</bdi> until" in page
    assert "Approve these words" not in page
    assert (await stored(store, draft)).snoozed_until_at == NOON + timedelta(days=3)
    assert browser.post(f"/drafts/{draft.id}/wake", version="1").status_code == 303
    assert (await stored(store, draft)).state is DraftState.PENDING


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"until": "day"},
        {"until": "day", "day": "2020-01-01"},
        {"until": "day", "day": "2027-01-01"},
        {"until": "never"},
        {"until": "tomorrow", "on": "payday"},
        {"until": "tomorrow", "on": "ticket_closed"},
    ],
)
async def test_that_a_time_that_makes_no_sense_is_refused(
    browser_of: Open, store: MemoryStore, draft: Draft, fields: dict[str, str]
) -> None:
    browser = browser_of("dana")
    browser.get(f"/drafts/{draft.id}")
    assert browser.post(f"/drafts/{draft.id}/snooze", version="1", **fields).status_code == 422
    assert await stored(store, draft) == draft


async def test_that_a_draft_given_on_is_the_others(browser_of: Open, store: MemoryStore, draft: Draft) -> None:
    dana, lena = browser_of("dana"), browser_of("lena")
    dana.get(f"/drafts/{draft.id}")
    assert dana.post(f"/drafts/{draft.id}/reassign", version="1", to="lena").status_code == 303
    assert (await stored(store, draft)).reviewer == "lena"
    assert "Halden Print" not in dana.get("/").text
    assert "Halden Print" in lena.get("/").text
    refused = dana.post(f"/drafts/{draft.id}/reassign", version="1", to="ada")
    assert refused.status_code == 422
    assert "it is Lena&#39;s" in refused.text


@pytest.mark.parametrize(("to", "status"), [("vera", 422), ("dana", 422), ("nobody", 404)])
async def test_that_a_draft_is_given_only_to_who_may_decide_it(
    browser_of: Open, store: MemoryStore, draft: Draft, to: str, status: int
) -> None:
    browser = browser_of("dana")
    browser.get(f"/drafts/{draft.id}")
    assert browser.post(f"/drafts/{draft.id}/reassign", version="1", to=to).status_code == status
    assert await stored(store, draft) == draft


async def test_that_rewritten_words_are_a_new_version_or_an_honest_no(
    browser_of: Open, store: MemoryStore, draft: Draft
) -> None:
    browser = browser_of("dana")
    assert 'value="by_hint"' not in browser.get(f"/drafts/{draft.id}").text
    assert browser.post(f"/drafts/{draft.id}/rewrite", version="1", kind="shorter").status_code == 303
    assert (await stored(store, draft)).version == 2
    assert "rewritten: shorter" in browser.get(f"/drafts/{draft.id}").text
    refused = browser.post(f"/drafts/{draft.id}/rewrite", version="2", kind="shorter")
    assert refused.status_code == 422
    assert "nothing can be left out of it" in refused.text
    assert browser.post(f"/drafts/{draft.id}/rewrite", version="2", kind="louder").status_code == 422


async def test_that_with_a_model_a_hint_can_be_given(browser_of: Open, draft: Draft) -> None:
    browser = browser_of("dana", has_model=True)
    assert 'value="by_hint"' in browser.get(f"/drafts/{draft.id}").text
    browser.post(f"/drafts/{draft.id}/rewrite", version="1", kind="by_hint", hint="warmer")
    assert "rewritten: by_hint warmer" in browser.get(f"/drafts/{draft.id}").text


async def test_that_a_rejection_by_the_list_keeps_its_reason(
    browser_of: Open, store: MemoryStore, draft: Draft
) -> None:
    browser = browser_of("dana")
    browser.get(f"/drafts/{draft.id}")
    given = {"version": "1", "reason": "bad timing", "why": "she is on leave"}
    assert browser.post(f"/drafts/{draft.id}/reject", **given).status_code == 303
    assert (await stored(store, draft)).why == "bad timing: she is on leave"


async def test_that_a_list_with_old_drafts_raises_an_alarm(browser_of: Open, console: Console, draft: Draft) -> None:
    browser = browser_of("dana")
    assert "waited longer" not in browser.get("/drafts").text
    late = browser_of("dana", clock=SetClock(NOON + timedelta(days=3)))
    assert "1 has waited longer than two days; the oldest 3 days" in late.get("/drafts").text


async def test_that_what_was_hidden_is_shown_and_sent_as_it_was_shown(browser_of: Open, store: MemoryStore) -> None:
    hidden = await drafted(store, number=4, text="Hi\u200b Ana, hello")
    browser = browser_of("dana")
    given = approving(browser, hidden)
    assert "U+200B" in browser.get(f"/drafts/{hidden.id}").text
    browser.post(f"/drafts/{hidden.id}/approve", **given)
    (message,) = await store.outbox(DEFAULT_TENANT)
    assert (message.text, message.sha256) == ("Hi\u200b Ana, hello", given["sha256"])


async def test_that_a_sentence_from_an_article_is_marked_with_it(browser_of: Open, store: MemoryStore) -> None:
    cited = (Citation("sso", "sso#1", "Team includes SSO."),)
    quoting = await drafted(store, number=5, text="Hi Ana, Team includes SSO. Shall we talk?", citations=cited)
    page = browser_of("dana").get(f"/drafts/{quoting.id}").text
    assert '<mark class="fact" title="quoted from sso">Team includes SSO.</mark>' in page
