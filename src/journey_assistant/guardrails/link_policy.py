"""link_policy: every link leads over https to a host of the brand, to a page that its evidence knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.urls import EMAIL, Link, links

NAME = "link_policy"
_IP = re.compile(r"[\d.]{7,15}|\[?[0-9a-f:]{2,39}\]?|0x[0-9a-f]{1,8}|\d{8,10}", re.IGNORECASE)
_SHORTENERS = frozenset(
    {"bit.ly", "t.co", "goo.gl", "tinyurl.com", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "lnkd.in", "t.ly"}
    | {"rb.gy", "s.id", "tiny.cc", "shorturl.at", "bl.ink", "soo.gd", "v.gd", "qr.ae", "x.co"}
)
_PERSONAL = re.compile(
    r"e-?mail|mail|name|phone|tel|user|uid|customer|contact|token|auth|key|sig|session|sid|jwt|pass|ssn|iban"
)
_CAMPAIGN = re.compile(r"utm_[a-z]{2,20}|ref|lang|locale|source|campaign|gclid|plan|topic|q|page|id|v|section|tab")
_OPT_OUT = ("unsubscribe", "preferences")


def link_policy(text: Checked, context: CheckContext) -> list[Finding]:
    """Scheme, host, userinfo, port, punycode, shorteners, personal data in the query; shown text against target."""
    known = _known_targets(context)
    found = []
    for link in links(text.text):
        why = next(_objections(link, context, known), "")
        if why:
            found.append(
                Finding(NAME, Severity.REPAIR, f"link to {link.host or 'nowhere'}: {why}", (link.start, link.end))
            )
    return found


def _known_targets(context: CheckContext) -> frozenset[str]:
    given = (*(e.text for e in context.evidence), *context.offer_texts, *context.trusted_sentences)
    return frozenset(link.target for text in given for link in links(text))


def _objections(link: Link, context: CheckContext, known: frozenset[str]) -> Iterator[str]:
    parts, host = link.parts, link.host
    if parts is None or not host:
        yield "it cannot be read"
        return
    if link.bare:
        if host in _SHORTENERS:
            yield "a shortener"
        if context.hosts and host.removeprefix("www.") not in context.hosts and not _is_in_evidence(link, context):
            yield "the host is not the brand's"
        return
    if parts.scheme.casefold() not in context.policy.link_schemes:
        yield f"not {' or '.join(context.policy.link_schemes)}"
    yield from _host_objections(link, context)
    yield from _query_objections(link, context)
    if _shown_host(link) not in ("", host):
        yield "the text names another host"
    if not parts.path.isascii() and not parts.path.isprintable():
        yield "hidden characters in the path"
    if not _is_registered(link, known):
        yield "no evidence knows this page"


def _host_objections(link: Link, context: CheckContext) -> Iterator[str]:
    parts, host = link.parts, link.host
    assert parts is not None
    if "@" in parts.netloc:
        yield "a name before the host"
    if _has_port(link):
        yield "a port"
    if _IP.fullmatch(host):
        yield "an address instead of a name"
    if any(label.startswith("xn--") for label in host.split(".")) or not host.isascii():
        yield "a punycode host"
    if host in _SHORTENERS:
        yield "a shortener"
    if host not in context.hosts:
        yield "the host is not the brand's"


def _has_port(link: Link) -> bool:
    try:
        return link.parts is not None and link.parts.port is not None
    except ValueError:
        return True


def _query_objections(link: Link, context: CheckContext) -> Iterator[str]:
    assert link.parts is not None
    personal = {v.casefold() for v in (context.customer.email, context.customer.phone, context.customer.name) if v}
    for name, value in parse_qsl(link.parts.query, keep_blank_values=True):
        lowered = value.casefold()
        if EMAIL.search(value) or any(p in lowered for p in personal):
            yield "personal data in the query"
        elif _PERSONAL.search(name.casefold()) and not _CAMPAIGN.fullmatch(name.casefold()):
            yield "personal data or a token in the query"
        elif len(value) >= 32:
            yield "a long token in the query"


def _shown_host(link: Link) -> str:
    """The host that the visible text of a Markdown link names, if any."""
    shown = next(iter(links(link.shown)), None) if link.shown else None
    return shown.host.removeprefix("www.") if shown else ""


def _is_in_evidence(link: Link, context: CheckContext) -> bool:
    return any(link.url.casefold() in e.text.casefold() for e in context.evidence)


def _is_registered(link: Link, known: frozenset[str]) -> bool:
    """The front page and opt-out pages are always known; every other path must stand in the evidence."""
    return not link.path or link.target in known or any(word in link.path.casefold() for word in _OPT_OUT)
