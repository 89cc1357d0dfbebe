"""Where everything is joined: real parts by default, others as arguments. Nothing connects on import."""

from journey_assistant.bootstrap.clock import build_clock
from journey_assistant.bootstrap.console import build_identity, build_login, build_what_if
from journey_assistant.bootstrap.decider import (
    build_decider,
    build_model,
    build_parts,
    build_scripted_model,
    model_name,
)
from journey_assistant.bootstrap.doctor import examine
from journey_assistant.bootstrap.events import build_event_entry, build_play_worker
from journey_assistant.bootstrap.knowledge import (
    build_article_store,
    build_knowledge,
    build_retriever,
    encode_articles,
    open_help_centre,
    stored_knowledge_builder,
)
from journey_assistant.bootstrap.logs import written_logs
from journey_assistant.bootstrap.mail import build_mail_intake, inbound_secret
from journey_assistant.bootstrap.notices import build_ways, told_where
from journey_assistant.bootstrap.perception import build_classifier, build_encoder, build_perception, build_sentiment
from journey_assistant.bootstrap.preferences import build_preference_links, link_sender
from journey_assistant.bootstrap.review import build_decider_of, build_review, build_rewriter
from journey_assistant.bootstrap.rules import Folders, build_playbook, build_prompts, demo_folders
from journey_assistant.bootstrap.service import Talking, build_talking, open_talking
from journey_assistant.bootstrap.store import build_memory_store, migrate_store, open_store

__all__ = [
    "Folders",
    "Talking",
    "build_article_store",
    "build_classifier",
    "build_clock",
    "build_decider",
    "build_decider_of",
    "build_encoder",
    "build_event_entry",
    "build_identity",
    "build_knowledge",
    "build_login",
    "build_mail_intake",
    "build_memory_store",
    "build_model",
    "build_parts",
    "build_perception",
    "build_play_worker",
    "build_playbook",
    "build_preference_links",
    "build_prompts",
    "build_retriever",
    "build_review",
    "build_rewriter",
    "build_scripted_model",
    "build_sentiment",
    "build_talking",
    "build_ways",
    "build_what_if",
    "demo_company",
    "demo_folders",
    "encode_articles",
    "examine",
    "inbound_secret",
    "link_sender",
    "migrate_store",
    "model_name",
    "open_help_centre",
    "open_store",
    "open_talking",
    "stored_knowledge_builder",
    "told_where",
    "written_logs",
]
