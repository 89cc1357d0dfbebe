"""Loads a playbook: the default folder, an operator's folder over it, a case's own files over both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field

from journey_assistant.domain.paths import normal_path
from journey_assistant.domain.policy.policy import Policy, read_policy
from journey_assistant.domain.signal_rules import SignalRules
from journey_assistant.errors import ConfigurationError, Rejected
from journey_assistant.playbook.company_files import company_from
from journey_assistant.playbook.names import check_names
from journey_assistant.playbook.play_schema import AlertsFile, Play
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.scene import Vocabulary
from journey_assistant.playbook.schema import (
    AutonomyFile,
    ContactReasonsFile,
    ContactReasonSpec,
    GateFile,
    HoldsFile,
    OwnSignal,
    PathsFile,
    PhrasesFile,
    ProfilingFile,
    QueuesFile,
    WordsFile,
)
from journey_assistant.playbook.spec import Spec, hint_for, parse_duration, typed
from journey_assistant.playbook.yaml_source import Sourced, content_hash, read_folders, read_yaml

PLAYS = "plays/"
POLICY = "policy"
FILES = (
    "gate", "holds", "alerts", "queues", "contact_reasons", "autonomy", "phrases", "paths", "words", "signals",
    "policy", "profiling", "company", "offers",
)  # fmt: skip
PAGE_RULES = ("pricing_paths", "cancellation_segments", "help_paths")
"""Rules that come from paths.yaml."""
CASE_FILES = ("company.yaml", "offers.yaml", "policy.json", "policy.yaml")

ItemT = TypeVar("ItemT")


class SignalsFile(Spec):
    """signals.yaml: the numbers behind the derived signals, and signals of the playbook's own."""

    rules: dict[str, Any] = Field(default_factory=dict)
    own: dict[str, OwnSignal] = Field(default_factory=dict)


def load_playbook(default_dir: Path, *overrides: Path, case_dir: Path | None = None) -> Playbook:
    """The playbook of ``default_dir`` with later folders on top, then the company, offers and policy of a case folder.

    A folder may hold any part of a playbook; of a case folder only company.yaml, offers.yaml and policy.json are read.
    Raises ConfigurationError naming file, line and field of the first mistake, and what is allowed there.
    """
    files = read_folders([default_dir, *overrides])
    _only_known_files(files)
    for name, sourced in _case_files(case_dir).items():
        files[name] = files[name].merged(sourced) if name == "policy" else sourced
    playbook = _typed_playbook(files)
    check_names(playbook)
    return playbook


def read_contact_reasons(file: Path) -> tuple[ContactReasonSpec, ...]:
    """An operator's own list of contact reasons. Raises ConfigurationError with file, line and field."""
    sourced = read_yaml(file)
    reasons = typed(ContactReasonsFile, sourced).reasons
    return tuple(_by(reasons, lambda reason: reason.id, sourced, "reasons").values())


def _case_files(folder: Path | None) -> dict[str, Sourced]:
    present = [folder / name for name in CASE_FILES if (folder / name).is_file()] if folder else []
    return {file.stem: read_yaml(file) for file in present}


def _only_known_files(files: Mapping[str, Sourced]) -> None:
    for name, sourced in files.items():
        if name in FILES or (name.startswith(PLAYS) and name.count("/") == 1):
            continue
        place = sourced.place_of(())
        raise ConfigurationError(
            f"{place.file if place else name}: no such part of a playbook ({hint_for(name, FILES)})"
        )
    for name in FILES:
        if name not in files and name not in ("company", "offers", "profiling"):
            raise ConfigurationError(f"the playbook has no {name}.yaml")


def _typed_playbook(files: Mapping[str, Sourced]) -> Playbook:
    reasons = typed(ContactReasonsFile, files["contact_reasons"]).reasons
    gate = typed(GateFile, files["gate"])
    return Playbook(
        hash=content_hash(files),
        gate=gate.rows,
        later_reasons=_by(gate.later, lambda row: row.code, files["gate"], "later"),
        holds=typed(HoldsFile, files["holds"]),
        alerts=typed(AlertsFile, files["alerts"]),
        plays=_plays(files),
        queues=typed(QueuesFile, files["queues"]).queues,
        contact_reasons=_by(reasons, lambda reason: reason.id, files["contact_reasons"], "reasons"),
        autonomy=typed(AutonomyFile, files["autonomy"]),
        phrases=typed(PhrasesFile, files["phrases"]).phrases,
        questions=typed(ProfilingFile, files["profiling"]).questions if "profiling" in files else (),
        vocabulary=_vocabulary(files),
        policy=_policy(files["policy"]),
        company=company_from(files.get("company"), files.get("offers")),
        files=files,
    )


