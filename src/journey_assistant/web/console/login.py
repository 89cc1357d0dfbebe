"""/login and /logout, and in a demonstration one click in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from journey_assistant.domain.colleague import Colleague, ColleagueId, Permission, Role
from journey_assistant.services.login import Entered, Refused
from journey_assistant.web.console.route import console_router
from journey_assistant.web.console.sessions import (
    COOKIE,
    Change,
    Refusal,
    Running,
    changing,
    form_of,
    give_cookie,
    same_origin,
)
from journey_assistant.web.pages import HEADERS, page

router = console_router()
DANA = "dana"


@router.get("/login")
async def sign_in_page(request: Request, console: Running, next: str = "/") -> Response:
    """The form; who is signed in goes on."""
    if await console.login.signed_in(request.cookies.get(COOKIE, "")):
        return RedirectResponse(local_path(next), 303, HEADERS)
    return _form(request, next)


@router.post("/login")
async def sign_in(request: Request, console: Running) -> Response:
    """Name and password."""
    same_origin(request)
    fields = await form_of(request)
    came_from = request.client.host if request.client else ""
    entered = await console.login.by_password(
        fields.get("name", "").strip().casefold(), fields.get("password", ""), address=came_from
    )
    return entered_or_told(request, entered, fields.get("next", "/"))


@router.post("/login/demo")
async def enter_demo(request: Request, console: Running) -> Response:
    """One click in, in a demonstration only."""
    same_origin(request)
    if not console.demo:
        raise Refusal(404, "there is no demonstration here")
    dana = Colleague(ColleagueId(DANA), "Dana", Role.LEAD, console.clock.now(), console.tenant)
    return entered_or_told(request, await console.login.enter_demo(dana), (await form_of(request)).get("next", "/"))


@router.post("/logout")
async def sign_out(
    request: Request, console: Running, change: Annotated[Change, Depends(changing(Permission.READ))]
) -> Response:
    """Ends the session here and for whoever copied the cookie."""
    await console.login.leave(change.signed.session)
    answer = RedirectResponse("/login", 303, {**HEADERS, "Clear-Site-Data": '"cache", "storage"'})
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def entered_or_told(request: Request, entered: Entered | Refused, next_path: str) -> Response:
    """On to the page that was wanted, or the form again with what went wrong."""
    if isinstance(entered, Refused):
        return _form(request, next_path, entered)
    answer = RedirectResponse(local_path(next_path), 303, HEADERS)
    give_cookie(answer, request, entered.token)
    return answer


def local_path(given: str) -> str:
    """A path of ours, or the first page: nobody is sent to another site after signing in."""
    fine = given.startswith("/") and not given.startswith(("//", "/\\")) and given.isprintable() and "\\" not in given
    return given if fine else "/"


def _form(request: Request, next_path: str, refused: Refused | None = None) -> Response:
    status = 200 if refused is None else 429 if refused.retry_after_s else 401
    answer = page(
        request,
        "login.html",
        status=status,
        next=local_path(next_path),
        refused=refused,
        provider=request.app.state.console.identity is not None,
    )
    if refused is not None and refused.retry_after_s:
        answer.headers["Retry-After"] = str(refused.retry_after_s)
    return answer
