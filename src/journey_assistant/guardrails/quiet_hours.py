"""quiet_hours: no marketing at night where the customer is; without a valid zone it is always night."""

from __future__ import annotations

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.domain.policy import quiet_hours as rule
from journey_assistant.guardrails.context import CheckContext, Checked

NAME = "quiet_hours"


def quiet_hours(text: Checked, context: CheckContext) -> list[Finding]:
    """The rule of ``domain/policy`` on the customer's zone, the purpose and the channel."""
    ruling = rule.quiet_hours(
        context.customer.timezone,
        context.now_at,
        purpose=context.purpose,
        channel=context.channel,
        policy=context.rules,
    )
    if ruling.allowed:
        return []
    return [Finding(NAME, Severity.BLOCK, f"{ruling.why}; until {ruling.until}", evidence=ruling.evidence)]
