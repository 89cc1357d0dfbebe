"""``journey serve``: the API on one port."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from journey_assistant.settings import Settings

STOP_WITHIN_S = 10
"""Requests that are under way get so long to finish when the service is told to stop."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 is every one of the machine.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8080,
) -> None:
    """Serve the API: POST /v1/decide, /health, /ready, and its description at /openapi.json.

    Stops gracefully on SIGTERM or Ctrl-C: what is under way is finished first.
    """
    import asyncio

    from journey_assistant.settings import load_settings

    settings = load_settings()
    listening = _listen(host, port)
    # uvicorn raises the signal that stopped it again; by then everything is finished, and that is a success.
    for stopping in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stopping, lambda *_: None)
    asyncio.run(_serve(settings, listening))


def _listen(host: str, port: int) -> socket.socket:
    """An open port, before anything heavy is loaded. Raises ConfigurationError when it cannot be had."""
    from journey_assistant.errors import ConfigurationError

    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise ConfigurationError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error


async def _serve(settings: Settings, listening: socket.socket) -> None:
    import uvicorn

    from journey_assistant.cli.output import errors
    from journey_assistant.web.app import build_app, open_service
    from journey_assistant.web.console_app import build_console

    async with open_service(settings) as service:
        config = uvicorn.Config(
            build_app(service, console=build_console(settings, service.store)),
            log_level=settings.log_level,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            server_header=False,
            lifespan="off",
        )
        host, port = listening.getsockname()[:2]
        errors.print(f"journey serves on http://{host}:{port} (API description: /openapi.json)", soft_wrap=True)
        await uvicorn.Server(config).serve(sockets=[listening])
