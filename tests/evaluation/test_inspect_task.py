"""The Inspect task runs the same cases with the same checks (extra ``inspect``)."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.inspect
def test_that_inspect_counts_what_our_runner_counts(tmp_path: Path) -> None:
    import inspect_ai

    from journey_assistant.evaluation.inspect_task import decision_task

    task = decision_task(str(ROOT / "evals" / "suites" / "demo"), "always_hold")
    (log,) = inspect_ai.eval(task, model="none/none", log_dir=str(tmp_path), display="none")
    assert log.status == "success"
    assert log.results is not None
    assert log.results.total_samples == 13
    (score,) = log.results.scores
    assert score.metrics["accuracy"].value == pytest.approx(0.0)
