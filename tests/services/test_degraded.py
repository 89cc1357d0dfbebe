"""What is lost at this moment: each part is asked, and each loss says what happens meanwhile."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from journey_assistant.adapters.encoder_missing import MissingEncoder
from journey_assistant.adapters.index_memory import MemoryDenseIndex
from journey_assistant.adapters.model_openai import OpenAICompatibleChatModel
from journey_assistant.adapters.model_openai.limits import Breaker
from journey_assistant.agent.state import Parts
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.errors import PortError
from journey_assistant.knowledge.index import open_knowledge
from journey_assistant.knowledge.retrieve import KnowledgeRetriever
from journey_assistant.services.decide import Decider
from journey_assistant.services.degraded import BY_WORDS, QUOTES, RESTS, TO_PERSON, LostPart, lost_parts
from real_parts import decider, one_article

__all__ = ["decider"]


@pytest.fixture
def parts(decider: Decider) -> Parts:
    return decider.parts


class Broken(MemoryDenseIndex):
    """An index whose files went away under it."""

    def count(self) -> int:
        raise PortError("the folder is gone", port="index", retryable=False)


def over(parts: Parts, folder: Path, index: MemoryDenseIndex) -> tuple[Parts, MemoryDenseIndex]:
    knowledge = open_knowledge(one_article(folder), encoder=parts.perception.encoder, index=index)
    retriever = KnowledgeRetriever(knowledge=knowledge, clock=parts.retriever.clock)
    return replace(parts, retriever=retriever), index


def asked(failures: int) -> OpenAICompatibleChatModel:
    """A model whose last calls failed for our tenant."""
    breaker = Breaker(failures=2, clock=lambda: 0.0)
    for _ in range(failures):
        breaker.failed(DEFAULT_TENANT)
    return OpenAICompatibleChatModel(
        model="m", base_url="http://127.0.0.1:9/v1", api_key=SecretStr("k"), breaker=breaker
    )


def test_that_nothing_is_lost_of_a_whole_product(parts: Parts) -> None:
    assert lost_parts(parts) == ()


def test_that_without_the_encoder_a_person_gets_everything(parts: Parts) -> None:
    gone = MissingEncoder(PortError("no file", port="encoder", retryable=False))
    lame = replace(parts, perception=replace(parts.perception, encoder=gone))
    assert lost_parts(lame) == (LostPart("encoder", "no file", TO_PERSON),)


def test_that_an_index_that_stops_answering_is_named(parts: Parts, tmp_path: Path) -> None:
    lame, _ = over(parts, tmp_path, Broken(parts.perception.encoder.dimension))
    assert lost_parts(lame) == (LostPart("knowledge", "index: the folder is gone", BY_WORDS),)


def test_that_passages_missing_from_the_index_are_counted(parts: Parts, tmp_path: Path) -> None:
    lame, index = over(parts, tmp_path, MemoryDenseIndex(parts.perception.encoder.dimension))
    whole = index.count()
    index.delete(list(index.ids())[:1])
    assert [lost.why for lost in lost_parts(lame)] == [f"the index lacks 1 of {whole} passages"]


@pytest.mark.parametrize(("on_failure", "meanwhile"), [("person", RESTS), ("extractive", QUOTES)])
def test_that_a_model_left_alone_after_failures_is_lost(parts: Parts, on_failure: str, meanwhile: str) -> None:
    lame = replace(parts, model=asked(2), on_model_failure=on_failure)
    assert [(lost.part, lost.meanwhile) for lost in lost_parts(lame)] == [("model", meanwhile)]


@pytest.mark.parametrize(
    ("failures", "tenant"), [(1, DEFAULT_TENANT), (2, TenantId("other"))], ids=["too few failures", "another tenant"]
)
def test_that_a_model_that_is_still_asked_is_not_lost(parts: Parts, failures: int, tenant: TenantId) -> None:
    assert lost_parts(replace(parts, model=asked(failures)), tenant) == ()
