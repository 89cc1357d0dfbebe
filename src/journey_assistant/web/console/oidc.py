"""/login/oidc: to the company's own sign-in and back.

What the browser must bring back is kept in a short-lived cookie of its own: any process can take the answer.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from journey_assistant.ports.logins import Departure, IdentityProvider
from journey_assistant.services.login import Refused
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.route import console_router
from journey_assistant.web.console.sessions import Refusal, Running, give_cookie, is_https
from journey_assistant.web.pages import HEADERS, page

router = console_router()
COOKIE, PATH, LASTS_S = "journey_departure", "/login/oidc", 600
START_AGAIN = "this sign-in was not begun here or took too long: start again"


@router.get(PATH)
async def leave(request: Request, console: Running) -> Response:
    """Sends the browser to the provider."""
    departure = await _provider(console).departure(_return_to(request, console))
    answer = RedirectResponse(departure.url, 303, HEADERS)
    # Lax: the browser comes back from another site, and must bring it.
    answer.set_cookie(
        COOKIE,
        _packed(departure),
        max_age=LASTS_S,
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=is_https(request),
    )
    return answer


@router.get(f"{PATH}/callback")
async def come_back(request: Request, console: Running, code: str = "", state: str = "") -> Response:
    """The browser is back: who is it? A page of ours follows, so that the strict cookie is sent from then on."""
    departure = _unpacked(request.cookies.get(COOKIE, ""))
    if departure is None or not code or not hmac.compare_digest(departure.state.encode(), state.encode()):
        raise Refusal(400, START_AGAIN)
    email = await _provider(console).email_of(code, departure, _return_to(request, console), console.clock.now())
    entered = await console.login.by_email(email)
    if isinstance(entered, Refused):
        raise Refusal(403, entered.why)
    answer = page(request, "welcome.html", name=entered.colleague.name, next="/")
    give_cookie(answer, request, entered.token)
    answer.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")
    return answer


def _provider(console: Console) -> IdentityProvider:
    if console.identity is None:
        raise Refusal(404, "there is no company sign-in here")
    return console.identity


def _return_to(request: Request, console: Console) -> str:
    """The one address that the provider knows: the configured one, whatever a request calls itself."""
    return f"{console.own_address.rstrip('/') or str(request.base_url).rstrip('/')}{PATH}/callback"


def _packed(departure: Departure) -> str:
    kept = {name: value for name, value in asdict(departure).items() if name != "url"}
    return urlsafe_b64encode(json.dumps(kept).encode()).decode()


def _unpacked(given: str) -> Departure | None:
    try:
        kept = json.loads(urlsafe_b64decode(given.encode()))
        return Departure("", str(kept["state"]), str(kept["nonce"]), str(kept["verifier"]))
    except (ValueError, KeyError, TypeError):
        return None
