"""Journey Assistant: one explained decision for every customer moment."""

from __future__ import annotations

import os
from typing import Any

# onnxruntime reports its use and keeps a device id in the home folder from its import on, unless told not to.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__all__ = ["Assistant", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """``Assistant`` loads when it is asked for, so that importing a part stays cheap."""
    if name == "Assistant":
        from journey_assistant.assistant import Assistant

        return Assistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
