"""What is lost at this moment, and what happens meanwhile: asked by /ready, shown to colleagues on every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from journey_assistant.agent.state import Parts
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.errors import PortError
from journey_assistant.ports import Resting

BY_WORDS = "Search goes by words alone: more questions go to a person."
TO_PERSON = "A person gets every message: nothing is answered alone."
RESTS = "Messages that need it go to a person."
QUOTES = "Answers are quotes of the help centre."


@dataclass(frozen=True, slots=True)
class LostPart:
    """A part that is down or works in part: why, and what the product does meanwhile."""

    part: str
    why: str
    meanwhile: str


def lost_parts(parts: Parts, tenant_id: TenantId = DEFAULT_TENANT) -> tuple[LostPart, ...]:
    """The parts that decide with less than everything now; none when all is well. Asks each of them, sends nothing."""
    return tuple(_lost(parts, tenant_id))


def _lost(parts: Parts, tenant_id: TenantId) -> Iterator[LostPart]:
    try:
        parts.perception.encoder.read("hello")
    except PortError as error:
        yield LostPart("encoder", _why(error), TO_PERSON)
    else:
        problem = parts.retriever.knowledge.problem()
        if problem is not None:
            yield LostPart("knowledge", problem, BY_WORDS)
    if isinstance(parts.model, Resting) and parts.model.rests(tenant_id):
        meanwhile = QUOTES if parts.on_model_failure == "extractive" else RESTS
        yield LostPart("model", "its calls failed, it is left alone for a while", meanwhile)


def _why(error: PortError) -> str:
    return str(error).removeprefix(f"{error.port}: ")
