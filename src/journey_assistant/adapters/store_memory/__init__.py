"""The store in memory: for tests, and for a dry run that leaves nothing behind."""

from journey_assistant.adapters.store_memory.store import MemoryStore

__all__ = ["MemoryStore"]
