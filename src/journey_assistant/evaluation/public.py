"""Public yardsticks: figures on data sets that anybody can get, so that anybody can repeat them with their own copies.

Each yardstick reads its files if they are there and is left out if they are not. Large sets are sampled evenly.
"""

from __future__ import annotations

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from journey_assistant.bootstrap import build_classifier, build_encoder, build_knowledge
from journey_assistant.domain.conversation import Turn
from journey_assistant.domain.knowledge import Article, ArticleId
from journey_assistant.errors import Rejected
from journey_assistant.evaluation import ranking
from journey_assistant.evaluation.classification import accuracy, f1, macro_f1
from journey_assistant.evaluation.guard_cases import judged, read_guard_case
from journey_assistant.evaluation.numbers import Number
from journey_assistant.knowledge.query import Query
from journey_assistant.knowledge.retrieve import KnowledgeRetriever
from journey_assistant.services.search_articles import PASSAGES_AN_ARTICLE, best_articles
from journey_assistant.settings import Settings

Row = Mapping[str, Any]
Yardstick = Callable[[Path, Settings, int], Iterator[Number]]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
K = 10


def rows_of(file: Path, most: int | None = None) -> list[dict[str, Any]]:
    """The rows of a JSONL file, packed or not; of many only so many, evenly spread. Raises Rejected naming the line."""
    is_packed = file.suffix == ".gz"
    with gzip.open(file, "rt", encoding="utf-8") if is_packed else file.open(encoding="utf-8") as lines:
        try:
            rows = [json.loads(line) for line in lines if line.strip()]
        except ValueError as error:
            raise Rejected(f"is no JSONL: {error}", where=str(file)) from error
    return rows if most is None or most >= len(rows) else [rows[n * len(rows) // most] for n in range(most)]


def sentiment(folder: Path, settings: Settings, most: int) -> Iterator[Number]:
    """GoEmotions: negative, neutral, positive."""
    rows = rows_of(_there(folder, "sentiment/goemotions_dev"), most)
    classifier = build_classifier(settings)
    pairs = [(str(row["sent3"]), str(classifier.read(row["text"])["sentiment"]["label"])) for row in rows]
    negative = [(right, read) for right, read in pairs if right == "negative"]
    yield _number("accuracy", accuracy(pairs), len(pairs), "of comments read as people read them")
    yield _number("macro F1", macro_f1(pairs), len(pairs), "mean of the three labels")
    yield _number("negative recall", accuracy(negative), len(negative), "of negative comments read as negative")
    yield _number("negative F1", f1(pairs, "negative"), len(pairs), "of the label that gates")


def contact_reason(folder: Path, settings: Settings, most: int) -> Iterator[Number]:
    """CLINC150: twelve phrases a label are learned; out-of-scope texts must be read as none."""
    from journey_assistant.perception.contact_reason import ContactReasons
    from journey_assistant.playbook.schema import ContactReasonSpec

    examples: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(_there(folder, "intent/clinc150_train")):
        if row["label"] != "oos" and len(examples[row["label"]]) < 12:
            examples[row["label"]].append(row["text"])
    specs = tuple(
        ContactReasonSpec(id=label, queue="general", examples=tuple(texts)) for label, texts in examples.items()
    )
    encoder = build_encoder(settings.encoder_threads)
    reasons = ContactReasons.learn(specs, encoder)
    rows = rows_of(_there(folder, "intent/clinc150_dev"), most)
    read = [(str(row["label"]), reasons.read(encoder.read(row["text"]))) for row in rows]
    known = [(label, reason.best) for label, reason in read if label != "oos"]
    strange = [reason.label == "none" for label, reason in read if label == "oos"]
    yield _number("nearest label right", accuracy(known), len(known), "of texts in scope, 150 labels, 12 phrases each")
    if strange:
        share = sum(strange) / len(strange)
        yield _number("out of scope noticed", share, len(strange), "of texts of no label read as none")


def retrieval_dstc(folder: Path, settings: Settings, most: int) -> Iterator[Number]:
    """DSTC11 track 5: the right entry for a turn that needs knowledge, the entity known."""
    entries = rows_of(_there(folder, "kb/dstc11t5_kb"))
    turns = [row for row in rows_of(_there(folder, "retrieval/dstc11t5_dev")) if row["needs_knowledge"]]
    chosen = [turns[n * len(turns) // most] for n in range(most)] if most < len(turns) else turns
    names = {str(name) for row in chosen for name in row["entity"]}
    articles = [
        Article(ArticleId(str(row["doc_id"])), str(row["entity"]), str(row["text"]), entity=str(row["entity"]))
        for row in entries
        if row["entity"] in names
    ]
    queries = [(_dstc_query(row), {str(id_) for id_ in row["doc_id"]}) for row in chosen]
    yield from _ranked(articles, queries, settings)


def _dstc_query(row: Row) -> Query:
    turns = tuple(
        Turn(str(n), LONG_AGO, "customer" if said.startswith("U:") else "assistant", said[2:].strip())
        for n, said in enumerate(row.get("context") or [])
    )
    entities = tuple(str(name) for name in row["entity"])
    limit = K * PASSAGES_AN_ARTICLE
    return Query(str(row["query"]), LONG_AGO.date(), turns=turns, entities=entities, limit=limit)


def retrieval_banking(folder: Path, settings: Settings, most: int) -> Iterator[Number]:
    """tau2 banking: the documents that a task needs, out of a bank's policies."""
    documents = rows_of(_there(folder, "kb/tau2_banking_kb"))
    articles = [Article(ArticleId(str(row["id"])), str(row["title"]), str(row["content"])) for row in documents]
    tasks = rows_of(_there(folder, "retrieval/tau2_banking_retrieval_dev"), most)
    queries = [
        (Query(str(row["query"])[:2000], LONG_AGO.date(), limit=K * PASSAGES_AN_ARTICLE), set(_required(row)))
        for row in tasks
    ]
    yield from _ranked(articles, [(query, right) for query, right in queries if right], settings)


def _required(row: Row) -> list[str]:
    return [str(one) for one in row.get("required_documents") or row.get("doc_id") or []]


def _ranked(
    articles: Sequence[Article], queries: Sequence[tuple[Query, set[str]]], settings: Settings
) -> Iterator[Number]:
    from journey_assistant.bootstrap import build_clock

    knowledge = build_knowledge(settings, articles, build_encoder(settings.encoder_threads), None)
    retriever = KnowledgeRetriever(knowledge=knowledge, clock=build_clock())
    found = [
        ([str(h.passage.article_id) for h in best_articles(retriever, query, K)], right) for query, right in queries
    ]
    for name, measure, k in (
        ("success@1", ranking.success, 1),
        (f"recall@{K}", ranking.recall, K),
        (f"MRR@{K}", ranking.reciprocal_rank, K),
        (f"nDCG@{K}", ranking.ndcg, K),
    ):
        values = [measure(names, right, k) for names, right in found]
        share = math.fsum(values) / len(values) if values else None
        yield _number(name, share, len(values), f"over {len(articles)} entries")


def attacks(folder: Path, settings: Settings, most: int) -> Iterator[Number]:
    """Injections that must be noticed (deepset) and honest texts with their words that must not (NotInject)."""
    hostile = rows_of(_there(folder, "attacks/deepset_injections_train"))
    honest = rows_of(_there(folder, "attacks/notinject_dev"), most)
    bad = [row for row in hostile if row["label"] != "benign"][:most]
    caught = [_is_noticed(str(row["text"])) for row in bad]
    alarms = [_is_noticed(str(row["text"])) for row in honest]
    yield _number("injections noticed", sum(caught) / len(caught), len(caught), "of injections, English and German")
    yield _number("false alarms", sum(alarms) / len(alarms), len(alarms), "of honest texts with suspicious words")


def _is_noticed(text: str) -> bool:
    row = {"id": "text", "surface": "chat", "text": text[:4000].replace("@@", ""), "customer": {"id": "c"}}
    return "prompt_injection" in judged(read_guard_case(row)).guardrails


YARDSTICKS: Mapping[str, Yardstick] = {
    yardstick.__name__: yardstick
    for yardstick in (sentiment, contact_reason, retrieval_dstc, retrieval_banking, attacks)
}


def measured(folder: Path, settings: Settings, most: int) -> Iterator[tuple[str, str, list[Number] | None]]:
    """Each yardstick with what it is and its figures; None where its files are not there. Raises Rejected for none."""
    if not folder.is_dir():
        raise Rejected("there is no such folder", where=str(folder), allowed="a folder with the public data sets")
    for name, yardstick in YARDSTICKS.items():
        means = (yardstick.__doc__ or "").split("\n")[0]
        try:
            yield name, means, list(yardstick(folder, settings, most))
        except FileNotFoundError:
            yield name, means, None


def _there(folder: Path, name: str) -> Path:
    found = next((file for ending in (".jsonl", ".jsonl.gz") if (file := folder / f"{name}{ending}").is_file()), None)
    if found is None:
        raise FileNotFoundError(name)
    return found


def _number(name: str, value: float | None, n: int, means: str) -> Number:
    return Number(name, value or 0.0, n, means)


def public_markdown(found: Sequence[tuple[str, str, list[Number] | None]]) -> str:
    """The figures as a table for a model card."""
    lines = ["| yardstick | figure | value | cases | means |", "|---|---|---:|---:|---|"]
    for name, _, numbers in found:
        lines += [f"| {name} | {n.name} | {n.value:.3f} | {n.n} | {n.means} |" for n in numbers or ()]
    return "\n".join(lines) + "\n"
