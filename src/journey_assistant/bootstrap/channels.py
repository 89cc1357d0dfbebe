"""Joins the ways out: webhook, e-mail and Slack-compatible webhook, as far as the settings name them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from journey_assistant.bootstrap.clock import build_clock
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.adapters.channel_smtp import Dkim
    from journey_assistant.domain.outbox import OutboxMessage, Signature
    from journey_assistant.ports.relay import Channel
    from journey_assistant.ports.store import Store
    from journey_assistant.services.preference_links import PreferenceLinks


def build_channels(
    settings: Settings, links: PreferenceLinks | None = None, store: Store | None = None
) -> dict[str, Channel]:
    """The configured channels by name; mail is signed by the colleagues of ``store``.

    Raises ConfigurationError for a secret or URL that cannot be read.
    """
    clock = build_clock()
    channels: dict[str, Channel] = {}
    if settings.handoff_webhook_url and settings.handoff_webhook_secret:
        from journey_assistant.adapters.channel_webhook import WebhookChannel

        secret = settings.handoff_webhook_secret.get_secret_value()
        channels[WebhookChannel.name] = WebhookChannel(settings.handoff_webhook_url, secret, clock)
    if settings.smtp_url and settings.smtp_sender:
        from journey_assistant.adapters.channel_smtp import MailServer, SmtpChannel

        server = MailServer.of(settings.smtp_url.get_secret_value())
        unsubscribe = _unsubscribe(links) if links else None
        channels[SmtpChannel.name] = SmtpChannel(
            server,
            settings.smtp_sender,
            clock,
            unsubscribe=unsubscribe,
            dkim=_dkim(settings),
            signature=_signature(store) if store else None,
        )
    if settings.slack_webhook_url:
        from journey_assistant.adapters.channel_slack import SlackChannel

        channels[SlackChannel.name] = SlackChannel(settings.slack_webhook_url.get_secret_value())
    return channels


def _signature(store: Store) -> Callable[[OutboxMessage], Awaitable[Signature | None]]:
    """In whose name an approved draft goes out."""

    async def signature(message: OutboxMessage) -> Signature | None:
        from journey_assistant.services.sign_mail import signature_of

        return await signature_of(store, message)

    return signature


def _unsubscribe(links: PreferenceLinks) -> Callable[[OutboxMessage], str | None]:
    """The address of the one click, for messages that we began."""

    def address(message: OutboxMessage) -> str | None:
        if not message.is_ours_to_begin or message.customer_id is None:
            return None
        return f"{links.address(message.tenant_id, message.customer_id)}/unsubscribe"

    return address


def _dkim(settings: Settings) -> Dkim | None:
    """The signature of the sender's domain, if there is a key. Raises ConfigurationError."""
    if settings.dkim_key is None:
        return None
    from journey_assistant.adapters.channel_smtp import Dkim

    domain = (settings.smtp_sender or "").rpartition("@")[2].strip("> ")
    return Dkim.of(settings.dkim_selector, domain, settings.dkim_key)
