"""Where everything is joined: real parts by default, others as arguments. Nothing connects on import."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.errors import PortError
from journey_assistant.resources import resource_dir
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from langchain_core.language_models import BaseChatModel

    from journey_assistant.agent.state import Parts
    from journey_assistant.domain.draft import Draft
    from journey_assistant.knowledge.retrieve import KnowledgeRetriever
    from journey_assistant.perception.perception import Perception
    from journey_assistant.playbook.playbook import Playbook
    from journey_assistant.ports import Clock, Encoder, SentimentReading
    from journey_assistant.ports.store import Store
    from journey_assistant.prompts import Prompts
    from journey_assistant.services.classify import Classifier
    from journey_assistant.services.decide import Decider
    from journey_assistant.services.examine import PartCheck, State
    from journey_assistant.services.review_draft import DraftReview


class Folders(TypedDict, total=False):
    """Folders that differ from those of the settings."""

    knowledge: Path
    playbook: Path
    company: Path


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
    """Everything the steps use."""
    from journey_assistant.agent.state import Parts

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
    )


def demo_folders(settings: Settings, playbook_hash: str) -> Folders:
    """What ``build_decider`` takes to decide again what the demo company's playbook decided; else nothing.

    The demo's runs lie in the store beside those of the operator, whose own files are others.
    """
    company = resource_dir("demo")
    if build_playbook(settings, company=company).hash != playbook_hash:
        return Folders()
    return Folders(company=company, knowledge=resource_dir("knowledge_base"))


def build_playbook(settings: Settings, playbook: Path | None = None, company: Path | None = None) -> Playbook:
    """The default playbook with the operator's folder over it and a company's own files over both."""
    from journey_assistant.playbook.load import load_playbook

    overrides = [folder for folder in (settings.playbook_dir, playbook) if folder is not None]
    return load_playbook(resource_dir("playbook"), *overrides, case_dir=company)


def build_prompts(settings: Settings) -> Prompts:
    """The default prompts with the operator's folder over them."""
    from journey_assistant.prompts import Prompts

    return Prompts(resource_dir("prompts"), *([settings.prompts_dir] if settings.prompts_dir else []))


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


def model_name(settings: Settings, model: BaseChatModel | None) -> str | None:
    """What a run records as its model."""
    if model is None:
        return None
    return settings.model_name or model._llm_type


@lru_cache(maxsize=2)
def build_encoder(threads: int = 1, folder: Path | None = None) -> Encoder:
    """The embedded encoder, or that of a folder; when it cannot be opened, one that tells everybody so."""
    from journey_assistant.perception.encoder import MODEL_FOLDER, OnnxEncoder

    encoder = OnnxEncoder(folder or MODEL_FOLDER, threads)
    try:
        encoder.read("hello")
    except PortError as error:
        from journey_assistant.adapters.encoder_missing import MissingEncoder

        return MissingEncoder(error)
    return encoder


def build_perception(settings: Settings, playbook: Playbook, encoder: Encoder) -> Perception:
    """The readers: mood, contact reason, needs, record questions."""
    from journey_assistant.perception.contact_reason import ContactReasons
    from journey_assistant.perception.needs import NeedsReader
    from journey_assistant.perception.perception import Perception
    from journey_assistant.perception.record_question import RecordQuestions
    from journey_assistant.perception.sentiment import SentimentReader

    mood = build_sentiment(settings)
    try:
        reasons = ContactReasons.learn(tuple(playbook.contact_reasons.values()), encoder)
    except PortError:
        reasons = None  # the encoder is down: every text gets a person, whatever it is about
    return Perception(
        encoder=encoder,
        sentiment=mood,
        reasons=reasons,
        needs=NeedsReader(encoder),
        record_questions=RecordQuestions.shipped(encoder),
        validated_languages=SentimentReader().validated_languages,
        company=playbook.company,
        rules=playbook.vocabulary.rules,
    )


def build_sentiment(settings: Settings) -> SentimentReading:
    """The embedded head, or a local classifier (``transformers:<path>``, extra ``torch``)."""
    if settings.sentiment == "embedded":
        from journey_assistant.perception.sentiment import SentimentReader

        return SentimentReader()
    from journey_assistant.adapters.sentiment_transformers import TransformersSentiment

    return TransformersSentiment.from_setting(settings.sentiment)


def build_classifier(settings: Settings, reasons: Path | None = None) -> Classifier:
    """Mood and contact reason of single texts; the reasons are a file's, else the playbook's."""
    from journey_assistant.perception.contact_reason import ContactReasons
    from journey_assistant.perception.language import LanguageDetector
    from journey_assistant.playbook.load import read_contact_reasons
    from journey_assistant.services.classify import Classifier

    encoder = build_encoder(settings.encoder_threads)
    specs = read_contact_reasons(reasons) if reasons else tuple(build_playbook(settings).contact_reasons.values())
    return Classifier(encoder, build_sentiment(settings), ContactReasons.learn(specs, encoder), LanguageDetector())


def build_clock() -> Clock:
    """The clock of the wall."""
    from journey_assistant.adapters.clock import SystemClock

    return SystemClock()


def build_retriever(
    settings: Settings, folder: Path | None, encoder: Encoder, *, in_memory: bool
) -> KnowledgeRetriever:
    """A help centre ready to be searched: a folder's, else what was ingested, else the demo company's."""
    from journey_assistant.bootstrap_knowledge import open_help_centre
    from journey_assistant.knowledge.retrieve import KnowledgeRetriever

    knowledge = open_help_centre(settings, folder, encoder, in_memory=in_memory)
    return KnowledgeRetriever(knowledge=knowledge, clock=build_clock())


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


def build_review(settings: Settings, store: Store) -> DraftReview:
    """The review of drafts; what their words and facts are checked by is loaded with the first check."""
    from journey_assistant.services.review_draft import DraftReview, Standing

    @lru_cache(maxsize=2)
    def decider(**folders: Unpack[Folders]) -> Decider:
        return build_decider(settings, in_memory=True, **folders)

    async def check(draft: Draft, now: datetime) -> Standing:
        from journey_assistant.services.check_draft import DraftChecker

        record = await store.run(DEFAULT_TENANT, draft.run_id)
        folders = demo_folders(settings, record.line["versions"]["playbook"]) if record else Folders()
        return await DraftChecker(store, decider(**folders), DEFAULT_TENANT)(draft, now)

    return DraftReview(store, build_clock(), check)
