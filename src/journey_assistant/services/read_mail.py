"""Reads mail as it stands on the wire, or as a mail service's JSON, within limits; anything odd is one clear reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.policy import SMTP, compat32
from email.utils import getaddresses, parseaddr
from typing import Any

from journey_assistant.domain.mail import Bounce, IncomingMail
from journey_assistant.errors import Rejected
from journey_assistant.services.quoted_mail import own_words

MOST_PARTS, MOST_TEXT, MOST_THREAD, LONGEST_HEADER = 60, 20_000, 50, 2_000
_ID = re.compile(r"<[^<>\s]{1,500}>")
_ADDRESS = re.compile(r"[^\s@<>,;:\"]{1,64}@[^\s@<>,;:\"]{1,255}")
_MACHINES = ("mailer-daemon@", "postmaster@", "no-reply@", "noreply@", "donotreply@", "do-not-reply@")
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_LISTS = ("List-Id", "List-Unsubscribe", "List-Post", "X-Autoreply", "X-Autorespond", "X-Loop")


def read_mail(raw: bytes, *, fallback_id: str) -> IncomingMail:
    """One mail. ``fallback_id`` names one without a Message-ID. Raises Rejected for what is no mail."""
    try:
        mail = message_from_bytes(raw, policy=compat32)
        parts = _parts(mail)
        return _read(mail, parts, fallback_id)
    except (MessageError, RecursionError, LookupError, UnicodeError, ValueError) as error:
        if isinstance(error, Rejected):
            raise
        raise Rejected("the mail cannot be read", where="body", allowed="one MIME message") from error


def mail_of_json(given: Mapping[str, Any]) -> bytes:
    """The mail in the JSON of a mail service: ``raw``, or from, to, subject, text, html and headers in any capitals.

    Raises Rejected when there is neither.
    """
    fields = {str(key).casefold().replace("-", "").replace("_", ""): value for key, value in given.items()}
    raw = fields.get("raw") or fields.get("rawemail") or fields.get("mime")
    if isinstance(raw, str) and raw:
        return raw.encode("utf-8", "replace")
    sender = _text(fields, "from", "sender")
    if not sender:
        raise Rejected("from: there is no sender", where="body", allowed='{"raw": …} or {"from": …, "text": …}')
    mail = EmailMessage(policy=SMTP)
    headers = {
        "From": sender,
        "Subject": _text(fields, "subject"),
        "Message-ID": _text(fields, "messageid"),
        "In-Reply-To": _text(fields, "inreplyto"),
        "References": _text(fields, "references"),
        **dict(_headers(fields.get("headers"))),
    }
    for name, value in headers.items():
        if value and name.casefold() not in ("content-type", "content-transfer-encoding", "mime-version"):
            mail[name] = " ".join(value.split())[:LONGEST_HEADER]
    html = _text(fields, "html", "htmlbody", "bodyhtml")
    mail.set_content(_text(fields, "text", "textbody", "plain", "bodyplain", "body"))
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def _text(fields: Mapping[str, Any], *names: str) -> str:
    found = next((fields[name] for name in names if isinstance(fields.get(name), str)), "")
    return str(found).encode("utf-8", "replace").decode()


def _headers(given: Any) -> Iterator[tuple[str, str]]:
    """Headers as an object, or as a list of objects with a name and a value."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(given, Mapping):
        pairs = list(given.items())
    elif isinstance(given, list):
        lowered = ({str(k).casefold(): v for k, v in one.items()} for one in given if isinstance(one, Mapping))
        pairs = [(one.get("name"), one.get("value")) for one in lowered]
    for name, value in pairs[:200]:
        if isinstance(name, str) and isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9-]{1,80}", name):
            yield name.title(), value.encode("utf-8", "replace").decode()


