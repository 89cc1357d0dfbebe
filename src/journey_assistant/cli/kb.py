"""``journey kb``: take a help centre in, search it, build its index anew."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from journey_assistant.knowledge.retrieve import KnowledgeRetriever
    from journey_assistant.services.ingest_articles import Ingested

app = typer.Typer(help="The help centre: ingest it, search it, rebuild its index.", no_args_is_help=True)

Source = Annotated[
    Path, typer.Argument(help="A folder, or a Markdown, HTML, TXT, PDF or JSONL file.", show_default=False)
]
Question = Annotated[str | None, typer.Argument(help="What to look for.", show_default=False)]
Queries = Annotated[
    Path | None,
    typer.Option(help="JSONL of {id, query, conversation?, entity?, plan?, language?}.", show_default=False),
]
Most = Annotated[int, typer.Option("-k", min=1, max=50, help="Most articles for a query.")]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="Write results here instead of stdout.")]
Knowledge = Annotated[
    Path | None, typer.Option(help="Search this folder or file instead of what was ingested.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def ingest(
    source: Source,
    reviewed: Annotated[
        bool, typer.Option("--reviewed", help="A colleague has read these pages: keep nothing of them apart.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take articles in. A folder is the whole help centre (what is gone from it is removed); a file is added.

    Passages that address the assistant or forge instructions are reported and never cited.
    """
    from journey_assistant.bootstrap import build_article_store, build_clock, build_encoder, stored_knowledge_builder
    from journey_assistant.services.ingest_articles import ingest_articles
    from journey_assistant.services.screen_articles import ArticleScreen
    from journey_assistant.settings import load_settings

    settings = load_settings()
    build = stored_knowledge_builder(settings, build_encoder(settings.encoder_threads))
    screen = None if reviewed else ArticleScreen(build_clock())
    _tell(ingest_articles(source, build_article_store(settings), build, screen), as_json)


@app.command()
def rebuild(as_json: Json = False) -> None:
    """Erase the index, damaged or not, and build it anew from the ingested articles."""
    from journey_assistant.bootstrap import build_article_store, build_encoder, stored_knowledge_builder
    from journey_assistant.services.ingest_articles import rebuild_index
    from journey_assistant.settings import load_settings

    settings = load_settings()
    build = stored_knowledge_builder(settings, build_encoder(settings.encoder_threads), afresh=True)
    _tell(rebuild_index(build_article_store(settings), build), as_json)


@app.command()
def search(
    question: Question = None,
    queries: Queries = None,
    k: Most = 10,
    out: Out = None,
    knowledge: Knowledge = None,
    as_json: Json = False,
) -> None:
    """Find the articles that answer a question, or every question of a file, best first.

    Examples: journey kb search "how do refunds work?"; journey kb search --queries Q.jsonl -k 10 -o OUT.jsonl
    """
    from journey_assistant.cli.output import errors, tracked, write_jsonl
    from journey_assistant.errors import Rejected
    from journey_assistant.services.search_articles import read_queries, search_queries

    if (question is None) == (queries is None):
        raise Rejected("give one question or --queries FILE", where="journey kb search")
    retriever = _retriever(knowledge)
    with closing(retriever.knowledge):
        if queries is None:
            _show(retriever, str(question), k, as_json)
            return
        given = read_queries(queries, today=retriever.clock.now().date(), k=k)
        written = write_jsonl(search_queries(retriever, tracked(given, len(given), "searching"), k), out)
    if out is not None:
        errors.print(f"{written} queries answered in {out}")


def _retriever(folder: Path | None) -> KnowledgeRetriever:
    from journey_assistant.bootstrap import build_encoder, build_retriever
    from journey_assistant.settings import load_settings

    settings = load_settings()
    # A folder named here is looked at once: its index need not be kept.
    return build_retriever(settings, folder, build_encoder(settings.encoder_threads), in_memory=folder is not None)


def _tell(done: Ingested, as_json: bool) -> None:
    from dataclasses import asdict

    from journey_assistant.cli.output import console, print_json

    if as_json:
        print_json(asdict(done))
        return
    console.print(
        f"{done.added} new, {done.changed} changed, {done.removed} removed, {done.unchanged} unchanged;"
        f" {done.passages} passages",
        highlight=False,
    )
    for kept in done.quarantined:
        place = f"{kept.article} ({kept.heading})" if kept.heading else kept.article
        console.print(f"kept apart, never cited: {place}: {kept.why}", style="yellow", highlight=False)
    if done.quarantined:
        console.print("Read them; then change the page, or ingest it with --reviewed.", highlight=False)
    if done.degraded:
        console.print(f"Search works by words only: {done.degraded}", style="yellow", highlight=False)


def _show(retriever: KnowledgeRetriever, question: str, k: int, as_json: bool) -> None:
    from rich.table import Table

    from journey_assistant.cli.output import console, print_json
    from journey_assistant.knowledge.query import Query
    from journey_assistant.services.search_articles import PASSAGES_AN_ARTICLE, best_articles, search_queries

    query = Query(question, retriever.clock.now().date(), limit=k * PASSAGES_AN_ARTICLE)
    if as_json:
        print_json(next(search_queries(retriever, [("question", query)], k)))
        return
    console.print(f"May it be answered from these? {retriever.search(query).answerability:.0%}", highlight=False)
    table = Table()
    for column in ("score", "article", "passage"):
        table.add_column(column)
    for hit in best_articles(retriever, query, k):
        best = max(hit.sentences, key=lambda sentence: sentence.score, default=None)
        told = " · ".join(filter(None, (hit.passage.title, hit.passage.heading)))
        table.add_row(f"{hit.score:.2f}", hit.passage.article_id, f"{told}\n{best.text if best else ''}".rstrip())
    console.print(table)
