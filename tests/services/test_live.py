from __future__ import annotations

from datetime import timedelta

from conversations import TALK, conversation, said
from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.moment import ConversationId
from journey_assistant.services.live import MOST_WAITING, Elsewhere, Frame, Notifier
from records import NOON, OURS

OTHER = ConversationId("conv_2")


async def test_that_watchers_of_one_and_of_all_are_told_and_others_are_not() -> None:
    notifier = Notifier()
    with notifier.watching(TALK) as own, notifier.watching(None) as every, notifier.watching(OTHER) as other:
        notifier.changed(TALK)
        assert await own.next(0) == await every.next(0) == Frame(TALK, "changed")
        assert await other.next(0) is None
    assert not notifier.is_watched


async def test_that_a_slow_watcher_loses_progress_and_never_a_change() -> None:
    notifier = Notifier()
    with notifier.watching(TALK) as watch:
        notifier.changed(TALK)
        for number in range(3 * MOST_WAITING):
            notifier.publish(Frame(TALK, "progress", {"step": str(number)}))
            notifier.changed(TALK)
        frames = [await watch.next(0) for _ in range(MOST_WAITING)]
        assert frames[0] == Frame(TALK, "changed")
        assert frames[-1] == Frame(TALK, "progress", {"step": str(3 * MOST_WAITING - 1)})
        assert await watch.next(0) is None


async def test_that_what_another_process_changed_is_announced_once() -> None:
    store, notifier, clock = MemoryStore(), Notifier(), SetClock()
    elsewhere = Elsewhere(store, notifier, clock, OURS)
    await store.open_conversation(OURS, conversation())
    with notifier.watching(TALK) as watch:
        await elsewhere.look()
        assert await watch.next(0) == Frame(TALK, "changed")
        await elsewhere.look()
        assert await watch.next(0) is None
        await store.accept_message(OURS, TALK, said(at=NOON + timedelta(seconds=1)))
        await elsewhere.look()
        assert await watch.next(0) == Frame(TALK, "changed")


async def test_that_what_this_process_told_itself_is_not_announced_again() -> None:
    store, notifier, clock = MemoryStore(), Notifier(), SetClock()
    elsewhere = Elsewhere(store, notifier, clock, OURS)
    await store.open_conversation(OURS, conversation())
    with notifier.watching(TALK) as watch:
        taken = await store.accept_message(OURS, TALK, said())
        notifier.changed(TALK, taken.conversation.version)
        assert await watch.arrived(0) == [Frame(TALK, "changed")]
        await elsewhere.look()
        assert await watch.arrived(0) == []


async def test_that_all_that_waits_is_taken_at_once() -> None:
    notifier = Notifier()
    with notifier.watching(TALK) as watch:
        notifier.publish(Frame(TALK, "progress", {"step": "reading"}))
        notifier.changed(TALK)
        assert [frame.kind for frame in await watch.arrived(0)] == ["progress", "changed"]
        assert await watch.arrived(0) == []
