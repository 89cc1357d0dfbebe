"""Routes of the console: what goes wrong becomes a page for a person."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from journey_assistant.errors import ConfigurationError, JourneyError, PortError
from journey_assistant.web.console.sessions import Refusal, SignInFirst
from journey_assistant.web.deps import status_of
from journey_assistant.web.pages import HEADERS, page

TITLES = {403: "Not allowed", 404: "Not found", 409: "Somebody was faster", 429: "Too many tries", 503: "Not available"}


class ConsoleRoute(APIRoute):
    """A route that answers errors as pages and sends who is not signed in to sign in."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with our errors caught around it."""
        inner = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await inner(request)
            except SignInFirst:
                return sign_in_first(request)
            except Refusal as refusal:
                return failure(request, refusal.status, refusal.why)
            except RequestValidationError:
                return failure(request, 422, "the address or the form is not one of ours")
            except HTTPException as error:
                return failure(request, error.status_code, str(error.detail))
            except JourneyError as error:
                return failure(request, status_of(error), _told(error))

        return handled


def console_router() -> APIRouter:
    """A router of the console; its pages are for people and no part of the API description."""
    return APIRouter(route_class=ConsoleRoute, include_in_schema=False)


def sign_in_first(request: Request) -> Response:
    """To the sign-in page, and back afterwards to a page that was only to be read."""
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = f"/login?next={quote(back, safe='')}" if request.method == "GET" and back != "/" else "/login"
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={**HEADERS, "HX-Redirect": "/login"})
    return RedirectResponse(target, 303, HEADERS)


def failure(request: Request, status: int, why: str) -> Response:
    """The page that says what went wrong."""
    return page(request, "error.html", status=status, title=TITLES.get(status, "That did not work"), why=why)


def _told(error: JourneyError) -> str:
    match error:
        case PortError():
            return f"the {error.port} does not answer; try again in a moment"
        case ConfigurationError():
            return "the service is not configured; its log says what is missing"
        case _:
            return str(error)
