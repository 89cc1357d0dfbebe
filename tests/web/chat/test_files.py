"""Attachments: what they are is read from themselves, and nothing of them ever runs."""

from pathlib import Path

import pytest

from journey_assistant.services.decide import Decider
from journey_assistant.web.file_types import ALLOWED, shown_name, type_of
from web.chatting import Site, a_site, as_customer

ANA = as_customer("c_ana")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20

TAKEN = [
    ("a.png", PNG, "image/png"),
    ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 20, "image/jpeg"),
    ("a.gif", b"GIF89a" + b"\0" * 20, "image/gif"),
    ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    ("a.pdf", b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
    ("a.txt", "Grüße\n\tfrom here".encode(), "text/plain"),
    ("a.html", PNG, "image/png"),
]
REFUSED = [
    ("a.png", b"<html><script>alert(1)</script>"),
    ("a.txt", b"<!DOCTYPE html><p>"),
    ("a.txt", b"\xef\xbb\xbf  <svg onload=alert(1)>"),
    ("a.svg", b"<?xml version='1.0'?><svg/>"),
    ("a.sh", b"#!/bin/sh\nrm -rf /"),
    ("a.exe", b"MZ\x90\0\x03"),
    ("a.zip", b"PK\x03\x04\x14\0"),
    ("a.docm", b"PK\x03\x04\x14\0\x06\0"),
    ("a.elf", b"\x7fELF\x02\x01"),
    ("a.txt", b"\xff\xfeh\0i\0"),
    ("a.txt", b"a\0b"),
    ("a.txt", b""),
    ("a.class", b"\xca\xfe\xba\xbe"),
]


@pytest.mark.parametrize(("name", "content", "type_"), TAKEN)
def test_that_a_file_comes_back_to_be_saved_and_never_to_run(site: Site, name: str, content: bytes, type_: str) -> None:
    conversation = site.open(ANA)
    path = f"/v1/chat/conversations/{conversation}/attachments"
    stored = site.client.post(path, files={"file": (name, content, "text/html")}, headers=ANA)
    assert (stored.status_code, stored.json()["type"], stored.json()["size"]) == (201, type_, len(content))
    said = site.say(ANA, conversation, "", attachments=[stored.json()["id"]])
    assert said.json()["entry"]["attachments"] == [stored.json()]
    got = site.client.get(f"/v1/chat/attachments/{stored.json()['id']}", headers=ANA)
    assert got.content == content
    assert got.headers["content-type"].split(";")[0] == type_
    assert got.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in got.headers["content-security-policy"]
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("name", "content"), REFUSED)
def test_that_what_could_run_or_is_not_known_is_refused(site: Site, name: str, content: bytes) -> None:
    path = f"/v1/chat/conversations/{site.open(ANA)}/attachments"
    answer = site.client.post(path, files={"file": (name, content, "image/png")}, headers=ANA)
    assert (answer.status_code, answer.json()["error"]) == (415, "wrong_type")


def test_that_a_file_over_the_limit_is_refused(tmp_path: Path, decider: Decider) -> None:
    with a_site(tmp_path, decider, attachment_bytes=1_000) as site:
        path = f"/v1/chat/conversations/{site.open(ANA)}/attachments"
        for size, status in ((900, 201), (1_001, 413), (100_000, 413)):
            content = PNG + b"x" * (size - len(PNG))
            assert site.client.post(path, files={"file": ("a.png", content)}, headers=ANA).status_code == status


@pytest.mark.parametrize("parts", [{"wrong": b"x"}, {f"field{number}": b"x" for number in range(5_000)}])
def test_that_other_forms_are_refused(site: Site, parts: dict[str, bytes]) -> None:
    path = f"/v1/chat/conversations/{site.open(ANA)}/attachments"
    assert site.client.post(path, files=parts, headers=ANA).status_code in {400, 422}
    assert site.client.post(path, data={"file": "text"}, headers=ANA).status_code == 422
    assert site.client.post(path, content=b"--x", headers=ANA).status_code in {400, 422}


def test_that_every_allowed_type_can_be_told() -> None:
    assert {type_of(content) for _, content, _ in TAKEN} == ALLOWED


@pytest.mark.parametrize(
    ("given", "shown"),
    [("report.pdf", "report.pdf"), (None, "file"), ("...", "file"), ("a/b\\c.txt", "c.txt"),
     ("y" * 300 + ".png", "y" * 116 + ".png")],
)  # fmt: skip
def test_that_a_name_is_shown_without_folders_and_not_too_long(given: str | None, shown: str) -> None:
    assert shown_name(given) == shown
