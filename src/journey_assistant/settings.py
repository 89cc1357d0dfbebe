"""Settings: where and with what. Behaviour belongs to the playbook, words to the prompts.

Read once from the environment (``JOURNEY_*``) and frozen. A mistyped variable is an error, not a silence.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from journey_assistant.domain.sites import origin_of
from journey_assistant.errors import ConfigurationError

PREFIX = "JOURNEY_"
MOST_KEYS, SHORTEST_KEY = 2, 32


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
    chat_keys: SecretStr | None = Field(
        None, description="Keys of the chat's tokens, `id:secret`; while one is being replaced two, `new:…,old:…`."
    )
    sites: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins whose pages may carry the chat, such as `https://www.example.com,https://example.com`."
    )
    join_window_s: float = Field(
        1.5, ge=0, le=10, description="What reads like the beginning of a message waits so long for the rest, seconds."
    )
    chat_per_minute: int = Field(30, ge=1, description="Messages and other changes of one customer a minute.")
    address_per_minute: int = Field(600, ge=1, description="Requests of one network address a minute.")
    tenant_per_minute: int = Field(6_000, ge=1, description="Messages and other changes of all customers a minute.")
    handoff_webhook_url: str | None = Field(None, description="Where a signed webhook tells of every handoff.")
    handoff_webhook_secret: SecretStr | None = Field(
        None, description="Key of that webhook's signature: base64 of 24 bytes or more, with or without `whsec_`."
    )
    handoff_email: str | None = Field(None, description="Address that gets an e-mail for every handoff.")
    slack_webhook_url: SecretStr | None = Field(
        None,
        description="Slack-compatible incoming webhook (https) for urgent alerts and each colleague's morning digest.",
    )
    smtp_url: SecretStr | None = Field(
        None, description="Mail server, `smtp+starttls://user:password@host:587`; also `smtps://` and `smtp://`."
    )
    smtp_sender: str | None = Field(None, description="Address that e-mails come from.")
    inbound_email_secret: SecretStr | None = Field(
        None,
        description="Key of the signed webhook that hands in e-mail at `/v1/inbound/email`: `whsec_…`; none = no mail.",
    )
    attachment_bytes: int = Field(
        5 * 1024 * 1024, ge=1, le=25 * 1024 * 1024, description="Largest attachment in a chat, bytes."
    )
    write_keys: SecretStr | None = Field(
        None,
        description="Who may send events: `name=key,…` (for another tenant `name@tenant=key`). For servers: secret.",
    )
    public_write_keys: str = Field(
        "", description="The same for keys that stand in web pages; what they send is behaviour only."
    )
    preferences_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="Signs links to customers' preference pages; the same for all processes, and not changed lightly.",
    )
    dkim_key: Path | None = Field(None, description="File with the private key that signs mail (extra `dkim`).")
    dkim_selector: str = Field("journey", description="Selector under which the domain's DNS has the public key.")
    webhook_secrets: SecretStr | None = Field(
        None, description="Senders of signed webhooks: `name=whsec_…` (for another tenant `name@tenant=whsec_…`)."
    )
    oidc_issuer: str | None = Field(
        None, description="Colleagues' own sign-in by OpenID Connect: its issuer (extra `oidc`; needs `base_url`)."
    )
    oidc_client_id: str | None = Field(None, description="This console's client id at `oidc_issuer`.")
    oidc_client_secret: SecretStr | None = Field(None, description="Its secret there, if it has one.")
    demo: bool = Field(False, description="A demonstration: anybody enters the console as Dana, by one click.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("warning", description="Least severe log line.")

    @field_validator("chat_keys")
    @classmethod
    def _two_strong_keys(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None:
            _check_keys(given.get_secret_value())
        return given

    @field_validator("sites", mode="before")
    @classmethod
    def _origins(cls, given: object) -> object:
        named = given.split(",") if isinstance(given, str) else given
        return tuple(origin_of(str(one)) for one in named if str(one).strip()) if isinstance(named, Iterable) else given

    @property
    def signing_keys(self) -> Mapping[str, str]:
        """The chat's keys by their id, the newest first."""
        given = self.chat_keys.get_secret_value() if self.chat_keys else ""
        named = (one.strip().partition(":") for one in given.split(",") if one.strip())
        return {kid: secret for kid, _, secret in named}

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


def _check_keys(given: str) -> None:
    """Raises ValueError, which never quotes a secret, unless there are one or two named, long keys."""
    named = [one.strip().partition(":") for one in given.split(",")]
    if any(not re.fullmatch(r"(?!visitor)[A-Za-z0-9_-]{1,32}", kid) or not secret for kid, _, secret in named):
        raise ValueError("expected `id:secret`, or two of them with a comma; `journey widget key` makes one")
    if len(named) > MOST_KEYS or len({kid for kid, *_ in named}) < len(named):
        raise ValueError(f"at most {MOST_KEYS} keys, each with its own id")
    if any(len(secret) < SHORTEST_KEY for *_, secret in named):
        raise ValueError(f"a secret has at least {SHORTEST_KEY} characters; `journey widget key` makes one")


_TOGETHER = (
    ("model_base_url", "model_name", "a model needs both"),
    ("model_name", "model_base_url", "a model needs both"),
    ("oidc_issuer", "oidc_client_id", "a company's sign-in needs both"),
    ("oidc_client_id", "oidc_issuer", "a company's sign-in needs both"),
    ("handoff_webhook_url", "handoff_webhook_secret", "a webhook is signed"),
    ("handoff_email", "smtp_url", "an e-mail needs a server"),
    ("smtp_url", "smtp_sender", "an e-mail needs a sender"),
)


def _whole(settings: Settings) -> Settings:
    """What is configured by half would silently be nothing at all."""
    for given, missing, why in _TOGETHER:
        if getattr(settings, given) and not getattr(settings, missing):
            names = f"{PREFIX}{given.upper()}", f"{PREFIX}{missing.upper()}"
            raise ConfigurationError(f"{names[0]} is set but {names[1]} is not: {why}")
    return settings
