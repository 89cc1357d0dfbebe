"""Whatever comes in wrong: one clear line, exit code 2, nothing lost and no traceback; or the work goes on degraded."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Journey, Ran

CASE: dict[str, Any] = {
    "id": "a",
    "now": "2026-03-10T15:00:00Z",
    "customer": {"id": "c_1", "name": "Ana Ruiz", "timezone": "America/Chicago"},
    "timeline": [{"id": "e1", "type": "page_viewed", "at": "2026-03-10T14:12:00Z", "properties": {"path": "/"}}],
    "moment": {"kind": "message", "text": "How do I export all invoices?"},
}
GOOD = json.dumps(CASE)
PROPERTIES = ["timeline", 0, "properties"]


def changed(path: list[Any], value: Any) -> str:
    case = copy.deepcopy(CASE)
    place: Any = case
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(case)


def assert_refused(ran: Ran, *says: str) -> None:
    assert ran.code == 2, ran
    assert ran.out == ""
    assert ran.err.startswith("journey: ")
    assert ran.err.count("\n") == 1
    assert all(words in ran.err for words in says), ran.err


def lines(ran: Ran) -> list[dict[str, Any]]:
    assert ran.code == 0, ran
    return [json.loads(line) for line in ran.out.splitlines()]


# --- case files ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (changed(["now"], "2026-03-10T15:00:00"), ["cases.jsonl:1", "now", "timezone", "2026-03-10T15:00:00Z"]),
        (changed(["timeline", 0, "at"], "2026-03-10T15:00:00"), ["timeline.0.at", "timezone"]),
        (changed(["now"], "0001-01-01T00:00:00Z"), ["now", "year 1"]),
        (changed(["now"], "9999-12-31T23:59:59Z"), ["now", "year 9999"]),
        (changed(["now"], 1e30), ["now"]),
        (changed(PROPERTIES, {"x": "y" * 10_000_000}), ["timeline.0.properties", "e1", "at most 16384 bytes"]),
        (changed(["customer", "notes"], "y" * 10_000_000), ["customer", "at most 65536 bytes"]),
        (changed(["moment", "text"], "y" * 20_001), ["moment.message.text", "20000"]),
        (changed(["moment"], {"kind": "dance"}), ["moment", "message", "sweep"]),
        (changed(["customer", "consent"], "yes"), ["customer.consent"]),
        (changed(["customer", "name"], "\ud800"), ["cases.jsonl:1", "half of a character"]),
        (changed(["id"], "\udfff"), ["half of a character"]),
        (changed(PROPERTIES, {"path": "\ud83d"}), ["half of a character"]),
        (GOOD.replace('"/"', "NaN"), ["cases.jsonl:1", "NaN"]),
        (GOOD.replace('"/"', "1e999"), ["too large"]),
        (GOOD.replace('"/"', "9" * 6_000), ["6000 digits"]),
        (GOOD.replace('"/"', "[" * 500 + "]" * 500), ["levels"]),
        ("[" * 100_000 + "]" * 100_000, ["cases.jsonl:1", "levels"]),
        (GOOD.replace('"id": "a"', '"id": "a", "id": "b"'), ["'id' stands twice"]),
        (f"[{GOOD}]", ["cases.jsonl:1", "expected an object"]),
        (json.dumps(CASE, indent=1), ["cases.jsonl:1", "one JSON object a line"]),
        (bytes(range(256)), ["cases.jsonl", "UTF-8"]),
        (GOOD.encode("utf-16"), ["cases.jsonl", "UTF-8"]),
    ],
)
def test_that_a_bad_case_is_named_by_file_line_and_field(
    journey: Journey, tmp_path: Path, content: str | bytes, says: list[str]
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert_refused(journey("decide", file), *says)


def test_that_a_broken_line_17_costs_no_earlier_results(journey: Journey, tmp_path: Path) -> None:
    file, out = tmp_path / "cases.jsonl", tmp_path / "runs.jsonl"
    file.write_text("\n".join([GOOD] * 16 + [GOOD[:40]] + [GOOD]))
    out.write_text("earlier results\n")
    assert_refused(journey("decide", file, "-o", out), "cases.jsonl:17", "one JSON object a line")
    assert out.read_text() == "earlier results\n"


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + GOOD,
        GOOD + "\r\n\r\n",
        changed(["customer", "timezone"], None),
        changed(["customer", "timezone"], "Mars/Olympus"),
        changed(["customer", "timezone"], "../../etc/passwd"),
        changed(["customer", "timezone"], "/etc/passwd"),
        changed(["customer", "timezone"], "a\0b"),
        changed(["timeline", 0, "at"], "2036-03-10T15:00:00Z"),
        changed(["id"], "../../../etc/passwd"),
        changed(["customer", "language"], "x" * 1_000),
    ],
)
def test_that_what_can_be_read_is_decided(journey: Journey, tmp_path: Path, content: str) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(content)
    assert [line["route"] for line in lines(journey("decide", file))] == ["self_resolve"]


def test_that_an_event_of_the_future_is_not_evidence(journey: Journey, tmp_path: Path) -> None:
    case = copy.deepcopy(CASE)
    case["moment"] = {"kind": "sweep"}
    case["timeline"] = [
        {"id": f"e{n}", "type": "page_viewed", "at": "2026-03-10T15:00:01Z", "properties": {"path": "/pricing"}}
        for n in range(5)
    ]
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(case))
    assert [(line["route"], line["signals"]) for line in lines(journey("decide", file))] == [("hold", [])]


WRONG_TYPES = {
    "cart_updated": {"items": "x", "value": [1], "promo_code": {}},
    "order_completed": {"items": [1, None, {"quantity": "x"}], "value": "much", "order_id": []},
    "ticket_opened": {"ticket_id": {"a": 1}, "text": 5, "subject": [], "sentiment": {}},
    "ticket_closed": {"ticket_id": []},
    "deal_stage_changed": {"stage": 7, "goals": "x"},
    "nps_submitted": {"score": "ten"},
    "feature_used": {"feature": ["x"], "count": "many", "limit": {}},
    "page_viewed": {"path": {"x": 1}, "scroll_pct": "a"},
    "message_sent": {"message_id": [1], "channel": {}, "play": 3},
    "consent_changed": {"channel": [], "purpose": {}, "granted": "maybe"},
    "invoice_failed": {"invoice_id": {}, "amount": "x"},
    "chat_message": {"conversation_id": 5, "author": {}, "text": {}},
    "intent_reported": {"provider": {}, "topic": [], "score": "high"},
    "preference_declared": {"key": [], "value": {}},
    "subscription_changed": {"from": [], "to": {}},
    "call_logged": {"summary": 4, "transcript": []},
    "product_viewed": {"product_id": {}, "price": "x", "category": []},
    "survey_answered": {"answers": 3, "partner": []},
}


@pytest.mark.parametrize(
    "moment",
    [
        {"kind": "sweep"},
        {"kind": "message", "text": "When does my plan renew, and what about my tickets, orders, usage and invoices?"},
    ],
)
def test_that_properties_of_wrong_types_are_no_reason_to_fail(
    journey: Journey, tmp_path: Path, moment: dict[str, Any]
) -> None:
    events = [
        {"id": f"e{number}", "type": kind, "at": "2026-03-10T14:12:00Z", "properties": properties}
        for number, (kind, properties) in enumerate(WRONG_TYPES.items())
    ]
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps({**CASE, "timeline": events, "moment": moment}))
    assert [line["degraded"] for line in lines(journey("decide", file))] == [[]]


# --- settings, files and folders -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("JOURNEY_HOEM", "x", ["JOURNEY_HOEM", "did you mean JOURNEY_HOME?"]),
        ("JOURNEY_ENCODER_THREADS", "many", ["JOURNEY_ENCODER_THREADS", "integer"]),
        ("JOURNEY_ON_MODEL_FAILURE", "robot", ["JOURNEY_ON_MODEL_FAILURE", "person"]),
        ("JOURNEY_SENTIMENT", "magic", ["JOURNEY_SENTIMENT", "transformers:"]),
        ("JOURNEY_SENTIMENT", "transformers:/nowhere", ["JOURNEY_SENTIMENT", "/nowhere"]),
        ("JOURNEY_MODEL_BASE_URL", "http://127.0.0.1:9/v1", ["JOURNEY_MODEL_NAME"]),
        ("JOURNEY_MODEL_NAME", "m", ["JOURNEY_MODEL_BASE_URL"]),
        ("JOURNEY_PLAYBOOK_DIR", "/nowhere", ["/nowhere", "playbook"]),
        ("JOURNEY_PROMPTS_DIR", "/nowhere", ["/nowhere", "prompts"]),
        ("JOURNEY_KNOWLEDGE_DIR", "/nowhere", ["/nowhere"]),
    ],
)
def test_that_a_wrong_setting_is_named(
    journey: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: list[str]
) -> None:
    (tmp_path / "cases.jsonl").write_text(GOOD)
    monkeypatch.setenv(name, value)
    assert_refused(journey("decide", tmp_path / "cases.jsonl"), *says)


def test_that_paths_of_the_wrong_kind_are_named(journey: Journey, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(GOOD)
    assert_refused(journey("decide", tmp_path), "Is a directory")
    assert_refused(journey("decide", tmp_path / "nowhere.jsonl"), "nowhere.jsonl", "No such file")
    assert_refused(journey("decide", cases, "--knowledge", tmp_path / "nowhere"), "nowhere")
    assert_refused(journey("decide", cases, "--knowledge", cases), "cases.jsonl:1")
    assert_refused(journey("decide", cases, "-o", tmp_path), "is a folder")
    assert_refused(journey("decide", cases, "-o", tmp_path / "nowhere" / "runs.jsonl"), "No such file")
    assert_refused(journey("classify", tmp_path), "Is a directory")
    assert_refused(journey("classify", cases), "cases.jsonl:1", "id and text")


def test_that_a_file_that_cannot_be_opened_is_named(journey: Journey, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.symlink_to(cases)  # a link to itself: no rights of the reader's open it
    assert_refused(journey("decide", cases), "cases.jsonl", "symbolic links")


# --- playbook ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gate.yaml", "rows:\n  - code: x\n    wen: {}\n", ["gate.yaml:3", "wen"]),
        ("gate.yaml", "rows: [", ["gate.yaml:1", "YAML"]),
        ("gate.yaml", "rows: []\nrows: []\n", ["gate.yaml:2", "stands twice"]),
        (
            "gate.yaml",
            "rows:\n  - code: x\n    when: {absent: {of: a, within: 1 h, older_than: 2 h}}\n",
            ["gate.yaml:3", "older_than has to be shorter than within"],
        ),
        ("gate.yaml", b"\xff\xfe\x00", ["gate.yaml", "UTF-8"]),
        ("gate.yaml", "rows: " + "[" * 5_000 + "]" * 5_000, ["gate.yaml:1", "levels"]),
        ("gate.yaml", "rows: !!python/object/apply:os.abort []\n", ["gate.yaml:1", "no plain data"]),
        ("zebra.yaml", "a: 1\n", ["zebra"]),
    ],
)
def test_that_a_wrong_playbook_is_named_by_file_and_line(
    journey: Journey, tmp_path: Path, name: str, content: str | bytes, says: list[str]
) -> None:
    folder = tmp_path / "playbook"
    folder.mkdir()
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "cases.jsonl").write_text(GOOD)
    assert_refused(journey("decide", tmp_path / "cases.jsonl", "--playbook", folder), *says)


# --- knowledge -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (
            {"a.md": "---\nid: x\n---\nThe pump.", "b.md": "---\nid: x\n---\nThe filter."},
            ["two articles", "'x'", "a.md"],
        ),
        ({}, ["no articles", ".md"]),
        ({"a.md": "  "}, ["a.md", "no text"]),
        ({"a.md": bytes(range(256))}, ["a.md", "UTF-8"]),
        ({"a.pdf": b"%PDF-1.7 garbage"}, ["a.pdf"]),
        ({"a.md": "---\nid: [\n---\nThe pump"}, ["a.md:3", "YAML"]),
        ({"a.md": "---\nid: !!python/object/apply:os.abort []\n---\nThe pump."}, ["a.md", "YAML"]),
        ({"a.md": "---\nreview_by: soon\n---\nThe pump."}, ["a.md", "review_by", "YYYY-MM-DD"]),
        ({"a.jsonl": '{"id": "a", "text": "pump"}\n{"id":'}, ["a.jsonl:2", "JSON"]),
        ({"a.jsonl": "[" * 100_000}, ["a.jsonl:1", "JSON"]),
    ],
)
def test_that_wrong_articles_are_named(
    journey: Journey, tmp_path: Path, files: dict[str, str | bytes], says: list[str]
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert_refused(journey("kb", "search", "pump", "--knowledge", folder), *says)
    assert_refused(journey("kb", "ingest", folder), *says)


def test_that_articles_keep_no_half_and_no_control_characters(journey: Journey, tmp_path: Path) -> None:
    row = {"id": "a", "title": "Pump \x1b[31m", "text": "The pump \ud800 runs \x1b]8;;http://x\x07 nine hours."}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    ran = journey("kb", "search", "pump", "--knowledge", tmp_path / "a.jsonl")
    assert ran.code == 0
    assert "nine hours" in ran.out
    assert "\x1b" not in ran.out


@pytest.mark.parametrize("damage", ["missing", "garbage", "a file"])
def test_that_a_lost_index_is_built_again_or_done_without(journey: Journey, tmp_path: Path, damage: str) -> None:
    assert journey("kb", "ingest", tmp_path / "help").code == 0
    chroma = tmp_path / "home" / "chroma"
    for file in sorted(chroma.rglob("*"), reverse=True):
        if damage == "garbage" and file.is_file():
            file.write_bytes(b"garbage" * 100)
        elif damage != "garbage":
            file.unlink() if file.is_file() else file.rmdir()
    if damage == "a file":
        chroma.rmdir()
        chroma.write_text("not a folder")
    ran = journey("kb", "search", "How do I export all invoices?", "--json")
    assert [result["article"] for result in ran.json["results"]] == ["export"]
