"""CaseState: what a customer's issue stands at. Every entry quotes a message, so nothing in it is invented.

It is carried over turns, conversations and channels until it expires, so that nobody has to repeat themselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NewType

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId

CaseStateId = NewType("CaseStateId", str)
EXPIRES_AFTER = timedelta(days=14)
"""An issue that nobody mentioned for so long is over."""
MOST_ENTRIES = 12
LONGEST_ENTRY = 200
SHORTEST_FACT = 3
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]+)*[.!?]*")
_WORD = re.compile(r"\w+")
_FACT = re.compile(r"(?<!\w)(?=[\w#€$£.,:/@+-]*\d)[\w#€$£.,:/@+-]{3,}")
"""What is tedious to say twice: numbers of invoices and orders, amounts, dates, codes, versions."""
_TRIED = re.compile(
    r"\b(?:i|we)(?:'ve|\s+have)?\s+(?:already\s+|even\s+|also\s+)?"
    r"(?:tried|restarted|reinstalled|reset|checked|cleared|rebooted|updated|contacted|called|emailed)\b"
    r"|\b(?:habe|haben)\b.{0,60}\b(?:versucht|probiert|neu gestartet|geprüft)\b"
    r"|\b(?:he|hemos)\s+(?:probado|intentado|reiniciado)\b|\b(?:j'ai|nous avons)\s+(?:déjà\s+)?(?:essayé|redémarré)\b",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"\b(?:i|we)(?:'ll|\s+will)\b|\b(?:is|are) going to\b|\bby (?:tomorrow|tonight|monday|tuesday|wednesday|thursday"
    r"|friday|the end of)\b|\b(?:ich|wir) (?:werde|werden)\b|\bje vais\b|\bnous allons\b|\bvoy a\b|\bvamos a\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of a message, and which message."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message of the exchange. ``is_question`` marks the assistant's question back to the customer."""

    id: str
    author: str
    text: str
    at: datetime
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class CaseState:
    """One issue of one customer. ``missing`` was asked and not told yet; ``pending`` is what others still owe."""

    id: CaseStateId
    customer_id: CustomerId
    reason: str
    opened_at: datetime
    updated_at: datetime
    goal: Quoted | None = None
    facts: tuple[Quoted, ...] = ()
    missing: tuple[Quoted, ...] = ()
    tried: tuple[Quoted, ...] = ()
    promised: tuple[Quoted, ...] = ()
    pending: tuple[Quoted, ...] = ()
    closed: bool = False
    tenant_id: TenantId = DEFAULT_TENANT

    @property
    def sources(self) -> frozenset[str]:
        """The ids of the messages that it quotes."""
        entries = (*self.facts, *self.missing, *self.tried, *self.promised, *self.pending)
        return frozenset(entry.source for entry in (*entries, *((self.goal,) if self.goal else ())))

    @property
    def expires_at(self) -> datetime:
        """When it is forgotten unless it is mentioned again."""
        return self.updated_at + EXPIRES_AFTER

    def is_live(self, now: datetime) -> bool:
        """Does a message at this time continue it?"""
        return not self.closed and now < self.expires_at


NO_REASON = "none"


def case_of(states: Sequence[CaseState], reason: str, now: datetime) -> CaseState | None:
    """The newest live issue with this contact reason; a message without one continues the newest of all."""
    live = sorted((state for state in states if state.is_live(now)), key=lambda state: (state.updated_at, state.id))
    same = [state for state in live if reason in ("", NO_REASON) or state.reason in (reason, NO_REASON)]
    return same[-1] if same else None


def case_state_after(previous: CaseState, said: Sequence[Utterance]) -> CaseState:
    """The issue after these messages, oldest first. Only words of the messages go in."""
    state = previous
    for utterance in said:
        if utterance.author == "customer":
            state = _after_customer(state, utterance)
        else:
            state = _after_us(state, utterance)
        state = replace(state, updated_at=max(state.updated_at, utterance.at))
    return state


def _after_customer(state: CaseState, said: Utterance) -> CaseState:
    """The first words that say something are the goal; what was asked for counts as told by the answer."""
    goal = state.goal
    if goal is None and len(_WORD.findall(said.text)) > 1:
        goal = Quoted(_cut(said.text), said.id)
    facts = [Quoted(found, said.id) for found in facts_in(said.text)]
    tried = [Quoted(_cut(sentence), said.id) for sentence in _sentences(said.text) if _TRIED.search(sentence)]
    return replace(state, goal=goal, facts=_joined(state.facts, facts), tried=_joined(state.tried, tried), missing=())


def _after_us(state: CaseState, said: Utterance) -> CaseState:
    """A person's answer settles what was pending; the assistant's answers are what was tried."""
    if said.is_question:
        return replace(state, missing=(Quoted(_cut(said.text), said.id),))
    promised = [Quoted(_cut(sentence), said.id) for sentence in _sentences(said.text) if _PROMISE.search(sentence)]
    if said.author.startswith("agent:"):
        return replace(state, promised=_joined(state.promised, promised), pending=())
    return replace(state, tried=_joined(state.tried, [Quoted(_cut(said.text), said.id)]))


def waiting_for(state: CaseState, said: Utterance) -> CaseState:
    """The issue while a person is to answer; what the customer was told stands as pending."""
    return replace(state, pending=(Quoted(_cut(said.text), said.id),), updated_at=max(state.updated_at, said.at))


def _joined(old: tuple[Quoted, ...], new: Sequence[Quoted]) -> tuple[Quoted, ...]:
    """The newest entries, each text once, with the message that said it first."""
    first: dict[str, Quoted] = {}
    for entry in (*old, *new):
        first.setdefault(entry.text, entry)
    return tuple(first.values())[-MOST_ENTRIES:]


def facts_in(text: str) -> list[str]:
    """Numbers, amounts, dates and codes of a text, in their order."""
    found = (match.rstrip(".,:/") for match in _FACT.findall(text))
    return [fact for fact in found if len(fact) >= SHORTEST_FACT]


def _sentences(text: str) -> list[str]:
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_ENTRY else text[: LONGEST_ENTRY - 1].rstrip() + "…"


def case_state_line(state: CaseState) -> dict[str, Any]:
    """The entries as JSON."""
    return {name: value for name, value in asdict(state).items() if name in ("goal", *_LISTS)}


def with_line(state: CaseState, line: Mapping[str, Any]) -> CaseState:
    """The state with the entries of such a line."""
    goal = Quoted(**line["goal"]) if line.get("goal") else None
    facts, missing, tried, promised, pending = (tuple(Quoted(**e) for e in line.get(name, ())) for name in _LISTS)
    return replace(state, goal=goal, facts=facts, missing=missing, tried=tried, promised=promised, pending=pending)


def settled(states: Sequence[CaseState], messages: Collection[str], at: datetime) -> tuple[CaseState, ...]:
    """The issues that these messages speak of, closed: the customer is content with what was said."""
    return tuple(
        replace(state, closed=True, updated_at=max(state.updated_at, at))
        for state in states
        if not state.closed and any(source in messages for source in state.sources)
    )


_LISTS = ("facts", "missing", "tried", "promised", "pending")
