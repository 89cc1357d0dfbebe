"""Check: what a guardrail blocks is lowered, never raised."""

from journey_assistant.agent.checking import outbound_context
from journey_assistant.agent.steps.check import lowered, rewritten, shown
from journey_assistant.domain.decision import Route
from journey_assistant.domain.guardrail import Finding, Severity, Verdict
from journey_assistant.domain.outcome import DraftMessage
from worlds import message, pricing_views, sweep


def verdict(name):
    return Verdict((Finding(name, Severity.BLOCK, "because"),))


async def test_that_a_blocked_reply_becomes_a_handoff(run, parts):
    state = await run(message("Until when can people swap their shift?"))
    command = lowered(state, parts.playbook, verdict("pii_leak"))
    assert command.goto == "route_to_human"
    assert command.update["decision"].route is Route.ROUTE_TO_HUMAN
    assert [r.why for r in command.update["decision"].rejected][-1] == "pii_leak"


async def test_that_a_blocked_draft_is_held_when_nobody_may_rewrite_it(run, parts):
    state = await run(sweep(*pricing_views(), plan=None, lifecycle_stage="decision"))
    assert lowered(state, parts.playbook, verdict("consent_missing")).goto == "hold"
    assert lowered(state, parts.playbook, verdict("creepy")).goto == "route_to_human"


def test_that_a_draft_is_checked_with_its_subject_and_put_back_the_same():
    draft = DraftMessage(text="Body\nmore", channel="email", purpose="service", subject="Hello there")
    assert rewritten(draft, shown(draft)) == draft


async def test_that_the_guardrails_behind_a_draft_read_the_playbooks_own_contact_rules(run, parts):
    state = await run(sweep(*pricing_views(), plan=None, lifecycle_stage="decision"))
    assert outbound_context(state, state["outcome"], parts).rules is parts.playbook.policy
