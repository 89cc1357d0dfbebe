"""Who is asking: the session cookie, and what every change of the console must prove before anything is read.

A change is JSON, which no form of another site can send; it comes from a page of ours and carries the session's token.
Only signing in is a plain form, so that reading needs no script: there is no session yet whose rights could be used.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from starlette.datastructures import UploadFile

from journey_assistant.domain.colleague import ColleagueId, Permission
from journey_assistant.domain.login import SignedIn
from journey_assistant.services.login import SESSION_LASTS
from journey_assistant.services.strict_json import strict_json
from journey_assistant.web.console.parts import Console, console_of

COOKIE = "journey_session"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MOST_FIELDS = 200
"""Many drafts are approved together by one form."""
TOKEN_HEADER = "x-csrf-token"


class SignInFirst(Exception):
    """Nobody is signed in."""


class Refusal(Exception):
    """The request is not served: ``status`` and why, in words for its sender."""

    def __init__(self, status: int, why: str) -> None:
        self.status, self.why = status, why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Change:
    """What a page sent, past every check, with who sent it."""

    signed: SignedIn
    fields: Mapping[str, str]

    @property
    def by(self) -> ColleagueId:
        """Whoever sent it."""
        return self.signed.colleague.id

    def text(self, name: str) -> str:
        """A field with the line ends that we store. Raises Refusal when it is missing."""
        if name not in self.fields:
            raise Refusal(422, f"the field {name} is missing")
        return self.fields[name].replace("\r\n", "\n")

    def number(self, name: str) -> int:
        """A field as a whole number. Raises Refusal when it is none."""
        given = self.text(name)
        if not given.isdecimal() or len(given) > 9:
            raise Refusal(422, f"the field {name} is no number")
        return int(given)


def give_cookie(response: Response, request: Request, token: str) -> None:
    """Lets the browser keep the token where no script and no other site reaches it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=is_https(request),
        path="/",
    )


def is_https(request: Request) -> bool:
    """The browser came over https, as the server in front of us says or the configured address that it asked for."""
    own = urlsplit(console_of(request).own_address)
    return request.url.scheme == "https" or (own.scheme, own.netloc) == ("https", request.headers.get("host", ""))


async def signed_in(request: Request) -> SignedIn:
    """Who is asking. Raises SignInFirst."""
    found = await console_of(request).login.signed_in(request.cookies.get(COOKIE, ""))
    if found is None:
        raise SignInFirst
    return found


Reader = Annotated[SignedIn, Depends(signed_in)]
Running = Annotated[Console, Depends(console_of)]


def changing(permission: Permission) -> Callable[[Request], Coroutine[Any, Any, Change]]:
    """What a route that changes something depends on: session, origin, form, token, and this permission, in turn."""

    async def checked(request: Request) -> Change:
        signed = await signed_in(request)
        same_origin(request)
        fields = await json_of(request)
        given = request.headers.get(TOKEN_HEADER) or fields.get("csrf", "")
        if not hmac.compare_digest(given.encode(), signed.csrf.encode()):
            raise Refusal(403, "this page is from an earlier sign-in: go back, reload it and try again")
        if not signed.colleague.may(permission):
            raise Refusal(403, f"a {signed.colleague.role} may read, but not do this")
        return Change(signed, fields)

    return checked


def same_origin(request: Request) -> None:
    """Raises Refusal unless a page of ours sent it: every browser says so with a change."""
    origin = urlsplit(request.headers.get("origin", ""))
    own = {request.headers.get("host", ""), urlsplit(console_of(request).own_address).netloc} - {""}
    if origin.scheme not in ("http", "https") or origin.netloc not in own:
        raise Refusal(403, "this did not come from a page of the console")


async def json_of(request: Request) -> Mapping[str, str]:
    """The fields of a page's form as a script sends them. Raises Refusal for any other kind of body."""
    if _kind_of(request) != JSON:
        raise Refusal(415, "expected JSON: this page needs its script for changes")
    try:
        given = strict_json((await request.body()).decode())
    except ValueError as error:
        raise Refusal(422, "the body is not JSON") from error
    if not isinstance(given, dict) or len(given) > MOST_FIELDS or not all(isinstance(v, str) for v in given.values()):
        raise Refusal(422, f"expected one object of at most {MOST_FIELDS} texts")
    return given


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a plain form. Raises Refusal for any other kind of body."""
    if _kind_of(request) != FORM:
        raise Refusal(415, "expected a form")
    async with request.form(max_fields=MOST_FIELDS) as form:
        return {name: value for name, value in form.items() if not isinstance(value, UploadFile)}


def _kind_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().casefold()
