"""A company's own sign-in by OpenID Connect: authorization code with PKCE, the token's signature and claims checked."""

from __future__ import annotations

import asyncio
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from journey_assistant.errors import ConfigurationError, PortError, Rejected
from journey_assistant.ports.logins import Departure

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import AsyncOAuth2Client

PORT = "sign-in"
TIMEOUT_S = 10.0
LEEWAY_S = 60
SIGNED_BY = ("RS256", "ES256", "PS256", "EdDSA")
"""Algorithms with a public key; a token that is signed by a shared secret or not at all is not read."""
_WHERE = "the company's sign-in"


class OidcProvider:
    """Answers IdentityProvider by a provider's discovery document, which is read with the first sign-in."""

    def __init__(self, issuer: str, client_id: str, client_secret: str | None) -> None:
        """Asks nothing yet. Raises ConfigurationError without the extra ``oidc``."""
        if find_spec("authlib") is None:
            raise ConfigurationError(
                "signing in by OpenID Connect needs the extra: pip install 'journey-assistant[oidc]'"
            )
        self._issuer, self._client_id, self._client_secret = issuer, client_id, client_secret
        self._found: dict[str, Any] = {}

    async def departure(self, return_to: str) -> Departure:
        """Where to send a browser, with fresh secrets."""
        from authlib.common.security import generate_token

        endpoint = (await self._discovered())["authorization_endpoint"]
        nonce, verifier = generate_token(32), generate_token(64)
        async with self._client(return_to) as client:
            url, state = client.create_authorization_url(endpoint, nonce=nonce, code_verifier=verifier)
        return Departure(url, state, nonce, verifier)

    async def email_of(self, code: str, departure: Departure, return_to: str, now: datetime) -> str:
        """The verified address behind a code."""
        found = await self._discovered()
        token = await self._token(found["token_endpoint"], code, departure, return_to)
        claims = await self._claims(str(token.get("id_token") or ""), departure.nonce, now)
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") is not True:
            raise Rejected("it vouches for no verified e-mail address", where=_WHERE)
        return email

    async def _token(self, endpoint: str, code: str, departure: Departure, return_to: str) -> dict[str, Any]:
        from authlib.common.errors import AuthlibBaseError
        from httpx2 import HTTPError

        async with self._client(return_to) as client:
            try:
                token = await client.fetch_token(endpoint, code=code, code_verifier=departure.verifier)
            except AuthlibBaseError as error:
                raise Rejected("it did not take the code: sign in again", where=_WHERE) from error
            except (HTTPError, ValueError) as error:
                raise PortError(
                    f"the token was not given ({type(error).__name__})", port=PORT, retryable=True
                ) from error
        return dict(token)

    async def _claims(self, id_token: str, nonce: str, now: datetime) -> dict[str, Any]:
        """What the provider says, if it is the provider who says it: to us, for this sign-in, and now."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        keys = await self._read(self._found["jwks_uri"])
        options = {name: {"essential": True, "value": value} for name, value in self._must_be().items()}
        params = {"nonce": nonce, "client_id": self._client_id}
        try:
            token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=list(SIGNED_BY))  # type: ignore[arg-type]
            claims = CodeIDToken(token.claims, token.header, options, params)
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Rejected(f"its token does not hold ({type(error).__name__})", where=_WHERE) from error
        return dict(claims)

    def _must_be(self) -> dict[str, str]:
        return {"iss": self._issuer, "aud": self._client_id}

    async def _discovered(self) -> dict[str, Any]:
        if not self._found:
            found = await self._read(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if found.get("issuer") != self._issuer or not all(isinstance(found.get(name), str) for name in wanted):
                raise PortError("the discovery document is not of this issuer", port=PORT, retryable=False)
            self._found = found
        return self._found

    async def _read(self, address: str) -> dict[str, Any]:
        from httpx2 import AsyncClient, HTTPError

        try:
            async with asyncio.timeout(TIMEOUT_S), AsyncClient(timeout=TIMEOUT_S) as client:
                answer = await client.get(address)
                answer.raise_for_status()
                return dict(answer.json())
        except (HTTPError, TimeoutError, ValueError, TypeError) as error:
            raise PortError(f"it cannot be read ({type(error).__name__})", port=PORT, retryable=True) from error

    def _client(self, return_to: str) -> AsyncOAuth2Client:
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        return AsyncOAuth2Client(
            client_id=self._client_id,
            client_secret=self._client_secret,
            token_endpoint_auth_method="client_secret_basic" if self._client_secret else "none",
            scope="openid email",
            redirect_uri=return_to,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
        )
