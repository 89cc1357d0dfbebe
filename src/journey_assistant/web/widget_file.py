"""/widget.js: the chat widget, for every page that names it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

router = APIRouter(include_in_schema=False)

FILE = Path(__file__).parent / "static" / "widget.js"
HEADERS = {
    "Cache-Control": "public, max-age=300",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@router.get("/widget.js")
async def widget(request: Request) -> Response:
    """The script, the same for everybody; kept by browsers for five minutes, then asked for by its tag."""
    content, tag = _script()
    headers = HEADERS | {"ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/javascript; charset=utf-8", headers=headers)


@cache
def _script() -> tuple[bytes, str]:
    content = FILE.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
