import pytest

from cli.conftest import Journey
from databases import Postgres, postgres
from journey_assistant.adapters.store_sql.migrate import newest_revision

__all__ = ["postgres"]


def test_that_an_empty_postgres_is_migrated_once(
    journey: Journey, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNEY_DATABASE_URL", postgres.empty_database())
    assert journey("queue", "list").code == 2
    assert journey("migrate", "--json").json == {"before": None, "after": newest_revision()}
    assert "nothing to do" in journey("migrate").out
    assert journey("queue", "list").code == 0


def test_that_a_wrong_database_is_one_clear_line(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_DATABASE_URL", "mysql://host/database")
    ran = journey("migrate")
    assert (ran.code, "JOURNEY_DATABASE_URL" in ran.err) == (2, True)
