"""Checked and CheckContext: the text under check, and everything a guardrail may compare it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from journey_assistant.domain.company import Offer
from journey_assistant.domain.customer import Customer
from journey_assistant.domain.needs import Need
from journey_assistant.domain.policy.policy import DEFAULT_POLICY as DEFAULT_RULES
from journey_assistant.domain.policy.policy import Policy
from journey_assistant.domain.sentiment import TextReading
from journey_assistant.domain.timeline import Timeline
from journey_assistant.guardrails.policy import DEFAULT_POLICY, GuardPolicy
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.language import language_of
from journey_assistant.guardrails.reading.sentences import Part, sentences

Surface = Literal["draft", "chat", "crm_note", "kb_doc", "event", "import"]
INBOUND: tuple[Surface, ...] = ("chat", "crm_note", "kb_doc", "event", "import")
PROACTIVE_CHANNELS = ("email", "sms", "push")


@dataclass(frozen=True)
class Checked:
    """One text under check. ``surface`` draft goes out; every other one came in."""

    text: str
    surface: Surface = "draft"

    @cached_property
    def folded(self) -> str:
        """The text without case and accents, each character in its place."""
        return fold(self.text)

    @cached_property
    def sentences(self) -> tuple[Part, ...]:
        """Its sentences; the subject line of an e-mail is one."""
        return sentences(self.text)

    @cached_property
    def language(self) -> str:
        """The language it is written in, or "" when that cannot be told."""
        return language_of(self.text)

    @cached_property
    def subject(self) -> str | None:
        """The subject of an e-mail ("Subject: …" on the first line), or None."""
        first, _, _ = self.text.partition("\n")
        return first[8:].strip() if first.startswith("Subject:") else None

    @property
    def body(self) -> str:
        """The text without its subject line."""
        return self.text if self.subject is None else self.text.partition("\n")[2].strip()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing the writer was given: a passage of the knowledge base or a fact of this customer's timeline.

    ``declared``: the customer said it. ``behavioural``: we saw it (it may steer, its details may not appear).
    ``internal``: for colleagues only. ``trusted`` False: superseded, past its review date or unreviewed.
    """

    id: str
    text: str
    kind: Literal["passage", "fact"] = "passage"
    declared: bool = False
    behavioural: bool = False
    internal: bool = False
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a message comes from; ``reviews_before_send`` says that this person reads it before it goes out."""

    name: str = ""
    role: str = ""
    reviews_before_send: bool = False


@dataclass(frozen=True, slots=True)
class DoneAction:
    """Something that was really done in this run; ``details`` are its visible values (a queue, a ticket)."""

    action: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherCustomer:
    """Identifiers of somebody else's record; empty fields are unknown."""

    name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    orders: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckContext:
    """What a text is checked against. Build it from a labelled case or from the values of a run.

    ``replying``: the text answers the customer's own message. ``sentiment`` is the customer's present mood.
    ``similarity`` compares two sentences from 0 to 1 (the encoder); without it words decide.
    ``rules`` are the contact rules (consent, caps, quiet hours), ``policy`` the limits of texts and links.
    ``article_names`` are names that the help centre speaks of: things, not somebody.
    ``trusted_sentences`` are fixed phrases that a person wrote for this place (templates, handover texts).
    """

    now_at: datetime
    customer: Customer
    brand: str = ""
    channel: str = "chat"
    purpose: str = "service"
    campaign: str | None = None
    replying: bool = True
    sentiment: str = "neutral"
    thread_language: str | None = None
    identity_verified: bool = True
    sender: Sender = Sender()
    evidence: tuple[Evidence, ...] = ()
    actions_done: tuple[DoneAction, ...] = ()
    offers: tuple[Offer, ...] = ()
    timeline: Timeline = field(default_factory=Timeline, compare=False)
    account_timeline: Timeline = field(default_factory=Timeline, compare=False)
    other_customers: tuple[OtherCustomer, ...] = ()
    competitors: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    article_names: frozenset[str] = field(default=frozenset(), repr=False)
    allow_domains: tuple[str, ...] = ()
    canary: str = ""
    prompt_texts: tuple[str, ...] = ()
    secret_hashes: frozenset[str] = frozenset()
    trusted_sentences: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    approved_sha256: str | None = None
    seen_event_ids: frozenset[str] = frozenset()
    provenance: str = ""
    readings: tuple[TextReading, ...] = ()
    rules: Policy = DEFAULT_RULES
    policy: GuardPolicy = DEFAULT_POLICY
    similarity: Callable[[str, str], float] | None = field(default=None, compare=False)

    @cached_property
    def language(self) -> str:
        """The language to write in: the thread's, else the profile's, else English."""
        return (self.thread_language or self.customer.language or "en").split("-")[0].casefold()

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The hosts that links may lead to."""
        return frozenset(h.casefold() for h in (*self.allow_domains, *self.policy.domains_of(self.brand)))

    @cached_property
    def facts(self) -> tuple[Evidence, ...]:
        """The evidence that is about this customer."""
        return tuple(e for e in self.evidence if e.kind == "fact")

    @cached_property
    def declared(self) -> tuple[str, ...]:
        """What the customer told us: declared facts and the fields of the profile they filled in."""
        said = [e.text for e in self.evidence if e.declared]
        role = [f"role {self.customer.role}"] if self.customer.role else []
        return (*said, *role, *(f"{key} {value}" for key, value in self.customer.declared.items()))

    @cached_property
    def handed_over(self) -> bool:
        """This run gives the matter to a person."""
        return any("human" in a.action or "hand" in a.action or "escalat" in a.action for a in self.actions_done)

    @cached_property
    def offer_texts(self) -> tuple[str, ...]:
        """The approved offers in words."""
        return tuple(
            " ".join(filter(None, (f"code {o.code}" if o.code else "", o.text, o.value, o.conditions)))
            for o in self.offers
        )

    @cached_property
    def record_texts(self) -> tuple[str, ...]:
        """The fields of the customer's record that they may see, as words."""
        return tuple(self._record())

    def _record(self) -> Iterator[str]:
        customer, account = self.customer, self.customer.account
        known = (customer.name, customer.email, customer.phone, customer.plan, customer.role, customer.timezone)
        yield from filter(None, (*known, self.brand, self.sender.name, self.sender.role))
        yield from (f"{key} {value}" for key, value in customer.declared.items())
        yield from (f"{key} {value:g}" for key, value in customer.limits.items())
        yield from (str(customer.extra[k]) for k in ("tier", "title", "company") if customer.extra.get(k))
        yield from customer.key_features
        tickets = self.timeline.of("ticket_opened", until=self.now_at)
        yield from (f"ticket {t.properties.get('ticket_id', t.id)} {t.text_of('topic')}" for t in tickets)
        if account is not None:
            dates = account.renews_at.isoformat() if account.renews_at else ""
            yield from filter(None, (account.name, account.industry, account.billing, dates))
            yield from [str(account.employees)] if account.employees is not None else []
