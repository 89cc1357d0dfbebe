"""A missing or damaged encoder: words alone are read, and nobody is answered without a person."""

import asyncio
import shutil
from datetime import date
from pathlib import Path

import pytest

from journey_assistant.bootstrap import build_classifier, build_decider, build_encoder
from journey_assistant.domain.decision import Route
from journey_assistant.errors import PortError
from journey_assistant.knowledge.query import Query
from journey_assistant.perception.encoder import MODEL_FOLDER
from journey_assistant.services.decide import Decider
from journey_assistant.services.read_case import read_case
from journey_assistant.settings import Settings
from real_parts import one_article

MESSAGE = {"kind": "message", "text": "How do I export all invoices?"}


@pytest.fixture(params=["missing", "damaged", "without tokenizer", "unreadable manifest"])
def model_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    if request.param == "missing":
        return folder
    shutil.copytree(MODEL_FOLDER, folder)
    match request.param:
        case "damaged":
            (folder / "model.onnx").write_bytes(b"garbage")
        case "without tokenizer":
            (folder / "tokenizer.json").unlink()
        case _:
            (folder / "manifest.json").write_text("{")
    return folder


@pytest.fixture
def decider(model_folder: Path, tmp_path: Path) -> Decider:
    settings = Settings(home=tmp_path / "home", knowledge_dir=one_article(tmp_path))
    return build_decider(settings, encoder=build_encoder(1, model_folder), in_memory=True)


@pytest.mark.parametrize(
    ("moment", "route"), [(MESSAGE, Route.ROUTE_TO_HUMAN), ({"kind": "sweep"}, Route.HOLD)], ids=["message", "sweep"]
)
def test_that_without_an_encoder_a_person_answers(decider: Decider, moment: dict[str, str], route: Route) -> None:
    case = {"id": "a", "now": "2026-03-10T15:00:00Z", "customer": {"id": "c"}, "moment": moment}
    run = asyncio.run(decider.decide(read_case(case)))
    assert run.route is route
    assert run.versions.encoder == "none"
    assert any("model" in lost for lost in run.degraded)


def test_that_articles_are_found_by_their_words(decider: Decider) -> None:
    query = Query("export invoices", date(2026, 3, 10))
    assert [found.passage.article_id for found in decider.parts.retriever.search(query).passages][:1] == ["export"]


def test_that_texts_are_classified_by_their_words(model_folder: Path, tmp_path: Path) -> None:
    classifier = build_classifier(Settings(home=tmp_path), encoder=build_encoder(1, model_folder))
    read = classifier.read("You are useless idiots, this is a disgrace!")
    assert read["sentiment"]["label"] == "negative"
    assert sum(read["sentiment"]["scores"].values()) == pytest.approx(1.0)
    assert read["contact_reason"] == {"label": "none", "best": "none", "score": 0.0}
    assert "encoder" in read["degraded"][0]


def test_that_whoever_asks_is_told_why(model_folder: Path) -> None:
    with pytest.raises(PortError, match="model"):
        build_encoder(1, model_folder).encode(["hello"])
