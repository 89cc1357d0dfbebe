"""Says conditions in plain words, for explanations and findings."""

from __future__ import annotations

from journey_assistant.playbook.conditions import EventsSpec, Match
from journey_assistant.playbook.spec import say_duration


def say_events(spec: EventsSpec) -> str:
    """``page_viewed (path on the list pricing) within 1 h``."""
    tests = ", ".join(f"{name} {say_match(test)}" for name, test in spec.where.items())
    parts = [" or ".join(spec.of)]
    if tests:
        parts.append(f"({tests})")
    if spec.within:
        parts.append(f"within {say_duration(spec.within)}")
    if spec.older_than:
        parts.append(f"more than {say_duration(spec.older_than)} ago")
    if spec.since_trigger:
        parts.append(f"in the {say_duration(spec.for_)} after it" if spec.for_ else "since then")
    return " ".join(parts)


def say_match(test: Match) -> str:
    """``at least 30 and at most 60``, ``is key``, ``on the list pricing``."""
    said = [
        (test.is_ is not None, f"is {test.is_}"),
        (test.one_of, f"one of {', '.join(str(v) for v in test.one_of)}"),
        (test.not_one_of, f"not {', '.join(str(v) for v in test.not_one_of)}"),
        (test.at_least is not None, f"at least {test.at_least}"),
        (test.at_most is not None, f"at most {test.at_most}"),
        (test.exists is True, "known"),
        (test.exists is False, "not known"),
        (test.paths, f"on the list {test.paths}"),
        (test.not_paths, f"not on the list {test.not_paths}"),
        (test.words, f"says one of the words {test.words}"),
        (test.same_as_trigger, f"the same {test.same_as_trigger}"),
        (test.not_own_plan, "not of their own plan"),
    ]
    text = " and ".join(words for given, words in said if given)
    if test.share_of:
        return f"as a share of {test.share_of} {text}"
    return f"in days {text}" if test.days_until else text
