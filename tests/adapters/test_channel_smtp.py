"""The e-mail channel against a real mail server on the loopback."""

from __future__ import annotations

import asyncio
import base64
import email
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import dkim
import pytest
from aiosmtpd.smtp import SMTP
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from deciding import SetClock
from journey_assistant.adapters.channel_smtp import Dkim, MailServer, SmtpChannel
from journey_assistant.domain.outbox import OutboxMessage, Signature
from journey_assistant.errors import ConfigurationError, PortError, UncertainDelivery
from records import message


@dataclass
class Mailbox:
    """A mail server that answers the text of a message as it is told."""

    port: int = 0
    answer: str = "250 OK"
    refused: str = ""
    got: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.refused:
            return self.refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        read = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(read, EmailMessage)
        self.got.append(read)
        self.raw.append(envelope.content)
        if self.answer == "break off":
            server.transport.abort()
        return self.answer


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="mail.test", loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    yield box
    server.close()
    await server.wait_closed()


def channel(port: int) -> SmtpChannel:
    server = MailServer.of(f"smtp://127.0.0.1:{port}")
    return SmtpChannel(server, "Halden <help@halden.test>", SetClock(), timeout_s=3)


async def test_that_a_mail_arrives_as_it_was_written(mailbox: Mailbox) -> None:
    text = "Hello “Ana”,\n.\n.a line with a dot\n\nTeam includes SSO. ½\n"
    row = message(text=text, subject="Your\nquestion", address="ana@example.test")
    receipt = await channel(mailbox.port).send(row)
    (mail,) = mailbox.got
    assert mail.get_content().replace("\r\n", "\n") == text
    assert (mail["To"], mail["Subject"], mail["Message-ID"]) == ("ana@example.test", "Your question", receipt)
    assert receipt.endswith("@halden.test>")


async def test_that_a_message_has_the_same_id_however_often_it_is_sent(mailbox: Mailbox) -> None:
    row = message(address="ana@example.test")
    first = await channel(mailbox.port).send(row)
    assert await channel(mailbox.port).send(row) == first


@pytest.mark.parametrize(("refused", "retryable"), [("550 no such user", False), ("451 try later", True)])
async def test_that_a_refused_address_is_no_arrival(mailbox: Mailbox, refused: str, retryable: bool) -> None:
    mailbox.refused = refused
    with pytest.raises(PortError, match=refused[:3]) as error:
        await channel(mailbox.port).send(message(address="ana@example.test"))
    assert error.value.retryable is retryable
    assert mailbox.got == []


@pytest.mark.parametrize(("answer", "retryable"), [("554 spam", False), ("452 full", True)])
async def test_that_a_refused_text_is_no_arrival(mailbox: Mailbox, answer: str, retryable: bool) -> None:
    mailbox.answer = answer
    with pytest.raises(PortError, match=answer[:3]) as error:
        await channel(mailbox.port).send(message(address="ana@example.test"))
    assert error.value.retryable is retryable
    assert not isinstance(error.value, UncertainDelivery)


async def test_that_a_connection_that_breaks_after_the_text_is_uncertain(mailbox: Mailbox) -> None:
    mailbox.answer = "break off"
    with pytest.raises(UncertainDelivery):
        await channel(mailbox.port).send(message(address="ana@example.test"))


async def test_that_nobody_there_may_be_there_later() -> None:
    with pytest.raises(PortError) as error:
        await channel(9).send(message(address="ana@example.test"))
    assert error.value.retryable
    assert not isinstance(error.value, UncertainDelivery)


@pytest.mark.parametrize("address", [None, "", "a@b.test\nBcc: c@d.test", "ä@ö.test\r\n", "no address"])
async def test_that_nothing_goes_to_what_is_no_address(mailbox: Mailbox, address: str | None) -> None:
    with pytest.raises(PortError) as error:
        await channel(mailbox.port).send(message(address=address))
    assert not error.value.retryable
    assert mailbox.got == []


@pytest.mark.parametrize("url", ["http://x", "smtp://", "smtps://h:port", "", "smtp://h:99999"])
def test_that_another_kind_of_url_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="SMTP_URL"):
        MailServer.of(url)


def test_that_a_url_names_everything() -> None:
    server = MailServer.of("smtp+starttls://us%40er:p%3Aw@mail.test")
    assert server == MailServer("smtp+starttls", "mail.test", 587, "us@er", "p:w")


