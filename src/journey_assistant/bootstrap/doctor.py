"""Looks at every part that the settings name, for ``journey doctor``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from journey_assistant.bootstrap.knowledge import build_retriever
from journey_assistant.bootstrap.perception import build_encoder
from journey_assistant.bootstrap.rules import build_playbook, build_prompts
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.services.examine import PartCheck, State


def examine(settings: Settings) -> list[PartCheck]:
    """Every part with its state, for ``journey doctor``."""
    from journey_assistant.services.examine import PartCheck, checked

    encoder = build_encoder(settings.encoder_threads)

    def reading() -> tuple[State, str]:
        encoder.read("hello")
        return "ok", encoder.id

    def languages() -> tuple[State, str]:
        from journey_assistant.perception.sentiment import SentimentReader

        proven = sorted(SentimentReader().validated_languages)
        return "ok" if proven else "degraded", f"moods are validated in {', '.join(proven) or 'no language'}"

    def policy() -> tuple[State, str]:
        rules = build_playbook(settings)
        return "ok", f"{len(rules.plays)} plays, {len(rules.gate)} gate rows, hash {rules.hash}"

    def articles() -> tuple[State, str]:
        knowledge = build_retriever(settings, None, encoder, in_memory=False).knowledge
        found = f"{len(knowledge.articles)} articles, {len(knowledge.passages)} passages"
        knowledge.close()
        return ("degraded", f"{found}; {knowledge.degraded}") if knowledge.degraded else ("ok", found)

    def language_model() -> tuple[State, str]:
        if settings.has_model:
            return "ok", f"{settings.model_name} at {settings.model_base_url} (not called here)"
        return "ok", "none: answers are quotes, drafts are templates"

    looks: dict[str, Callable[[], tuple[State, str]]] = {
        "encoder": reading,
        "languages": languages,
        "playbook": policy,
        "prompts": lambda: ("ok", f"{len(build_prompts(settings).names)} prompts"),
        "knowledge": articles,
        "model": language_model,
    }
    return [PartCheck("settings", "ok", f"home is {settings.home}"), *(checked(p, look) for p, look in looks.items())]
