"""Checks that every name in a playbook means something: signals, lists, fields, queues, checks, phrases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from journey_assistant.domain.signals import SIGNAL_NAMES
from journey_assistant.errors import ConfigurationError
from journey_assistant.playbook.conditions import Condition, Match
from journey_assistant.playbook.holds import CHECKS
from journey_assistant.playbook.play_schema import Trigger
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.schema import BY_CONTACT_REASON
from journey_assistant.playbook.spec import hint_for
from journey_assistant.playbook.states import is_known_field, known_fields

Where = tuple[str, tuple[str | int, ...]]


def check_names(playbook: Playbook) -> None:
    """Raises ConfigurationError for the first unknown name, saying where it stands and what is allowed."""
    _check_own_signals(playbook)
    for where, condition in all_conditions(playbook):
        for part in condition.every():
            _check_condition(playbook, where, part)
    _check_queues(playbook)
    for number, row in enumerate(playbook.holds.holds):
        if row.check is not None and row.check not in CHECKS:
            _fail(
                playbook, ("holds", ("holds", number, "check")), f"{row.check} is no built-in check", row.check, CHECKS
            )
    for name, play in playbook.plays.items():
        if play.cap_group is not None:
            groups = playbook.holds.cap_groups
            _must_be_known(playbook, (f"plays/{name}", ("cap_group",)), "cap group", play.cap_group, groups)


def all_conditions(playbook: Playbook) -> Iterator[tuple[Where, Condition]]:
    """Every condition of the playbook with the place it stands at."""
    for number, row in enumerate(playbook.gate):
        yield ("gate", ("rows", number, "when")), row.when
        for other, choice in enumerate(row.queues):
            yield ("gate", ("rows", number, "queues", other)), choice.when
    for number, hold in enumerate(playbook.holds.holds):
        if hold.when is not None:
            yield ("holds", ("holds", number, "when")), hold.when
    for number, alert in enumerate(playbook.alerts.alerts):
        yield from _of_trigger("alerts", ("alerts", number, "trigger"), alert.trigger)
    for name, play in playbook.plays.items():
        file = f"plays/{name}"
        yield from _parts(file, (), audience=play.audience, unless=play.unless)
        for slot, choices in play.choices.items():
            for one in choices:
                yield from _parts(file, ("choices", slot), when=one.when)
        if play.trigger is not None:
            yield from _of_trigger(file, ("trigger",), play.trigger)
    for name, own in playbook.vocabulary.own_signals.items():
        yield ("signals", ("own", name, "when")), own


def _of_trigger(file: str, path: tuple[str | int, ...], trigger: Trigger) -> Iterator[tuple[Where, Condition]]:
    yield from _parts(file, path, when=trigger.when, **{"while": trigger.while_})
    for signal in trigger.signal:
        yield (file, (*path, "signal")), Condition(signal=signal)
    if trigger.event is not None:
        yield (file, (*path, "event")), Condition(absent=trigger.event)


def _parts(file: str, path: tuple[str | int, ...], **conditions: Condition | None) -> Iterator[tuple[Where, Condition]]:
    for name, condition in conditions.items():
        if condition is not None:
            yield (file, (*path, name)), condition


def _check_condition(playbook: Playbook, where: Where, part: Condition) -> None:
    vocabulary = playbook.vocabulary
    if part.signal is not None:
        known = [*SIGNAL_NAMES, *vocabulary.own_signals]
        _must_be_known(playbook, where, "signal", part.signal.name, known)
    if part.state is not None and not is_known_field(part.state.field):
        _fail(playbook, where, f"{part.state.field} is no field of a state", part.state.field, known_fields())
    for match in _matches(part):
        for paths in (match.paths, match.not_paths):
            if paths is not None:
                _must_be_known(playbook, where, "list of paths", paths, vocabulary.paths)
        if match.words is not None:
            _must_be_known(playbook, where, "list of words", match.words, vocabulary.words)


def _matches(part: Condition) -> Iterator[Match]:
    for events in (part.count, part.absent):
        if events is not None:
            yield from events.where.values()
    if part.signal is not None:
        yield from part.signal.facts.values()
    if part.state is not None:
        yield part.state


def _check_queues(playbook: Playbook) -> None:
    known = [*playbook.queues, BY_CONTACT_REASON]
    for number, row in enumerate(playbook.gate):
        _must_be_known(playbook, ("gate", ("rows", number, "queue")), "queue", row.queue, known)
        for other, choice in enumerate(row.queues):
            _must_be_known(playbook, ("gate", ("rows", number, "queues", other)), "queue", choice.queue, known)
    for number, alert in enumerate(playbook.alerts.alerts):
        where = ("alerts", ("alerts", number, "queue"))
        _must_be_known(playbook, where, "queue", alert.queue, playbook.queues)
    for number, reason in enumerate(playbook.contact_reasons.values()):
        where = ("contact_reasons", ("reasons", number, "queue"))
        _must_be_known(playbook, where, "queue", reason.queue, playbook.queues)
    for name, queue in playbook.queues.items():
        if queue.next_queue is not None:
            _must_be_known(
                playbook, ("queues", ("queues", name, "next_queue")), "queue", queue.next_queue, playbook.queues
            )


def _check_own_signals(playbook: Playbook) -> None:
    """A signal that asks for itself, directly or through others, would never be answered."""
    uses: dict[str, set[str]] = {
        name: {part.signal.name for part in condition.every() if part.signal is not None}
        for name, condition in playbook.vocabulary.own_signals.items()
    }
    for name in uses:
        if name in SIGNAL_NAMES:
            _fail(playbook, ("signals", ("own", name)), f"{name} is a derived signal already")
        if name in _reached(name, uses.get):
            _fail(playbook, ("signals", ("own", name, "when")), f"the signal {name} asks for itself")


def _reached(start: str, uses: Callable[[str], set[str] | None]) -> set[str]:
    seen: set[str] = set()
    open_ = list(uses(start) or ())
    while open_:
        name = open_.pop()
        if name not in seen:
            seen.add(name)
            open_ += uses(name) or ()
    return seen


def _must_be_known(playbook: Playbook, where: Where, what: str, name: str, known: Iterable[str]) -> None:
    names = list(known)
    if name not in names:
        _fail(playbook, where, f"there is no {what} {name}", name, names)


def _fail(playbook: Playbook, where: Where, message: str, word: str = "", known: Iterable[str] = ()) -> None:
    names = list(known)
    place = playbook.place_of(where[0], *where[1])
    hint = f" ({hint_for(word, names)})" if names else ""
    stands = f"{place.file}:{place.line}" if place else where[0]
    raise ConfigurationError(f"{stands}: {'.'.join(map(str, where[1]))}: {message}{hint}")
