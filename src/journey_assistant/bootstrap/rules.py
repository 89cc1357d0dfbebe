"""Joins what decides by word: playbook and prompts, the operator's and a company's own over the shipped ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from journey_assistant.resources import resource_dir
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.playbook.playbook import Playbook
    from journey_assistant.prompts import Prompts


class Folders(TypedDict, total=False):
    """Folders that differ from those of the settings."""

    knowledge: Path
    playbook: Path
    company: Path


def demo_folders(settings: Settings, playbook_hash: str) -> Folders:
    """What ``build_decider`` takes to decide again what the demo company's playbook decided; else nothing.

    The demo's runs lie in the store beside those of the operator, whose own files are others.
    """
    company = resource_dir("demo")
    if build_playbook(settings, company=company).hash != playbook_hash:
        return Folders()
    return Folders(company=company, knowledge=resource_dir("knowledge_base"))


def build_playbook(settings: Settings, playbook: Path | None = None, company: Path | None = None) -> Playbook:
    """The default playbook with the operator's folder over it and a company's own files over both."""
    from journey_assistant.playbook.load import load_playbook

    overrides = [folder for folder in (settings.playbook_dir, playbook) if folder is not None]
    return load_playbook(resource_dir("playbook"), *overrides, case_dir=company)


def build_prompts(settings: Settings) -> Prompts:
    """The default prompts with the operator's folder over them."""
    from journey_assistant.prompts import Prompts

    return Prompts(resource_dir("prompts"), *([settings.prompts_dir] if settings.prompts_dir else []))
