"""Tests of single values: the ``where`` of events and the comparisons of states and signals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from journey_assistant.domain.activity import local_day
from journey_assistant.domain.numbers import number_of
from journey_assistant.domain.paths import is_below, last_segment, normal_path
from journey_assistant.playbook.conditions import Match
from journey_assistant.playbook.scene import Scene


def properties_match(properties: Mapping[str, Any], tests: Mapping[str, Match], scene: Scene) -> bool:
    """Do an event's properties or a signal's facts pass every test?

    A dotted name looks into what is inside, ``items.product_id``; of a list one value has to pass.
    """
    return all(
        any(matches(value, test, scene, properties) for value in _values(properties, name.split(".")))
        for name, test in tests.items()
    )


def matches(value: Any, test: Match, scene: Scene, beside: Mapping[str, Any] | None = None) -> bool:
    """Does one value pass the test? ``beside`` are the properties next to it, for ``share_of``."""
    if test.exists is not None and _exists(value) is not test.exists:
        return False
    if test.exists is False:
        return True
    if test.share_of is not None or test.days_until:
        value = _share(value, (beside or {}).get(test.share_of or "")) if test.share_of else days_until(value, scene)
    return _compares(value, test) and _is_named(value, test, scene)


def _compares(value: Any, test: Match) -> bool:
    if test.is_ is not None and not same(value, test.is_):
        return False
    if test.one_of and not any(same(value, wanted) for wanted in test.one_of):
        return False
    if test.not_one_of and any(same(value, unwanted) for unwanted in test.not_one_of):
        return False
    if test.at_least is None and test.at_most is None:
        return True
    number = number_of(value)
    if number is None:
        return False
    return (test.at_least is None or number >= test.at_least) and (test.at_most is None or number <= test.at_most)


def _is_named(value: Any, test: Match, scene: Scene) -> bool:
    text = value if isinstance(value, str) else ""
    if test.paths is not None and not is_on_list(text, scene.vocabulary.paths.get(test.paths, ())):
        return False
    if test.not_paths is not None and is_on_list(text, scene.vocabulary.paths.get(test.not_paths, ())):
        return False
    if test.words is not None and not _says(text, scene.vocabulary.words.get(test.words, ())):
        return False
    if test.same_as_trigger is not None and not _same_as_trigger(value, test.same_as_trigger, scene):
        return False
    return not (test.not_own_plan and _is_own_plan(text, scene))


def same(value: Any, wanted: Any) -> bool:
    """Equal, texts without case and with spaces, hyphens and underscores alike."""
    if isinstance(value, str) and isinstance(wanted, str):
        return _plain(value) == _plain(wanted)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    return bool(value == wanted)


def is_on_list(path: str, roots: Iterable[str]) -> bool:
    """Is the path one of the list, or below one? An entry such as ``*/cancel`` tests the last part only."""
    if not path:
        return False
    normal = normal_path(path)
    plain = [root for root in roots if not root.startswith("*/")]
    endings = {root[2:] for root in roots if root.startswith("*/")}
    return is_below(normal, plain) or last_segment(normal) in endings


def days_until(value: Any, scene: Scene) -> int | None:
    """Whole days from today to a date, today being the customer's own; None when it is no date."""
    day = _date(value)
    if day is None:
        return None
    return (day - local_day(scene.at, scene.perceived.snapshot.customer)).days


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _values(properties: Any, path: Sequence[str]) -> Iterator[Any]:
    if not path:
        yield from properties if isinstance(properties, (list, tuple)) and properties else (properties,)
    elif isinstance(properties, Mapping):
        yield from _values(properties.get(path[0]), path[1:])
    elif isinstance(properties, (list, tuple)):
        for item in properties:
            yield from _values(item, path)
    else:
        yield None


def _same_as_trigger(value: Any, name: str, scene: Scene) -> bool:
    if scene.trigger is None or not _exists(value):
        return False
    return any(_exists(other) and same(value, other) for other in _values(scene.trigger.properties, name.split(".")))


def _is_own_plan(path: str, scene: Scene) -> bool:
    plan = scene.perceived.snapshot.customer.plan
    return bool(plan) and _plain(last_segment(path)) == _plain(plan or "")


def _says(text: str, phrases: Iterable[str]) -> bool:
    plain = text.casefold().replace("’", "'")
    return any(phrase in plain for phrase in phrases)


def _exists(value: Any) -> bool:
    return value is not None and value != "" and value != [] and value != ()


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


def _share(value: Any, whole: Any) -> float | None:
    part, limit = number_of(value), number_of(whole)
    return part / limit if part is not None and limit else None
