"""Journey Assistant: one explained decision for every customer moment."""

from __future__ import annotations

from typing import Any

__all__ = ["Assistant", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """``Assistant`` loads when it is asked for, so that importing a part stays cheap."""
    if name == "Assistant":
        from journey_assistant.assistant import Assistant

        return Assistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
