"""Propose: a model decides and writes in one structured call. What it returns is a proposal, never an effect.

At most one repair follows an answer that cannot be used; then the caller takes a person. A failure of the model is a
``failure`` of the result, not an exception.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from journey_assistant.agent.earlier import from_earlier
from journey_assistant.agent.faithful import rests_on
from journey_assistant.agent.given import Exhibit, passages_given
from journey_assistant.agent.placeholders import AlteredPlaceholder, Placeholders
from journey_assistant.agent.proposal import InvalidProposal, Proposal, parse_proposal
from journey_assistant.agent.tool_loop import MOST_CALLS, LoopParts, tool_loop
from journey_assistant.agent.tools import RecordTools
from journey_assistant.domain.decision import Route
from journey_assistant.domain.knowledge import Retrieval
from journey_assistant.domain.outcome import ToolCall
from journey_assistant.domain.perceived import Perceived
from journey_assistant.errors import PortError
from journey_assistant.ports import TurnBudget, spending
from journey_assistant.prompts import Prompts

CALLS_A_TURN = 2
"""The call and its repair, or the call and its transport retry; never three."""
TURN_SECONDS = 45.0
EARLIER_TURNS = 6
"""Turns of the conversation that the model reads."""
USER_TURN = "<!-- turn: user -->"
"""What stands before this line of the prompt is the system's turn, what stands after it the user's."""


@dataclass(frozen=True)
class Anew:
    """A draft to be written anew: its sentences and facts as evidence, and what a colleague wishes."""

    exhibits: tuple[Exhibit, ...]
    wish: str


@dataclass(frozen=True)
class Task:
    """What a model is asked: a message, what was found for it, and the routes that policy allows.

    ``anew`` asks for other words of a draft instead of an answer to a message. ``faults`` are guardrails' findings on
    its earlier answer. ``calls`` and ``seconds`` are left of the turn.
    """

    perceived: Perceived
    retrievals: Sequence[Retrieval]
    allowed: tuple[Route, ...]
    brand: str = ""
    faults: tuple[str, ...] = ()
    with_tools: bool = False
    anew: Anew | None = None
    calls: int = CALLS_A_TURN
    seconds: float = TURN_SECONDS


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of it. ``proposal`` is None when ``failure`` says why: unreachable, invalid, refused or leaked."""

    proposal: Proposal | None = None
    failure: str = ""
    why: str = ""
    exhibits: tuple[Exhibit, ...] = ()
    placeholders: Placeholders = field(default_factory=Placeholders)
    tool_calls: tuple[ToolCall, ...] = ()
    calls: int = 0
    tokens: int = 0
    cost_usd: float = 0.0


class Refused(Exception):
    """An answer that asking again would not mend."""

    def __init__(self, failure: str, why: str) -> None:
        self.failure = failure
        super().__init__(why)


def canary_of(prompts_hash: str) -> str:
    """The line of the prompt that must never leave: looks like a key, and is the same for the same prompts."""
    return "ref-" + hashlib.sha256(f"canary {prompts_hash}".encode()).hexdigest()[:20]


async def propose(task: Task, model: BaseChatModel, prompts: Prompts) -> Proposed:
    """One proposal within the turn's calls and seconds; never raises for what a model or its server does."""
    asking = _Asking(task, model, prompts)
    with spending(TurnBudget(task.calls, task.seconds, task.perceived.snapshot.tenant_id)) as budget:
        try:
            async with asyncio.timeout(task.seconds):
                proposal = await asking.until_valid(budget)
        except Refused as refused:
            return asking.result(budget, failure=refused.failure, why=str(refused))
        except InvalidProposal as invalid:
            return asking.result(budget, failure="invalid", why=str(invalid))
        except PortError as error:
            return asking.result(budget, failure="unreachable", why=str(error))
        except TimeoutError:
            return asking.result(budget, failure="unreachable", why="the turn's time was over")
        return asking.result(budget, proposal=proposal)


