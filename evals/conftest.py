"""``pytest evals/`` runs every case of every suite as a test."""

from journey_assistant.evaluation.pytest_plugin import pytest_addoption, pytest_collect_file

__all__ = ["pytest_addoption", "pytest_collect_file"]
