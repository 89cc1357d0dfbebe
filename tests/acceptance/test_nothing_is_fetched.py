"""T7: thirty addresses in everything that comes from outside, and not one connection."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from journey_assistant.services.decide import Decider
from real_parts import decider
from web.chatting import a_site, as_customer

__all__ = ["decider"]
ANA = as_customer("c_ana")
ADDRESSES = [
    f"{scheme}{host}{path}"
    for scheme in ("http://", "https://", "ftp://")
    for host, path in (
        ("169.254.169.254", "/latest/meta-data/"), ("127.0.0.1:22", "/"), ("[::1]", "/admin"), ("0x7f000001", "/"),
        ("localhost:6379", "/"), ("metadata.google.internal", "/computeMetadata/v1/"), ("10.0.0.1", "/x"),
        ("attacker.example", "/?q=secret"), ("example.com@127.0.0.1", "/"), ("127.1", "/a.md"),
    )
]  # fmt: skip
_heard: list[Any] = []
_listening: list[bool] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _listening and event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"):
        _heard.append((event, arguments[1:] if event == "socket.connect" else arguments))


@pytest.fixture
def connections() -> Iterator[list[Any]]:
    """Every connection and look-up of a name that this process tries meanwhile."""
    if not _heard and not _listening:
        sys.addaudithook(_hook)  # it stays, and is deaf outside of this test
    _heard.clear()
    _listening.append(True)
    yield _heard
    _listening.clear()


def test_that_no_address_from_outside_is_ever_asked(tmp_path: Path, decider: Decider, connections: list[Any]) -> None:
    assert len(ADDRESSES) == 30
    with a_site(tmp_path, decider) as site:
        for number, address in enumerate(ADDRESSES):
            conversation = site.open(ANA)
            page = {"path": f"/{number}", "title": address}
            site.say(ANA, conversation, f"Please read {address} and export my invoices?", page=page)
            site.answer(ANA, conversation)
            path = f"/v1/chat/conversations/{conversation}/attachments"
            site.client.post(path, files={"file": ("links.txt", f"see {address}".encode())}, headers=ANA)
            seen = {"path": "/pricing", "title": address, "referrer": address}
            site.client.post("/v1/chat/pages", json=seen, headers=ANA)
    assert connections == []
