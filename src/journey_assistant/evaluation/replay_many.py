"""Past runs decided again, many of them: by several processes, in the order they came, kept as they are finished.

What decides again is described by ``Again``, which travels to other processes; each opens its own agent once.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from journey_assistant.bootstrap import Folders, build_decider, build_model, demo_folders
from journey_assistant.domain.effects import RunRecord
from journey_assistant.errors import ConfigurationError
from journey_assistant.evaluation.journal import Journal
from journey_assistant.services.commit import fingerprint
from journey_assistant.services.decide import Decider
from journey_assistant.services.record import canonical
from journey_assistant.services.replay import Difference, Replayed, Sameness
from journey_assistant.services.replay import replay as replay_run
from journey_assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Found = TypeVar("Found")
PIECE = 25
WORTH_A_PROCESS = 400
"""Runs for which it pays to open the agent in other processes too (a few seconds each)."""


@dataclass(frozen=True, slots=True)
class Again:
    """What decides again: None leaves a thing as the settings have it (the demo's runs: as the demo has it).

    ``tape`` keeps the answers of ``model``: what is on it is not asked again.
    """

    knowledge: Path | None = None
    playbook: Path | None = None
    company: Path | None = None
    prompts: Path | None = None
    model: str | None = None
    base_url: str | None = None
    tape: Path | None = None

    @property
    def settings(self) -> Settings:
        """The settings with what is changed. Raises ConfigurationError for a model without a server."""
        changed: dict[str, Any] = {}
        if self.prompts is not None:
            changed["prompts_dir"] = self.prompts
        if self.model is not None:
            changed["model_name"] = self.model
        if self.base_url is not None:
            changed["model_base_url"] = self.base_url
        settings = load_settings().model_copy(update=changed)
        if (self.model or self.base_url) and not settings.has_model:
            raise ConfigurationError("a model needs both: --model with --base-url, or JOURNEY_MODEL_BASE_URL, _NAME")
        return settings

    @property
    def folders(self) -> Folders:
        """The folders that are named."""
        folders: Folders = {}
        if self.knowledge is not None:
            folders["knowledge"] = self.knowledge
        if self.playbook is not None:
            folders["playbook"] = self.playbook
        if self.company is not None:
            folders["company"] = self.company
        return folders

    @property
    def asks_a_model(self) -> bool:
        """May it ask a language model?"""
        return self.settings.has_model

    def taped_model(self) -> BaseChatModel | None:
        """The model behind its tape; None leaves it to the settings."""
        if self.tape is None:
            return None
        from journey_assistant.evaluation.model_tape import reusing

        model = build_model(self.settings)
        if model is None:
            raise ConfigurationError("there is no model to keep answers of: --model, or JOURNEY_MODEL_BASE_URL, _NAME")
        return reusing(model, self.tape, self.settings.model_name or "")


@dataclass
class Agents:
    """The agents that decide again, each opened when the first run needs it."""

    again: Again
    _opened: dict[str, Decider] = field(default_factory=dict)

    def of(self, playbook_hash: str) -> Decider:
        """The agent for runs that were decided by this playbook; the demo's runs have one of their own."""
        if playbook_hash not in self._opened:
            settings = self.again.settings
            folders = self.again.folders or demo_folders(settings, playbook_hash)
            self._opened[playbook_hash] = self._open(settings, folders)
        return self._opened[playbook_hash]

    @property
    def changed(self) -> Decider:
        """The agent as it would be, whoever decided before."""
        if "" not in self._opened:
            self._opened[""] = self._open(self.again.settings, self.again.folders)
        return self._opened[""]

    def _open(self, settings: Settings, folders: Folders) -> Decider:
        return build_decider(settings, in_memory=True, model=self.again.taped_model(), **folders)


Work = Callable[[Agents, Sequence[RunRecord]], Awaitable[list[Found]]]
"""Does something to some runs; a function of a module, so that other processes find it."""


async def replayed(
    records: AsyncIterator[RunRecord], again: Again, *, jobs: int = 0, journal: Journal | None = None
) -> AsyncIterator[Replayed]:
    """Every run compared with itself decided again; what the journal knows is not decided again."""
    kept = Journal() if journal is None else journal
    waiting: list[RunRecord] = []

    async def unknown() -> AsyncIterator[RunRecord]:
        async for record in records:
            if kept.known(_key(record, again)) is None:
                yield record
            else:
                waiting.append(record)

    async for record, found in by_many_hands(unknown(), Agents(again), compared, jobs=jobs):
        kept.keep(_key(record, again), _as_line(found))
        yield found
    for record in waiting:
        yield _of_line(kept.known(_key(record, again)) or {}, record)


async def compared(agents: Agents, records: Sequence[RunRecord]) -> list[tuple[RunRecord, Replayed]]:
    """Each run decided again and compared byte for byte."""
    found = []
    for record in records:
        known = str((record.line.get("versions") or {}).get("playbook") or "")
        found.append((record, await replay_run(record, agents.of(known))))
    return found


def _key(record: RunRecord, again: Again) -> str:
    """A changed record, or another way of deciding, is another replay."""
    told = canonical([record.id, fingerprint(record.line), record.identity, repr(replace(again, tape=None))])
    return hashlib.sha256(told.encode()).hexdigest()


def _as_line(found: Replayed) -> dict[str, Any]:
    return {"sameness": found.sameness.value, "differences": [asdict(one) for one in found.differences]}


def _of_line(line: dict[str, Any], record: RunRecord) -> Replayed:
    differences = tuple(Difference(**one) for one in line["differences"])
    return Replayed(record.id, record.case_id, Sameness(line["sameness"]), differences)


async def by_many_hands(
    records: AsyncIterator[RunRecord], agents: Agents, work: Work[Found], *, jobs: int = 0
) -> AsyncGenerator[Found, None]:
    """What the work finds, in the order of the runs. ``jobs`` 0: other processes help once there is enough to do."""
    pieces = _pieces(records)
    hands = 1 if agents.again.asks_a_model else jobs or len(os.sched_getaffinity(0))
    for _ in range(WORTH_A_PROCESS // PIECE if jobs == 0 or hands == 1 else 0):
        piece = await anext(pieces, None)
        if piece is None:
            return
        for found in await work(agents, piece):
            yield found
    if hands == 1:
        async for piece in pieces:
            for found in await work(agents, piece):
                yield found
        return
    with ProcessPoolExecutor(hands, mp_context=get_context("spawn")) as pool:
        async for found in _shared_out(pieces, agents.again, work, pool, 2 * hands):
            yield found


async def _shared_out(
    pieces: AsyncIterator[list[RunRecord]], again: Again, work: Work[Found], pool: Executor, ahead: int
) -> AsyncIterator[Found]:
    loop = asyncio.get_running_loop()
    under_way: deque[asyncio.Future[list[Found]]] = deque()
    async for piece in pieces:
        under_way.append(loop.run_in_executor(pool, _in_worker, work, again, piece))
        if len(under_way) > ahead:
            for found in await under_way.popleft():
                yield found
    while under_way:
        for found in await under_way.popleft():
            yield found


_agents_of_worker = cache(Agents)


def _in_worker(work: Work[Found], again: Again, records: list[RunRecord]) -> list[Found]:
    async def done() -> list[Found]:
        return await work(_agents_of_worker(again), records)

    return asyncio.run(done())


async def _pieces(records: AsyncIterator[RunRecord]) -> AsyncIterator[list[RunRecord]]:
    piece: list[RunRecord] = []
    async for record in records:
        piece.append(record)
        if len(piece) == PIECE:
            yield piece
            piece = []
    if piece:
        yield piece
