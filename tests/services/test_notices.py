"""Colleagues are told of an urgent alert at once, of what waits in the morning, and of nobody by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deciding import ALERT, SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.bootstrap import told_where
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.job import Job
from journey_assistant.domain.login import Credentials
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.playbook.touch import TouchIndex
from journey_assistant.services.digest import DIGEST, Digests
from journey_assistant.services.notices import UrgentPings, Ways
from journey_assistant.services.watch_plays import PlayWatcher
from journey_assistant.services.work import Worker
from journey_assistant.settings import load_settings
from records import ANA, NOON, all_effects, customer, draft, run_record
from services.test_watch_plays import Decides
from sweeping import default_playbook

BOTH = Ways(email=True, slack=True, fallback="desk@example.test", base_url="https://desk.example.test/")
DANA = ColleagueId("dana")
SECRETS = ("Ana Ruiz", "ana@example.test", "Hello Ana", "word")


async def office(**fields: Any) -> MemoryStore:
    """Dana, who owns Ana."""
    store = MemoryStore()
    dana = Colleague(DANA, "Dana", Role.CSM, NOON, **fields)
    await store.add_colleague(DEFAULT_TENANT, dana)
    await store.put_credentials(DEFAULT_TENANT, Credentials(DANA, email="dana@example.test"))
    row = customer(ANA, name="Ana Ruiz", email="ana@example.test", csm="dana", account={"id": "a", "name": "Halden"})
    await store.put_customers(DEFAULT_TENANT, [row])
    return store


async def sent(store: MemoryStore) -> list[OutboxMessage]:
    return await store.outbox(DEFAULT_TENANT)


# --- urgent alerts --------------------------------------------------------------------------------


async def raised(store: MemoryStore, ways: Ways = BOTH, outcome: Any = ALERT) -> list[OutboxMessage]:
    pings = UrgentPings(store, ways)
    decider = Decides(outcome, cause="1")
    watcher = PlayWatcher(store, decider, SetClock(), TouchIndex(default_playbook()), pings)
    await watcher.look(DEFAULT_TENANT, ANA)
    await watcher.look(DEFAULT_TENANT, ANA)
    return await sent(store)


async def test_that_an_urgent_alert_is_told_once_by_every_way_with_the_alert_itself() -> None:
    store = await office()
    email, slack = await raised(store)
    assert (email.channel, email.address, slack.channel) == ("email", "dana@example.test", "slack")
    assert email.subject == "[high] frustrated prospect at Halden"
    assert "https://desk.example.test/customers/c_ana" in email.text
    assert not [word for word in SECRETS if word in email.text + str(email.subject)]
    await store.erase_customer(DEFAULT_TENANT, ANA)
    assert await sent(store) == []


async def test_that_an_alert_about_nobodys_customer_goes_to_the_desk() -> None:
    store = await office()
    await store.put_customers(DEFAULT_TENANT, [customer(ANA)])
    assert [row.address for row in await raised(store)] == ["desk@example.test", None]


@pytest.mark.parametrize("ways", [Ways(), Ways(fallback="desk@example.test")])
async def test_that_without_a_way_nobody_is_told(ways: Ways) -> None:
    assert await raised(await office(), ways) == []


async def test_that_an_alert_that_can_wait_waits_for_the_morning() -> None:
    assert await raised(await office(), outcome=replace(ALERT, priority=Priority.NORMAL)) == []


# --- the digest -----------------------------------------------------------------------------------


def digests(store: MemoryStore, at: datetime = NOON, ways: Ways = BOTH) -> Digests:
    return Digests(store, SetClock(at), default_playbook(), ways)


JOB = Job(f"{DIGEST}:dana", DIGEST, NOON, payload={"colleague": "dana"})


async def test_that_nothing_is_sent_when_nothing_waits() -> None:
    store = await office()
    assert await digests(store).write(JOB) == 0
    assert await sent(store) == []


async def test_that_a_digest_counts_what_waits_and_names_nobody() -> None:
    store = await office()
    await store.commit_run(DEFAULT_TENANT, run_record(1), all_effects(1))
    await store.commit_run(DEFAULT_TENANT, run_record(2), Effects(draft=draft(2, play="welcome")))
    theirs = Effects(draft=draft(3, "c_else", reviewer="eli"))
    await store.commit_run(DEFAULT_TENANT, run_record(3, "c_else"), theirs)
    assert await digests(store, NOON + timedelta(hours=3)).write(JOB) == 2
    email, slack = [row for row in await sent(store) if row.kind == DIGEST]
    assert (email.address, email.customer_id, email.run_id) == ("dana@example.test", None, None)
    assert email.subject == "Dana: Today: 1 alert (1 urgent), 2 drafts to review"
    assert email.text == slack.text
    assert "The oldest waits since 2026-03-10 12:01 UTC (2 h)." in email.text
    assert "- welcome: 2" in email.text
    assert email.text.endswith("https://desk.example.test/")
    assert not [word for word in SECRETS if word in email.text]


async def test_that_a_day_has_one_digest() -> None:
    store = await office()
    await store.commit_run(DEFAULT_TENANT, run_record(1), all_effects(1))
    assert await digests(store).write(JOB) == 2
    assert await digests(store, NOON + timedelta(hours=5)).write(JOB) == 0
    assert await digests(store, NOON + timedelta(days=1)).write(JOB) == 2


async def test_that_a_colleague_without_an_address_is_told_by_the_other_way() -> None:
    store = await office()
    await store.put_credentials(DEFAULT_TENANT, Credentials(DANA))
    await store.commit_run(DEFAULT_TENANT, run_record(1), all_effects(1))
    await digests(store).write(JOB)
    assert [row.channel for row in await sent(store) if row.kind == DIGEST] == ["slack"]


FRIDAY = datetime(2026, 3, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "begins"),
    [
        # success works from 9 in Berlin, where the clocks go forward on 29 March and back on 25 October 2026
        (None, FRIDAY, datetime(2026, 3, 30, 7, tzinfo=UTC)),
        (None, datetime(2026, 3, 27, 7, 59, 59, tzinfo=UTC), datetime(2026, 3, 27, 8, tzinfo=UTC)),
        (None, datetime(2026, 3, 27, 8, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC)),
        ("Asia/Kolkata", FRIDAY, datetime(2026, 3, 30, 3, 30, tzinfo=UTC)),
        # Adelaide leaves summer time on 5 April 2026
        ("Australia/Adelaide", datetime(2026, 4, 3, 12, tzinfo=UTC), datetime(2026, 4, 5, 23, 30, tzinfo=UTC)),
        ("Australia/Adelaide", FRIDAY, datetime(2026, 3, 29, 22, 30, tzinfo=UTC)),
    ],
)
async def test_that_a_digest_comes_as_her_own_working_day_begins(
    zone: str | None, now: datetime, begins: datetime
) -> None:
    store = await office(timezone=zone)
    for _ in range(2):
        await digests(store, now).plan(DEFAULT_TENANT)
    (job,) = await store.jobs(DEFAULT_TENANT)
    assert (job.run_at, job.payload["colleague"]) == (begins, "dana")


async def test_that_nobody_is_planned_for_who_decides_nothing_or_cannot_be_told() -> None:
    store = await office()
    await store.add_colleague(DEFAULT_TENANT, Colleague(ColleagueId("vera"), "Vera", Role.VIEWER, NOON))
    await digests(store, ways=Ways()).plan(DEFAULT_TENANT)
    assert await store.jobs(DEFAULT_TENANT) == []
    await digests(store).plan(DEFAULT_TENANT)
    assert {job.payload["colleague"] for job in await store.jobs(DEFAULT_TENANT)} == {"dana"}


async def test_that_a_fortnight_has_ten_digests() -> None:
    store, clock = await office(timezone="Asia/Kolkata"), SetClock(FRIDAY)
    await store.commit_run(DEFAULT_TENANT, run_record(1), all_effects(1))
    written = Digests(store, clock, default_playbook(), BOTH)

    async def plan(job: Job) -> None:
        await written.plan(job.tenant_id)

    worker = Worker(store, clock, {"plan": plan, DIGEST: written.write}, repeats={"plan": timedelta(hours=1)})
    await worker.start()
    for _ in range(14 * 24):
        clock.move(timedelta(hours=1))
        await worker.run_due()
    assert len([row for row in await sent(store) if row.kind == DIGEST]) == 2 * 10


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, ("nowhere; set JOURNEY_SMTP_URL", "nowhere; set JOURNEY_SLACK_WEBHOOK_URL")),
        (
            {"JOURNEY_SMTP_URL": "smtp://127.0.0.1", "JOURNEY_SMTP_SENDER": "h@x.test",
             "JOURNEY_SLACK_WEBHOOK_URL": "https://hooks.x.test/secret"},
            ("to each colleague's own address", "to the channel of the configured webhook"),
        ),
    ],
)  # fmt: skip
def test_that_the_demonstration_says_where_notices_go_and_never_the_webhook(
    given: dict[str, str], said: tuple[str, str]
) -> None:
    lines = told_where(load_settings(given))
    assert [words in line for words, line in zip(said, lines, strict=True)] == [True, True]
    assert "secret" not in " ".join(lines)
