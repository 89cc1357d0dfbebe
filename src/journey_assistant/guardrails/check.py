"""check runs the guardrails of a surface and returns one Verdict. It never raises.

A guardrail that crashes, or uses more than 200 ms of thread CPU time, objects: a safety check that cannot be trusted
counts as failed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from journey_assistant.domain.guardrail import Finding, Severity, Verdict
from journey_assistant.guardrails.active_content import active_content
from journey_assistant.guardrails.channel_format import channel_format
from journey_assistant.guardrails.consent_missing import consent_missing
from journey_assistant.guardrails.context import CheckContext, Checked, Surface
from journey_assistant.guardrails.frequency_cap import frequency_cap
from journey_assistant.guardrails.impersonation import impersonation
from journey_assistant.guardrails.input_limits import input_limits
from journey_assistant.guardrails.link_policy import link_policy
from journey_assistant.guardrails.number_mismatch import number_mismatch
from journey_assistant.guardrails.quiet_hours import quiet_hours
from journey_assistant.guardrails.secret_leak import secret_leak
from journey_assistant.guardrails.suppression import suppression
from journey_assistant.guardrails.template_artifact import template_artifact
from journey_assistant.guardrails.ungrounded_claim import ungrounded_claim
from journey_assistant.guardrails.unicode_smuggling import unicode_smuggling
from journey_assistant.guardrails.unsubscribe_missing import unsubscribe_missing

Guardrail = Callable[[Checked, CheckContext], list[Finding]]
CPU_BUDGET_SECONDS = 0.2
"""Thread CPU time that one guardrail may use on one text."""

OUTBOUND: tuple[Guardrail, ...] = (
    consent_missing,
    suppression,
    frequency_cap,
    quiet_hours,
    secret_leak,
    active_content,
    unicode_smuggling,
    ungrounded_claim,
    number_mismatch,
    impersonation,
    template_artifact,
    channel_format,
    link_policy,
    unsubscribe_missing,
)
"""What a text must pass before it goes out or is shown to a reviewer; among equals the graver stands first."""

_FROM_CHAT: tuple[Guardrail, ...] = (unicode_smuggling,)
_STORED: tuple[Guardrail, ...] = (unicode_smuggling, active_content, consent_missing)
INBOUND: Mapping[Surface, tuple[Guardrail, ...]] = {
    "chat": _FROM_CHAT,
    "crm_note": _STORED,
    "kb_doc": _STORED,
    "event": _STORED,
    "import": _STORED,
}
"""What is asked of text that comes in. ``input_limits`` always runs first, and alone when it objects."""


def check(text: str, context: CheckContext) -> Verdict:
    """The verdict on a text that is about to go out."""
    return run(OUTBOUND, Checked(text, "draft"), context)


def inbound_check(text: str, surface: Surface, context: CheckContext) -> Verdict:
    """The verdict on a text that comes in; too much of it is refused before anything else reads it."""
    checked = Checked(text, surface)
    limits = run((input_limits,), checked, context)
    return limits if not limits.passes else run(INBOUND[surface], checked, context)


def run(
    guardrails: Iterable[Guardrail],
    text: Checked,
    context: CheckContext,
    cpu_seconds: Callable[[], float] = time.thread_time,
) -> Verdict:
    """All findings of the guardrails on a text, most severe first; ``cpu_seconds`` is the thread's CPU clock."""
    return Verdict.of(f for guardrail in guardrails for f in _guarded(guardrail, text, context, cpu_seconds))


def _guarded(
    guardrail: Guardrail, text: Checked, context: CheckContext, cpu_seconds: Callable[[], float]
) -> list[Finding]:
    name, whole = guardrail.__name__, (0, len(text.text))
    started = cpu_seconds()
    try:
        found = guardrail(text, context)
    except Exception as error:  # noqa: BLE001 - law 4: it is a finding
        return [Finding(name, Severity.BLOCK, f"the guardrail failed: {type(error).__name__}", whole)]
    used = cpu_seconds() - started
    if used > CPU_BUDGET_SECONDS:
        return [*found, Finding(name, Severity.BLOCK, f"the guardrail used more than {CPU_BUDGET_SECONDS:g} s", whole)]
    return found
