"""What the options of ``journey eval run`` mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from journey_assistant.evaluation.runner import Plan


def plan_of(
    target: str,
    folders: tuple[Path | None, Path | None],
    counts: tuple[int, int, int],
    resume: Path | None,
    tape: tuple[Path | None, Path | None],
    limits: tuple[float | None, int | None, float | None],
) -> Plan:
    """The plan of a run. Raises Rejected for options that exclude each other."""
    from journey_assistant.evaluation.budget import Budget
    from journey_assistant.evaluation.journal import Journal
    from journey_assistant.evaluation.runner import Plan

    (knowledge, playbook), (jobs, at_once, repeats), (usd, tokens, minutes) = folders, counts, limits
    return Plan(
        target=target,
        knowledge=knowledge,
        playbook=playbook,
        model=_taped_model(*tape),
        jobs=jobs,
        at_once=at_once,
        repeats=repeats,
        journal=Journal(resume),
        budget=Budget(usd, tokens, minutes * 60 if minutes is not None else None),
    )


def _taped_model(record: Path | None, replay: Path | None) -> BaseChatModel | None:
    """The model of the settings behind a tape; None leaves the model to the settings."""
    from journey_assistant.errors import ConfigurationError, Rejected

    if record is not None and replay is not None:
        raise Rejected("either records or replays", where="--record and --replay", allowed="one of them")
    if record is None and replay is None:
        return None
    from journey_assistant.bootstrap import build_model
    from journey_assistant.evaluation.model_tape import recording, replaying
    from journey_assistant.settings import load_settings

    if replay is not None:
        return replaying(replay)
    model = build_model(load_settings())
    if model is None:
        raise ConfigurationError("there is no model to record: set JOURNEY_MODEL_BASE_URL and JOURNEY_MODEL_NAME")
    return recording(model, record) if record is not None else model
