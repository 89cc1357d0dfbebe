"""Joins the ways out: webhook and e-mail, as far as the settings name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journey_assistant.bootstrap.clock import build_clock
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.ports.relay import Channel


def build_channels(settings: Settings) -> dict[str, Channel]:
    """The configured channels by name. Raises ConfigurationError for a secret or URL that cannot be read."""
    clock = build_clock()
    channels: dict[str, Channel] = {}
    if settings.handoff_webhook_url and settings.handoff_webhook_secret:
        from journey_assistant.adapters.channel_webhook import WebhookChannel

        secret = settings.handoff_webhook_secret.get_secret_value()
        channels[WebhookChannel.name] = WebhookChannel(settings.handoff_webhook_url, secret, clock)
    if settings.smtp_url and settings.smtp_sender:
        from journey_assistant.adapters.channel_smtp import MailServer, SmtpChannel

        server = MailServer.of(settings.smtp_url.get_secret_value())
        channels[SmtpChannel.name] = SmtpChannel(server, settings.smtp_sender, clock)
    return channels
