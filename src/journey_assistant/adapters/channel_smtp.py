"""The e-mail channel over SMTP. The receiver takes no key: what broke off after the text was handed over is uncertain.

The Message-ID is made from the message's key, so that a person can find in a mailbox whether it arrived.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, parseaddr
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from journey_assistant.domain.outbox import OutboxMessage, Signature
from journey_assistant.errors import ConfigurationError, PortError, UncertainDelivery
from journey_assistant.ports import Clock

PORT = "smtp"
_ADDRESS = re.compile(r"[^\s@<>,;:]+@[^\s@<>,;:]+")
_LINK = re.compile(r"(https://[^\s<>\"']*[^\s<>\"'.,;:!?)])")
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over. ``scheme`` is ``smtp`` (plain), ``smtp+starttls`` or ``smtps``."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = None

    @classmethod
    def of(cls, url: str) -> MailServer:
        """The server of ``smtps://user:password@host:465``. Raises ConfigurationError for another kind of URL."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise ConfigurationError("JOURNEY_SMTP_URL cannot be read") from error
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ConfigurationError(f"JOURNEY_SMTP_URL: allowed are {', '.join(_PORTS)} with a host")
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, password)


@dataclass(frozen=True)
class Dkim:
    """Signs mail for its domain; the headers of the one-click unsubscription are signed too (RFC 8058)."""

    selector: bytes
    domain: bytes
    key: bytes

    @classmethod
    def of(cls, selector: str, domain: str, file: Path) -> Dkim:
        """With the private key of a file. Raises ConfigurationError when it or the extra is missing."""
        try:
            import dkim  # noqa: F401  # said at the start, not with the first mail
        except ModuleNotFoundError as error:
            what = "JOURNEY_DKIM_KEY needs the extra: pip install 'journey-assistant[dkim]'"
            raise ConfigurationError(what) from error
        try:
            return cls(selector.encode(), domain.encode(), file.read_bytes())
        except OSError as error:
            raise ConfigurationError(f"JOURNEY_DKIM_KEY: {file} cannot be read") from error

    def signed(self, mail: bytes) -> bytes:
        """The mail with its signature in front."""
        import dkim

        names = [b"from", b"to", b"subject", b"date", b"message-id", b"list-unsubscribe", b"list-unsubscribe-post"]
        try:
            signature: bytes = dkim.sign(mail, self.selector, self.domain, self.key, include_headers=names)
        except dkim.DKIMException as error:
            raise PortError(f"the mail cannot be signed: {error}", port=PORT, retryable=False) from error
        return signature + mail


class SmtpChannel:
    """Answers the Channel port over one mail server; each message is one connection."""

    name = "email"
    takes_key = False

    def __init__(
        self,
        server: MailServer,
        sender: str,
        clock: Clock,
        *,
        timeout_s: float = 20.0,
        unsubscribe: Callable[[OutboxMessage], str | None] | None = None,
        dkim: Dkim | None = None,
        signature: Callable[[OutboxMessage], Awaitable[Signature | None]] | None = None,
    ) -> None:
        self._server, self._sender, self._clock, self._timeout_s = server, sender, clock, timeout_s
        self._unsubscribe, self._dkim, self._signature = unsubscribe, dkim, signature

    async def send(self, message: OutboxMessage) -> str:
        """Hands one message over; returns its Message-ID."""
        from aiosmtplib import SMTP as Client
        from aiosmtplib import SMTPException, SMTPResponseException

        if not message.address or not _ADDRESS.fullmatch(message.address):
            raise PortError("the message has no usable address", port=PORT, retryable=False)
        mail = self._mail(message, await self._signature(message) if self._signature else None)
        raw = mail.as_bytes(policy=SMTP)
        raw = self._dkim.signed(raw) if self._dkim else raw
        server = self._server
        client = Client(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.scheme == "smtps",
            start_tls=server.scheme == "smtp+starttls",
            timeout=self._timeout_s,
        )
        handed_over = False
        try:
            await client.connect()
            await client.mail(self._sender)
            await client.rcpt(message.address)
            handed_over = True
            await client.data(raw)
        except SMTPResponseException as error:
            # The server said no, so it did not take it; 4xx is "not now".
            raise PortError(f"the server answers {error.code}", port=PORT, retryable=error.code < 500) from error
        except (SMTPException, OSError) as error:
            kind = UncertainDelivery if handed_over else PortError
            raise kind(type(error).__name__, port=PORT, retryable=not handed_over) from error
        except ValueError as error:
            raise PortError(f"the address is none: {type(error).__name__}", port=PORT, retryable=False) from error
        finally:
            client.close()
        return str(mail["Message-ID"])

    def _mail(self, message: OutboxMessage, signed: Signature | None) -> EmailMessage:
        """The message as mail. Raises PortError for an address or subject that cannot stand in a header."""
        mail = EmailMessage(policy=SMTP)
        named = hashlib.sha256(f"{message.tenant_id}\0{message.key}".encode()).hexdigest()[:32]
        domain = self._sender.rpartition("@")[2].strip("> ") or "localhost"
        try:
            mail["From"], mail["To"] = _from(self._sender, signed), message.address
            if signed and signed.address and _ADDRESS.fullmatch(signed.address):
                mail["Reply-To"] = formataddr((_in_header(signed.name), signed.address))
            mail["Subject"] = " ".join((message.subject or "").split())
            mail["Message-ID"] = f"<{named}@{domain}>"
            mail["Date"] = self._clock.now()
            if message.replies_to:
                mail["In-Reply-To"] = message.replies_to[-1]
                mail["References"] = " ".join(message.replies_to)
            if message.kind != "draft":
                # Nobody's machine shall answer ours.
                mail["Auto-Submitted"] = "auto-generated"
            text = message.text.encode("utf-8", "replace").decode()
            mail.set_content(text)
            address = self._unsubscribe(message) if self._unsubscribe else None
            if address is not None:
                mail["List-Unsubscribe"] = f"<{address}>"
                mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
            if message.kind == "draft":
                mail.add_alternative(_as_html(text), subtype="html")
        except (ValueError, IndexError) as error:
            raise PortError(f"the message is no mail: {error}", port=PORT, retryable=False) from error
        return mail

    async def close(self) -> None:
        """Nothing is held open between messages."""


def _from(sender: str, signed: Signature | None) -> str:
    """The sender's address under the name of whoever signs, with the company behind it: ``Dana Voss, Halden``."""
    company, address = parseaddr(sender)
    if signed is None or not signed.name.strip():
        return sender
    name = ", ".join(part for part in (_in_header(signed.name), company) if part)
    return formataddr((name, address))


def _in_header(name: str) -> str:
    return " ".join(name.split())


def _as_html(text: str) -> str:
    """The same words as paragraphs, everything escaped; only whole https addresses become links."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    shown = "".join(f"<p>{_linked(part)}</p>" for part in paragraphs)
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body>{shown}</body></html>'


def _linked(text: str) -> str:
    parts = _LINK.split(text)
    marked = [
        f'<a href="{escape(part)}">{escape(part)}</a>' if number % 2 else escape(part).replace("\n", "<br>")
        for number, part in enumerate(parts)
    ]
    return "".join(marked)