# --- messages that we began ------------------------------------------------------------------------------------------

LINK = "https://halden.test/preferences/abc/unsubscribe"


def draft_channel(port: int, dkim: Dkim | None = None) -> SmtpChannel:
    server = MailServer.of(f"smtp://127.0.0.1:{port}")
    return SmtpChannel(server, "Halden <help@halden.test>", SetClock(), unsubscribe=lambda _: LINK, dkim=dkim)


async def test_that_a_draft_goes_out_as_text_and_as_the_same_words_in_html(mailbox: Mailbox) -> None:
    text = "Hello <b>Ana</b>,\n\nsee https://halden.test/a?b=1&c=2. Bye\nDana\n"
    await draft_channel(mailbox.port).send(message(kind="draft", text=text, address="ana@example.test"))
    (mail,) = mailbox.got
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == text
    shown = html.get_content()
    assert "<b>Ana" not in shown
    assert '<a href="https://halden.test/a?b=1&amp;c=2">https://halden.test/a?b=1&amp;c=2</a>. Bye<br>Dana' in shown


async def test_that_a_mail_program_can_unsubscribe_with_one_click(mailbox: Mailbox) -> None:
    await draft_channel(mailbox.port).send(message(kind="draft", address="ana@example.test"))
    (mail,) = mailbox.got
    assert mail["List-Unsubscribe"] == f"<{LINK}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_that_the_signature_covers_the_one_click_headers(mailbox: Mailbox, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    (tmp_path / "dkim.pem").write_bytes(pem)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    signer = Dkim.of("journey", "halden.test", tmp_path / "dkim.pem")
    await draft_channel(mailbox.port, signer).send(message(kind="draft", address="ana@example.test"))
    (raw,) = mailbox.raw
    assert dkim.verify(raw, dnsfunc=lambda *_args, **_kwargs: record)
    signed = raw.partition(b"h=")[2].partition(b";")[0].lower()
    assert b"list-unsubscribe" in signed
    assert not dkim.verify(raw.replace(LINK.encode(), LINK.encode()[:-1]), dnsfunc=lambda *_args, **_kwargs: record)


def test_that_a_missing_key_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="JOURNEY_DKIM_KEY"):
        Dkim.of("journey", "halden.test", tmp_path / "none.pem")


async def test_that_an_answer_stands_in_the_thread_of_the_mail_that_it_answers(mailbox: Mailbox) -> None:
    thread = ("<a@example.test>", "<b@example.test>")
    given = message(kind="draft", channel="email", address="ana@example.test", subject="Re: Export", replies_to=thread)
    await channel(mailbox.port).send(given)
    (got,) = mailbox.got
    assert (got["In-Reply-To"], got["References"]) == (thread[-1], " ".join(thread))
    assert got["Auto-Submitted"] is None


async def test_that_what_no_person_wrote_says_so(mailbox: Mailbox) -> None:
    await channel(mailbox.port).send(
        message(kind="digest", channel="email", address="dana@example.test", subject="Today")
    )
    (got,) = mailbox.got
    assert (got["Auto-Submitted"], got["In-Reply-To"]) == ("auto-generated", None)


@pytest.mark.parametrize(
    ("signature", "from_", "answers_to"),
    [
        (Signature("Dana Voss", "dana@halden.test"), "Dana Voss, Halden", "dana@halden.test"),
        (Signature("Dana Voss"), "Dana Voss, Halden", None),
        (Signature("Dana\r\nBcc: all@evil.test", "x\r\ny@evil.test"), "Dana Bcc: all@evil.test, Halden", None),
        (None, "Halden", None),
    ],
)
async def test_that_a_draft_goes_out_in_the_name_of_its_manager_and_answers_go_to_her(
    mailbox: Mailbox, signature: Signature | None, from_: str, answers_to: str | None
) -> None:
    async def signed(_message: OutboxMessage) -> Signature | None:
        return signature

    server = MailServer.of(f"smtp://127.0.0.1:{mailbox.port}")
    sending = SmtpChannel(server, "Halden <help@halden.test>", SetClock(), signature=signed)
    await sending.send(message(address="ana@example.test"))
    (mail,) = mailbox.got
    assert parseaddr(str(mail["From"])) == (from_, "help@halden.test")
    assert (parseaddr(str(mail["Reply-To"]))[1] if mail["Reply-To"] else None) == answers_to
    assert mail["Bcc"] is None
