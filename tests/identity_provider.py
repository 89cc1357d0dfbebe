"""A small OpenID Connect provider: discovery, keys, a sign-in that asks nothing, and tokens for codes with PKCE."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

from live_server import serving

CLIENT, SECRET = "journey", "a secret of the client"


@dataclass
class Provider:
    """What it says is ``claims`` over what is right; ``key`` signs, ``shown`` is the public one it shows."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    shown: RSAKey | None = None
    header: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        right = {"iss": self.address, "sub": "u1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        said = {**right, "email": "dana@fernway.example", "email_verified": True, **self.claims}
        claims = {name: value for name, value in said.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "one", **self.header}, claims, self.key)


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, str]:
        names = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": provider.address, **{name: provider.address + path for name, path in names.items()}}

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [(provider.shown or provider.key).as_dict(private=False)]}

    @app.get("/authorize")
    def authorize(request: Request) -> RedirectResponse:
        asked = dict(request.query_params)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        provider.codes[code] = asked
        back = {"code": code, "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    @app.post("/token")
    async def token(request: Request) -> JSONResponse:
        given = await request.form()
        asked = provider.codes.pop(str(given["code"]), None)
        digest = hashlib.sha256(str(given.get("code_verifier", "")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        allowed = request.headers.get("authorization", "").split()[-1:] in ([basic], [_quoted()])
        if asked is None or asked["code_challenge"] != challenge or not allowed:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {"access_token": "x", "token_type": "Bearer", "id_token": provider.id_token(asked["nonce"])}
        )

    with serving(app) as address:
        provider.address = address
        yield provider


def _quoted() -> str:
    """The same credentials as RFC 6749 spells them, percent-encoded."""
    return base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '+')}".encode()).decode()
