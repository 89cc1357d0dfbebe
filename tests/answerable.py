"""A question that two passages answer, for tests of what a model is asked and may say."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from journey_assistant.agent.propose import Task
from journey_assistant.domain.conversation import conversation_of
from journey_assistant.domain.decision import Route
from journey_assistant.domain.knowledge import ArticleId, Passage, PassageId, Retrieval, RetrievedPassage
from journey_assistant.domain.perceived import Perceived
from journey_assistant.domain.timeline import Event
from journey_assistant.prompts import Prompts
from timelines import snapshot

ALLOWED = (Route.SELF_RESOLVE, Route.DRAFT_MESSAGE, Route.ROUTE_TO_HUMAN)
QUESTION = "How long before a session can we cancel it?"
CANCELLING = "You can cancel a session up to 48 hours before it begins. Later, the whole price is due."
REFUNDS = "A cancelled session is refunded within 5 days, unless it was a gift."
PERSON = {"name": "Xanthe Halloran", "email": "xanthe@lowceiling.example", "phone": "+44 20 7946 0018", "csm": "tamsin"}


def prompts() -> Prompts:
    """The prompts of the product."""
    return Prompts(Path(__file__).parents[1] / "prompts")


def passage(number: int, text: str, **fields: Any) -> RetrievedPassage:
    """One retrieved passage of an article of its own."""
    marks = {key: fields.pop(key) for key in ("stale", "other_plan") if key in fields}
    piece = Passage(PassageId(f"a{number}#0"), ArticleId(f"a{number}"), f"Article {number}", "", text, 0, **fields)
    return RetrievedPassage(piece, 1.0 / number, **marks)


def found(*texts: str) -> tuple[Retrieval, ...]:
    """What was found for one question, best first."""
    passages = tuple(passage(n, text) for n, text in enumerate(texts, 1))
    return (Retrieval(QUESTION, passages, answerability=0.9),)


def task(
    text: str = QUESTION, events: Iterable[Event] = (), retrievals: tuple[Retrieval, ...] | None = None, **fields: Any
) -> Task:
    """The task of answering a message of ours."""
    moment = snapshot(events, text=text, **(PERSON | fields.pop("person", {})))
    perceived = Perceived(moment, conversation=conversation_of(moment))
    retrievals = found(CANCELLING, REFUNDS) if retrievals is None else retrievals
    return Task(perceived, retrievals, **{"allowed": ALLOWED, "brand": "Low Ceiling", **fields})
