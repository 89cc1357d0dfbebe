"""How the customer feels: tickets, texts, surveys."""

from __future__ import annotations

from journey_assistant.domain.conversation import conversation_of
from journey_assistant.domain.numbers import number_of
from journey_assistant.domain.sentiment import TextReading
from journey_assistant.domain.signals import Signal
from journey_assistant.domain.tickets import newest_upset, open_tickets, recovered_at
from journey_assistant.domain.timeline import Event
from journey_assistant.perception.signals.view import MESSAGE_EVIDENCE, SignalView, signal


def open_ticket(view: SignalView) -> Signal | None:
    """A ticket of any kind is open or pending; ``at`` is when the first of them was opened."""
    tickets = open_tickets(view.timeline, view.now)
    if not tickets:
        return None
    return signal(
        "open_ticket", [t.event_id for t in tickets], tickets[0].opened_at,
        ticket_ids=tuple(t.id for t in tickets), topics=tuple(dict.fromkeys(t.topic for t in tickets)),
        subject=tickets[-1].subject, count=len(tickets), upset=any(t.is_upset for t in tickets),
    )  # fmt: skip


def sentiment_drop(view: SignalView) -> Signal | None:
    """The newest text of a conversation is negative after earlier ones in it were not."""
    if view.message is not None:
        return _drop_now(view) if view.message.is_negative else None
    texts = [r for r in view.readings if r.conversation_id and not r.by_crm and r.at <= view.now]
    if not texts or not texts[-1].sentiment.is_negative:
        return None
    newest = texts[-1]
    calm = [r for r in texts[:-1] if r.conversation_id == newest.conversation_id and not r.sentiment.is_negative]
    return _drop(calm, str(newest.event_id), view, conversation=newest.conversation_id) if calm else None


def _drop_now(view: SignalView) -> Signal | None:
    """The moment's own message is the newest text."""
    conversation = conversation_of(view.snapshot)
    own = {turn.id for turn in conversation.customer_turns}
    calm = [r for r in view.readings if str(r.event_id) in own and not r.by_crm and not r.sentiment.is_negative]
    return _drop(calm, MESSAGE_EVIDENCE, view, conversation=conversation.id) if calm else None


def _drop(calm: list[TextReading], newest: str, view: SignalView, conversation: str | None) -> Signal:
    event = view.timeline.get(newest)
    behind = [str(calm[-1].event_id), newest]
    return signal("sentiment_drop", behind, event.at if event else view.now, conversation_id=conversation)


def negative_sentiment(view: SignalView) -> Signal | None:
    """Upset within 7 days and not recovered since; the moment's own message is the newest text."""
    if view.message is not None and view.message.is_negative:
        return signal("negative_sentiment", [MESSAGE_EVIDENCE], view.now, source="message", by_crm=False)
    upset = newest_upset(view.timeline, view.readings, view.now, view.rules)
    if upset is None:
        return None
    return signal("negative_sentiment", [str(upset.event_id)], upset.at, source=upset.source, by_crm=upset.by_crm)


def nps_detractor(view: SignalView) -> Signal | None:
    """The newest NPS is 6 or less, or the newest CSAT 2 or less; the newer of the two."""
    unhappy = [
        event
        for event, least in (
            (view.newest("nps_submitted"), view.rules.detractor_nps),
            (view.newest("csat_submitted"), view.rules.unhappy_csat),
        )
        if event is not None and (score := _score(event)) is not None and score <= least
    ]
    if not unhappy:
        return None
    newest = max(unhappy, key=lambda e: (e.at, e.id))
    recovered = recovered_at(view.timeline, view.readings, newest.at, view.now, view.rules)
    survey = newest.type.removesuffix("_submitted")
    return signal(
        "nps_detractor", [newest], score=_score(newest), survey=survey, recovered=recovered is not None,
        recovered_by=recovered[1] if recovered else None, comment=newest.text_of("comment"),
    )  # fmt: skip


def nps_promoter(view: SignalView) -> Signal | None:
    """The newest NPS is 9 or 10."""
    newest = view.newest("nps_submitted")
    score = _score(newest) if newest else None
    if newest is None or score is None or score < view.rules.promoter_nps:
        return None
    return signal("nps_promoter", [newest], score=score, comment=newest.text_of("comment"))


def _score(event: Event) -> float | None:
    return number_of(event.properties.get("score"))
