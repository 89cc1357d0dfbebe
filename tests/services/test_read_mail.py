"""Mail is read as it stands on the wire; machines, lists and reports are known; nothing in it breaks the reader."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_assistant.domain.mail import Bounce
from journey_assistant.errors import Rejected
from journey_assistant.services.read_mail import MOST_TEXT, mail_of_json, read_mail

PLAIN = "From: Ana Ruiz <Ana@Example.test>\nTo: help@x.test\nSubject: Export\nMessage-ID: <m1@example.test>\n"
REPORT = """From: MAILER-DAEMON@mail.test
Subject: Undelivered Mail
Message-ID: <r1@mail.test>
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

It did not arrive.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.test

Final-Recipient: rfc822; ana@example.test
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--B
Content-Type: {kind}

From: us@x.test
Message-ID: <ours@x.test>
Subject: A guide

--B--
"""


def read(text: str | bytes) -> Any:
    raw = text if isinstance(text, bytes) else text.encode()
    return read_mail(raw, fallback_id="evt_1@inbound")


def test_that_a_plain_mail_is_read() -> None:
    mail = read(f"{PLAIN}References: <a@x> <b@x>\nIn-Reply-To: <b@x>\n\nHow do I export?\n\n> old\n")
    assert (mail.id, mail.sender, mail.subject) == ("<m1@example.test>", "ana@example.test", "Export")
    assert (mail.text, mail.thread, mail.automatic, mail.is_report) == (
        "How do I export?",
        ("<a@x>", "<b@x>"),
        "",
        False,
    )
    assert mail.answer_subject == "Re: Export"


def test_that_coded_headers_and_bodies_are_read() -> None:
    body = base64.b64encode("Grüße – wie exportiere ich?".encode()).decode()
    mail = read(
        "From: =?utf-8?q?J=C3=BCrgen?= <j@x.test>\nSubject: =?iso-8859-1?q?Gr=FC=DFe?=\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{body}\n"
    )
    assert (mail.subject, mail.text, mail.id) == ("Grüße", "Grüße – wie exportiere ich?", "<evt_1@inbound>")


def test_that_of_two_forms_the_plain_one_is_read_and_html_becomes_text() -> None:
    both = EmailMessage()
    both["From"], both["Message-ID"] = "a@x.test", "<1@x>"
    both.set_content("plain words")
    both.add_alternative("<p>rich words</p>", subtype="html")
    both.add_attachment(b"secret", maintype="text", subtype="plain", filename="a.txt")
    assert read(both.as_bytes()).text == "plain words"
    html = "From: a@x.test\nContent-Type: text/html\n\n<p>How do I <b>export</b>?</p><script>alert(1)</script>"
    assert "How do I" in read(html).text
    assert "alert" not in read(html).text


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; x=1",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "List-Id: <news.example.test>",
        "List-Unsubscribe: <https://x.test>",
        "X-Autoreply: yes",
        "Return-Path: <>",
    ],
)
def test_that_what_a_machine_wrote_is_known(header: str) -> None:
    assert read(f"{PLAIN}{header}\n\nI am away.").automatic


@pytest.mark.parametrize("header", ["Auto-Submitted: no", "Precedence: normal", "Return-Path: <ana@example.test>"])
def test_that_what_a_person_wrote_is_no_machines(header: str) -> None:
    assert read(f"{PLAIN}{header}\n\nHello.").automatic == ""


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@x.test", "no-reply@x.test", "postmaster@x.test"])
def test_that_an_address_of_machines_is_a_machines(sender: str) -> None:
    assert read(f"From: {sender}\n\nHello.").automatic


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize(("status", "permanent"), [("5.1.1", True), ("4.4.7", False)])
def test_that_a_delivery_report_says_who_was_not_reached_and_by_what(kind: str, status: str, permanent: bool) -> None:
    mail = read(REPORT.format(action="failed", status=status, kind=kind))
    assert mail.bounces == (Bounce("ana@example.test", status, permanent, "550 5.1.1 no such user"),)
    assert mail.returned == ("<ours@x.test>",)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_that_a_report_of_a_delay_is_no_bounce(action: str) -> None:
    mail = read(REPORT.format(action=action, status="4.4.1", kind="message/rfc822"))
    assert (mail.is_report, bool(mail.automatic)) == (False, True)


@pytest.mark.parametrize(
    "given_json",
    [
        {"raw": f"{PLAIN}\nHow do I export?"},
        {"from": "Ana <ana@example.test>", "subject": "Export", "text": "How do I export?",
         "headers": {"Message-ID": "<m1@example.test>"}},
        {"From": "ana@example.test", "Subject": "Export", "TextBody": "How do I export?", "HtmlBody": "<p>x</p>",
         "Headers": [{"Name": "Message-ID", "Value": "<m1@example.test>"}, {"Name": 7, "Value": "x"}]},
        {"sender": "ana@example.test", "subject": "Export", "body-plain": "How do I export?",
         "Message-Id": "<m1@example.test>"},
    ],
)  # fmt: skip
def test_that_the_json_of_mail_services_is_the_same_mail(given_json: dict[str, Any]) -> None:
    mail = read(mail_of_json(given_json))
    assert (mail.id, mail.sender, mail.subject) == ("<m1@example.test>", "ana@example.test", "Export")
    assert mail.text == "How do I export?"


def test_that_a_header_in_json_cannot_add_another() -> None:
    raw = mail_of_json({"from": "a@x.test", "text": "hi", "subject": "one\r\nBcc: b@x.test", "headers": {"X\nY": "z"}})
    assert b"\nBcc:" not in raw
    assert read(raw).subject == "one Bcc: b@x.test"


@pytest.mark.parametrize(
    "bad",
    [b"", b"no mail", b"From: nobody\n\nhi", b"From: \xff\xfe\n\nhi", b"\x00" * 1000,
     b"From: a@x.test\nContent-Type: multipart/mixed; boundary=B\n\n" + b"--B\nContent-Type: text/plain\n\nx\n" * 200],
)  # fmt: skip
def test_that_what_is_no_mail_is_refused_with_a_reason(bad: bytes) -> None:
    with pytest.raises(Rejected):
        read(bad)


def test_that_parts_within_parts_do_not_end_the_process() -> None:
    deep = "From: a@x.test\n" + "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000)
    )
    with pytest.raises(Rejected):
        read(deep)


def test_that_a_long_text_is_cut() -> None:
    assert len(read(f"{PLAIN}\n{'word ' * 100_000}").text) <= MOST_TEXT


def test_that_json_without_a_sender_is_refused() -> None:
    with pytest.raises(Rejected, match="sender"):
        mail_of_json({"text": "hi"})


@given(st.binary(max_size=400))
def test_that_any_bytes_are_a_mail_with_a_writer_or_are_refused(noise: bytes) -> None:
    for raw in (noise, PLAIN.encode() + noise, REPORT.encode()[:300] + noise):
        try:
            mail = read(raw)
        except Rejected:
            continue
        assert mail.id
        assert mail.sender or mail.is_report
        assert len(mail.text) <= MOST_TEXT
