"""Only a whole, fresh, rightly signed token says who speaks."""

import base64
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from deciding import SetClock
from journey_assistant.domain.customer import CustomerId
from journey_assistant.web.tokens import BadToken, TokenKeys, visitor_keys

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SECRETS = {"new": "n" * 40, "old": "o" * 40}


def keys(customer: dict[str, str] = SECRETS, at: datetime = NOW) -> TokenKeys:
    return TokenKeys(customer, visitor_keys(customer, Path("unused")), SetClock(at))


def token(kid: str = "new", secret: str | None = None, algorithm: str = "HS256", **changed: Any) -> str:
    """A valid token but for what is changed; None takes a claim out."""
    seconds = int(NOW.timestamp())
    claims = {"sub": "c_1", "aud": "journey-chat", "iat": seconds, "exp": seconds + 600, "jti": "t1"} | changed
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(given, SECRETS.get(kid, "x" * 40) if secret is None else secret, algorithm, {"kid": kid})


def part(given: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(given).encode()).rstrip(b"=").decode()


def with_parts(
    header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None, hash: str | None = None
) -> str:
    """A valid token with a part exchanged and the rest, its signature too, kept."""
    first, second, third = token().split(".")
    return ".".join(
        [first if header is None else part(header), second if claims is None else part(claims), hash or third]
    )


OURS = visitor_keys(SECRETS, Path("unused"))["visitor-new"]
SECONDS = int(NOW.timestamp())


def test_that_a_valid_token_says_who_speaks_and_until_when() -> None:
    claims = keys().read(token())
    assert (claims.subject, claims.jti, claims.is_visitor) == ("c_1", "t1", False)
    assert claims.expires_at == NOW + timedelta(minutes=10)


def test_that_the_older_key_lives_until_it_is_taken_out() -> None:
    assert keys().read(token("old")).subject == "c_1"
    with pytest.raises(BadToken):
        keys({"new": SECRETS["new"]}).read(token("old"))


REFUSED: dict[str, Callable[[], str]] = {
    "no algorithm": lambda: with_parts({"alg": "none", "typ": "JWT", "kid": "new"}),
    "no algorithm, no signature": lambda: with_parts({"alg": "none", "kid": "new"}).rpartition(".")[0] + ".",
    "another algorithm with the right key": lambda: token(algorithm="HS512", secret=SECRETS["new"] * 2),
    "another algorithm named": lambda: with_parts({"alg": "HS384", "typ": "JWT", "kid": "new"}),
    "an algorithm of key pairs named": lambda: with_parts({"alg": "RS256", "typ": "JWT", "kid": "new"}),
    "for somebody else's service": lambda: token(aud="another-service"),
    "for several services": lambda: token(aud=["journey-chat", "another-service"]),
    "for nobody": lambda: token(aud=None),
    "expired": lambda: token(iat=SECONDS - 700, exp=SECONDS - 1),
    "expires this moment": lambda: token(iat=SECONDS - 700, exp=SECONDS),
    "never expires": lambda: token(exp=None),
    "from the future": lambda: token(iat=SECONDS + 60, exp=SECONDS + 600),
    "not before later": lambda: token(nbf=SECONDS + 120),
    "lives over 15 minutes": lambda: token(exp=SECONDS + 901),
    "ends before it begins": lambda: token(iat=SECONDS + 10, exp=SECONDS + 5),
    "no beginning": lambda: token(iat=None),
    "times that are no times": lambda: token(exp=True),
    "endless time": lambda: token(exp=1e300),
    "no customer": lambda: token(sub=None),
    "an empty customer": lambda: token(sub=""),
    "a customer that is a number": lambda: token(sub=7),
    "a customer of two lines": lambda: token(sub="c_1\nc_2"),
    "no id": lambda: token(jti=None),
    "an unknown key": lambda: token("third", secret=SECRETS["new"]),
    "the wrong key": lambda: token("new", secret=SECRETS["old"]),
    "another customer, tampered": lambda: with_parts(claims={"sub": "c_2", "aud": "journey-chat", "iat": SECONDS,
                                                            "exp": SECONDS + 600, "jti": "t1"}),
    "an empty signature": lambda: token().rpartition(".")[0] + ".",
    "a random signature": lambda: token().rpartition(".")[0] + ".cnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI",
    "a signature cut short": lambda: token()[:-4],
    "a customer's key for a visitor": lambda: token(sub="visitor:abc"),
    "a visitor's key for a customer": lambda: token("visitor-new", secret=OURS),
    "no token": lambda: "",
    "no text of a token": lambda: "é.\u0000.🔑",
    "a huge token": lambda: token(more="x" * 5_000),
    "two dots too many": lambda: token() + ".a.b",
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_that_any_other_token_proves_nothing(what: str) -> None:
    with pytest.raises(BadToken):
        keys().read(REFUSED[what]())


def test_that_a_visitor_gets_an_unguessable_name_of_15_minutes() -> None:
    first, claims = keys().visitor_token()
    second, _ = keys().visitor_token()
    assert first != second
    assert keys().read(first) == claims
    assert claims.is_visitor
    assert len(claims.subject) >= len("visitor:") + 24
    assert claims.expires_at == NOW + timedelta(minutes=15)


def test_that_a_visitor_who_comes_back_within_a_day_stays_the_same() -> None:
    first, claims = keys().visitor_token()
    later = keys(at=NOW + timedelta(hours=23))
    with pytest.raises(BadToken):
        later.read(first)
    assert later.read_returning(first) == claims
    assert later.visitor_token(claims.subject)[1].subject == claims.subject
    with pytest.raises(BadToken):
        keys(at=NOW + timedelta(hours=25)).read_returning(first)


def test_that_a_customers_token_is_never_renewed_here() -> None:
    with pytest.raises(BadToken):
        keys().read_returning(token())


def test_that_without_configured_keys_the_home_folder_keeps_one_for_visitors(tmp_path: Path) -> None:
    own, again = visitor_keys({}, tmp_path / "home"), visitor_keys({}, tmp_path / "home")
    assert own == again
    assert len(own["visitor"]) >= 32
    assert stat.S_IMODE((tmp_path / "home" / "visitor.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["visitor.key"]
    mine = TokenKeys({}, own, SetClock(NOW))
    assert mine.read(mine.visitor_token(CustomerId("visitor:v"))[0]).subject == "visitor:v"


def test_that_signatures_are_compared_in_constant_time() -> None:
    source = Path(jwt.algorithms.__file__).read_text(encoding="utf-8")
    assert "hmac.compare_digest" in source
