"""Opens everything that ``journey serve`` runs: store, decider, chat, and the worker inside the process."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

from journey_assistant.bootstrap.channels import build_channels
from journey_assistant.bootstrap.clock import build_clock
from journey_assistant.bootstrap.decider import build_decider
from journey_assistant.bootstrap.events import build_play_worker
from journey_assistant.bootstrap.notices import build_ways
from journey_assistant.bootstrap.preferences import build_preference_links
from journey_assistant.bootstrap.rules import Folders
from journey_assistant.bootstrap.store import open_store
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.domain.knowledge import ArticleId
    from journey_assistant.ports import Clock
    from journey_assistant.ports.store import Store
    from journey_assistant.services.chat import Chat
    from journey_assistant.services.converse import TurnRunner
    from journey_assistant.services.decide import Decider
    from journey_assistant.services.deliver import Relay
    from journey_assistant.services.hand_over import HandOver
    from journey_assistant.services.live import Notifier
    from journey_assistant.services.page_views import PageViews
    from journey_assistant.services.rounds import Rounds
    from journey_assistant.services.suggest_reply import Suggestions
    from journey_assistant.services.turn_commit import TurnCommit

Looking = Callable[[], Awaitable[object]]
STOP_WITHIN_S = 8.0
RECOVER_EVERY_S = 2.0
DELIVER_EVERY_S = 1.0
OVERDUE_EVERY_S = 10.0
WATCH_EVERY_S = 1.0
PLAYS_EVERY_S = 1.0


@dataclass(frozen=True)
class Talking:
    """The open parts of a running chat. ``runner`` answers; ``rounds`` are the embedded worker's."""

    store: Store
    decider: Decider
    clock: Clock
    notifier: Notifier
    commit: TurnCommit
    runner: TurnRunner
    chat: Chat
    hand_over: HandOver
    suggestions: Suggestions
    relay: Relay
    rounds: Rounds
    pages: PageViews


@asynccontextmanager
async def open_talking(settings: Settings, **folders: Unpack[Folders]) -> AsyncIterator[Talking]:
    """Everything opened, with its worker running; at the end what is under way is finished or released.

    Raises as ``open_store`` and ``build_decider``.
    """
    store = await open_store(settings)
    try:
        decider = await asyncio.to_thread(build_decider, settings, **folders)
        talking = build_talking(settings, store, decider)
        await build_play_worker(settings, store, decider).start()
        talking.rounds.start()
        try:
            yield talking
        finally:
            await talking.rounds.stop()
            await talking.runner.stop(STOP_WITHIN_S)
            await talking.relay.close()
    finally:
        await store.close()


def build_talking(settings: Settings, store: Store, decider: Decider, *, clock: Clock | None = None) -> Talking:
    """The chat over parts that somebody else opens and closes; its rounds are not started. ``clock``: the wall's."""
    from journey_assistant.playbook.touch import TouchIndex
    from journey_assistant.services.answer_turn import Answering
    from journey_assistant.services.ask_person import AskPerson
    from journey_assistant.services.chat import Chat
    from journey_assistant.services.converse import TurnRunner
    from journey_assistant.services.deliver import Relay
    from journey_assistant.services.deliver_chat import CHAT, ChatChannel
    from journey_assistant.services.hand_over import HandOver
    from journey_assistant.services.handoff_out import HandoffOut
    from journey_assistant.services.last_check import LastCheck
    from journey_assistant.services.live import Elsewhere, Notifier
    from journey_assistant.services.notices import UrgentPings
    from journey_assistant.services.overhear import DangerWatch
    from journey_assistant.services.page_views import PageViews
    from journey_assistant.services.suggest_reply import Suggestions
    from journey_assistant.services.turn_commit import TurnCommit
    from journey_assistant.services.watch_plays import PlayWatcher

    clock, notifier, tenant = clock or build_clock(), Notifier(), DEFAULT_TENANT
    articles = decider.parts.retriever.knowledge.articles

    def title_of(article: ArticleId) -> str:
        return articles[article].title if article in articles else str(article)

    ways = build_ways(settings)
    out = HandoffOut(bool(settings.handoff_webhook_url), settings.handoff_email, settings.base_url, ways.slack)
    commit = TurnCommit(decider.parts.playbook, title_of, out)
    owner = f"{os.getpid()}-{secrets.token_hex(4)}"
    answering = Answering(store, decider, clock, commit, notifier, owner, tenant, join_window_s=settings.join_window_s)
    runner = TurnRunner(answering)
    asking = AskPerson(store, clock, commit, decider.versions, tenant)
    hand_over = HandOver(store, clock, commit, notifier, runner, tenant)
    channels = build_channels(settings, build_preference_links(settings), store)
    channels[CHAT] = ChatChannel(store, clock, notifier)
    check = LastCheck(decider.parts.playbook, lambda text: decider.parts.perception.mood_of(text))
    relay = Relay(store, channels, clock, owner, tenant, check=check)
    plays = build_play_worker(settings, store, decider, clock=clock)
    look = Elsewhere(store, notifier, clock, tenant).look
    rounds = _rounds(runner.recover, relay.round, plays.round, hand_over.sweep_overdue, look)
    parts = decider.parts
    watch = DangerWatch(store, clock, parts.perception, parts.playbook, notifier, tenant)
    chat = Chat(store, clock, runner, notifier, asking, tenant, watch.hear)
    suggestions = Suggestions(store, decider, clock, tenant)
    book = decider.parts.playbook
    pings = UrgentPings(store, ways)
    watcher = PlayWatcher(store, decider, clock, TouchIndex(book), pings, book.holds.most_open_drafts)
    pages = PageViews(store, watcher, clock, decider.parts.playbook, chat, tenant)
    return Talking(store, decider, clock, notifier, commit, runner, chat, hand_over, suggestions, relay, rounds, pages)


def _rounds(recover: Looking, deliver: Looking, plays: Looking, overdue: Looking, elsewhere: Looking) -> Rounds:
    """What the embedded worker looks for, each kind at its own pace."""
    from journey_assistant.services.rounds import Round, Rounds

    return Rounds(
        [
            Round("unanswered conversations", RECOVER_EVERY_S, recover),
            Round("messages to deliver", DELIVER_EVERY_S, deliver),
            Round("plays and timers", PLAYS_EVERY_S, plays),
            Round("pick-up deadlines", OVERDUE_EVERY_S, overdue),
            Round("changes by other processes", WATCH_EVERY_S, elsewhere),
        ]
    )
