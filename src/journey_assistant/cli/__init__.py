"""The command line: ``journey``. One file a command group; heavy libraries load inside the commands."""

from __future__ import annotations

import sys

from journey_assistant.errors import JourneyError


def main() -> None:
    """Run one command. Exits 0, 1 when a check failed, 2 on bad input with one clear line and no traceback."""
    from journey_assistant.cli.app import app

    try:
        app()
    except JourneyError as error:
        print(f"journey: {error}", file=sys.stderr)
        raise SystemExit(2) from None
