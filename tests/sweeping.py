"""Sweeps and messages for tests of the playbook: from a small timeline to the gate's verdict."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from journey_assistant.domain.conversation import conversation_of
from journey_assistant.domain.decision import GateVerdict, Route
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.needs import Need, NeedCode
from journey_assistant.domain.perceived import Perceived
from journey_assistant.domain.sentiment import ContactReason, Sentiment
from journey_assistant.domain.timeline import Event
from journey_assistant.perception.lifecycle import stage_of
from journey_assistant.perception.readings import read_texts
from journey_assistant.perception.signals.derive import derive_signals
from journey_assistant.playbook.gate_message import gate_message
from journey_assistant.playbook.gate_sweep import gate_sweep
from journey_assistant.playbook.load import load_playbook
from journey_assistant.playbook.playbook import Playbook
from timelines import snapshot

DEFAULT_DIR = Path(__file__).resolve().parents[1] / "playbook"
YES = {"email": {"service": True, "marketing": True}}


@cache
def default_playbook() -> Playbook:
    """The playbook as it ships."""
    return load_playbook(DEFAULT_DIR)


def mood(text: str) -> Sentiment:
    """A reader for tests: "hopeless" is negative, "wonderful" is positive, all else is neutral."""
    folded = text.casefold()
    if "hopeless" in folded:
        return Sentiment.certain("negative")
    return Sentiment.certain("positive" if "wonderful" in folded else "neutral")


def perceive(seen: Snapshot, playbook: Playbook | None = None, **given: Any) -> Perceived:
    """What a run would have perceived, with the test reader for moods."""
    book = playbook or default_playbook()
    readings = read_texts(seen, mood)
    own = mood(seen.message.text) if seen.message else None
    signals = derive_signals(seen, readings, book.vocabulary.rules, book.company, message=own)
    return Perceived(
        seen,
        **{
            "readings": readings,
            "signals": signals,
            "sentiment": own or Sentiment.certain("neutral"),
            "stage": stage_of(seen, signals, book.company),
            "conversation": conversation_of(seen),
            **given,
        },
    )


def sweep(events: Iterable[Event] = (), playbook: Playbook | None = None, **fields: Any) -> GateVerdict:
    """The gate's verdict on a sweep; e-mail is allowed and a goal is declared unless said otherwise."""
    facts = {"consent": consent(**YES), "declared": {"goal": "a first album"}, **fields}
    book = playbook or default_playbook()
    return gate_sweep(book, perceive(snapshot(events, **facts), book))


def ask(
    text: str, events: Iterable[Event] = (), *, needs: Iterable[str] = (), reason: str = "none",
    playbook: Playbook | None = None, given: dict[str, Any] | None = None, **fields: Any,
) -> GateVerdict:  # fmt: skip
    """The gate's verdict on a message in which these needs were read."""
    book = playbook or default_playbook()
    read = {
        "needs": tuple(Need(NeedCode(code), (0, len(text)), "test") for code in needs),
        "contact_reason": ContactReason(reason, reason, 1.0),
        **(given or {}),
    }
    return gate_message(book, perceive(snapshot(events, text=text, **fields), book, **read))


def consent(**channels: dict[str, Any]) -> Any:
    """Consent as stored."""
    from journey_assistant.domain.customer import Consent

    return Consent(channels)


def outcome(verdict: GateVerdict) -> str:
    """The verdict in one word: a play, an alert's or a hold's code."""
    if verdict.decision is None:
        return verdict.play or "answer"
    code = verdict.reasons[0].code
    return f"hold:{code}" if verdict.decision.route is Route.HOLD else code


def rejected(verdict: GateVerdict) -> dict[str, str]:
    """Plays and alerts that were not taken, with the code of the reason."""
    return {str(candidate.play): candidate.why for candidate in verdict.rejected}
