"""The first suite of our own, the demo's headline moments, through ``journey eval run``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from journey_assistant.cli.app import app

DEMO = Path(__file__).resolve().parents[2] / "evals" / "suites" / "demo"


@pytest.mark.slow
def test_that_every_headline_moment_is_decided_as_its_label_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNEY_HOME", str(tmp_path / "home"))
    result = CliRunner().invoke(app, ["eval", "run", str(DEMO), "--json", str(tmp_path / "report.json")])
    (suite,) = json.loads((tmp_path / "report.json").read_text())["suites"]
    failed = {one["case"]: one["failures"] for one in suite["results"] if not one["passed"]}
    assert not failed
    assert result.exit_code == 0
    assert suite["cases"] == 13
