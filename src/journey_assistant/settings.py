"""Settings: where and with what. Behaviour belongs to the playbook, words to the prompts.

Read once from the environment (``JOURNEY_*``) and frozen. A mistyped variable is an error, not a silence.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from journey_assistant.errors import ConfigurationError

PREFIX = "JOURNEY_"


class Settings(BaseSettings):
    """Every setting has a default that works with no key, no GPU and no network."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    home: Path = Field(Path(".journey"), description="Folder for the database, the index and the lock files.")
    database_url: str | None = Field(
        None, description="SQLAlchemy URL; default is SQLite in `home`. Postgres: `postgresql+psycopg://…`."
    )
    playbook_dir: Path | None = Field(None, description="Folder whose files override the default playbook.")
    prompts_dir: Path | None = Field(None, description="Folder whose files override the default prompts.")
    knowledge_dir: Path | None = Field(None, description="Folder with the help centre; default is the demo company's.")
    base_url: str = Field("https://example.invalid", description="Public address; its host may appear in links.")
    encoder_threads: int = Field(1, ge=1, le=64, description="Threads of one encoder pass.")
    sentiment: str = Field(
        "embedded", description="`embedded`, or `transformers:<path>` for a local classifier (extra `torch`)."
    )
    model_base_url: str | None = Field(None, description="Any OpenAI-compatible server; none = extractive answers.")
    model_name: str | None = Field(None, description="Model asked for at `model_base_url`.")
    model_api_key: SecretStr | None = Field(None, description="Key for `model_base_url`, if it wants one.")
    model_timeout_s: float = Field(20.0, gt=0, le=120, description="Limit of one model call, seconds.")
    turn_timeout_s: float = Field(45.0, gt=0, le=300, description="Limit of one whole turn, seconds.")
    model_price_in: float = Field(0.0, ge=0, description="USD per million input tokens, for the cost figures.")
    model_price_out: float = Field(0.0, ge=0, description="USD per million output tokens, for the cost figures.")
    on_model_failure: Literal["person", "extractive"] = Field(
        "person",
        description="What follows a configured model that fails: a person, or the extractive answer.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("warning", description="Least severe log line.")

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite+aiosqlite:///{self.home / 'journey.db'}"

    @property
    def has_model(self) -> bool:
        """A language model is configured."""
        return bool(self.model_base_url and self.model_name)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; raises ConfigurationError for unknown names and wrong values."""
    environ = os.environ if environ is None else environ
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    given: dict[str, str] = {}
    for variable, value in environ.items():
        if not variable.upper().startswith(PREFIX):
            continue
        if variable.upper() not in known:
            close = get_close_matches(variable.upper(), known, 1)
            hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(sorted(known))}"
            raise ConfigurationError(f"{variable} is not a setting ({hint})")
        given[known[variable.upper()]] = value
    try:
        return _whole(Settings.model_validate(given))
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else PREFIX
        raise ConfigurationError(f"{name}: {first['msg']}") from error


def _whole(settings: Settings) -> Settings:
    """A model that is configured by half would silently be no model at all."""
    for given, missing in (("model_base_url", "model_name"), ("model_name", "model_base_url")):
        if getattr(settings, given) and not getattr(settings, missing):
            names = f"{PREFIX}{given.upper()}", f"{PREFIX}{missing.upper()}"
            raise ConfigurationError(f"{names[0]} is set but {names[1]} is not: a model needs both")
    return settings
