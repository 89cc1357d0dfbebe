"""Joins what takes mail in."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr
from typing import TYPE_CHECKING

from journey_assistant.bootstrap.clock import build_clock
from journey_assistant.bootstrap.notices import build_ways
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.signed_webhook import key_of
from journey_assistant.errors import ConfigurationError
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.domain.job import Job
    from journey_assistant.domain.recall import CustomerEvent
    from journey_assistant.ports.store import Store
    from journey_assistant.services.decide import Decider
    from journey_assistant.services.receive_mail import MailIntake


def build_mail_intake(settings: Settings, store: Store, decider: Decider) -> MailIntake:
    """What takes mail in, by the rules of the decider."""
    from journey_assistant.playbook.touch import TouchIndex
    from journey_assistant.services.notices import UrgentPings
    from journey_assistant.services.receive_mail import MailIntake
    from journey_assistant.services.watch_jobs import Following

    clock, following = build_clock(), Following(TouchIndex(decider.parts.playbook))

    def follow(events: Sequence[CustomerEvent]) -> Sequence[Job]:
        return following(DEFAULT_TENANT, clock.now(), events)

    own = {parseaddr(given)[1].casefold() for given in (settings.smtp_sender, settings.handoff_email) if given}
    pings = UrgentPings(store, build_ways(settings))
    return MailIntake(store, decider, clock, follow, pings, frozenset(own))


def inbound_secret(settings: Settings) -> str | None:
    """The secret of those who hand mail over. Raises ConfigurationError for one that is none."""
    if settings.inbound_email_secret is None:
        return None
    secret = settings.inbound_email_secret.get_secret_value()
    try:
        key_of(secret)
    except ValueError as error:
        raise ConfigurationError(f"JOURNEY_INBOUND_EMAIL_SECRET: {error}") from error
    return secret
