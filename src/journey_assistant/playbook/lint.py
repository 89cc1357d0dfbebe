"""Lint: what in a playbook can be read, and is still a mistake, or will become one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches

from journey_assistant.playbook.conditions import Condition, EventsSpec
from journey_assistant.playbook.event_types import EVENT_TYPES
from journey_assistant.playbook.names import all_conditions
from journey_assistant.playbook.play_schema import Play
from journey_assistant.playbook.playbook import Playbook

REVIEW_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One mistake: a stable code, what is wrong, and where it stands (``line`` counts from 1)."""

    code: str
    message: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class _Lint:
    playbook: Playbook
    today: date
    templates: frozenset[str] | None

    def finding(self, code: str, message: str, file: str, *path: str | int) -> LintFinding:
        place = self.playbook.place_of(file, *path)
        name = str(place.file) if place else f"{file}.yaml"
        return LintFinding(code, message, name, place.line if place else 1)


def lint(playbook: Playbook, today: date, templates: Iterable[str] | None = None) -> list[LintFinding]:
    """All findings, by file and line. ``templates`` are the names of the message templates that exist."""
    look = _Lint(playbook, today, None if templates is None else frozenset(templates))
    found = [finding for check in _CHECKS for finding in check(look)]
    return sorted(found, key=lambda f: (f.file, f.line, f.code))


def _templates(look: _Lint) -> Iterator[LintFinding]:
    """A play that is due and has nothing to say."""
    for play in _due_plays(look):
        if look.templates is not None and play.template not in look.templates:
            message = f"{play.id}: there is no template {play.template}"
            yield look.finding("missing_template", message, f"plays/{play.id}", "template")


def _review_dates(look: _Lint) -> Iterator[LintFinding]:
    """Rules age: each play says when somebody looks at it again."""
    for play in look.playbook.plays.values():
        if play.review_by < look.today:
            message = f"{play.id}: should have been reviewed by {play.review_by}"
            yield look.finding("review_overdue", message, f"plays/{play.id}", "review_by")
        elif play.review_by - look.today <= REVIEW_SOON:
            message = f"{play.id}: is to be reviewed by {play.review_by}"
            yield look.finding("review_soon", message, f"plays/{play.id}", "review_by")


def _caps(look: _Lint) -> Iterator[LintFinding]:
    """Marketing without a limit."""
    policy = look.playbook.policy
    for play in _due_plays(look):
        if play.purpose != "marketing":
            continue
        if play.cap_group is None:
            yield look.finding("uncapped", f"{play.id}: marketing without a cap group", f"plays/{play.id}", "cap_group")
        for channel in play.channels:
            if channel not in policy.channel_caps or "marketing" not in policy.capped_purposes:
                message = f"{play.id}: the policy has no cap for {channel}"
                yield look.finding("uncapped", message, f"plays/{play.id}", "channels")


def _reachable(look: _Lint) -> Iterator[LintFinding]:
    """Plays that can never be written."""
    for play in look.playbook.plays.values():
        file = f"plays/{play.id}"
        if not play.enabled:
            yield look.finding("unreachable", f"{play.id}: is switched off (enabled: false)", file, "enabled")
        if look.playbook.autonomy.plays.get(play.id) == "off":
            yield look.finding("unreachable", f"{play.id}: is switched off", "autonomy", "plays", play.id)
        trigger = play.trigger
        if trigger is None:
            if play.stage != "any":
                yield look.finding("unreachable", f"{play.id}: has no trigger, so it is never due", file)
        elif trigger.after and play.freshness and trigger.event and trigger.after > 3 * play.freshness:
            message = f"{play.id}: waits longer than it stays fresh, so it is always stale"
            yield look.finding("impossible_window", message, file, "trigger", "after")


def _contradictions(look: _Lint) -> Iterator[LintFinding]:
    """Plays that exclude what they wait for, and conditions that ask for two things at once."""
    for play in look.playbook.plays.values():
        wanted = [*_asked(play.audience), *(_asked(play.trigger.while_) if play.trigger else ())]
        if play.unless is not None and play.unless in wanted:
            message = f"{play.id}: unless excludes what the trigger asks for"
            yield look.finding("contradiction", message, f"plays/{play.id}", "unless")
    for where, condition in all_conditions(look.playbook):
        for part in condition.every():
            if clash := _clash(part):
                yield look.finding("contradiction", clash, where[0], *where[1])


def _asked(condition: Condition | None) -> tuple[Condition, ...]:
    """What must hold for the condition to hold: itself and the parts of an ``all``."""
    if condition is None:
        return ()
    return (condition, *(deeper for part in condition.all or () for deeper in _asked(part)))


