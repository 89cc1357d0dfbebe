"""Joins how colleagues are told: by e-mail, by a Slack-compatible webhook, as far as the settings name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journey_assistant.settings import PREFIX, Settings

if TYPE_CHECKING:
    from journey_assistant.services.notices import Ways


def build_ways(settings: Settings) -> Ways:
    """The ways to colleagues that are configured."""
    from journey_assistant.services.notices import Ways

    return Ways(
        email=bool(settings.smtp_url and settings.smtp_sender),
        slack=settings.slack_webhook_url is not None,
        fallback=settings.handoff_email,
        base_url=settings.base_url,
    )


def told_where(settings: Settings) -> list[str]:
    """Where urgent alerts and the morning digest go, or what would have to be set: one line a way."""
    ways = build_ways(settings)
    email, slack = f"{PREFIX}SMTP_URL and {PREFIX}SMTP_SENDER", f"{PREFIX}SLACK_WEBHOOK_URL"
    return [
        "urgent alerts and the morning digest by e-mail: "
        + ("to each colleague's own address (`journey user email`)" if ways.email else f"nowhere; set {email}"),
        "urgent alerts and the morning digest by Slack-compatible webhook: "
        + ("to the channel of the configured webhook" if ways.slack else f"nowhere; set {slack}"),
    ]
