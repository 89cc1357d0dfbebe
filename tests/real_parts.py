"""The real agent over a help centre of one article: everything but the size of its knowledge is as in production."""

from __future__ import annotations

from pathlib import Path

import pytest

from journey_assistant.bootstrap import build_decider
from journey_assistant.services.decide import Decider
from journey_assistant.settings import Settings

ARTICLE = """---
id: export
title: Export your data
audience: customers
updated: 2026-01-10
review_by: 2030-01-10
---
# Export your data

You can export all invoices as a CSV file. Open Settings, choose Data and click Export. The file is ready within one
hour and stays available for seven days. Only owners and admins may export. An export holds every invoice with its
number, its date, its customer and its amount; drafts are not part of it.
"""


def one_article(folder: Path) -> Path:
    """A help centre with one article."""
    (folder / "help").mkdir()
    (folder / "help" / "export.md").write_text(ARTICLE)
    return folder / "help"


@pytest.fixture(scope="session")
def decider(tmp_path_factory: pytest.TempPathFactory) -> Decider:
    """One agent for all tests; runs do not see each other."""
    home = tmp_path_factory.mktemp("agent")
    return build_decider(Settings(home=home, knowledge_dir=one_article(home)), in_memory=True)