def _clash(condition: Condition) -> str:
    parts = condition.all or ()
    for part in parts:
        if part.not_ is not None and part.not_ in parts:
            return "the same condition is asked for and excluded"
    states: dict[str, object] = {}
    for part in parts:
        state = part.state
        if state is None or state.is_ is None:
            continue
        if states.setdefault(state.field, state.is_) != state.is_:
            return f"{state.field} cannot be {states[state.field]} and {state.is_}"
    return ""


def _shadowed_rows(look: _Lint) -> Iterator[LintFinding]:
    """A gate row that an earlier one answers already."""
    for number, row in enumerate(look.playbook.gate):
        for earlier in look.playbook.gate[:number]:
            always = row.when == earlier.when or row.when in (earlier.when.any or ())
            if always and not earlier.unless_model:
                message = f"{row.code}: {earlier.code} above matches first, always"
                yield look.finding("unreachable", message, "gate", "rows", number)
                break


def _event_names(look: _Lint) -> Iterator[LintFinding]:
    """Any event type is kept as it came, so a misspelt one would only wait for ever."""
    for where, condition in all_conditions(look.playbook):
        for part in condition.every():
            for spec in (part.count, part.absent):
                yield from _unknown_types(look, spec, where)
    for play in look.playbook.plays.values():
        yield from _misspelt(look, play.goal.event, (f"plays/{play.id}", ("goal", "event")))


def _unknown_types(
    look: _Lint, spec: EventsSpec | None, where: tuple[str, tuple[str | int, ...]]
) -> Iterator[LintFinding]:
    for name in spec.of if spec is not None else ():
        yield from _misspelt(look, name, where)


def _misspelt(look: _Lint, name: str, where: tuple[str, tuple[str | int, ...]]) -> Iterator[LintFinding]:
    close = get_close_matches(name, EVENT_TYPES, 1, cutoff=0.85)
    if name not in EVENT_TYPES and close:
        yield look.finding("unknown_event", f"{name}: did you mean {close[0]}?", where[0], *where[1])


def _same_priority(look: _Lint) -> Iterator[LintFinding]:
    """Two plays of one priority are told apart by their names only."""
    seen: dict[float, str] = {}
    for play in _due_plays(look):
        weight = play.priority * play.value * play.propensity
        other = seen.setdefault(weight, play.id)
        if other != play.id:
            message = f"{play.id}: has the same weight as {other}, so the name decides between them"
            yield look.finding("same_priority", message, f"plays/{play.id}", "priority")


def _doubtful_examples(look: _Lint) -> Iterator[LintFinding]:
    """One phrase cannot teach two contact reasons."""
    seen: dict[str, str] = {}
    for number, reason in enumerate(look.playbook.contact_reasons.values()):
        for line, example in enumerate(reason.examples):
            other = seen.setdefault(" ".join(example.casefold().split()), reason.id)
            if other != reason.id:
                path = ("reasons", number, "examples", line)
                message = f"{reason.id}: {example!r} is an example of {other} already"
                yield look.finding("contradiction", message, "contact_reasons", *path)


def _queues(look: _Lint) -> Iterator[LintFinding]:
    """What nobody picks up has to arrive somewhere."""
    for name, queue in look.playbook.queues.items():
        seen, following = {name}, queue.next_queue
        while following is not None and following not in seen:
            seen.add(following)
            following = look.playbook.queues[following].next_queue
        if following == name:
            message = f"{name}: the next queues lead back to it"
            yield look.finding("contradiction", message, "queues", "queues", name)


def _offers(look: _Lint) -> Iterator[LintFinding]:
    """Offers end; a list of ended ones gives nothing."""
    for number, offer in enumerate(look.playbook.company.offers):
        path = ("offers", number)
        if offer.starts_at and offer.ends_at and offer.ends_at < offer.starts_at:
            yield look.finding("impossible_window", f"offer {offer.id}: ends before it starts", "offers", *path)
        elif offer.ends_at and offer.ends_at.date() < look.today:
            yield look.finding("expired_offer", f"offer {offer.id}: ended on {offer.ends_at:%Y-%m-%d}", "offers", *path)


def _quiet_hours(look: _Lint) -> Iterator[LintFinding]:
    if look.playbook.policy.quiet_from == look.playbook.policy.quiet_until:
        message = "quiet hours begin when they end, so there are none"
        yield look.finding("impossible_window", message, "policy", "quiet_hours")


def _due_plays(look: _Lint) -> list[Play]:
    return [play for play in look.playbook.plays.values() if play.enabled and play.trigger is not None]


_CHECKS: tuple[Callable[[_Lint], Iterator[LintFinding]], ...] = (
    _templates,
    _review_dates,
    _caps,
    _reachable,
    _contradictions,
    _shadowed_rows,
    _event_names,
    _same_priority,
    _doubtful_examples,
    _queues,
    _offers,
    _quiet_hours,
)
