"""What recall costs: a walk along an index a topic, never a look at the whole timeline."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from databases import Postgres, opened, postgres, sqlite_store
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.timeline import newest_of_topics
from journey_assistant.domain.recall import Recall
from records import ANA, NOON, OURS, event

__all__ = ["postgres"]
GIVEN = {"tenant": OURS, "customer": ANA, "until": NOON} | {
    f"{name}_{n}": value
    for n in range(2)
    for name, value in (("type", ("page_viewed", "order_completed")[n]), ("topic", ("blog", "")[n]), ("most", 5))
}


async def long_life(store: SqlStore) -> None:
    views = [
        event(f"v{n}", at=NOON - n * timedelta(minutes=1), path=f"/{('blog', 'help')[n % 2]}/{n}") for n in range(4000)
    ]
    await store.add_events(OURS, [*views, event("o1", "order_completed", NOON - timedelta(days=99))])


async def plan_of(database: Database, prefix: str) -> list[tuple[object, ...]]:
    statement = newest_of_topics(2)
    explained = text(f"{prefix} {statement.text}").bindparams(*statement._bindparams.values())
    async with database.read() as connection:
        return [tuple(row) for row in await connection.execute(explained, GIVEN)]


async def test_that_sqlite_walks_an_index_and_sorts_nothing(tmp_path) -> None:
    async with sqlite_store(tmp_path) as store:
        await long_life(store)
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'journey.db'}")
        steps = [str(row[-1]) for row in await plan_of(database, "EXPLAIN QUERY PLAN")]
        await database.close()
    searches = [step for step in steps if "events" in step]
    assert len(searches) == 2
    wanted = "(tenant_id=? AND customer_id=? AND type=? AND topic=? AND at<?)"
    assert all(step.startswith("SEARCH events USING INDEX") and step.endswith(wanted) for step in searches)
    assert not [step for step in steps if "TEMP B-TREE" in step]


async def test_that_postgres_walks_an_index_and_sorts_nothing(postgres: Postgres) -> None:
    url = await postgres.database()
    async with opened(url) as store:
        await long_life(store)
        database = Database(url)
        async with database.outside_transactions() as connection:
            await connection.execute(text("ANALYZE events"))
        (told,) = await plan_of(database, "EXPLAIN (FORMAT JSON)")
        await database.close()
    plan = told[0] if isinstance(told[0], list) else json.loads(str(told[0]))
    kinds = set(_kinds(plan[0]["Plan"]))
    assert "Index Scan Backward" in kinds or "Index Scan" in kinds
    assert not kinds & {"Seq Scan", "Sort", "Bitmap Heap Scan", "Incremental Sort"}


def _kinds(plan) -> list[str]:
    return [plan["Node Type"], *(kind for part in plan.get("Plans", ()) for kind in _kinds(part))]


@pytest.mark.parametrize("events", [10, 4000])
async def test_that_recall_reads_no_more_rows_of_a_topic_than_it_returns(tmp_path, events: int) -> None:
    async with sqlite_store(tmp_path) as store:
        views = [event(f"v{n}", at=NOON - n * timedelta(minutes=1), path="/blog/a") for n in range(events)]
        await store.add_events(OURS, views)
        assert [e.id for e in await store.recall(OURS, ANA, Recall(NOON, per_topic=3))] == ["v2", "v1", "v0"]
