"""T15: of a thousand changes exactly the limit is done, for one customer and for all of them; the rest hear when."""

from __future__ import annotations

from pathlib import Path

from journey_assistant.services.decide import Decider
from web.chatting import Site, a_site, as_customer

ANA, BEN = as_customer("c_ana"), as_customer("c_ben")


def stands_still() -> float:
    """Nothing grows back while it is counted."""
    return 1_000.0


def rated(site: Site, who: dict[str, str], conversation: str, times: int) -> list[int]:
    """How the service answers so many changes in a row; a refusal names its wait in seconds."""
    statuses = []
    for _ in range(times):
        answer = site.client.post(f"/v1/chat/conversations/{conversation}/csat", json={"score": 3}, headers=who)
        assert (answer.status_code == 429) is answer.headers.get("retry-after", "").isdecimal()
        statuses.append(answer.status_code)
    return statuses


def test_that_of_a_customers_thousand_changes_the_limit_is_done(tmp_path: Path, decider: Decider) -> None:
    limits = {"chat_per_minute": 30, "address_per_minute": 100_000, "tenant_per_minute": 100_000}
    with a_site(tmp_path, decider, seconds=stands_still, **limits) as site:
        conversation, other = site.open(ANA), site.open(BEN)  # each is a change itself
        statuses = rated(site, ANA, conversation, 1_000)
        assert (statuses.count(204), statuses.count(429)) == (29, 971)
        assert rated(site, BEN, other, 29) == [204] * 29


def test_that_of_all_customers_changes_the_limit_is_done(tmp_path: Path, decider: Decider) -> None:
    limits = {"chat_per_minute": 10_000, "address_per_minute": 100_000, "tenant_per_minute": 100}
    with a_site(tmp_path, decider, seconds=stands_still, **limits) as site:
        conversations = {"ana": (ANA, site.open(ANA)), "ben": (BEN, site.open(BEN))}
        statuses = [status for who, id_ in conversations.values() for status in rated(site, who, id_, 500)]
        assert (statuses.count(204), statuses.count(429)) == (98, 902)