def _read(mail: Message, parts: list[Message], fallback_id: str) -> IncomingMail:
    sender = parseaddr(_header(mail, "From"))[1].strip().casefold()
    if not _ADDRESS.fullmatch(sender):
        raise Rejected("From: there is no address of a sender", where="body", allowed="one MIME message")
    bounces = tuple(_bounces(parts))
    own = _ID.findall(_header(mail, "Message-ID"))
    id_ = own[0] if own else f"<{fallback_id}>"
    return IncomingMail(
        id=id_,
        sender=sender,
        subject=" ".join(_header(mail, "Subject").split())[:300],
        text=own_words(_words(parts))[:MOST_TEXT] if not bounces else "",
        thread=_thread(mail),
        automatic=_automatic(mail, sender),
        bounces=bounces,
        returned=tuple(_returned(parts)) if bounces else (),
    )


def _parts(mail: Message) -> list[Message]:
    parts: list[Message] = []
    for part in mail.walk():
        parts.append(part)
        if len(parts) > MOST_PARTS:
            raise Rejected("the mail has too many parts", where="body", allowed=f"at most {MOST_PARTS}")
    return parts


def _header(mail: Message, name: str) -> str:
    given = mail.get(name)
    if given is None:
        return ""
    text = str(given)[:LONGEST_HEADER]
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, UnicodeError, ValueError):
        return text.encode("ascii", "replace").decode()


def _thread(mail: Message) -> tuple[str, ...]:
    ids = _ID.findall(_header(mail, "References")) + _ID.findall(_header(mail, "In-Reply-To"))
    return tuple(dict.fromkeys(ids))[-MOST_THREAD:]


def _automatic(mail: Message, sender: str) -> str:
    """Why a machine wrote it: RFC 3834, and what lists and older programs say of themselves."""
    stated = _header(mail, "Auto-Submitted").partition(";")[0].strip().casefold()
    if stated and stated != "no":
        return f"Auto-Submitted: {stated}"
    precedence = _header(mail, "Precedence").strip().casefold()
    if precedence in _BULK:
        return f"Precedence: {precedence}"
    named = next((name for name in _LISTS if mail.get(name) is not None), "")
    if named:
        return f"{named} is set"
    if mail.get("Return-Path") is not None and not getaddresses([_header(mail, "Return-Path")])[0][1]:
        return "its return path is empty"
    return f"from {sender}" if sender.startswith(_MACHINES) else ""


def _words(parts: list[Message]) -> str:
    """The plain text, else the HTML as text; attachments are left out."""
    texts = [part for part in parts if not part.is_multipart() and part.get_content_disposition() != "attachment"]
    plain = next((part for part in texts if part.get_content_type() == "text/plain"), None)
    if plain is not None and (said := _decoded(plain)).strip():
        return said
    html = next((part for part in texts if part.get_content_type() == "text/html"), None)
    if html is None:
        return ""
    from journey_assistant.knowledge.extract import html_to_markdown

    return html_to_markdown(_decoded(html)[: 10 * MOST_TEXT])


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _bounces(parts: list[Message]) -> Iterator[Bounce]:
    """What a delivery report says of each recipient that the message did not reach; delays are no bounces."""
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if not isinstance(block, Message) or _header(block, "Action").strip().casefold() != "failed":
                continue
            recipient = _header(block, "Original-Recipient") or _header(block, "Final-Recipient")
            status = _header(block, "Status").split()[:1]
            address = recipient.rpartition(";")[2].strip().strip("<>").casefold()
            why = " ".join(_header(block, "Diagnostic-Code").partition(";")[2].split())[:300]
            code = status[0] if status else ""
            yield Bounce(address, code, permanent=code.startswith("5."), why=why)


def _returned(parts: list[Message]) -> Iterator[str]:
    """The Message-IDs of the message that a report returns, whole or its headers alone."""
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            yield from _ID.findall(_header(message_from_bytes(_decoded(part).encode()), "Message-ID"))
        elif part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            yield from _ID.findall(_header(first, "Message-ID")) if isinstance(first, Message) else ()
