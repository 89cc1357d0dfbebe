"""Adds the console to the application."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI

from journey_assistant.bootstrap import (
    build_clock,
    build_decider_of,
    build_identity,
    build_login,
    build_review,
    build_rewriter,
    build_what_if,
)
from journey_assistant.bootstrap.service import Talking
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.draft import Draft, DraftId
from journey_assistant.ports.store import Store
from journey_assistant.services.degraded import lost_parts
from journey_assistant.services.rewrite_draft import Wish
from journey_assistant.settings import Settings
from journey_assistant.web import static_files
from journey_assistant.web.console import (
    autonomy,
    deliveries,
    inbox,
    inbox_steps,
    login,
    oidc,
    records,
    review,
    today,
    together,
)
from journey_assistant.web.console.parts import Console

SURFACES = (login, oidc, static_files, today, inbox, inbox_steps, together, review, records, deliveries, autonomy)


def add_console(app: FastAPI, console: Console) -> None:
    """Every page of the console, working with these parts."""
    app.state.console = console
    for surface in SURFACES:
        app.include_router(surface.router)


def build_console(settings: Settings, store: Store, talking: Talking | None = None) -> Console:
    """The parts that the settings name, over an open store and, where one runs, its chat."""
    decider_of = build_decider_of(settings)
    review_of_drafts = build_review(settings, store, decider_of)
    rewriter = build_rewriter(settings, review_of_drafts, decider_of)

    async def rewrite(draft_id: DraftId, wish: Wish, by: ColleagueId, version: int) -> Draft:
        return await rewriter.rewrite(draft_id, wish, by=by, version=version)

    return Console(
        store=store,
        review=review_of_drafts,
        login=build_login(store),
        clock=build_clock(),
        what_if=build_what_if(settings, decider_of),
        rewrite=rewrite,
        has_model=settings.has_model,
        lost=partial(lost_parts, talking.decider.parts) if talking else tuple,
        talking=talking,
        identity=build_identity(settings),
        own_address=settings.base_url,
        demo=settings.demo,
    )
