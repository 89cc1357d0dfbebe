"""Prompts: what a model reads and what drafts say, as Markdown files with front matter.

A prompt names its inputs; a missing or an extra one is an error, never an empty string. Text from outside goes
through ``evidence_block``, which marks it as data and cannot be closed from within.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined, Template, TemplateError
from pydantic import BaseModel, ConfigDict, ValidationError

from journey_assistant.errors import ConfigurationError, NotFound

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_BLOCK = "evidence"


class FrontMatter(BaseModel):
    """What a prompt file says about itself. ``output`` names the schema that the answer is validated against."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int
    inputs: tuple[str, ...] = ()
    output: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Prompt:
    """One file: its front matter and its template."""

    name: str
    about: FrontMatter
    body: str

    def render(self, **inputs: Any) -> str:
        """The text with its inputs filled in. Raises ConfigurationError for a missing or an unknown input."""
        return self._filled(self.body, inputs)

    def render_subject(self, **inputs: Any) -> str | None:
        """The subject line with its inputs filled in, or None when the prompt has none."""
        return self._filled(self.about.subject, inputs) if self.about.subject else None

    def _filled(self, text: str, inputs: Mapping[str, Any]) -> str:
        wrong = set(inputs) ^ set(self.about.inputs)
        if wrong:
            raise ConfigurationError(f"prompt {self.name}: inputs {sorted(wrong)} differ from its front matter")
        try:
            return _compiled(text).render(**inputs).strip()
        except TemplateError as error:
            raise ConfigurationError(f"prompt {self.name}: {error}") from error


def evidence_block(source: str, text: str) -> str:
    """Text from outside, fenced as data: whatever it says is evidence, never instruction.

    The fence carries a digest of the text, so that no text can contain the end of its own fence.
    """
    mark = hashlib.sha256(f"{source}\n{text}".encode()).hexdigest()[:12]
    inner = re.sub(rf"</?{_BLOCK}\b", "(evidence", text, flags=re.IGNORECASE)
    return f'<{_BLOCK} mark="{mark}" source="{source}">\n{inner}\n</{_BLOCK} mark="{mark}">'


_ENVIRONMENT = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
_ENVIRONMENT.filters["evidence"] = lambda text, source: evidence_block(str(source), str(text))


@lru_cache(maxsize=256)
def _compiled(text: str) -> Template:
    """Compiling takes longer than the whole rest of a draft."""
    return _ENVIRONMENT.from_string(text)


class Prompts:
    """All prompts of the default folder, each replaced by the file of the same name in an override folder."""

    def __init__(self, default: Path, *overrides: Path) -> None:
        files: dict[str, Path] = {}
        for folder in (default, *overrides):
            if not folder.is_dir():
                raise ConfigurationError(f"{folder}: there is no such prompts folder")
            files |= {
                path.relative_to(folder).with_suffix("").as_posix(): path
                for path in sorted(folder.rglob("*.md"))
                if path.name != "README.md"
            }
        self._prompts = {name: _read(name, path) for name, path in files.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all prompts, such as ``decide`` or ``plays/welcome``."""
        return tuple(sorted(self._prompts))

    def get(self, name: str) -> Prompt:
        """The prompt of that name. Raises NotFound."""
        try:
            return self._prompts[name]
        except KeyError as error:
            raise NotFound(f"no prompt {name!r} (known: {', '.join(self.names)})") from error

    @cached_property
    def hash(self) -> str:
        """A digest of every prompt; recorded in each run."""
        parts = [f"{name}\n{p.about.model_dump_json()}\n{p.body}" for name, p in sorted(self._prompts.items())]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _read(name: str, path: Path) -> Prompt:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read as UTF-8 text") from error
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise ConfigurationError(f"{path}: a prompt begins with front matter between two lines of ---")
    try:
        about = FrontMatter.model_validate(yaml.safe_load(match.group(1)))
    except ValidationError as error:
        wrong = error.errors()[0]
        key = ".".join(map(str, wrong["loc"])) or "front matter"
        allowed = ", ".join(FrontMatter.model_fields)
        raise ConfigurationError(f"{path}: {key}: {wrong['msg']} (allowed keys: {allowed})") from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigurationError(f"{path}:{mark.line + 2 if mark else 1}: front matter is not YAML") from error
    return Prompt(name, about, text[match.end() :])
