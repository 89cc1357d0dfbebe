"""Acceptance tests type commands as a person does."""

from cli.conftest import journey

__all__ = ["journey"]
