"""The command line: ``journey``. One file a command group; heavy libraries load inside the commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from journey_assistant.errors import JourneyError


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command (default: the process's own arguments).

    Exits 0, 1 when a check failed, 2 on bad input with one clear line and no traceback.
    """
    from journey_assistant.cli.app import app

    # langchain-core looks for transformers, which then advises everybody without PyTorch to install it.
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    try:
        app(arguments, prog_name="journey")
    except JourneyError as error:
        print(f"journey: {_one_line(str(error))}", file=sys.stderr)
        raise SystemExit(2) from None


def _one_line(text: str) -> str:
    """One line without control characters: an error may quote what a file holds."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))
