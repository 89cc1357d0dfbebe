"""What takes mail in, and the secret of those who hand it over."""

from __future__ import annotations

from dataclasses import dataclass

from journey_assistant.ports import Clock
from journey_assistant.services.receive_mail import MailIntake


@dataclass(frozen=True)
class MailEntry:
    """The parts of the door for mail."""

    intake: MailIntake
    secret: str
    clock: Clock
