"""Draws docs/demo.svg: the first panels of ``journey demo`` as a terminal shows them (``make docs``)."""

from __future__ import annotations

import asyncio
import io
import re
import tempfile
from pathlib import Path

from rich.console import Console

from journey_assistant.assistant import Assistant
from journey_assistant.cli.show import run_panel
from journey_assistant.resources import resource_dir
from journey_assistant.services.demo_company import headline_moments
from journey_assistant.services.explain import event_names
from journey_assistant.settings import Settings

SHOWN = ("frustrated-prospect", "tier-1-question", "usage-gap", "suppressed-upsell")
WIDTH = 110
_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)
"""Rich names a font on a server; the reader's own monospace font does."""


async def draw(file: Path) -> None:
    """Decides the shown moments and writes the picture."""
    folder = resource_dir("demo")
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as home:
        assistant = Assistant.open(settings=Settings(home=Path(home)), company=folder, in_memory=True)
        for moment in headline_moments(folder):
            if moment.case.snapshot.case_id in SHOWN:
                line = await assistant.decide_line(moment.case)
                title = f"{moment.title} · {moment.case.snapshot.customer.name}"
                console.print(run_panel(line, title, moment.question, event_names(moment.case)))
    picture = _FONT.sub("", console.export_svg(title="journey demo"))
    file.write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(draw(Path(__file__).with_name("demo.svg")))
