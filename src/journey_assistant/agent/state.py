"""What flows through the graph, and the parts that its steps work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypedDict

from langchain_core.language_models import BaseChatModel

from journey_assistant.domain.conversation import Conversation
from journey_assistant.domain.decision import Decision, GateVerdict
from journey_assistant.domain.guardrail import Finding, Verdict
from journey_assistant.domain.journey_run import Shadow
from journey_assistant.domain.knowledge import Citation, Retrieval
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.outcome import Outcome, ToolCall
from journey_assistant.domain.perceived import Perceived
from journey_assistant.domain.play import Material
from journey_assistant.knowledge.retrieve import KnowledgeRetriever
from journey_assistant.perception.perception import Perception
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.ports import EncodedText
from journey_assistant.prompts import Prompts


def summed(old: Mapping[str, float], new: Mapping[str, float]) -> dict[str, float]:
    """Times of a step that runs twice (a repair) are added up."""
    return {**old, **{step: old.get(step, 0.0) + ms for step, ms in new.items()}}


def joined(old: Sequence[Finding], new: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings of screen and of every check, in the order they were made."""
    return (*old, *new)


class RunState(TypedDict, total=False):
    """One run. ``snapshot`` goes in; ``decision`` and ``outcome`` come out; the rest is the way between.

    ``is_watched`` says that nothing of this run may be sent; ``shadow`` is then what would have been done.
    ``faults`` are what guardrails found on a model's answer; with them it is asked a second and last time.
    """

    snapshot: Snapshot
    conversation: Conversation
    perceived: Perceived
    encoded: EncodedText | None
    screened: Verdict
    gate: GateVerdict
    is_watched: bool
    shadow: Shadow
    material: Material | None
    retrievals: tuple[Retrieval, ...]
    decision: Decision
    answer: Answer
    outcome: Outcome
    findings: Annotated[tuple[Finding, ...], joined]
    faults: tuple[str, ...]
    degraded: tuple[str, ...]
    tool_calls: tuple[ToolCall, ...]
    usage: Usage
    elapsed_ms: Annotated[dict[str, float], summed]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence of a model, and the words of passages that it rests on (none for a fact of the record)."""

    text: str
    quotes: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What decide found to say: quotes, sentences of the record, a model's sentences, or a fixed phrase's code."""

    kind: str
    text: str = ""
    evidence: tuple[str, ...] = ()
    phrase: str = ""
    spoken: tuple[Spoken, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What a model's sentences rest on, each once."""
        return tuple(dict.fromkeys(quote for sentence in self.spoken for quote in sentence.quotes))


@dataclass(frozen=True, slots=True)
class Usage:
    """What the model cost in this run."""

    model: str | None = None
    calls: int = 0
    tokens: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True)
class Parts:
    """Everything a step may use. Built once by ``bootstrap``; a run changes none of it."""

    perception: Perception
    playbook: Playbook
    prompts: Prompts
    retriever: KnowledgeRetriever
    model: BaseChatModel | None = None
    on_model_failure: Literal["person", "extractive"] = "person"
    turn_seconds: float = 45.0
    degraded: tuple[str, ...] = field(default=())
    spelled: Callable[[str], str] = str
    """A text with slips of the finger mended, as long as it was."""
    article_names: frozenset[str] = field(default=frozenset())
    """Names that the help centre speaks of, so that a question about one is no question about somebody."""
