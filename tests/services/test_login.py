import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deciding import SetClock
from journey_assistant.adapters.passwords_argon2 import Argon2Passwords
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.colleague import Colleague, ColleagueId, Permission, Role
from journey_assistant.errors import Rejected
from journey_assistant.services.login import Entered, Login, Refused, Tries, csrf_of
from records import NOON, OURS

DANA = ColleagueId("dana")
PASSWORD = "a long pass phrase"


@pytest.fixture
async def login() -> Login:
    store = MemoryStore()
    await store.add_colleague(OURS, Colleague(DANA, "Dana", Role.CSM, NOON, OURS))
    login = Login(store, Argon2Passwords(), SetClock(), tenant=OURS)
    await login.set_password(DANA, PASSWORD)
    return login


async def test_that_a_token_is_known_by_its_hash_alone(login: Login) -> None:
    entered = await login.by_password("dana", PASSWORD, address="a")
    assert isinstance(entered, Entered)
    signed = await login.signed_in(entered.token)
    assert signed is not None
    assert (signed.colleague.id, signed.csrf) == (DANA, csrf_of(entered.token))
    assert signed.session.id not in (entered.token, signed.csrf)
    assert await login.signed_in(signed.session.id) is None


async def test_that_two_sessions_have_two_tokens_and_two_secrets(login: Login) -> None:
    first, second = [await login.by_password("dana", PASSWORD, address="a") for _ in range(2)]
    assert isinstance(first, Entered)
    assert isinstance(second, Entered)
    assert first.token != second.token
    assert csrf_of(first.token) != csrf_of(second.token)


async def test_that_many_guesses_at_once_are_counted_as_many(login: Login) -> None:
    guesses = [login.by_password("dana", f"guess {number}", address="a") for number in range(15)]
    refused = await asyncio.gather(*guesses)
    assert sum(isinstance(one, Refused) and one.retry_after_s > 0 for one in refused) == 5


async def test_that_guessing_many_names_from_one_address_is_slowed_down(login: Login) -> None:
    strict = replace(login, tries=Tries(of_an_address=3))
    for number in range(3):
        refused = await strict.by_password(f"name{number}", "guess", address="a")
        assert isinstance(refused, Refused)
        assert refused.retry_after_s == 0
    slowed = await strict.by_password("name9", "guess", address="a")
    assert isinstance(slowed, Refused)
    assert slowed.retry_after_s == 301
    assert not (await strict.by_password("name9", "guess", address="b")).retry_after_s  # type: ignore[union-attr]
    login.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined]
    assert not (await strict.by_password("name9", "guess", address="a")).retry_after_s  # type: ignore[union-attr]


async def test_that_another_process_counts_the_same_tries(login: Login) -> None:
    other = Login(login.store, login.passwords, login.clock, tenant=OURS)
    for number in range(10):
        await (login, other)[number % 2].by_password("dana", "guess", address=f"a{number}")
    slowed = await other.by_password("dana", PASSWORD, address="b")
    assert isinstance(slowed, Refused)
    assert slowed.retry_after_s > 0


async def test_that_the_right_password_forgets_the_wrong_ones_of_its_name(login: Login) -> None:
    for _ in range(3):
        for _ in range(9):
            await login.by_password("dana", "guess", address="home")
        assert isinstance(await login.by_password("dana", PASSWORD, address="home"), Entered)
    slowed = await login.by_password("eve", "guess", address="home")
    assert isinstance(slowed, Refused)
    assert slowed.retry_after_s == 0


@pytest.mark.parametrize("password", ["", "x" * 11, "x" * 201])
async def test_that_a_password_has_a_sensible_length(login: Login, password: str) -> None:
    with pytest.raises(Rejected, match="12 to 200"):
        await login.set_password(DANA, password)


async def test_that_an_address_signs_in_whose_it_is(login: Login) -> None:
    await login.set_email(DANA, "Dana@Fernway.example")
    assert isinstance(await login.by_email("dana@FERNWAY.example"), Entered)
    assert isinstance(await login.by_email("other@fernway.example"), Refused)
    assert isinstance(await login.by_password("dana", PASSWORD, address="a"), Entered)


@given(st.text(max_size=300))
async def test_that_whatever_is_typed_is_refused_without_an_error(typed: str) -> None:
    login = Login(MemoryStore(), Argon2Passwords(), SetClock(), tenant=OURS, _nobody=["not a hash"])
    assert isinstance(await login.by_password(typed, typed, address=typed), Refused)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.VIEWER, {Permission.READ}),
        (Role.CSM, {Permission.READ, Permission.DECIDE, Permission.CONVERSE}),
        (Role.LEAD, set(Permission)),
        (Role.ADMIN, set(Permission)),
    ],
)
def test_that_a_role_may_exactly_this(role: Role, may: set[Permission]) -> None:
    assert {one for one in Permission if Colleague(DANA, "Dana", role, NOON).may(one)} == may
