"""Every error this product raises, in one tree.

JourneyError
├── ConfigurationError
├── NotFound
├── Conflict
│   ├── InvalidTransition
│   └── StaleDraft
├── Rejected
└── PortError
    └── UncertainDelivery

Adapters translate vendors' errors into ``PortError`` (always ``from`` the original). A service turns a
``PortError`` on the way to a customer into a handoff: the customer meets a person, never a stack trace.
"""

from __future__ import annotations


class JourneyError(Exception):
    """Anything that this product reports on purpose."""


class ConfigurationError(JourneyError):
    """A setting, the playbook, a prompt or package data is missing or wrong: fix the named file or variable."""


class NotFound(JourneyError):
    """What was asked for does not exist for this tenant."""


class Conflict(JourneyError):
    """The change collides with what is stored: read again, then decide again."""


class InvalidTransition(Conflict):
    """The thing is not in a state that allows this step."""


class StaleDraft(Conflict):
    """The facts of a draft changed since it was written: it must be decided again."""


class Rejected(JourneyError):
    """Bad input. Says what is wrong, where it stands, and what is allowed."""

    def __init__(self, what: str, *, where: str = "", allowed: str = "") -> None:
        self.what, self.where, self.allowed = what, where, allowed
        super().__init__("".join([f"{where}: " if where else "", what, f" (allowed: {allowed})" if allowed else ""]))


class PortError(JourneyError):
    """A technology behind a port failed. ``retryable`` says whether the same call may work later."""

    def __init__(self, what: str, *, port: str, retryable: bool) -> None:
        self.port, self.retryable = port, retryable
        super().__init__(f"{port}: {what}")


class UncertainDelivery(PortError):
    """The connection broke after the message was handed over: it may have arrived or not."""
