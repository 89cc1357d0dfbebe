"""What the issue holds from other conversations: nobody has to say it twice, and nothing is tried twice."""

from __future__ import annotations

from collections.abc import Iterable

from journey_assistant.domain.case_state import Quoted
from journey_assistant.domain.perceived import Perceived


def elsewhere(perceived: Perceived, entries: Iterable[Quoted]) -> tuple[Quoted, ...]:
    """Those entries of the issue whose message is not one of this conversation."""
    here = {turn.id for turn in perceived.conversation.turns}
    return tuple(entry for entry in entries if entry.source not in here)


def from_earlier(perceived: Perceived) -> list[tuple[str, str]]:
    """Who said what in other conversations about this issue, as a model reads it."""
    issue = perceived.issue
    if issue is None:
        return []
    goal = (issue.goal,) if issue.goal else ()
    told = {
        "customer in an earlier conversation": (*goal, *issue.facts),
        "us before: it did not solve it": issue.tried,
        "us before: a promise": issue.promised,
    }
    return [(author, entry.text) for author, entries in told.items() for entry in elsewhere(perceived, entries)]
