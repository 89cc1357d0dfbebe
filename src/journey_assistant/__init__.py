"""Journey Assistant: one explained decision for every customer moment."""

__version__ = "0.1.0"
