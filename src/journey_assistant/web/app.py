"""The application: routes, errors, and the parts it works with."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Unpack

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from journey_assistant.bootstrap import (
    Folders,
    Talking,
    build_event_entry,
    build_mail_intake,
    build_preference_links,
    inbound_secret,
    link_sender,
    open_talking,
)
from journey_assistant.errors import JourneyError
from journey_assistant.services.preferences import Preferences
from journey_assistant.settings import Settings
from journey_assistant.web import decide, event_settings, events, health, inbound, preferences, widget_file
from journey_assistant.web.chat import conversations as chat
from journey_assistant.web.chat import files as chat_files
from journey_assistant.web.chat import live as chat_live
from journey_assistant.web.chat import pages as chat_pages
from journey_assistant.web.chat import session as chat_session
from journey_assistant.web.console.app import add_console
from journey_assistant.web.console.parts import Console
from journey_assistant.web.deps import Service, answer_error, answer_failure, answer_http_error, answer_invalid
from journey_assistant.web.edge import Edge
from journey_assistant.web.mail_entry import MailEntry
from journey_assistant.web.preferences import PreferencePages
from journey_assistant.web.server import build_server

API_VERSION = "1"


CHAT = (chat.router, chat_live.router, chat_session.router, chat_files.router, chat_pages.router, widget_file.router)


@asynccontextmanager
async def open_service(settings: Settings, **folders: Unpack[Folders]) -> AsyncIterator[Service]:
    """The parts that the settings name, with the worker running inside; closed at the end.

    Raises as ``open_talking``: a damaged database is a PortError before anything is served from it.
    """
    async with open_talking(settings, **folders) as talking:
        entry = build_event_entry(settings, talking.store, talking.decider.parts.playbook)
        mail = _mail_entry(settings, talking)
        yield Service(talking.store, talking.decider, entry, talking, _preference_pages(settings, talking), mail)


def _mail_entry(settings: Settings, talking: Talking) -> MailEntry | None:
    secret = inbound_secret(settings)
    if secret is None:
        return None
    return MailEntry(build_mail_intake(settings, talking.store, talking.decider), secret, talking.clock)


def _preference_pages(settings: Settings, talking: Talking) -> PreferencePages:
    links = build_preference_links(settings)
    send = link_sender(talking.store, talking.relay.channels.get("email"), talking.clock)
    brand = talking.decider.parts.playbook.company.brand
    return PreferencePages(Preferences(talking.store, talking.clock), links, send, brand)


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
    app.include_router(event_settings.router)
    app.include_router(inbound.router)
    app.include_router(health.router)
    if service.talking is not None:
        for router in CHAT:
            app.include_router(router)
    if console is not None:
        add_console(app, console)
    app.state.preferences = service.preferences
    app.include_router(preferences.router)
    app.add_exception_handler(preferences.Refused, preferences.answer_refused)
    app.add_exception_handler(JourneyError, answer_error)
    app.add_exception_handler(HTTPException, answer_http_error)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(Exception, answer_failure)
    for middleware, options in edge.middlewares():
        app.add_middleware(middleware, **options)
    # The body of a case is read by ourselves, strictly; so its schema is added by ourselves as well.
    app.openapi()["components"]["schemas"].update(decide.described_case())
    return app


async def serve_app(
    app: FastAPI, edge: Edge, service: Service, listening: socket.socket, stop: asyncio.Event | None = None
) -> None:
    """Serves until the process is told to stop, or ``stop`` is set; live connections end first."""

    def stopping() -> None:
        edge.stopping.set()
        if service.talking is not None:
            service.talking.notifier.wake()

    server = build_server(app, stopping)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    if stop is not None:
        await stop.wait()
        server.should_exit = True
    await serving
