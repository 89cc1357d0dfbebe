"""Reads the playbook's YAML with the place of every value, so that an error names its file, line and field.

Folders are merged by file name, later ones over earlier ones: mappings key by key, while lists and single
values are replaced whole. A place is kept for every key and list item.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from journey_assistant.errors import ConfigurationError

Path_ = tuple[str | int, ...]
_PLAIN = frozenset({"map", "seq", "str", "int", "float", "bool", "null", "timestamp"})
YAML_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands. ``line`` counts from 1."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Sourced:
    """Plain data of one playbook file (or of several merged ones) and the place of each part."""

    data: Any
    places: Mapping[Path_, Place] = field(default_factory=dict)

    def place_of(self, path: Iterable[str | int]) -> Place | None:
        """The place of the value at ``path``, or of the nearest value around it."""
        wanted = tuple(path)
        for length in range(len(wanted), -1, -1):
            found = self.places.get(wanted[:length])
            if found is not None:
                return found
        return None

    def merged(self, over: Sourced) -> Sourced:
        """This with ``over`` laid on top."""
        places = dict(self.places)
        data = _merge(self.data, over, (), places)
        return Sourced(data, places)


def read_yaml(file: Path) -> Sourced:
    """One YAML or JSON file. Raises ConfigurationError with file and line for anything that is not plain data."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file}: is not UTF-8 text (byte {error.start})") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError as error:
        raise ConfigurationError(f"{file}:1: not YAML that anybody can read: too many levels") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ConfigurationError(f"{file}:{line}: not YAML: {getattr(error, 'problem', error)}") from error
    places: dict[Path_, Place] = {(): Place(file, 1)}
    return Sourced({} if node is None else _plain(node, file, (), places), places)


def read_folders(folders: Iterable[Path]) -> dict[str, Sourced]:
    """Every YAML file below the folders, by its path without suffix (``plays/welcome``), later folders on top."""
    merged: dict[str, Sourced] = {}
    for folder in folders:
        if not folder.is_dir():
            raise ConfigurationError(f"{folder}: there is no such playbook folder")
        for file in sorted(p for p in folder.rglob("*") if p.suffix in YAML_SUFFIXES):
            name = file.relative_to(folder).with_suffix("").as_posix()
            sourced = read_yaml(file)
            merged[name] = merged[name].merged(sourced) if name in merged else sourced
    return merged


def content_hash(files: Mapping[str, Sourced]) -> str:
    """A hash of the merged content: comments, order of keys and file dates do not change it."""
    plain = {name: sourced.data for name, sourced in files.items()}
    canonical = json.dumps(plain, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()[:16]


def _plain(node: yaml.Node, file: Path, path: Path_, places: dict[Path_, Place]) -> Any:
    places.setdefault(path, Place(file, node.start_mark.line + 1))
    if node.tag.removeprefix("tag:yaml.org,2002:") not in _PLAIN:
        raise ConfigurationError(f"{file}:{node.start_mark.line + 1}: {node.tag} is no plain data")
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(node, file, path, places)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, file, (*path, n), places) for n, item in enumerate(node.value)]
    return _scalar(node)


def _plain_mapping(node: yaml.MappingNode, file: Path, path: Path_, places: dict[Path_, Place]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise ConfigurationError(f"{file}:{line}: a key has to be a word")
        key = str(key_node.value)
        if key in found:
            raise ConfigurationError(f"{file}:{line}: {key!r} stands twice (first in line {places[(*path, key)].line})")
        places[(*path, key)] = Place(file, line)
        found[key] = _plain(value_node, file, (*path, key), places)
    return found


def _scalar(node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    finally:
        loader.dispose()


def _merge(base: Any, over: Sourced, path: Path_, places: dict[Path_, Place]) -> Any:
    data = _at(over.data, path)
    if not (isinstance(base, dict) and isinstance(data, dict)):
        for known in [p for p in places if p[: len(path)] == path]:
            del places[known]
        places.update({p: place for p, place in over.places.items() if p[: len(path)] == path})
        return data
    result = dict(base)
    places[path] = over.places[path]
    for key in data:
        if key in base:
            result[key] = _merge(base[key], over, (*path, key), places)
        else:
            result[key] = data[key]
            deeper = (*path, key)
            places.update({p: place for p, place in over.places.items() if p[: len(deeper)] == deeper})
    return result


def _at(data: Any, path: Path_) -> Any:
    for step in path:
        data = data[step]
    return data