class _Asking:
    """One turn's exchange with the model."""

    def __init__(self, task: Task, model: BaseChatModel, prompts: Prompts) -> None:
        snapshot = task.perceived.snapshot
        self._task, self._model, self._prompts = task, model, prompts
        self._hidden = Placeholders.of(snapshot)
        self._passages = task.anew.exhibits if task.anew else passages_given(task.retrievals)
        self._record = RecordTools(snapshot, self._hidden)
        self._answers: list[AIMessage] = []

    async def until_valid(self, budget: TurnBudget) -> Proposal:
        """The first valid proposal. A first answer that is no proposal is mended once, if a call is left."""
        try:
            return await self._once(self._task.faults)
        except InvalidProposal as invalid:
            used = max(budget.used, len(self._answers))
            if self._task.faults or used >= self._task.calls:
                raise
            return await self._once((str(invalid),))

    def result(
        self, budget: TurnBudget, proposal: Proposal | None = None, failure: str = "", why: str = ""
    ) -> Proposed:
        """What came of the exchange, with what it cost."""
        usages = [answer.usage_metadata for answer in self._answers if answer.usage_metadata]
        costs = [answer.response_metadata.get("cost_usd", 0.0) for answer in self._answers]
        return Proposed(
            proposal=proposal,
            failure=failure,
            why=why,
            exhibits=(*self._passages, *self._record.facts),
            placeholders=self._hidden,
            tool_calls=tuple(self._record.calls),
            calls=max(budget.used, len(self._answers)),
            tokens=sum(usage["total_tokens"] for usage in usages),
            cost_usd=sum(costs),
        )

    async def _once(self, faults: Sequence[str]) -> Proposal:
        messages = self._messages(faults)
        text = await (self._with_tools(messages) if self._task.with_tools else self._asked(messages))
        known = {exhibit.id: exhibit for exhibit in (*self._passages, *self._record.facts)}
        proposal = parse_proposal(text, self._task.allowed, known)
        for number, sentence in enumerate(proposal.sentences, 1):
            named = [self._hidden.hide(f"{known[id_].title} {known[id_].text}") for id_ in sentence.evidence]
            if not rests_on(sentence.text, " ".join(named)):
                raise InvalidProposal(f"sentence {number} is not in the evidence it names; keep close to its words")
            try:
                self._hidden.check(sentence.text)
            except AlteredPlaceholder as altered:
                raise InvalidProposal(str(altered)) from altered
        return proposal

    async def _asked(self, messages: list[BaseMessage]) -> str:
        answer = await self._model.ainvoke(messages)
        self._answers.append(answer)
        return self._usable(answer)

    async def _with_tools(self, messages: list[BaseMessage]) -> str:
        left = max(min(self._task.calls, MOST_CALLS) - len(self._answers), 1)
        parts = LoopParts(self._model, self._record.tools, left)
        state = await tool_loop().ainvoke({"messages": messages}, context=parts)
        answers = [message for message in state["messages"][len(messages) :] if isinstance(message, AIMessage)]
        self._answers.extend(answers)
        return self._usable(answers[-1])

    def _usable(self, answer: AIMessage) -> str:
        """The text of an answer. Raises Refused for what no repair mends, InvalidProposal for a cut-off one."""
        text, about = str(answer.text), answer.response_metadata
        if canary_of(self._prompts.hash) in text:
            raise Refused("leaked", "the answer repeats the prompt")
        if about.get("refusal") or about.get("finish_reason") == "content_filter":
            raise Refused("refused", "the model refused")
        if answer.tool_calls or answer.invalid_tool_calls:
            raise Refused("invalid", "the model still calls tools when its calls are used up")
        if not text.strip():
            raise Refused("refused", "the answer is empty")
        if about.get("finish_reason") in ("length", "max_tokens"):
            raise InvalidProposal("the answer was cut off; be shorter")
        return text

    def _messages(self, faults: Sequence[str]) -> list[BaseMessage]:
        told = [self._hidden.hide(fault) for fault in faults]
        prompt = self._anew(self._task.anew, told) if self._task.anew else self._answering(told)
        system, _, user = prompt.partition(USER_TURN)
        return [SystemMessage(system.strip()), HumanMessage(user.strip())]

    def _answering(self, faults: Sequence[str]) -> str:
        task, hide = self._task, self._hidden.hide
        message = task.perceived.snapshot.message
        return self._prompts.get("decide").render(
            brand=task.brand,
            language=task.perceived.language,
            routes=[route.value for route in task.allowed],
            canary=canary_of(self._prompts.hash),
            tools=task.with_tools,
            exhibits=self._passages,
            turns=[
                *({"author": author, "text": hide(text)} for author, text in from_earlier(task.perceived)),
                *(
                    {"author": "colleague" if turn.by_person else turn.author, "text": hide(turn.text)}
                    for turn in task.perceived.conversation.turns[-EARLIER_TURNS:]
                ),
            ],
            message=hide(message.text if message else ""),
            faults=faults,
        )

    def _anew(self, anew: Anew, faults: Sequence[str]) -> str:
        return self._prompts.get("draft_message").render(
            brand=self._task.brand,
            language=self._task.perceived.language,
            canary=canary_of(self._prompts.hash),
            exhibits=[replace(exhibit, text=self._hidden.hide(exhibit.text)) for exhibit in anew.exhibits],
            wish=self._hidden.hide(anew.wish),
            faults=faults,
        )
