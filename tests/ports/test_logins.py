import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.draft import DraftState
from journey_assistant.domain.login import ColleagueSession, Credentials
from journey_assistant.errors import Conflict, NotFound
from journey_assistant.ports.store import Store
from records import ANA, NOON, OURS, THEIRS, all_effects, customer, run_record

DANA, EVE = ColleagueId("dana"), ColleagueId("eve")


@pytest.fixture
async def store_with_two(store: Store) -> Store:
    for id_ in (DANA, EVE):
        await store.add_colleague(OURS, Colleague(id_, id_.title(), Role.CSM, NOON, OURS))
    return store


def session(id_: str = "s1", whose: ColleagueId = DANA, began: int = 0, lasts: int = 60) -> ColleagueSession:
    began_at = NOON + timedelta(minutes=began)
    return ColleagueSession(id_, whose, began_at, began_at + timedelta(minutes=lasts), OURS)


async def test_that_credentials_come_back_by_name_and_by_address(store_with_two: Store) -> None:
    given = Credentials(DANA, "hash", "dana@fernway.example", OURS)
    await store_with_two.put_credentials(OURS, given)
    assert await store_with_two.credentials(OURS, DANA) == given
    assert await store_with_two.credentials_of_email(OURS, "dana@fernway.example") == given
    assert await store_with_two.credentials(THEIRS, DANA) is None
    assert await store_with_two.credentials_of_email(THEIRS, "dana@fernway.example") is None


async def test_that_two_colleagues_without_an_address_do_not_collide(store_with_two: Store) -> None:
    for whose in (DANA, EVE):
        await store_with_two.put_credentials(OURS, Credentials(whose, "hash", None, OURS))
    assert await store_with_two.credentials(OURS, EVE) == Credentials(EVE, "hash", None, OURS)


async def test_that_an_address_belongs_to_one_colleague(store_with_two: Store) -> None:
    await store_with_two.put_credentials(OURS, Credentials(DANA, None, "d@fernway.example", OURS))
    with pytest.raises(Conflict, match="dana"):
        await store_with_two.put_credentials(OURS, Credentials(EVE, None, "d@fernway.example", OURS))


async def test_that_nobody_has_credentials_without_being_a_colleague(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.put_credentials(OURS, Credentials(DANA, "hash", None, OURS))


async def test_that_new_credentials_end_the_sessions_of_that_colleague_alone(store_with_two: Store) -> None:
    await store_with_two.add_session(OURS, session("s1", DANA))
    await store_with_two.add_session(OURS, session("s2", EVE))
    await store_with_two.put_credentials(OURS, Credentials(DANA, "new", None, OURS))
    assert await store_with_two.session(OURS, "s1") is None
    assert await store_with_two.session(OURS, "s2") == session("s2", EVE)


async def test_that_a_session_is_its_tenants_alone_and_ends_once(store_with_two: Store) -> None:
    await store_with_two.add_session(OURS, session())
    assert await store_with_two.session(OURS, "s1") == session()
    assert await store_with_two.session(THEIRS, "s1") is None
    await store_with_two.end_sessions(THEIRS, session_id="s1")
    assert await store_with_two.session(OURS, "s1") == session()
    await asyncio.gather(*(store_with_two.end_sessions(OURS, session_id="s1") for _ in range(3)))
    assert await store_with_two.session(OURS, "s1") is None


async def test_that_all_sessions_of_a_colleague_end_together(store_with_two: Store) -> None:
    for number in range(3):
        await store_with_two.add_session(OURS, session(f"s{number}"))
    await store_with_two.end_sessions(OURS, colleague_id=DANA)
    assert [await store_with_two.session(OURS, f"s{number}") for number in range(3)] == [None] * 3


async def test_that_expired_sessions_are_forgotten_when_a_new_one_begins(store_with_two: Store) -> None:
    await store_with_two.add_session(OURS, session("old", lasts=10))
    await store_with_two.add_session(OURS, session("new", EVE, began=10))
    assert await store_with_two.session(OURS, "old") is None
    assert await store_with_two.session(OURS, "new") is not None


async def test_that_the_steps_of_a_draft_keep_the_words_before_them(store: Store) -> None:
    await store.put_customers(OURS, [customer()])
    await store.commit_run(OURS, run_record(), all_effects(word="first\x00words"))
    (first,) = await store.drafts(OURS)
    second = first.edit(text="second words", subject="S", by="dana", at=NOON)
    await store.change_draft(OURS, first, second)
    third = second.approve(by="eve", at=NOON + timedelta(minutes=1))
    await store.change_draft(OURS, second, third)
    with pytest.raises(Conflict):
        await store.change_draft(OURS, second, replace(second, state=DraftState.REJECTED))
    steps = await store.draft_changes(OURS, first.id)
    assert [(s.version, s.state, s.text, s.by) for s in steps] == [
        (1, DraftState.PENDING, "first\x00words", "dana"),
        (2, DraftState.APPROVED, "second words", "eve"),
    ]
    assert [step.is_edit for step in steps] == [True, False]
    assert await store.draft_changes(THEIRS, first.id) == []
    assert (await store.erase_customer(OURS, ANA))["draft_changes"] == 2
    assert await store.draft_changes(OURS, first.id) == []


MOST = {"name": 3, "address": 5}
WITHIN = timedelta(minutes=5)


async def test_that_tries_are_counted_by_every_key_and_a_refused_one_by_none(store: Store) -> None:
    tried = [await store.try_login(OURS, MOST, NOON + timedelta(seconds=n), WITHIN) for n in range(5)]
    assert tried == [None] * 3 + [NOON + WITHIN] * 2
    assert await store.try_login(OURS, {"address": 5}, NOON, WITHIN) is None
    assert await store.try_login(THEIRS, MOST, NOON, WITHIN) is None
    assert await store.try_login(OURS, MOST, NOON + WITHIN, WITHIN) is None


async def test_that_of_many_tries_at_once_no_more_than_the_most_are_heard(store: Store) -> None:
    tried = await asyncio.gather(*(store.try_login(OURS, MOST, NOON, WITHIN) for _ in range(12)))
    assert tried.count(None) == 3


async def test_that_the_right_one_is_taken_back(store: Store) -> None:
    for second in range(3):
        await store.try_login(OURS, MOST, NOON + timedelta(seconds=second), WITHIN)
    await store.forgive_login(OURS, forget="name", take_back="address", made_at=NOON + timedelta(seconds=2))
    heard = [await store.try_login(OURS, MOST, NOON + timedelta(seconds=9), WITHIN) for _ in range(4)]
    assert heard.count(None) == 3
    await store.forgive_login(OURS, forget="name", take_back="unknown", made_at=NOON)
