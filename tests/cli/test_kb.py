import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from journey_assistant.cli.app import app
from journey_assistant.errors import NotFound, Rejected

PAGES = {
    "pump.md": "# Pump\n\nThe pump runs for nine hours on one charge.",
    "filter.md": "# Filter\n\nWash the filter every week under cold water.",
}


@pytest.fixture
def journey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("JOURNEY_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["kb", *arguments], catch_exceptions=True)

    return run


@pytest.fixture
def help_centre(tmp_path: Path) -> Path:
    folder = tmp_path / "help"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text)
    return folder


def test_that_what_is_ingested_is_found_changed_removed_and_rebuilt(journey, help_centre: Path) -> None:  # type: ignore[no-untyped-def]
    first = json.loads(journey("ingest", str(help_centre), "--json").stdout)
    assert (first["added"], first["passages"], first["degraded"]) == (2, 2, None)
    found = json.loads(journey("search", "how long does the pump run?", "--json").stdout)
    assert found["results"][0]["article"] == "pump"
    (help_centre / "pump.md").unlink()
    assert json.loads(journey("ingest", str(help_centre), "--json").stdout)["removed"] == 1
    assert json.loads(journey("rebuild", "--json").stdout)["passages"] == 1
    found = json.loads(journey("search", "how long does the pump run?", "--json").stdout)
    assert [result["article"] for result in found["results"]] == ["filter"]


def test_that_a_file_of_queries_is_answered_line_by_line(journey, help_centre: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    queries, out = tmp_path / "q.jsonl", tmp_path / "out.jsonl"
    queries.write_text('{"id": "a", "query": "wash it how often?"}\n{"id": "b", "query": "pump hours"}\n')
    result = journey("search", "--queries", str(queries), "-k", "1", "-o", str(out), "--knowledge", str(help_centre))
    assert result.exit_code == 0
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(line["id"], line["results"][0]["article"]) for line in lines] == [("a", "filter"), ("b", "pump")]
    assert all(len(line["results"]) == 1 for line in lines)


def test_that_people_see_a_table(journey, help_centre: Path) -> None:  # type: ignore[no-untyped-def]
    shown = journey("search", "pump hours", "--knowledge", str(help_centre)).stdout
    assert "pump" in shown
    assert "nine hours" in shown


def test_that_bad_input_is_one_clear_error(journey, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "empty").mkdir()
    assert isinstance(journey("ingest", str(tmp_path / "empty")).exception, Rejected)
    assert isinstance(journey("search").exception, Rejected)
    assert isinstance(journey("rebuild").exception, NotFound)
