"""``journey serve``: the API on one port."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from journey_assistant.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 is every one of the machine.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8080,
    dev: Annotated[bool, typer.Option("--dev", help="Let pages of this machine (localhost) use the chat.")] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="The demo company with its site, for trying it all out: never on the net.")
    ] = False,
) -> None:
    """Serve the chat's API and POST /v1/decide, /health, /ready, described at /openapi.json; the worker runs inside.

    Stops gracefully on SIGTERM or Ctrl-C: what is under way is finished first. Does not start on a damaged database.
    """
    import asyncio

    from journey_assistant.settings import load_settings

    settings = _for_demo(load_settings()) if demo else load_settings()
    listening = _listen(host, port)
    # Told to stop while it still loads: at once. uvicorn raises the signal again when everything is finished.
    for stopping in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stopping, _stop)
    asyncio.run(_serve(settings, listening, dev=dev or demo, demo=demo))


def _stop(*_: object) -> None:
    raise SystemExit(0)


def _listen(host: str, port: int) -> socket.socket:
    """An open port, before anything heavy is loaded. Raises ConfigurationError when it cannot be had."""
    from journey_assistant.errors import ConfigurationError

    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise ConfigurationError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error


def _for_demo(settings: Settings) -> Settings:
    """The same, with a key of its own for the demo's customers and the doors of the demo open."""
    import secrets

    from pydantic import SecretStr

    changed: dict[str, object] = {"demo": True}
    if settings.chat_keys is None:
        changed["chat_keys"] = SecretStr(f"demo:{secrets.token_urlsafe(36)}")
    return settings.model_copy(update=changed)


async def _serve(settings: Settings, listening: socket.socket, *, dev: bool, demo: bool) -> None:
    from journey_assistant.bootstrap import Folders, build_clock, told_where, written_logs
    from journey_assistant.cli.output import errors
    from journey_assistant.resources import resource_dir
    from journey_assistant.services.load_demo import load_demo_company
    from journey_assistant.web.app import build_app, open_service, serve_app
    from journey_assistant.web.console.app import build_console
    from journey_assistant.web.demo_site import demo_site
    from journey_assistant.web.edge import Edge

    host, port = listening.getsockname()[:2]
    company, clock = resource_dir("demo"), build_clock()
    folders = Folders(company=company, knowledge=resource_dir("knowledge_base")) if demo else Folders()
    with written_logs(settings):
        async with open_service(settings, **folders) as service:
            edge = Edge.of(settings, dev=dev)
            app = build_app(service, edge, build_console(settings, service.store, service.talking))
            if demo:
                await load_demo_company(service.store, company, clock.now())
                app.include_router(demo_site(settings.signing_keys, company, clock))
                for line in told_where(settings):
                    errors.print(line, soft_wrap=True, markup=False)
                errors.print(f"the demo company's site: http://{host}:{port}/demo-site", soft_wrap=True)
            errors.print(f"journey serves on http://{host}:{port} (API description: /openapi.json)", soft_wrap=True)
            _settle()
            await serve_app(app, edge, service, listening)


def _settle() -> None:
    """What is built lives as long as the process: no collection need look at it again, which took 150 ms each time.

    A commit waits for the disk on another thread, and then for the interpreter: no longer than half a millisecond.
    """
    import gc
    import sys

    gc.collect()
    gc.freeze()
    sys.setswitchinterval(0.0005)
