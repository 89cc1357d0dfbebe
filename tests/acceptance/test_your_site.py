"""README, "Your site in ten minutes": the commands and the program there are run as they stand."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from architecture.repository import ROOT

SECTION = (ROOT / "README.md").read_text(encoding="utf-8").split("## Your site in ten minutes\n")[1].split("\n## ")[0]
COMMANDS = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)[0]
PROGRAM = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)[0]
ARTICLE = """---
id: invoices
title: Export your invoices
---
You export your invoices under Billing, Export. The file is a CSV with one line for each invoice.
"""


def environment(home: Path) -> dict[str, str]:
    """As on a machine where `journey` is installed, and nothing is configured yet."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("JOURNEY_")}
    journey = home / "bin" / "journey"
    journey.parent.mkdir()
    journey.write_text(f'#!/bin/sh\nexec {sys.executable} -m journey_assistant.cli "$@"\n', encoding="utf-8")
    journey.chmod(0o755)
    path = os.pathsep.join([str(journey.parent), given["PATH"]])
    return given | {"PATH": path, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "200"}


async def address_of(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(120):
        while line := (await process.stderr.readline()).decode():
            if found := re.match(r"journey serves on (\S+)", line):
                return found[1]
    raise AssertionError("it ended before it served")


@pytest.mark.slow
async def test_that_the_ten_minutes_of_the_readme_work_as_they_stand(tmp_path: Path) -> None:
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / "invoices.md").write_text(ARTICLE, encoding="utf-8")
    known = environment(tmp_path)
    commands = COMMANDS.replace("journey serve --dev", "exec journey serve --dev --port 0")
    assert commands != COMMANDS
    process = await asyncio.create_subprocess_exec(
        "sh", "-ec", commands, cwd=tmp_path, env=known, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        service = await address_of(process)
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, env=known | {"SERVICE": service}, stdout=subprocess.PIPE
        )
        out, _ = await asyncio.wait_for(program.communicate(), 120)
        assert "Billing" in out.decode()
        assert "Export your invoices" in out.decode()
        assert out.decode().splitlines()[-1] == "waiting"
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert process.stdout is not None
        assert "/widget.js" in (await process.stdout.read()).decode()
    finally:
        if process.returncode is None:
            process.kill()
