"""Drafts: a play's template filled with what its material allows, or an answer for a colleague to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from journey_assistant.domain.company import Offer
from journey_assistant.domain.knowledge import Citation, RetrievedPassage
from journey_assistant.domain.outcome import DraftMessage
from journey_assistant.domain.perceived import Perceived
from journey_assistant.domain.play import Material
from journey_assistant.domain.policy.consent import permitted_channel
from journey_assistant.playbook.play_schema import Play
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.prompts import Prompts

SUBJECT_CHARS = 78
"""Longest subject line (policy, channels.email)."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a draft hands over: a title, and a link when the company lists one."""

    title: str
    url: str | None = None

    def __str__(self) -> str:
        return f"{self.title} ({self.url})" if self.url else f"our guide “{self.title}”"


def play_draft(
    perceived: Perceived,
    material: Material,
    found: RetrievedPassage | None,
    playbook: Playbook,
    prompts: Prompts,
    *,
    template: str | None = None,
) -> DraftMessage:
    """The draft of a play. ``found`` is the best passage of the help centre, for want of a company's resource.

    ``template`` is another of the play's templates than its first.
    """
    play = playbook.plays[material.play]
    channel = _channel(perceived, play)
    prompt = prompts.get(f"plays/{template or play.template}")
    inputs = _inputs(perceived, material, found, playbook)
    body = _sentence_case(prompt.render(**inputs))
    subject = prompt.render_subject(**inputs) if channel == "email" else None
    return DraftMessage(
        text=body + _opt_out(play, channel, perceived, playbook),
        channel=channel,
        purpose=play.purpose,
        subject=_cut(subject) if subject else None,
        citations=_citations(material, found),
        facts=tuple(dict.fromkeys(fact.source_id for fact in material.facts)),
        reviewer=perceived.snapshot.customer.csm or play.owner,
        offer=material.offer.id if material.offer else None,
    )


def _channel(perceived: Perceived, play: Play) -> str:
    snapshot = perceived.snapshot
    preferred = snapshot.customer.declared.get("preferred_channel")
    wanted = preferred if isinstance(preferred, str) else None
    args = (snapshot.customer, snapshot.timeline, play.purpose, wanted, play.channels, snapshot.now_at)
    return permitted_channel(*args).channel or play.channels[0]


def _inputs(
    perceived: Perceived, material: Material, found: RetrievedPassage | None, playbook: Playbook
) -> dict[str, object]:
    customer, company = perceived.snapshot.customer, playbook.company
    details = {key: value.replace("_", " ") for key, value in material.details.items()}
    if company.brand and "amount" in details:
        details["amount"] = f"{details['amount']} {company.currency}"
    elif "amount" in details:
        del details["amount"]
    return {
        "name": customer.first_name,
        "sender": _sender(customer.csm, playbook),
        "brand": company.brand,
        "company": customer.account.name if customer.account else "",
        "plan": customer.plan or "",
        "goal": details.get("goal", "").rstrip(". "),
        "details": SimpleNamespace(**details),
        "resource": _resource(material, found),
        "offer": offer_words(material.offer) if material.offer else None,
    }


def offer_words(offer: Offer) -> str:
    """An offer with its conditions, as sentences."""
    return " ".join(words if words[-1] in ".!?" else f"{words}." for words in (offer.text, offer.conditions) if words)


def _sender(csm: str | None, playbook: Playbook) -> str:
    """The success manager signs; without one, the company's sender."""
    if csm:
        return csm[:1].upper() + csm[1:]
    brand = playbook.company.brand
    return playbook.company.sender_name or (f"Your team at {brand}" if brand else "Your team")


def _resource(material: Material, found: RetrievedPassage | None) -> Given | None:
    if material.resource is not None:
        return Given(material.resource.title, material.resource.url)
    return Given(found.passage.title) if found is not None else None


def _citations(material: Material, found: RetrievedPassage | None) -> tuple[Citation, ...]:
    if material.resource is not None or found is None:
        return ()
    return (Citation(found.passage.article_id, found.passage.id, found.passage.title),)


def _opt_out(play: Play, channel: str, perceived: Perceived, playbook: Playbook) -> str:
    """Every marketing message says how to stop; the link is the company's preferences page."""
    if play.purpose != "marketing":
        return ""
    code = "opt_out_sms" if channel == "sms" else "opt_out"
    words = playbook.phrase(code, perceived.language).format(
        url=playbook.company.preferences_url, brand=playbook.company.brand
    )
    return f"\n\n{words}"


def _sentence_case(body: str) -> str:
    """A paragraph that begins with a filled-in value begins with a capital letter."""
    return "\n\n".join(part[:1].upper() + part[1:] for part in body.split("\n\n"))


def _cut(subject: str) -> str:
    subject = " ".join(subject.split())
    return subject if len(subject) <= SUBJECT_CHARS else subject[: SUBJECT_CHARS - 1].rstrip() + "…"
