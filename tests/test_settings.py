import pytest

from journey_assistant.errors import ConfigurationError
from journey_assistant.settings import load_settings

STRONG = "s" * 32


def test_that_sites_are_read_as_origins() -> None:
    settings = load_settings({"JOURNEY_SITES": "https://Example.com/, http://localhost:3000"})
    assert settings.sites == ("https://example.com", "http://localhost:3000")


def test_that_without_chat_settings_no_site_and_no_key_is_known() -> None:
    settings = load_settings({})
    assert (settings.sites, settings.signing_keys) == ((), {})


def test_that_two_keys_live_while_one_is_replaced() -> None:
    settings = load_settings({"JOURNEY_CHAT_KEYS": f"new:{STRONG}:1, old:{STRONG}2"})
    assert list(settings.signing_keys.items()) == [("new", f"{STRONG}:1"), ("old", f"{STRONG}2")]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("JOURNEY_SITES", "https://example.com, *", "'*'"),
        ("JOURNEY_CHAT_KEYS", "tiny:hunter2-is-short", "32 characters"),
        ("JOURNEY_CHAT_KEYS", "hunter2" * 9, "id:secret"),
        ("JOURNEY_CHAT_KEYS", f"a b:hunter2{STRONG}", "id:secret"),
        ("JOURNEY_CHAT_KEYS", f"a:hunter2{STRONG},a:{STRONG}", "own id"),
        ("JOURNEY_CHAT_KEYS", ",".join(f"{n}:hunter2{STRONG}" for n in range(3)), "at most 2"),
        ("JOURNEY_CHAT_KEYS", f"visitor:hunter2{STRONG}", "id:secret"),
        ("JOURNEY_CHAT_KEYS", f"a:hunter2{STRONG},", "id:secret"),
    ],
)
def test_that_a_wrong_value_is_one_line_that_never_shows_a_secret(name: str, value: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_settings({name: value})
    assert name in str(refused.value)
    assert told in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_that_settings_show_no_secret() -> None:
    settings = load_settings({"JOURNEY_CHAT_KEYS": f"a:hunter2{STRONG}", "JOURNEY_MODEL_API_KEY": "hunter2"})
    assert "hunter2" not in repr(settings) + str(settings.model_dump())
