"""A site and a chat server that answer by script in the browser's network: what no real server can be made to do."""

from __future__ import annotations

import base64
import json
import re
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Request, Route

from journey_assistant import web

SITE, SERVER, ELSEWHERE = "http://shop.example", "http://chat.example", "http://elsewhere.example"
WIDGET = Path(web.__file__).parent / "static" / "widget.js"
AT = "2026-11-23T10:00:00+00:00"
POLICY = f"default-src 'none'; script-src {SERVER} 'nonce-site'; connect-src {SERVER}"
"""All that a site's own policy has to allow."""


def token(subject: str, number: int = 0) -> str:
    """A token as the widget reads it; nobody checks it here."""
    now = int(time.time())
    claims = {"sub": subject, "iat": now, "exp": now + 900, "jti": str(number)}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({}, claims)]
    return ".".join([*parts, "signature"])


class ScriptedChat:
    """Speaks the chat's API for one browser profile. What it was sent stands in ``requests``, newest last."""

    def __init__(self, context: BrowserContext) -> None:
        self.entries: list[dict[str, Any]] = []
        self.conversation: dict[str, Any] = {
            "id": "conv_1", "state": "assistant", "colleague": None, "promised_at": None, "last_seq": 0, "read_seq": 0,
            "csat": None,
        }  # fmt: skip
        self.config: dict[str, Any] = {
            "assistant_name": "Fern", "greeting": "", "csat": True,
            "attachments": {"types": ["image/png"], "max_bytes": 1_048_576},
        }  # fmt: skip
        self.bubble: dict[str, str] | None = None
        self.why: dict[str, list[str]] = {"sentences": [], "checked": []}
        self.statuses: dict[str, list[int]] = {}
        """Answers with these statuses, one a call, before it works: by the end of the path."""
        self.requests: list[tuple[str, str, Any]] = []
        self.lost_answers = 0
        """So many messages are accepted without the browser getting to know."""
        self.html = "<main><h1>A shop</h1></main>"
        self.language, self.direction, self.attributes = "en", "ltr", ""
        self.keys: list[str] = []
        """The keys of messages as they came, refused ones too."""
        self._accepted: dict[str, dict[str, Any]] = {}
        context.route(f"{SITE}/**", self._site)
        context.route(f"{SERVER}/**", self._server)

    def entry(self, author: str, text: str, *, kind: str = "message", **more: Any) -> dict[str, Any]:
        """One more entry of the conversation."""
        seq = len(self.entries) + 1
        entry = {"seq": seq, "id": f"e{seq}", "kind": kind, "author": author, "text": text, "at": AT, **more}
        self.entries.append(entry)
        self.conversation["last_seq"] = seq
        return entry

    def sent(self, ending: str) -> list[Any]:
        """The bodies sent to paths that end so."""
        return [body for _, path, body in self.requests if path.endswith(ending)]

    def resumed(self, page: Page) -> None:
        """The browser knows this conversation from before."""
        for name, value in {"visitor": token("visitor:1"), "conversation:visitor": "conv_1"}.items():
            page.add_init_script(f"localStorage.setItem('journey:{SERVER}:{name}', JSON.stringify('{value}'))")

    def _site(self, route: Route) -> None:
        script = f"<script src='{SERVER}/widget.js' data-journey {self.attributes}></script>"
        head = f"<title>A shop</title><meta name=viewport content='width=device-width'>{script}"
        html = f"<html lang={self.language} dir={self.direction}><head>{head}</head><body>{self.html}</body></html>"
        route.fulfill(
            content_type="text/html; charset=utf-8",
            body=f"<!doctype html>{html}",
            headers={"Content-Security-Policy": POLICY},
        )

    def _server(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(SERVER).partition("?")[0]
        if path == "/widget.js":
            return route.fulfill(content_type="text/javascript; charset=utf-8", path=WIDGET)
        headers = {"Access-Control-Allow-Origin": SITE, "Access-Control-Allow-Headers": "*"}
        self.requests.append((request.method, path, _body(request)))
        if "idempotency-key" in request.headers and path.endswith("/messages"):
            self.keys.append(request.headers["idempotency-key"])
        waiting = next((codes for ending, codes in self.statuses.items() if path.endswith(ending) and codes), None)
        if waiting and (status := waiting.pop(0)):
            return route.fulfill(status=status, json={}, headers=headers)
        if path.endswith("/events"):
            after = int(request.headers.get("last-event-id", 0))
            return route.fulfill(content_type="text/event-stream", body=self._frames(after), headers=headers)
        answer = self._answer(request.method, path, request)
        if path.endswith("/messages") and self.lost_answers:
            self.lost_answers -= 1
            return route.abort()
        return route.fulfill(json=answer, headers=headers)

    def _frames(self, after: int) -> str:
        state = f"event: conversation\ndata: {json.dumps(self.conversation)}\n\n"
        new = (f"id: {entry['seq']}\nevent: entry\ndata: {json.dumps(entry)}\n\n" for entry in self.entries[after:])
        return state + "".join(new)

    def _answer(self, method: str, path: str, request: Request) -> dict[str, Any]:
        if path.endswith("/visitors"):
            return {"token": token("visitor:1"), "expires_at": AT, "visitor_id": "1"}
        if path.endswith("/config"):
            return self.config
        if path.endswith("/conversations"):
            opened = {"conversation": self.conversation, "entries": self.entries}
            return opened if method == "POST" else {"conversations": []}
        if path.endswith("/messages"):
            return {"entry": self._posted(request)}
        if path.endswith("/person"):
            self.conversation["state"] = "waiting"
        if path.endswith("/close"):
            self.conversation["state"] = "resolved"
        if path.endswith("/pages"):
            return {"bubble": self.bubble}
        if re.search(r"/why/[^/]+$", path):
            return self.why
        return {"conversation": self.conversation}

    def _posted(self, request: Request) -> dict[str, Any]:
        key = request.headers["idempotency-key"]
        if key not in self._accepted:
            self._accepted[key] = self.entry("customer", _body(request)["text"])
        return self._accepted[key]


def _body(request: Request) -> Any:
    try:
        return request.post_data_json
    except (ValueError, UnicodeDecodeError):
        return request.post_data_buffer
