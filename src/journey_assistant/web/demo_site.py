"""The site of the demo company with the chat on it: for trying the widget as one of its customers, in one click.

Only ``journey serve --demo`` has these pages: whoever can open them may speak as any customer of the demo company.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from fastapi import APIRouter, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse

from journey_assistant.domain.customer import CustomerId
from journey_assistant.ports import Clock
from journey_assistant.services.read_case import read_jsonl
from journey_assistant.web.deps import json_body
from journey_assistant.web.tokens import LONGEST, Claims, signed

HERE = Path(__file__).parent
FILES = {"site.css": "text/css; charset=utf-8", "site.js": "text/javascript; charset=utf-8"}
CAST = (
    ("c_031", "Everything is fine. Ask how soon a change in Google Calendar shows up."),
    (
        "c_023",
        "Upset: a ticket is open. Look at the prices three times, half a minute apart: no offer, a person hears of it.",
    ),
    ("c_010", "About to decide. Looks at the prices; no ticket is open."),
    ("c_024", "Was booked twice on a Saturday. Be angry and see who answers."),
    ("c_033", "Writes in German."),
)
"""Whom a newcomer can be, and what there is to try."""
MOST_BYTES = 1_000
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class Persona:
    """One customer of the demo company, as the picker shows them."""

    id: str
    name: str
    what: str
    language: str


def demo_site(keys: Mapping[str, str], company: Path, clock: Clock) -> APIRouter:
    """The pages under ``/demo-site``. ``keys`` sign the customers' tokens, ``company`` is the demo company's folder."""
    router = APIRouter(prefix="/demo-site", include_in_schema=False)
    folder = FileSystemLoader(HERE / "templates" / "demo_site")
    environment = Environment(loader=folder, autoescape=True, undefined=StrictUndefined)
    personas = _personas(company)
    known = {persona.id for persona in personas}
    values = {**_company(company), "personas": personas}

    def page(template: str) -> HTMLResponse:
        return HTMLResponse(environment.get_template(template).render(values), headers=HEADERS)

    @router.get("")
    async def home() -> Response:
        return page("home.html")

    @router.get("/pricing")
    async def pricing() -> Response:
        return page("pricing.html")

    @router.get("/static/{name}")
    async def file(name: str) -> Response:
        if name not in FILES:
            raise HTTPException(404, "there is no such file")
        return Response((HERE / "static" / "demo_site" / name).read_bytes(), media_type=FILES[name], headers=HEADERS)

    @router.post("/token")
    async def token(request: Request) -> Response:
        given = await json_body(request, MOST_BYTES)
        customer_id = given.get("customer_id") if isinstance(given, dict) else None
        if customer_id not in known:
            raise HTTPException(404, "there is no such customer on this site")
        return JSONResponse({"token": _token(keys, customer_id, clock)}, headers={"Cache-Control": "no-store"})

    return router


def _token(keys: Mapping[str, str], customer_id: str, clock: Clock) -> str:
    """What a site's own backend makes for a customer who is signed in."""
    kid, secret = next(iter(keys.items()))
    now = clock.now().replace(microsecond=0)
    return signed(Claims(CustomerId(customer_id), secrets.token_urlsafe(12), now + LONGEST), kid, secret, now)


def _personas(company: Path) -> list[Persona]:
    customers: dict[str, dict[str, Any]] = {row["id"]: row for _, row in read_jsonl(company / "customers.jsonl")}
    cast = [(customers[id_], what) for id_, what in CAST if id_ in customers]
    return [
        Persona(who["id"], f"{who['name']}, {who['role']} at {who['account']['name']}", what, who["language"])
        for who, what in cast
    ]


def _company(company: Path) -> dict[str, Any]:
    facts = yaml.safe_load((company / "company.yaml").read_text(encoding="utf-8"))
    return {"brand": facts["brand"], "plans": facts["plans"]}
