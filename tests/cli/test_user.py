import asyncio
from pathlib import Path

import pytest

from cli.conftest import Journey
from journey_assistant.bootstrap import build_login, open_store
from journey_assistant.services.login import Entered, Refused
from journey_assistant.settings import Settings

PASSWORD = "a long pass phrase"


async def signed_in(home: Path, name: str, password: str) -> Entered | Refused:
    store = await open_store(Settings(home=home))
    try:
        return await build_login(store).by_password(name, password, address="here")
    finally:
        await store.close()


def test_that_a_colleague_signs_in_with_the_password_that_was_given(journey: Journey, tmp_path: Path) -> None:
    added = journey("user", "add", "dana", "--password", stdin=f"{PASSWORD}\n")
    assert (added.code, PASSWORD in added.out + added.err) == (0, False)
    assert isinstance(asyncio.run(signed_in(tmp_path / "home", "dana", PASSWORD)), Entered)
    assert isinstance(asyncio.run(signed_in(tmp_path / "home", "dana", "another password")), Refused)


def test_that_a_password_is_kept_as_its_hash_alone(journey: Journey, tmp_path: Path) -> None:
    journey("user", "add", "dana", "--password", stdin=f"{PASSWORD}\n")
    kept = b"".join(file.read_bytes() for file in (tmp_path / "home").glob("journey.db*"))
    assert b"$argon2id$" in kept
    assert PASSWORD.encode() not in kept


def test_that_a_new_password_replaces_the_old_one(journey: Journey, tmp_path: Path) -> None:
    journey("user", "add", "dana", "--password", stdin=f"{PASSWORD}\n")
    assert journey("user", "password", "dana", stdin="another long one\n").code == 0
    assert isinstance(asyncio.run(signed_in(tmp_path / "home", "dana", PASSWORD)), Refused)
    assert isinstance(asyncio.run(signed_in(tmp_path / "home", "dana", "another long one")), Entered)


@pytest.mark.parametrize(
    ("arguments", "stdin", "told"),
    [
        (("add", "dana", "--password"), "", "there is no password"),
        (("add", "dana", "--password"), "short\n", "12 to 200"),
        (("add", "dana", "--email", "nonsense"), "", "no address"),
        (("password", "nobody"), f"{PASSWORD}\n", "no colleague nobody"),
        (("email", "nobody", "n@fernway.example"), "", "no colleague nobody"),
    ],
)
def test_that_what_cannot_be_is_one_clear_line(
    journey: Journey, arguments: tuple[str, ...], stdin: str, told: str
) -> None:
    ran = journey("user", *arguments, stdin=stdin)
    assert (ran.code, told in ran.err, "Traceback" in ran.err) == (2, True, False)


def test_that_a_colleague_with_a_password_that_is_refused_is_not_added(journey: Journey) -> None:
    journey("user", "add", "dana", "--password", stdin="short\n")
    assert journey("user", "list", "--json").json == []


def test_that_one_address_is_one_colleagues(journey: Journey) -> None:
    assert journey("user", "add", "dana", "--email", "Dana@Fernway.example").code == 0
    taken = journey("user", "add", "eve", "--email", "dana@fernway.example")
    assert (taken.code, "dana's" in taken.err) == (2, True)
