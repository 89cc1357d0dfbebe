"""Joins the agent: every part that a decision needs, real ones by default, others as arguments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from journey_assistant.bootstrap.knowledge import build_retriever
from journey_assistant.bootstrap.perception import build_encoder, build_perception
from journey_assistant.bootstrap.rules import build_playbook, build_prompts
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from journey_assistant.agent.state import Parts
    from journey_assistant.ports import Encoder
    from journey_assistant.services.decide import Decider


def build_decider(
    settings: Settings,
    *,
    knowledge: Path | None = None,
    playbook: Path | None = None,
    company: Path | None = None,
    model: BaseChatModel | None = None,
    encoder: Encoder | None = None,
    in_memory: bool = False,
) -> Decider:
    """The agent over one help centre, playbook and company.

    ``company`` is a folder with company.yaml, offers.yaml or policy.json. Raises ConfigurationError for a wrong
    playbook, prompt or setting, Rejected for unreadable articles.
    """
    from journey_assistant.agent.graph import build_graph
    from journey_assistant.domain.journey_run import Versions
    from journey_assistant.services.decide import Decider

    parts = build_parts(
        settings,
        knowledge=knowledge,
        playbook=playbook,
        company=company,
        model=model,
        encoder=encoder,
        in_memory=in_memory,
    )
    versions = Versions(
        playbook=parts.playbook.hash,
        prompts=parts.prompts.hash,
        encoder=parts.perception.encoder.id,
        model=model_name(settings, parts.model),
    )
    return Decider(build_graph(), parts, versions)


def build_parts(
    settings: Settings,
    *,
    knowledge: Path | None = None,
    playbook: Path | None = None,
    company: Path | None = None,
    model: BaseChatModel | None = None,
    encoder: Encoder | None = None,
    in_memory: bool = False,
) -> Parts:
    """Everything the steps use, loaded: what the first text is read with is no part of its cost."""
    from journey_assistant.agent.state import Parts
    from journey_assistant.guardrails.check import warm_up
    from journey_assistant.knowledge.names import names_in

    warm_up()
    rules = build_playbook(settings, playbook, company)
    encoder = encoder or build_encoder(settings.encoder_threads)
    retriever = build_retriever(settings, knowledge, encoder, in_memory=in_memory)
    return Parts(
        perception=build_perception(settings, rules, encoder),
        playbook=rules,
        prompts=build_prompts(settings),
        retriever=retriever,
        model=build_model(settings, model),
        on_model_failure=settings.on_model_failure,
        turn_seconds=settings.turn_timeout_s,
        degraded=(retriever.knowledge.degraded,) if retriever.knowledge.degraded else (),
        spelled=retriever.knowledge.lexical.spelled,
        article_names=names_in(retriever.knowledge.articles.values()),
    )


def build_model(settings: Settings, given: BaseChatModel | None = None) -> BaseChatModel | None:
    """The given chat model behind our limits, else the server of the settings, else None (extractive answers)."""
    if given is None and not settings.has_model:
        return None
    if given is not None:
        from journey_assistant.adapters.model_langchain import BorrowedChatModel

        return BorrowedChatModel(inner=given, timeout_s=settings.model_timeout_s)
    from journey_assistant.adapters.model_openai import OpenAICompatibleChatModel

    return OpenAICompatibleChatModel(
        model=settings.model_name or "",
        base_url=settings.model_base_url or "",
        api_key=settings.model_api_key,
        timeout_s=settings.model_timeout_s,
        answer_format={"type": "json_object"},
        price_in=settings.model_price_in,
        price_out=settings.model_price_out,
    )


def build_scripted_model(writes: Callable[[str], str]) -> BaseChatModel:
    """A model that makes its answers from the prompt by rule: for studies without a server."""
    from journey_assistant.adapters.model_scripted import ScriptedChatModel

    return ScriptedChatModel(answers=[writes])


def model_name(settings: Settings, model: BaseChatModel | None) -> str | None:
    """What a run records as its model."""
    if model is None:
        return None
    return settings.model_name or model._llm_type
