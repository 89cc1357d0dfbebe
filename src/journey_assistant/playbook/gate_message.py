"""The gate of a message: who must get a person at once. The first row of the playbook that matches decides."""

from __future__ import annotations

import re
from collections.abc import Iterable

from journey_assistant.domain.decision import Decision, GateVerdict, Reason, Route
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.perceived import Perceived
from journey_assistant.domain.play import Evaluation
from journey_assistant.playbook.evaluate import evaluate
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.scene import Scene
from journey_assistant.playbook.schema import BY_CONTACT_REASON, AutonomyLevel, GateRow

KNOWN_BY = 40
"""So many characters of an answer find where it stands in a longer one."""
SWITCHED_OFF = "off"
"""The reason where autonomy says that the assistant does nothing, not even in silence."""
_WORD = re.compile(r"\d+|[^\W\d_]{3,}")
_ENOUGH_SAID = 4
"""Different words from which on an earlier answer that stands whole in a new one makes that a repetition."""
MESSAGE = "moment"
"""Stands in the evidence for the message itself."""


def gate_message(playbook: Playbook, perceived: Perceived, *, has_model: bool = False) -> GateVerdict:
    """A forced decision, or the routes that may be chosen from. ``has_model``: a language model is configured.

    In shadow it is decided as if the assistant might answer; what comes of it is recorded and not sent.
    """
    scene = playbook.scene(perceived)
    for row in playbook.gate:
        if row.unless_model and has_model:
            continue
        answer = evaluate(row.when, scene)
        if answer.holds:
            return _forced(playbook, scene, row, answer)
    return _allowed(playbook, perceived)


def later_verdict(playbook: Playbook, perceived: Perceived, code: str, evidence: Iterable[str] = ()) -> GateVerdict:
    """A person, for a reason that only a later step can give (``no_answer``, ``system_doubt``); KeyError if unknown."""
    row = playbook.later_reasons[code]
    reason = Reason(row.code, row.why, tuple(evidence) or (MESSAGE,))
    return GateVerdict(
        decision=Decision(Route.ROUTE_TO_HUMAN, (reason,)),
        queue=playbook.queue_for(row.queue, perceived.contact_reason.label),
        priority=playbook.priority_for(row.priority, perceived),
        reasons=(reason,),
    )


def would_repeat(perceived: Perceived, answer: str) -> bool:
    """Would this answer be given twice, in this conversation or to this issue? Case and spaces do not count.

    Also when it only says more than the last time, to a customer who asks the same again.
    """
    plain, told = _plain(answer), _telling(answer)
    if not plain:
        return False
    tried = perceived.issue.tried if perceived.issue else ()
    earlier = [turn.text for turn in perceived.conversation.assistant_turns]
    if any(_gave(_plain(text), plain) for text in (*earlier, *(entry.text for entry in tried))):
        return True
    return _asks_again(perceived) and any(
        len(said := _telling(text)) >= _ENOUGH_SAID and said <= told for text in earlier
    )


def _gave(given: str, answer: str) -> bool:
    """Is the answer in what was given? Of a long one the beginning is kept."""
    if answer in given:
        return True
    kept = given.removesuffix("…").rstrip()
    begins = kept.find(answer[:KNOWN_BY]) if kept != given else -1
    return begins >= 0 and answer.startswith(kept[begins:])


def _asks_again(perceived: Perceived) -> bool:
    """This message and one that was answered before share half of the words of the shorter one."""
    now = _telling(perceived.snapshot.message.text) if perceived.snapshot.message else frozenset()
    turns = perceived.conversation.turns
    answered = max((place for place, turn in enumerate(turns) if turn.author == "assistant"), default=0)
    before = [_telling(turn.text) for turn in turns[:answered] if turn.author == "customer"]
    return any(2 * len(now & said) >= min(len(now), len(said)) > 0 for said in before)


def _forced(playbook: Playbook, scene: Scene, row: GateRow, answer: Evaluation) -> GateVerdict:
    perceived = scene.perceived
    reason = Reason(row.code, _why(row, answer), answer.all_evidence or (MESSAGE,))
    level = _level(playbook, perceived)
    route = Route(row.route)
    if route is Route.SELF_RESOLVE and level == "off":
        return later_verdict(playbook, perceived, SWITCHED_OFF)
    if route is Route.SELF_RESOLVE and level == "draft":
        # A fixed phrase, too, waits for a colleague where the channel or the reason says so.
        route = Route.DRAFT_MESSAGE
    queue, priority = _queue_of(row, scene)
    if row.raise_for and any(
        evaluate(other.when, scene).holds for other in playbook.gate if other.code in row.raise_for
    ):
        priority = Priority.URGENT
    return GateVerdict(
        decision=Decision(route, (reason,)),
        queue=playbook.queue_for(queue, perceived.contact_reason.label),
        priority=playbook.priority_for(priority, perceived),
        until=row.until,
        reply_reason=row.phrase or None,
        reasons=(reason,),
    )


def _queue_of(row: GateRow, scene: Scene) -> tuple[str, Priority]:
    for choice in row.queues:
        if evaluate(choice.when, scene).holds:
            return choice.queue, choice.priority or row.priority
    return row.queue, row.priority


def _why(row: GateRow, answer: Evaluation) -> str:
    said = [leaf.why for leaf in answer.leaves() if leaf.holds and leaf.why]
    return f"{row.why}: {said[0]}" if said else row.why


def _allowed(playbook: Playbook, perceived: Perceived) -> GateVerdict:
    level = _level(playbook, perceived)
    if level == "off":
        return later_verdict(playbook, perceived, SWITCHED_OFF)
    best = Route.DRAFT_MESSAGE if level == "draft" else Route.SELF_RESOLVE
    queue = playbook.queue_for(BY_CONTACT_REASON, perceived.contact_reason.label)
    return GateVerdict(allowed=(best, Route.ROUTE_TO_HUMAN), queue=queue)


def _level(playbook: Playbook, perceived: Perceived) -> AutonomyLevel:
    message = perceived.snapshot.message
    return playbook.autonomy_for_message(message.channel if message else "chat", perceived.contact_reason.label)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _telling(text: str) -> frozenset[str]:
    """The words of three letters or more and the numbers of a text."""
    return frozenset(_WORD.findall(text.casefold()))