def _plays(files: Mapping[str, Sourced]) -> dict[str, Play]:
    plays: dict[str, Play] = {}
    stands_in: dict[str, Sourced] = {}
    for name, sourced in sorted(files.items()):
        if not name.startswith(PLAYS):
            continue
        play = typed(Play, sourced)
        if play.id in plays:
            first, place = stands_in[play.id].place_of(("id",)), sourced.place_of(("id",))
            assert first is not None
            assert place is not None
            raise ConfigurationError(
                f"{place.file}:{place.line}: id: the play {play.id} stands already in {first.file}:{first.line}"
            )
        plays[play.id], stands_in[play.id] = play, sourced
    return plays


def _by(items: Iterable[ItemT], key: Callable[[ItemT], str], sourced: Sourced, field: str) -> dict[str, ItemT]:
    found: dict[str, ItemT] = {}
    for number, item in enumerate(items):
        if key(item) in found:
            place = sourced.place_of((field, number))
            raise ConfigurationError(f"{place.file}:{place.line}: {key(item)} stands twice" if place else key(item))
        found[key(item)] = item
    return found


def _vocabulary(files: Mapping[str, Sourced]) -> Vocabulary:
    paths = typed(PathsFile, files["paths"]).paths
    words = typed(WordsFile, files["words"]).words
    signals = typed(SignalsFile, files["signals"])
    return Vocabulary(
        paths={
            name: tuple(p if p.startswith("*/") else normal_path(p) for p in listed) for name, listed in paths.items()
        },
        words={name: tuple(phrase.casefold() for phrase in listed) for name, listed in words.items()},
        rules=replace(_rules(signals.rules, files["signals"]), **_page_rules(paths)),
        own_signals={name: own.when for name, own in signals.own.items()},
    )


def _page_rules(paths: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """The lists of pages that signals use are those that conditions use."""
    endings = frozenset(path[2:].casefold() for path in paths.get("cancellation", ()) if path.startswith("*/"))
    return {
        "pricing_paths": tuple(normal_path(path) for path in paths.get("pricing", ())),
        "cancellation_segments": endings,
        "help_paths": tuple(normal_path(path) for path in paths.get("help", ())),
    }


def _rules(stored: Mapping[str, Any], sourced: Sourced) -> SignalRules:
    """The numbers of the derived signals, each of the kind that its default has."""
    known = {f.name: getattr(SignalRules(), f.name) for f in fields(SignalRules) if f.name not in PAGE_RULES}
    given: dict[str, Any] = {}
    for name, value in stored.items():
        place = sourced.place_of(("rules", name))
        where = f"{place.file}:{place.line}: rules.{name}" if place else name
        if name not in known:
            raise ConfigurationError(f"{where}: is not known here ({hint_for(name, known)})")
        try:
            given[name] = _as_kind_of(known[name], value)
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"{where}: {error}") from error
    return SignalRules(**given)


def _as_kind_of(default: Any, value: Any) -> Any:
    if isinstance(default, timedelta):
        return parse_duration(value)
    if isinstance(default, (tuple, frozenset)):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError("a list of words is needed here")
        return type(default)(item.casefold() for item in value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise ValueError(f"{value!r} is no number from 0")
    return type(default)(value)


def _policy(sourced: Sourced) -> Policy:
    try:
        return read_policy(sourced.data, where=POLICY)
    except Rejected as error:
        path = error.where.split(".")[1:]
        place = sourced.place_of(path)
        allowed = f" (allowed: {error.allowed})" if error.allowed else ""
        stands = f"{place.file}:{place.line}" if place else POLICY
        raise ConfigurationError(f"{stands}: {'.'.join(path)}: {error.what}{allowed}") from error
