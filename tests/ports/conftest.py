"""Every adapter of the store, one after the other."""

from __future__ import annotations

from databases import postgres, store

__all__ = ["postgres", "store"]
