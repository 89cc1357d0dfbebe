"""The application: routes, errors, and the parts it works with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from journey_assistant.bootstrap import build_decider, build_event_entry, open_store
from journey_assistant.errors import JourneyError
from journey_assistant.settings import Settings
from journey_assistant.web import decide, events, health
from journey_assistant.web.console import Console
from journey_assistant.web.console_app import add_console
from journey_assistant.web.deps import Service, answer_error, answer_failure, answer_http_error
from journey_assistant.web.edge import Edge

API_VERSION = "1"


@asynccontextmanager
async def open_service(settings: Settings) -> AsyncIterator[Service]:
    """The parts that the settings name, closed at the end. Raises as ``open_store`` and ``build_decider``.

    A damaged database is a PortError before anything is served from it.
    """
    store = await open_store(settings)
    try:
        decider = await asyncio.to_thread(build_decider, settings)
        yield Service(store, decider, build_event_entry(settings, store, decider.parts.playbook))
    finally:
        await store.close()


def build_app(service: Service, edge: Edge | None = None, console: Console | None = None) -> FastAPI:
    """The application over parts that somebody else opens and closes.

    Without an edge no other site is let in; without a console there are no pages for colleagues.
    """
    edge = edge or Edge.closed()
    app = FastAPI(
        title="Journey Assistant",
        version=API_VERSION,
        description="One agent, one explained decision for every customer moment: answer, hand over, draft or hold.",
        # The ready-made pages load scripts from elsewhere; /openapi.json is the description.
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False},
    )
    app.state.service, app.state.edge = service, edge
    app.include_router(decide.router)
    app.include_router(events.router)
    app.include_router(health.router)
    if console is not None:
        add_console(app, console)
    app.add_exception_handler(JourneyError, answer_error)
    app.add_exception_handler(HTTPException, answer_http_error)
    app.add_exception_handler(Exception, answer_failure)
    for middleware, options in edge.middlewares():
        app.add_middleware(middleware, **options)
    # The body of a case is read by ourselves, strictly; so its schema is added by ourselves as well.
    app.openapi()["components"]["schemas"].update(decide.described_case())
    return app
