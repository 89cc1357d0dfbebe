"""``journey widget``: the chat on somebody's site: what to paste, and how to say who is signed in."""

from __future__ import annotations

from string import Template
from typing import Annotated

import typer

app = typer.Typer(help="The chat widget on your site.", no_args_is_help=True)

LOCAL_SERVICE = "http://127.0.0.1:8080"
Json = Annotated[bool, typer.Option("--json", help="Print the parts as JSON.")]

SCRIPT = Template('<script src="$service/widget.js" data-journey async></script>')
IDENTIFY = """\
<script>
  (window.journey ||= []).push((journey) =>
    journey.identify(async () => (await fetch("/journey-token", { method: "POST" })).text()));
</script>"""
PYTHON = """\
import os
import secrets
import time

import jwt  # pip install pyjwt


def journey_token(customer_id: str) -> str:
    kid, secret = os.environ["JOURNEY_CHAT_KEYS"].split(",")[0].split(":", 1)
    now = int(time.time())
    claims = {"sub": customer_id, "aud": "journey-chat", "iat": now, "exp": now + 600, "jti": secrets.token_urlsafe()}
    return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": kid})"""
NODE = """\
import { createHmac, randomUUID } from "node:crypto";

export function journeyToken(customerId) {
  const [kid, ...rest] = process.env.JOURNEY_CHAT_KEYS.split(",")[0].split(":");
  const now = Math.floor(Date.now() / 1000);
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { sub: customerId, aud: "journey-chat", iat: now, exp: now + 600, jti: randomUUID() };
  const signed = `${part({ alg: "HS256", typ: "JWT", kid })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", rest.join(":")).update(signed).digest("base64url")}`;
}"""


@app.command("snippet")
def snippet(
    site: Annotated[str, typer.Option(help="Address of the site whose pages shall carry the chat.")],
    service: Annotated[
        str | None,
        typer.Option(help=f"Address of `journey serve` for browsers; default JOURNEY_BASE_URL, else {LOCAL_SERVICE}."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the script tag, and how your backend says who is signed in (Python and Node)."""
    from journey_assistant.cli.output import print_json
    from journey_assistant.settings import Settings, load_settings

    settings = load_settings()
    configured = settings.base_url if settings.base_url != Settings.model_fields["base_url"].default else LOCAL_SERVICE
    origin = _origin(site, "--site")
    script = SCRIPT.substitute(service=_origin(service or configured, "--service"))
    sites = ",".join(dict.fromkeys([*settings.sites, origin]))
    if as_json:
        return print_json(
            {
                "script": script,
                "identify": IDENTIFY,
                "python": PYTHON,
                "node": NODE,
                "environment": {"JOURNEY_SITES": sites},
            }
        )
    has_keys = settings.chat_keys is not None
    for title, text in (
        ("Where `journey serve` runs, let the site in", f"export JOURNEY_SITES={sites}"),
        ("There and in your backend, the same key" + (" (set here)" if has_keys else ""),
         "export JOURNEY_CHAT_KEYS=…" if has_keys else 'export JOURNEY_CHAT_KEYS="$(journey widget key)"'),
        ("On every page", script),
        ("On pages of signed-in customers, after it (without it everybody is a visitor)", IDENTIFY),
        ("POST /journey-token in your backend answers with a token for the signed-in customer. In Python", PYTHON),
        ("In Node", NODE),
    ):  # fmt: skip
        typer.echo(f"# {title}:\n\n{text}\n")
    return None


@app.command("key")
def key() -> None:
    """Print a new key for JOURNEY_CHAT_KEYS; put it before the old one and take that out 15 minutes later."""
    import secrets

    typer.echo(f"k{secrets.token_hex(3)}:{secrets.token_urlsafe(36)}")


def _origin(url: str, option: str) -> str:
    from journey_assistant.domain.sites import origin_of
    from journey_assistant.errors import Rejected

    try:
        return origin_of(url)
    except ValueError as error:
        raise Rejected(str(error), where=option) from error
