import pytest

from journey_assistant.domain.sites import is_own_machine, origin_of


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        ("https://WWW.Example.com/", "https://www.example.com"),
        ("https://example.com:443/shop?a=b#c", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://example.com:8081", "http://example.com:8081"),
        ("http://[::1]:3000/", "http://[::1]:3000"),
        (" https://example.com ", "https://example.com"),
    ],
)
def test_that_an_origin_is_named_as_a_browser_names_it(given: str, origin: str) -> None:
    assert origin_of(given) == origin


@pytest.mark.parametrize(
    "given",
    [
        "", "example.com", "*", "null", "ftp://example.com", "https://", "https://me@example.com",
        "javascript:alert(1)", "https://ex ample.com", "https://example.com:99999", "https://exa\nmple.com;", "https://ex,ample.com",
        "https://*.example.com",
    ],
)  # fmt: skip
def test_that_what_is_no_site_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"site|[Pp]ort"):
        origin_of(given)


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://localhost:3000", True),
        ("https://127.0.0.1", True),
        ("http://[::1]:8080", True),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("https://example.com", False),
        ("null", False),
    ],
)
def test_that_only_the_own_machine_is_the_own_machine(origin: str, own: bool) -> None:
    assert is_own_machine(origin) is own
