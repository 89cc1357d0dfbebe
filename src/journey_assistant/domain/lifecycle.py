"""LifecycleStage: where a customer stands."""

from __future__ import annotations

from enum import StrEnum


class LifecycleStage(StrEnum):
    """The seven stages, plus lapsed and advocacy."""

    AWARENESS = "awareness"
    CONSIDERATION = "consideration"
    DECISION = "decision"
    PURCHASE = "purchase"
    ONBOARDING = "onboarding"
    SUPPORT = "support"
    RETENTION = "retention"
    LAPSED = "lapsed"
    ADVOCACY = "advocacy"
