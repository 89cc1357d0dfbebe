"""frequency_cap: not more marketing than the caps allow; queued messages count, bounced ones do not."""

from __future__ import annotations

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.domain.policy import frequency as rule
from journey_assistant.guardrails.context import CheckContext, Checked

NAME = "frequency_cap"


def frequency_cap(text: Checked, context: CheckContext) -> list[Finding]:
    """The rule of ``domain/policy`` on the sends of the timeline."""
    if context.purpose not in context.rules.capped_purposes:
        return []
    ruling = rule.frequency_cap(
        context.timeline,
        context.now_at,
        channel=context.channel,
        campaign=context.campaign,
        purpose=context.purpose,
        policy=context.rules,
        account=context.account_timeline,
    )
    if ruling.allowed:
        return []
    return [Finding(NAME, Severity.BLOCK, f"{ruling.why}; until {ruling.until}", evidence=ruling.evidence)]
