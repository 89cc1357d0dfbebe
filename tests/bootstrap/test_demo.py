from pydantic import SecretStr

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.bootstrap import demo_settings, fill_demo
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.settings import Settings


def test_that_a_demonstration_has_a_new_key_each_time_and_an_open_console() -> None:
    first, second = demo_settings(Settings()), demo_settings(Settings())
    assert first.demo
    assert list(first.signing_keys) == ["demo"]
    assert len(first.signing_keys["demo"]) >= 32
    assert first.signing_keys != second.signing_keys


def test_that_the_operators_own_keys_stay() -> None:
    given = Settings(chat_keys=SecretStr(f"own:{'k' * 40}"))
    assert demo_settings(given).signing_keys == {"own": "k" * 40}


async def test_that_the_demo_company_is_in_the_store() -> None:
    store = MemoryStore()
    assert await fill_demo(store) == 42
    assert await store.customers(DEFAULT_TENANT, ids=[CustomerId("c_023")])
