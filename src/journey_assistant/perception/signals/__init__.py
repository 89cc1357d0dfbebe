"""Signals: what a customer's timeline means, as small functions with the events behind each."""

from journey_assistant.perception.signals.derive import derive_signals
from journey_assistant.perception.signals.view import MESSAGE_EVIDENCE, SignalView

__all__ = ["MESSAGE_EVIDENCE", "SignalView", "derive_signals"]
