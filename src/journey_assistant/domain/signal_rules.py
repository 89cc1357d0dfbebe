"""SignalRules: the numbers and word lists by which signals are derived. The defaults are the default playbook's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class SignalRules:
    """Windows, thresholds and page lists. Paths are compared as ``domain.pages.normal_path`` writes them.

    ``memory`` is how far back an event signal is remembered: its ``at`` says when it came true, and a play's
    freshness decides whether that is still a moment, or stale.
    """

    memory: timedelta = timedelta(days=365)
    # pages
    pricing_paths: tuple[str, ...] = ("/pricing", "/plans")
    cancellation_segments: frozenset[str] = frozenset(
        {"cancel", "cancellation", "cancellation-policy", "cancel-subscription", "downgrade", "close-account"}
    )
    help_paths: tuple[str, ...] = ("/help", "/blog")
    topic_sections: frozenset[str] = frozenset({
        "solutions", "industries", "use-cases", "features", "topics", "category", "categories", "collections",
        "products", "shop", "guides", "resources", "stories", "case-studies",
    })  # fmt: skip
    same_view: timedelta = timedelta(seconds=30)
    visit_gap: timedelta = timedelta(minutes=30)
    velocity_views: int = 3
    velocity_window: timedelta = timedelta(hours=1)
    cancellation_visits: int = 2
    cancellation_window: timedelta = timedelta(days=7)
    product_views: int = 3
    product_window: timedelta = timedelta(days=30)
    category_views: int = 3
    category_window: timedelta = timedelta(days=14)
    # use of the product
    active_window: timedelta = timedelta(days=30)
    gap_window: timedelta = timedelta(days=30)
    power_window: timedelta = timedelta(days=14)
    usage_window: timedelta = timedelta(days=30)
    usage_drop_to: float = 0.5
    limit_share: float = 0.8
    limit_readings: int = 2
    limit_window: timedelta = timedelta(days=30)
    quiet_after: timedelta = timedelta(days=21)
    # onboarding
    step_due: timedelta = timedelta(days=5)
    step_forgotten: timedelta = timedelta(days=90)
    # orders
    purchase_window: timedelta = timedelta(days=30)
    cart_items: int = 2
    cart_floor: float = 100.0
    cart_untouched: timedelta = timedelta(minutes=30)
    reorder_purchases: int = 3
    reorder_tolerance: float = 0.25
    renewal_horizon_days: int = 90
    # campaigns and content
    followed_within: timedelta = timedelta(hours=48)
    download_words: tuple[str, ...] = (
        "white paper", "whitepaper", "guide", "e-book", "ebook", "report", "checklist", "template", "leitfaden",
        "guida", "guía", "guia",
    )  # fmt: skip
    comparison_words: tuple[str, ...] = (
        "compar", "versus", " vs ", "vergleich", "confront", "which plan", "right plan", "find your plan",
        "plan finder", "choose your plan", "choose a plan", "product finder", "welcher tarif", "quel forfait",
        "qué plan", "quale piano", "qual plano",
    )  # fmt: skip
    buyer_guide_words: tuple[str, ...] = (
        "buyer's guide", "buyer’s guide", "buyers guide", "buyers' guide", "buying guide", "kaufberat",
        "guide d'achat", "guía de compra", "guida all'acquisto", "guia de compra",
    )  # fmt: skip
    upsell_plays: frozenset[str] = frozenset({"upgrade_fit"})
    upsell_words: frozenset[str] = frozenset({"upgrade", "upsell", "cross-sell", "expansion", "add-on"})
    ignored_after: timedelta = timedelta(hours=72)
    ignored_messages: int = 2
    # moods, surveys, contacts, intent
    mood_window: timedelta = timedelta(days=7)
    detractor_nps: float = 6
    promoter_nps: float = 9
    unhappy_csat: float = 2
    happy_csat: float = 4
    contact_window: timedelta = timedelta(days=7)
    contact_times: int = 3
    exchanges: int = 5
    strong_intent: float = 80
    shared_intent: float = 70
    intent_window: timedelta = timedelta(days=7)


DEFAULT_SIGNAL_RULES = SignalRules()
