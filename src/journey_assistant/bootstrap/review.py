"""Joins the review of drafts with what checks and rewrites them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Unpack

from journey_assistant.bootstrap.clock import build_clock
from journey_assistant.bootstrap.decider import build_decider
from journey_assistant.bootstrap.rules import Folders, demo_folders
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from journey_assistant.domain.draft import Draft
    from journey_assistant.domain.effects import RunRecord
    from journey_assistant.ports.store import Store
    from journey_assistant.services.decide import Decider
    from journey_assistant.services.review_draft import DraftReview
    from journey_assistant.services.rewrite_draft import DraftRewriter

DeciderOf = Callable[["RunRecord | None"], "Decider"]
"""What decided a run: the demo company's rules for its runs, the configured ones for all others."""


def build_decider_of(settings: Settings) -> DeciderOf:
    """Loaded with the first question, and kept."""

    @lru_cache(maxsize=2)
    def decider(**folders: Unpack[Folders]) -> Decider:
        return build_decider(settings, in_memory=True, **folders)

    def decider_of(record: RunRecord | None) -> Decider:
        return decider(**(demo_folders(settings, record.line["versions"]["playbook"]) if record else Folders()))

    return decider_of


def build_review(settings: Settings, store: Store, decider_of: DeciderOf | None = None) -> DraftReview:
    """The review of drafts; what their words and facts are checked by is loaded with the first check."""
    from journey_assistant.services.review_draft import DraftReview, Standing

    decided_by = decider_of or build_decider_of(settings)

    async def check(draft: Draft, now: datetime) -> Standing:
        from journey_assistant.services.check_draft import DraftChecker

        record = await store.run(DEFAULT_TENANT, draft.run_id)
        return await DraftChecker(store, decided_by(record), DEFAULT_TENANT)(draft, now)

    return DraftReview(store, build_clock(), check)


def build_rewriter(settings: Settings, review: DraftReview, decider_of: DeciderOf | None = None) -> DraftRewriter:
    """What rewrites drafts, with the same parts that wrote them."""
    from journey_assistant.services.rewrite_draft import DraftRewriter

    return DraftRewriter(review, decider_of or build_decider_of(settings))
