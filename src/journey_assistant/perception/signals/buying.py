"""On the way to buying, and how our messages were received."""

from __future__ import annotations

from collections.abc import Iterable

from journey_assistant.domain.activity import deal_stage
from journey_assistant.domain.numbers import number_of
from journey_assistant.domain.pages import returned_within
from journey_assistant.domain.sends import ignored_in_a_row, is_upsell, sends_within
from journey_assistant.domain.signals import Signal
from journey_assistant.domain.timeline import Event, Party
from journey_assistant.perception.signals.view import SignalView, signal


def ignored_upsell(view: SignalView) -> Signal | None:
    """The last two upsell messages were sent and not opened within 72 hours."""
    upsells = tuple(s for s in sends_within(view.timeline, view.now, view.rules.memory) if is_upsell(s, view.rules))
    unread = ignored_in_a_row(view.timeline, upsells, view.now, view.rules)
    if not unread:
        return None
    at = unread[-1].at + view.rules.ignored_after
    return signal("ignored_upsell", [s.event_id for s in unread], at, topic=unread[-1].topic, play=unread[-1].play)


def download_not_followed(view: SignalView) -> Signal | None:
    """A guide or white paper was downloaded and no visit began in the 48 hours after."""
    rules = view.rules
    for download in reversed(view.remembered("content_downloaded")[-20:]):
        until = download.at + rules.followed_within
        if view.now < until or not _says(download, ("kind", "title"), rules.download_words):
            continue
        if not returned_within(view.timeline, download.at, until, rules):
            title, kind = download.text_of("title"), download.text_of("kind")
            return signal("download_not_followed", [download], until, title=title, kind=kind)
        return None
    return None


def webinar_attended(view: SignalView) -> Signal | None:
    """Attended a webinar; ``industry`` is what they chose in the survey that went with it."""
    webinar = view.newest("webinar_attended")
    if webinar is None:
        return None
    surveys = view.timeline.of("survey_answered", since=webinar.at, until=view.now)[:5]
    answered = next((s for s in surveys if _industry(s)), None)
    behind = [webinar, answered] if answered else [webinar]
    industry = _industry(answered) if answered else None
    return signal("webinar_attended", behind, webinar.at, title=webinar.text_of("title"), industry=industry)


def _industry(survey: Event) -> str | None:
    answers = survey.properties.get("answers")
    chosen = answers.get("industry") if isinstance(answers, dict) else None
    return chosen if isinstance(chosen, str) and chosen else None


def comparison_done(view: SignalView) -> Signal | None:
    """A comparison quiz was completed, or a buyer's guide downloaded."""
    rules = view.rules
    quizzes = [e for e in view.remembered("quiz_completed")[-20:] if _says(e, ("quiz",), rules.comparison_words)]
    guides = [
        e
        for e in view.remembered("content_downloaded")[-20:]
        if _says(e, ("title", "kind"), (*rules.buyer_guide_words, *rules.comparison_words))
    ]
    if not quizzes and not guides:
        return None
    newest = max([*quizzes, *guides], key=lambda e: (e.at, e.id))
    answers = newest.properties.get("answers")
    title = newest.text_of("quiz") or newest.text_of("title")
    return signal("comparison_done", [newest], title=title, answers=answers if isinstance(answers, dict) else {})


def _says(event: Event, keys: Iterable[str], words: Iterable[str]) -> bool:
    text = " ".join(" ".join(event.text_of(key).replace("_", " ").split()) for key in keys).casefold()
    return any(word in f" {text} " for word in words)


def closed_won(view: SignalView) -> Signal | None:
    """The deal's newest stage is closed won."""
    deal = view.newest("deal_stage_changed")
    if deal is None or deal_stage(deal) != "won":
        return None
    amount = number_of(deal.properties.get("amount"))
    goals, pains = _listed(deal, "goals"), _listed(deal, "pain_points")
    return signal("closed_won", [deal], amount=amount, goals=goals, pain_points=pains)


def _listed(event: Event, key: str) -> tuple[str, ...]:
    value = event.properties.get(key)
    return tuple(str(v) for v in value) if isinstance(value, list | tuple) else ()


def signed_up(view: SignalView) -> Signal | None:
    """Signed up, with the role and goal they declared."""
    event = view.newest("signed_up")
    if event is None:
        return None
    role, goal, plan = (event.text_of(key) or None for key in ("role", "goal", "plan"))
    return signal("signed_up", [event], role=role, goal=goal, plan=plan)


def intent_surge(view: SignalView) -> Signal | None:
    """Reported intent of 80 or more, or of two providers at 70 or more within seven days. For colleagues only."""
    rules = view.rules
    reports = [
        (e, score)
        for e in view.remembered("intent_reported")[-200:]
        if e.party is not Party.ZERO and (score := number_of(e.properties.get("score"))) is not None
    ]
    strong = [(e, s) for e, s in reports if s >= rules.shared_intent]
    for last in range(len(strong) - 1, -1, -1):
        event, score = strong[last]
        together = [(e, s) for e, s in strong[: last + 1] if event.at - e.at <= rules.intent_window]
        providers = {e.text_of("provider").casefold() for e, _ in together}
        if score >= rules.strong_intent or len(providers) > 1:
            best = max(s for _, s in together)
            topics = tuple(dict.fromkeys(e.text_of("topic") for e, _ in together))
            found = tuple(sorted(dict.fromkeys(e.text_of("provider") for e, _ in together)))
            return signal("intent_surge", [e for e, _ in together], score=best, providers=found, topics=topics)
    return None
