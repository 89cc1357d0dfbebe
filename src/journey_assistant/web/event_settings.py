"""What clients of Segment and RudderStack in pages ask for before they send: settings that name this host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from journey_assistant.web.deps import Running
from journey_assistant.web.event_bodies import basic_key
from journey_assistant.web.problems import Problem, problem_json

router = APIRouter(include_in_schema=False)


@router.get("/v1/projects/{key}/settings")
async def segment_settings(key: str, request: Request, service: Running) -> JSONResponse:
    """For analytics.js with this host as its ``cdnURL``: nothing is loaded from elsewhere, messages come here.

    404 for an unknown key, 403 for one that belongs on a server.
    """
    scheme, host = _own_address(request)
    integration = {"apiKey": key, "apiHost": f"{host}/v1", "protocol": scheme, "unbundledIntegrations": []}
    settings = {
        "integrations": {"Segment.io": integration},
        "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}},
        "metrics": {"sampleRate": 0},
        "edgeFunction": {},
        "remotePlugins": [],
    }
    return _for_pages(service, key, settings)


@router.get("/sourceConfig")
@router.get("/sourceConfig/")
@router.get("/v1/sourceConfig")
@router.get("/v1/sourceConfig/")
async def rudderstack_settings(request: Request, service: Running) -> JSONResponse:
    """For RudderStack's SDK with this host as its ``configUrl``: a source without destinations. Statuses as above."""
    key = basic_key(request.headers.get("authorization")) or request.query_params.get("writeKey") or ""
    source = {
        "id": "journey-assistant",
        "name": "Journey Assistant",
        "writeKey": key,
        "workspaceId": "journey-assistant",
        "enabled": True,
        "config": {"statsCollection": {"errors": {"enabled": False}, "metrics": {"enabled": False}}},
        "destinations": [],
        "connections": [],
    }
    return _for_pages(service, key, {"source": source})


def _for_pages(service: Running, key: str, settings: Mapping[str, Any]) -> JSONResponse:
    source = service.events.source_of(key) if service.events else None
    if source is None:
        return problem_json(404, Problem(error="unknown_write_key", what="the write key is missing or unknown"), {})
    if not source.public:
        what = "this write key belongs on a server: everybody can read what stands in a page"
        allowed = "a key of JOURNEY_PUBLIC_WRITE_KEYS"
        return problem_json(403, Problem(error="secret_write_key", what=what, allowed=allowed), {})
    return JSONResponse(dict(settings))


def _own_address(request: Request) -> tuple[str, str]:
    """Scheme and host by which the page reached us. Behind a proxy the public address knows the scheme better."""
    host = request.url.netloc
    secure = f"https://{host}" in request.app.state.edge.sites.origins
    return "https" if secure else request.url.scheme, host
