"""What `journey widget snippet` prints is run here as it stands."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Journey
from journey_assistant.bootstrap import build_clock
from journey_assistant.settings import load_settings
from journey_assistant.web.tokens import TokenKeys, visitor_keys

KEYS = "k1:" + "s:" * 20 + ",k0:" + "t" * 40


def printed(journey: Journey, *more: str) -> dict[str, Any]:
    ran = journey("widget", "snippet", "--site", "https://Shop.example.com/start", *more, "--json")
    assert ran.code == 0
    return json.loads(ran.out)


def token_keys() -> TokenKeys:
    own = load_settings({"JOURNEY_CHAT_KEYS": KEYS}).signing_keys
    return TokenKeys(own, visitor_keys(own, Path("unused")), build_clock())


def test_that_the_tag_loads_the_widget_from_the_service(journey: Journey) -> None:
    parts = printed(journey, "--service", "https://chat.example.com")
    assert parts["script"] == '<script src="https://chat.example.com/widget.js" data-journey async></script>'
    assert parts["environment"] == {"JOURNEY_SITES": "https://shop.example.com"}


def test_that_the_python_of_the_snippet_makes_a_token_that_we_accept(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNEY_CHAT_KEYS", KEYS)
    names: dict[str, Any] = {}
    exec(printed(journey)["python"], names)
    assert token_keys().read(names["journey_token"]("c_42")).subject == "c_42"


@pytest.mark.wire
def test_that_the_node_of_the_snippet_makes_a_token_that_we_accept(journey: Journey, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node")
    program = tmp_path / "token.mjs"
    program.write_text(printed(journey)["node"] + '\nconsole.log(journeyToken("c_42"));\n', encoding="utf-8")
    token = subprocess.check_output([node, program], env={**os.environ, "JOURNEY_CHAT_KEYS": KEYS}, text=True)
    assert token_keys().read(token.strip()).subject == "c_42"


def test_that_a_new_key_is_a_key(journey: Journey) -> None:
    first, second = journey("widget", "key").out.strip(), journey("widget", "key").out.strip()
    assert len(load_settings({"JOURNEY_CHAT_KEYS": f"{first},{second}"}).signing_keys) == 2


def test_that_people_read_every_step_and_no_secret(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_CHAT_KEYS", KEYS)
    out = journey("widget", "snippet", "--site", "https://shop.example.com").out
    for part in (
        "JOURNEY_SITES=https://shop.example.com",
        "http://127.0.0.1:8080/widget.js",
        "journey.identify",
        "HS256",
    ):
        assert part in out
    assert not re.search("s:s:|t{40}", out)


@pytest.mark.parametrize("site", ["shop.example.com", "ftp://shop.example.com", "", "https://"])
def test_that_a_site_that_is_none_is_one_clear_line(journey: Journey, site: str) -> None:
    ran = journey("widget", "snippet", "--site", site)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "--site" in ran.err
