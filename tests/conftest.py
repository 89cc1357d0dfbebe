"""What `pytest` alone runs: everything that needs Python and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# A commit is green or not: the same examples on every run; `make explore` looks for new ones. No test judges speed.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile("repeatable")

BROWSER_TESTS = Path(__file__).parent / "browser"
# Markers of tests that need more; each has its own make target, which names the marker.
NEED_MORE = {"wire", "torch", "browser", "studio", "inspect"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Browser tests are not even read unless they are asked for: what drives the browser need not be installed."""
    asked_for = str(config.getoption("markexpr"))
    if collection_path == BROWSER_TESTS and ("browser" not in asked_for or "not browser" in asked_for):
        return True
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out (not skips) the tests that need Node, a browser or an extra, unless `-m` names their marker."""
    asked_for = str(config.getoption("markexpr"))
    left_out = {marker for marker in NEED_MORE if marker not in asked_for}
    dropped = [item for item in items if left_out & {mark.name for mark in item.iter_markers()}]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in set(dropped)]
