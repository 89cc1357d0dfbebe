"""Joins the review of drafts with what checks them again."""

from __future__ import annotations

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
    from journey_assistant.ports.store import Store
    from journey_assistant.services.decide import Decider
    from journey_assistant.services.review_draft import DraftReview


def build_review(settings: Settings, store: Store) -> DraftReview:
    """The review of drafts; what their words and facts are checked by is loaded with the first check."""
    from journey_assistant.services.review_draft import DraftReview, Standing

    @lru_cache(maxsize=2)
    def decider(**folders: Unpack[Folders]) -> Decider:
        return build_decider(settings, in_memory=True, **folders)

    async def check(draft: Draft, now: datetime) -> Standing:
        from journey_assistant.services.check_draft import DraftChecker

        record = await store.run(DEFAULT_TENANT, draft.run_id)
        folders = demo_folders(settings, record.line["versions"]["playbook"]) if record else Folders()
        return await DraftChecker(store, decider(**folders), DEFAULT_TENANT)(draft, now)

    return DraftReview(store, build_clock(), check)
