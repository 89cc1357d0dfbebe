"""The preference question: one, added to an answer that went well, when what we learn would change what we do."""

from __future__ import annotations

from dataclasses import dataclass

from journey_assistant.agent.extract import MAX_CHARS
from journey_assistant.agent.state import RunState
from journey_assistant.domain.known_facts import known_facts
from journey_assistant.domain.perceived import Perceived
from journey_assistant.perception.profile import gap_to_ask_about
from journey_assistant.playbook.evaluate import evaluate
from journey_assistant.playbook.playbook import Playbook

PLAY = "preference_question"
UPSET_AT = 0.5
"""Probability of frustration from which nobody is asked for a favour."""
ANSWERS = ("quotes", "record", "model")
"""Kinds of answers that say what was asked; a plan that lacks it, a fixed phrase or a question back do not."""
TROUBLE = ("negative_sentiment", "sentiment_drop", "open_ticket", "nps_detractor", "payment_failed")
"""Signals under which a customer has something better to do than to tell us more about themselves."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The field that the answer would fill, and our words: the question, why, and what it changes."""

    field: str
    phrase: str


def preference_question(state: RunState, playbook: Playbook, text: str) -> Asked | None:
    """What to ask after this text, or None: an answer alone is asked after, never a refusal, question or farewell."""
    perceived, decision = state["perceived"], state["decision"]
    answers = decision.reasons[0].code == "answer" and state["answer"].kind in ANSWERS
    if not answers or not _may_be_asked(perceived, playbook):
        return None
    scene = playbook.scene(perceived)
    wanted = {
        question.field: playbook.phrases[question.phrase]
        for question in playbook.questions
        if question.unless is None or not evaluate(question.unless, scene).holds
    }
    field = gap_to_ask_about(perceived.snapshot, known_facts(perceived.snapshot), wanted)
    phrase = wanted.get(field or "", {}).get(perceived.language)
    return Asked(field, phrase) if field and phrase and len(text) + len(phrase) + 2 <= MAX_CHARS else None


def _may_be_asked(perceived: Perceived, playbook: Playbook) -> bool:
    """Never while negative or in trouble, and only where the play may run for this customer."""
    play, message, customer = playbook.plays.get(PLAY), perceived.snapshot.message, perceived.snapshot.customer
    if play is None or not play.enabled or message is None or message.channel not in play.channels:
        return False
    if playbook.autonomy_for_play(play) in ("off", "shadow") or customer.stop_state is not None:
        return False
    if customer.experiments.get(PLAY, "").casefold() == "holdout":
        return False
    is_upset = perceived.sentiment.is_negative or perceived.sentiment.frustrated >= UPSET_AT
    return not is_upset and not any(perceived.signal(name) for name in TROUBLE)
