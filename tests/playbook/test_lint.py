"""Lint: what can be read and is still a mistake."""

from datetime import date

import pytest

from journey_assistant.playbook.lint import lint
from journey_assistant.playbook.load import load_playbook
from sweeping import DEFAULT_DIR, default_playbook

TODAY = date(2026, 12, 1)


def test_that_the_default_playbook_is_clean():
    assert lint(default_playbook(), TODAY, [play.template for play in default_playbook().plays.values()]) == []


VELOCITY = "plays/pricing_velocity.yaml"
SHADOW = "rows:\n- {code: a, why: b, when: {need: injury}}\n- {code: c, why: d, when: {need: injury}}\n"
FINDINGS = [
    ("review_overdue", VELOCITY, "\nreview_by: 2026-11-30\n", 2),
    ("review_soon", VELOCITY, "review_by: 2026-12-31\n", 1),
    ("uncapped", VELOCITY, "cap_group: null\n", 1),
    ("uncapped", VELOCITY, "channels: [whatsapp]\n", 1),
    ("unreachable", VELOCITY, "enabled: false\n", 1),
    ("unreachable", VELOCITY, "trigger: null\n", 1),
    ("unreachable", "autonomy.yaml", "plays: {welcome: 'off'}\n", 1),
    ("unreachable", "gate.yaml", SHADOW, 3),
    ("impossible_window", "plays/onboarding_plus_3.yaml", "freshness: 1 h\n", None),
    ("impossible_window", "policy.yaml", 'quiet_hours:\n  start: "08:00"\n', 1),
    ("impossible_window", "offers.yaml", "offers:\n- {id: o, text: t, starts_at: 2027-02-01, ends_at: 2027-01-01}", 2),
    ("expired_offer", "offers.yaml", "offers:\n- {id: o, text: t, ends_at: 2026-11-30}\n", 2),
    ("contradiction", VELOCITY, "unless: {fact: goal}\naudience: {all: [{fact: goal}]}\n", 1),
    ("contradiction", VELOCITY, "audience: {all: [{fact: goal}, {not: {fact: goal}}]}\n", 1),
    ("contradiction", VELOCITY,
     "audience: {all: [{state: {field: plan, is: a}}, {state: {field: plan, is: b}}]}\n", 1),
    ("contradiction", "queues.yaml", "queues:\n  general: {next_queue: sales}\n  success: {next_queue: general}\n", 2),
    ("contradiction", "contact_reasons.yaml",
     "reasons:\n- {id: a, queue: sales, examples: [x]}\n- {id: b, queue: sales, examples: [y, X]}\n", 3),
    ("unknown_event", VELOCITY, "unless: {absent: {of: page_veiwed}}\n", 1),
    ("unknown_event", VELOCITY, "goal: {event: order_complete}\n", 1),
    ("same_priority", "plays/welcome.yaml", "priority: 96\n", 1),
]  # fmt: skip


@pytest.mark.parametrize(("code", "name", "text", "line"), FINDINGS)
def test_that_a_mistake_is_found_where_it_stands(tmp_path, code, name, text, line):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    found = [f for f in lint(load_playbook(DEFAULT_DIR, tmp_path), TODAY) if f.code == code]
    assert found
    if line is not None:
        assert {(f.file.removeprefix(f"{tmp_path}/"), f.line) for f in found} >= {(name, line)}


def test_that_a_missing_template_is_found():
    templates = {play.template for play in default_playbook().plays.values()} - {"welcome"}
    found = lint(default_playbook(), TODAY, templates)
    assert [(f.code, f.message) for f in found] == [("missing_template", "welcome: there is no template welcome")]
    assert found[0].file.endswith("plays/welcome.yaml")


def test_that_without_a_list_templates_are_not_judged():
    assert lint(default_playbook(), TODAY) == []
