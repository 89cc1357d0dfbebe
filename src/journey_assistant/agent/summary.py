"""The handoff summary, built without a model: what the colleague must know before the transcript."""

from __future__ import annotations

from journey_assistant.agent.earlier import elsewhere
from journey_assistant.domain.decision import Reason
from journey_assistant.domain.handoff import HandoffSummary, SummaryEntry
from journey_assistant.domain.mentioned import mentioned
from journey_assistant.domain.perceived import Perceived
from journey_assistant.domain.signals import in_words
from journey_assistant.domain.timeline import Event

_LINE = 200
"""Longest entry in characters; the transcript has the rest."""
_TURNS = 4
_NAMED = 6

_NEXT_STEPS = {
    "danger": "Read the message now and secure the person or the account before anything else.",
    "privacy_request": "Verify the identity, then start the privacy procedure.",
    "legal_threat": "Answer in person; promise nothing about the matter itself.",
    "vulnerable": "Answer in person, with care; no process talk first.",
    "asked_for_person": "Pick up the conversation; the customer asked for a person.",
    "negative_sentiment": "Apologise for what went wrong, then solve it; no offers.",
    "repeated_contact": "Read what was tried below; do not repeat it.",
    "money_decision": "Decide about the request; nothing was promised.",
    "no_answer": "Answer the question; the help centre does not cover it.",
    "unvalidated_language": "Answer in the customer's language.",
    "shadow": "Answer as you would; the assistant only watches here so far.",
    "off": "Answer yourself; the assistant is switched off here.",
    "system_doubt": "Check the facts below before you answer; they were in doubt.",
    "frustrated_prospect": "Call before any sales mail goes out: solve the ticket first, then talk about plans.",
    "closed_won": "Open the onboarding with the goals below; do not ask for them again.",
    "churn_risk": "Talk to them before the renewal; start with what they do not use any more.",
    "cancellation_intent": "Reach out today and ask what made them look at leaving.",
    "nps_detractor": "Thank them for the candour and ask what would have made it a better answer.",
    "intent_surge": "Research the account; what we bought about them is never quoted to them.",
    "key_account_silent": "Find out whether the account is well; bring something of use.",
}


def summarise(perceived: Perceived, reasons: tuple[Reason, ...]) -> HandoffSummary:
    """Goal, facts, tried, promised, mood, channel, next step and why this colleague, each entry with its source."""
    code = reasons[0].code if reasons else "no_answer"
    return HandoffSummary(
        goal=_goal(perceived, reasons),
        facts=_facts(perceived),
        tried=_tried(perceived),
        promised=_promised(perceived),
        sentiment=_mood(perceived),
        preferred_channel=str(perceived.snapshot.customer.declared.get("preferred_channel", "")),
        next_step=_NEXT_STEPS.get(code, "Take over the conversation with what stands here."),
        why_you=reasons[0].why if reasons else "",
    )


def _tried(perceived: Perceived) -> tuple[SummaryEntry, ...]:
    """What was answered here, after what was tried for the same issue before."""
    before = elsewhere(perceived, perceived.issue.tried) if perceived.issue else ()
    here = perceived.conversation.assistant_turns[-_TURNS:]
    return (
        *(SummaryEntry(_cut(entry.text), entry.source) for entry in before[-_TURNS:]),
        *(SummaryEntry(_cut(turn.text), turn.id) for turn in here),
    )


def _goal(perceived: Perceived, reasons: tuple[Reason, ...]) -> str:
    message = perceived.snapshot.message
    if message is not None:
        asked = [t.text for t in perceived.conversation.customer_turns[-2:]]
        issue = perceived.issue
        begun = elsewhere(perceived, (issue.goal,)) if issue and issue.goal and not asked else ()
        return _cut(" / ".join([*(entry.text for entry in begun), *asked, message.text]))
    deal = perceived.snapshot.timeline.newest("deal_stage_changed", until=perceived.snapshot.now_at)
    if deal is not None and deal.properties.get("goals"):
        return _cut(_listed(deal.properties["goals"]))
    return _cut(str(perceived.snapshot.customer.declared.get("goal") or (reasons[0].why if reasons else "")))


def _facts(perceived: Perceived) -> tuple[SummaryEntry, ...]:
    snapshot = perceived.snapshot
    customer, account = snapshot.customer, snapshot.customer.account
    who = ", ".join(part for part in (customer.name, customer.role, account.name if account else "") if part)
    facts = [SummaryEntry(who, "customer")] if who else []
    if customer.plan:
        facts.append(SummaryEntry(f"Plan: {customer.plan}", "customer.plan"))
    if snapshot.message is not None:
        facts.extend(SummaryEntry(f"Named: {said.text}", said.source) for said in mentioned(snapshot)[:_NAMED])
    deal = snapshot.timeline.newest("deal_stage_changed", until=snapshot.now_at)
    if deal is not None and deal.properties.get("pain_points"):
        facts.append(SummaryEntry(_cut(f"Pain points: {_listed(deal.properties['pain_points'])}"), deal.id))
    for signal in perceived.signals:
        source = signal.evidence[-1] if signal.evidence else signal.name
        measured = in_words(signal.facts)
        name = signal.name.replace("_", " ")
        facts.append(SummaryEntry(_cut(f"{name}: {measured}" if measured else name), source))
    facts.extend(SummaryEntry(_cut(text), source) for text, source in _ticket_lines(perceived))
    return tuple(facts)


def _ticket_lines(perceived: Perceived) -> list[tuple[str, str]]:
    signal = perceived.signal("open_ticket")
    lines = []
    for event_id in signal.evidence if signal else ():
        event = perceived.snapshot.timeline.get(event_id)
        if event is not None and event.type == "ticket_opened":
            lines.append((f"Ticket: {event.text_of('subject') or event.text_of('topic')}", str(event.id)))
    return lines


def _promised(perceived: Perceived) -> tuple[SummaryEntry, ...]:
    """Promises stand where colleagues note them (the ``promised`` property of deals, notes and calls), and in what
    they wrote to the customer."""
    timeline, now = perceived.snapshot.timeline, perceived.snapshot.now_at
    noted: list[Event] = timeline.of("deal_stage_changed", "note_added", "call_logged", until=now)
    said = perceived.issue.promised if perceived.issue else ()
    return (
        *(
            SummaryEntry(_cut(_listed(event.properties["promised"])), event.id)
            for event in noted
            if event.properties.get("promised")
        ),
        *(SummaryEntry(_cut(entry.text), entry.source) for entry in said),
    )


def _mood(perceived: Perceived) -> str:
    if perceived.snapshot.message is not None:
        return perceived.sentiment.label
    return perceived.readings[-1].sentiment.label if perceived.readings else "neutral"


def _listed(value: object) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list | tuple) else str(value)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LINE else text[: _LINE - 1].rstrip() + "…"
