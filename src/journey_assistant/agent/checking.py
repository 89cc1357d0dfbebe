"""What the guardrails compare a text with, built from the values of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from journey_assistant.agent.propose import canary_of
from journey_assistant.agent.records import RECORD_READS
from journey_assistant.agent.state import Parts, RunState
from journey_assistant.domain.company import Company
from journey_assistant.domain.knowledge import Passage, Retrieval
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.outcome import DraftMessage, Reply
from journey_assistant.domain.perceived import Perceived
from journey_assistant.domain.play import Material
from journey_assistant.guardrails.context import CheckContext, Evidence, Sender
from journey_assistant.prompts import Prompt

_SLOT = re.compile(r"\{\{[^{}]{0,400}\}\}|\{%[^{}]{0,400}%\}")
_LITERAL = re.compile(r'"([^"]*)"')


def inbound_context(perceived: Perceived, parts: Parts) -> CheckContext:
    """For text that came in: who the customer is, what they need, and our brand."""
    return _base(perceived, parts)


def outbound_context(state: RunState, text: Reply | DraftMessage, parts: Parts) -> CheckContext:
    """For text about to go out: everything that its writer was given."""
    perceived, material = state["perceived"], state.get("material")
    drafted = isinstance(text, DraftMessage)
    evidence = (
        *_passages(state.get("retrievals", ())),
        *_record(perceived.snapshot),
        *_facts(material, parts.playbook.company),
        *_wording(material, parts),
    )
    base = _base(perceived, parts)
    return replace(
        base,
        channel=text.channel,
        purpose=text.purpose if isinstance(text, DraftMessage) else "service",
        campaign=state["decision"].play,
        replying=perceived.snapshot.message is not None,
        evidence=evidence,
        offers=(material.offer,) if material and material.offer else (),
        sender=Sender(name=perceived.snapshot.customer.csm or "", reviews_before_send=drafted),
        trusted_sentences=_fixed_phrases(parts, perceived.language),
        canary=canary_of(parts.prompts.hash),
        prompt_texts=(parts.prompts.get("decide").body,) if parts.model is not None else (),
        needs=(),
    )


def _base(perceived: Perceived, parts: Parts) -> CheckContext:
    snapshot, company = perceived.snapshot, parts.playbook.company
    return CheckContext(
        now_at=snapshot.now_at,
        customer=snapshot.customer,
        brand=company.brand,
        sentiment=_mood(perceived),
        thread_language=perceived.language if snapshot.message else None,
        timeline=snapshot.timeline,
        account_timeline=snapshot.account_timeline,
        plans=tuple(plan.name for plan in company.plans),
        article_names=parts.article_names,
        allow_domains=(*company.allow_domains, urlsplit(company.base_url).hostname or ""),
        needs=perceived.needs,
        rules=parts.playbook.policy,
    )


def _mood(perceived: Perceived) -> str:
    if perceived.snapshot.message is not None:
        return perceived.sentiment.label
    return "negative" if perceived.signal("negative_sentiment") else "neutral"


def _words_of(passage: Passage) -> str:
    """The passage with its titles and, after it, the plans that it is true for."""
    plans = f"\nPlans: {', '.join(passage.plans)}." if passage.plans else ""
    return f"{passage.title}. {passage.heading}. {passage.text}{plans}"


def _passages(retrievals: Iterable[Retrieval]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(str(p.passage.id), _words_of(p.passage), trusted=not p.stale)
        for retrieval in retrievals
        for p in retrieval.passages
    )


def _record(snapshot: Snapshot) -> tuple[Evidence, ...]:
    """Everything the customer's own record says may be said to them."""
    reads = ((name, read(snapshot)) for name, read in RECORD_READS.items())
    return tuple(Evidence(name, read.text, kind="fact") for name, read in reads if read.sentences)


def _facts(material: Material | None, company: Company) -> tuple[Evidence, ...]:
    """What a draft may rest on: facts with their words, and the values that its template fills in."""
    if material is None:
        return ()
    facts = [
        Evidence(f.source_id, f"{f.name} {f.value}", kind="fact", declared=f.declared, behavioural=f.behavioural)
        for f in material.facts
    ]
    details = dict(material.details)
    if "amount" in details:
        details["amount"] = f"{details['amount']} {company.currency}"
    facts += [Evidence(f"detail.{key}", value, kind="fact") for key, value in details.items()]
    if material.resource is not None:
        facts.append(Evidence(f"resource.{material.resource.id}", f"{material.resource.title} {material.resource.url}"))
    return tuple(facts)


def _wording(material: Material | None, parts: Parts) -> tuple[Evidence, ...]:
    """The own words of the play's templates: a colleague wrote and reviewed them."""
    if material is None:
        return ()
    template = f"plays/{parts.playbook.plays[material.play].template}"
    names = [name for name in parts.prompts.names if name == template or name.startswith(f"{template}.")]
    return tuple(_words_of_template(parts.prompts.get(name)) for name in names)


def _words_of_template(prompt: Prompt) -> Evidence:
    source = f"{prompt.about.subject or ''}\n{prompt.body}"
    words = _SLOT.sub(lambda slot: "".join(_LITERAL.findall(slot.group())), source)
    return Evidence(f"template.{prompt.name}", words)


def what_may_be_said(state: RunState, parts: Parts) -> tuple[Evidence, ...]:
    """What a play's draft may tell its reader: facts that may be said, what its template fills in, its resource."""
    return tuple(one for one in _facts(state.get("material"), parts.playbook.company) if not one.behavioural)


def resources_of(company: Company) -> tuple[Evidence, ...]:
    """The company's own resources: a reviewer may put another one in."""
    return tuple(Evidence(f"resource.{one.id}", f"{one.title} {one.url}") for one in company.resources)


def _fixed_phrases(parts: Parts, language: str) -> tuple[str, ...]:
    return tuple(texts.get(language, texts["en"]) for texts in parts.playbook.phrases.values())
