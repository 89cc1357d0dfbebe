"""A line of the log is one JSON object, whatever is in it, and holds no secret."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from journey_assistant.bootstrap.logs import written_logs
from journey_assistant.settings import load_settings

CANARIES = {"JOURNEY_CHAT_KEYS": "k1:canary-chat-key-" + "a" * 30, "JOURNEY_MODEL_API_KEY": "canary-model-key"}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    out = io.StringIO()
    with written_logs(load_settings({**CANARIES, "JOURNEY_LOG_LEVEL": "debug"}), out):
        yield out


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


HOSTILE = [
    "a\r\n{\"level\": \"info\", \"event\": \"paid\"}",
    "a\nb\nc",
    "\x1b[2J\x1b[31mred",
    "\x1b]0;title\x07",
    "${jndi:ldap://example.com/a}",
    "%n%s%x %(levelname)s",
    "\u2028\u2029\x85line",
    "\u202eesrever",
    "\x00\x08\x7f\x9b31m",
    '", "level": "critical',
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_that_hostile_text_stays_inert_in_one_line(log: io.StringIO, text: str) -> None:
    logging.getLogger("somewhere").warning("no article for %s", text)
    logging.getLogger("somewhere").warning(text)
    assert [line["level"] for line in lines(log)] == ["warning"] * 2
    assert lines(log)[0]["event"] == f"no article for {text}"
    assert all(0x20 <= ord(char) < 0x7F or char == "\n" for char in log.getvalue())


@pytest.mark.parametrize(
    "text",
    [
        "key canary-model-key was refused",
        "canary-chat-key-" + "a" * 30,
        "Authorization: Bearer canary-abc",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.canary",
        "postgresql+psycopg://journey:canary@db/journey",
        "smtp failed: password=canary host=mail",
        "GET /x?token=canary&a=b",
    ],
)
def test_that_no_secret_is_written(log: io.StringIO, text: str) -> None:
    logging.getLogger("somewhere").error("%s", text)
    logging.getLogger("somewhere").error("failed", extra={"given": {"header": [text]}})
    try:
        raise RuntimeError(text)
    except RuntimeError:
        logging.getLogger("somewhere").exception("a step failed")
    assert len(lines(log)) == 3
    assert "canary" not in log.getvalue()
    assert "[hidden]" in lines(log)[0]["event"]
    assert "[hidden]" in lines(log)[1]["given"]["header"][0]
    assert "RuntimeError" in lines(log)[2]["exception"]


def test_that_a_line_says_when_where_and_how_bad(log: io.StringIO) -> None:
    logging.getLogger("journey_assistant.web").info("started")
    (line,) = lines(log)
    assert {**line, "timestamp": ""} == {
        "event": "started", "level": "info", "logger": "journey_assistant.web", "timestamp": ""
    }  # fmt: skip
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("library", ["aiosqlite", "sqlalchemy.engine.Engine", "psycopg.pool"])
def test_that_the_values_of_statements_are_in_no_log(log: io.StringIO, library: str) -> None:
    logging.getLogger(library).debug("executing %s", ("canary-customer",))
    logging.getLogger(library).info("[generated] %s", ("canary-customer",))
    logging.getLogger(library).warning("the connection broke")
    assert [line["event"] for line in lines(log)] == ["the connection broke"]
