"""What every store of identities must do: who somebody is who came under another name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from journey_assistant.domain.identity import anonymous
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.errors import NotFound
from journey_assistant.ports.store import Store
from records import ANA, BEN, NOON, OURS, THEIRS, event

NAME = anonymous("a1b2")


def seen(id_: str) -> CustomerEvent:
    """An event of somebody unknown."""
    return replace(event(id_, customer_id=NAME), came_as=NAME)


async def ids(store: Store, customer_id: str) -> list[str]:
    return [one.id for one in await store.timeline(OURS, customer_id)]  # type: ignore[arg-type]


async def test_that_what_came_before_and_after_the_link_is_the_customers(store: Store) -> None:
    await store.add_events(OURS, [seen("e1"), event("e2")])
    assert (await store.link(OURS, NAME, ANA, at=NOON)).customer_id == ANA
    await store.add_events(OURS, [seen("e3")])
    assert await ids(store, ANA) == ["e1", "e2", "e3"]
    assert await ids(store, NAME) == []
    assert [one.alias for one in await store.identities(OURS, customer_id=ANA)] == [NAME]


async def test_that_an_event_that_both_had_counts_once(store: Store) -> None:
    await store.add_events(OURS, [seen("e1"), event("e1")])
    await store.link(OURS, NAME, ANA, at=NOON)
    assert await store.add_events(OURS, [seen("e1")]) == 0
    assert await ids(store, ANA) == ["e1"]


async def test_that_a_link_is_taken_back_with_exactly_its_events(store: Store) -> None:
    await store.add_events(OURS, [seen("e1"), event("own")])
    await store.link(OURS, NAME, ANA, at=NOON)
    await store.add_events(OURS, [seen("e2")])
    assert await store.unlink(OURS, NAME, at=NOON) == 2
    assert (await ids(store, ANA), await ids(store, NAME)) == (["own"], ["e1", "e2"])
    await store.add_events(OURS, [seen("e3")])
    assert await ids(store, NAME) == ["e1", "e2", "e3"]
    with pytest.raises(NotFound):
        await store.unlink(OURS, NAME, at=NOON)


async def test_that_a_link_taken_back_is_not_made_again_by_itself(store: Store) -> None:
    await store.link(OURS, NAME, ANA, at=NOON)
    await store.unlink(OURS, NAME, at=NOON)
    assert (await store.link(OURS, NAME, ANA, at=NOON)).customer_id is None


async def test_that_a_name_of_two_customers_is_nobodys_from_then_on(store: Store) -> None:
    await store.add_events(OURS, [seen("e1")])
    await store.link(OURS, NAME, ANA, at=NOON)
    assert (await store.link(OURS, NAME, BEN, at=NOON)).customer_id is None
    await store.add_events(OURS, [seen("e2")])
    assert (await ids(store, ANA), await ids(store, BEN), await ids(store, NAME)) == (["e1"], [], ["e2"])


async def test_that_the_same_link_again_changes_nothing(store: Store) -> None:
    first = await store.link(OURS, NAME, ANA, at=NOON)
    assert await store.link(OURS, NAME, ANA, at=NOON.replace(hour=13)) == first


async def test_that_a_name_is_linked_for_one_tenant_only(store: Store) -> None:
    await store.link(OURS, NAME, ANA, at=NOON)
    await store.add_events(THEIRS, [seen("e1")])
    assert await store.timeline(THEIRS, ANA) == []


async def test_that_erasing_a_customer_takes_their_names_along(store: Store) -> None:
    await store.put_customers(OURS, [])
    await store.link(OURS, NAME, ANA, at=NOON)
    assert (await store.erase_customer(OURS, ANA))["identities"] == 1
