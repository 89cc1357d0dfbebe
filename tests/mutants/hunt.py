"""Looks for a life in which a law breaks once its rule is gone."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample

from mutants.rules import RULES, Rule
from never_events.deciders import deciding, real_parts
from never_events.laws import LAWS

TRIES = 400
SEARCH = settings(
    max_examples=TRIES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


def hunted() -> Iterator[tuple[Rule, str]]:
    """Each rule with how its law broke without it; an empty text when nothing noticed."""
    parts, laws = real_parts(), {law.name: law for law in LAWS}
    for rule in RULES:
        law, decide = laws[rule.law], rule.handed(deciding(rule.without(parts)))
        try:
            life = find(law.lives, lambda life, law=law, decide=decide: bool(law.broken(decide, life)), settings=SEARCH)
        except NoSuchExample:
            yield rule, ""
        else:
            yield rule, law.broken(decide, life)
